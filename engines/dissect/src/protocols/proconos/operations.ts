import type { OperationKind } from '../../dissector.ts';

/**
 * By command, as nmap's script and published tools for ILC controllers use them. They send 0x06, 0x07 and 0x5b, too,
 * and say nothing of what these do.
 */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x01: {
    code: 'proconos.stop',
    title: 'Stop',
    text: 'stop the program',
    access: 'control',
    dangerous: true,
    techniques: ['T0858'],
  },
  0x04: {
    code: 'proconos.start',
    title: 'Start',
    text: 'start the program',
    access: 'control',
    dangerous: true,
    techniques: ['T0858'],
  },
  0x0b: {
    code: 'proconos.identify',
    title: 'Ask for the identity',
    text: 'ask runtime, type and project (boot project {bootProject}) (source {sourceCode})',
    access: 'identify',
    techniques: ['T0888'],
  },
  0x0d: { code: 'proconos.connect', title: 'Open a session', text: 'open a session', access: 'other' },
  0x0f: {
    code: 'proconos.read-state',
    title: 'Read state',
    text: 'ask the state (got {state})',
    access: 'read',
    techniques: ['T0868'],
  },
};

export const unknownCommand: OperationKind = {
  code: 'proconos.unknown-command',
  title: 'Other command',
  text: 'command {command}',
  access: 'other',
};
