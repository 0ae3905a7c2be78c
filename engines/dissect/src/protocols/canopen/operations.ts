import { operationsOf } from '../../analysis/operation-rows.ts';

const operation = operationsOf('canopen');

const OBJECT = 'object {object} subindex {subindex}';

/** CiA 301, 7.2.8.3 (NMT), 7.2.4 (SDO), 7.2.8.3.3 (boot-up). */
export const operations = {
  start: operation('start-node', 'Start node', 'start {node}', 'control', 'T0858'),
  stop: operation('stop-node', 'Stop node', 'stop {node}', 'control', '!', 'T0858'),
  preOperational: operation(
    'pre-operational',
    'Take node out of operation',
    'set {node} pre-operational',
    'control',
    '!',
    'T0858',
  ),
  reset: operation('reset-node', 'Reset node', 'reset {node}', 'control', '!', 'T0816'),
  resetCommunication: operation(
    'reset-communication',
    'Reset communication of node',
    'reset the communication of {node}',
    'control',
    '!',
    'T0816',
  ),
  read: operation('read-object', 'Read an object', `read ${OBJECT} (got {value})`, 'read', 'T0801'),
  write: operation(
    'write-object',
    'Write an object',
    `write {value} to ${OBJECT} (was {before})`,
    'write',
    '!',
    'T0836',
  ),
  program: operation(
    'write-program',
    'Write program',
    `write the program, ${OBJECT}`,
    'program',
    '!',
    'T0843',
  ),
  started: operation('boot-up', 'Node has started', 'node {node} has started', 'other'),
} as const;

export type Operation = keyof typeof operations;

/** NMT command specifiers, table 21. */
export const nodeControls: Readonly<Record<number, Operation>> = {
  1: 'start',
  2: 'stop',
  128: 'preOperational',
  129: 'reset',
  130: 'resetCommunication',
};
