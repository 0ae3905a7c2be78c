import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('tsaa');

/** By type of message. */
export const operations: Readonly<Record<number, OperationKind>> = {
  2: kind('ask-for-data', 'Ask for data', 'ask for data: {items}', 'read', 'T0801'),
  3: kind('write-values', 'Write values', 'write values', 'write', '!', 'T0836', 'T0855'),
  5: kind('read-clock', 'Read the clock', 'read the clock (got {time})', 'read'),
  7: kind('set-clock', 'Set the clock', 'set the clock', 'configure', '!', 'T0836'),
  9: kind('adjust-clock', 'Adjust the clock', 'adjust the clock', 'configure', '!', 'T0836'),
  11: kind('read-values', 'Read values', 'read {items} (got {values})', 'read', 'T0801'),
  13: kind('read-events', 'Read events', 'read events', 'read', 'T0801'),
  15: kind(
    'read-status',
    'Ask the state of the control program',
    'ask the state: key at {key}, program {state}',
    'read',
    'T0868',
  ),
};

export const unknownType = kind('unknown-type', 'Other message', 'message of type {type}', 'other');
