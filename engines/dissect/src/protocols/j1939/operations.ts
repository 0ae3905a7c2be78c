import { operationsOf } from '../../analysis/operation-rows.ts';

const operation = operationsOf('j1939');

export const operations = {
  request: operation('request', 'Ask for a parameter group', 'ask for {group}', 'read'),
  control: operation(
    'control-engine',
    'Control torque or speed',
    'control the engine: {mode}, {value} 1/min',
    'control',
    '!',
    'T0855',
  ),
  address: operation(
    'command-address',
    'Give another address',
    'give somebody the address {address}',
    'configure',
    '!',
    'T0836',
  ),
  clear: operation('clear-faults', 'Clear faults', 'clear faults', 'configure', '!', 'T0872'),
} as const;
