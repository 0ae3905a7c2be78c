import type { OperationKind } from '../../dissector.ts';

const OBJECT = 'object {object} subindex {subindex}';

/** Techniques: ATT&CK for ICS 18.1. */
export const operations = {
  poll: {
    code: 'powerlink.poll',
    title: 'Poll a node',
    access: 'other',
  },
  identify: {
    code: 'powerlink.identify',
    title: 'Ask a node who it is',
    access: 'identify',
  },
  start: {
    code: 'powerlink.start-node',
    title: 'Start a node',
    text: 'start node {node}: {command}',
    access: 'control',
  },
  stop: {
    code: 'powerlink.stop-node',
    title: 'Stop a node',
    text: 'stop node {node}: {command}',
    access: 'control',
    dangerous: true,
    techniques: ['T0858', 'T0814'],
  },
  reset: {
    code: 'powerlink.reset-node',
    title: 'Reset a node',
    text: 'reset node {node}: {command}',
    access: 'control',
    dangerous: true,
    techniques: ['T0816', 'T0814'],
  },
  command: {
    code: 'powerlink.command',
    title: 'Other command of network management',
    text: 'tell node {node}: {command}',
    access: 'control',
  },
  request: {
    code: 'powerlink.request-command',
    title: 'Ask the managing node for a command',
    text: 'ask for {command}',
    access: 'control',
  },
  read: {
    code: 'powerlink.read-object',
    title: 'Read an object',
    text: `read ${OBJECT}: {value}`,
    access: 'read',
  },
  write: {
    code: 'powerlink.write-object',
    title: 'Write an object',
    text: `write ${OBJECT}: {value} (was {before})`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836'],
  },
  readFile: {
    code: 'powerlink.read-file',
    title: 'Read a file',
    text: 'read the file {file}',
    access: 'read',
  },
  writeFile: {
    code: 'powerlink.write-file',
    title: 'Write a file',
    text: 'write the file {file}',
    access: 'program',
    dangerous: true,
    techniques: ['T0839'],
  },
  anotherManager: {
    code: 'powerlink.another-manager',
    title: 'Manage a network that another node manages',
    access: 'control',
    dangerous: true,
    techniques: ['T0848'],
  },
} as const satisfies Record<string, OperationKind>;

export type OperationName = keyof typeof operations;
