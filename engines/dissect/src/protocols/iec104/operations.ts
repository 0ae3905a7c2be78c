import type { OperationKind } from '../../dissector.ts';

const AT = 'station {station}';
const COMMAND = `{phase} {commands} at ${AT}`;

const singleCommand: OperationKind = {
  code: 'iec104.single-command',
  title: 'Single command',
  text: COMMAND,
  access: 'control',
  dangerous: true,
  techniques: ['T0855'],
};
const doubleCommand: OperationKind = {
  ...singleCommand,
  code: 'iec104.double-command',
  title: 'Double command',
};
const stepCommand: OperationKind = {
  ...singleCommand,
  code: 'iec104.step-command',
  title: 'Regulating step command',
};
const setPoint: OperationKind = {
  code: 'iec104.set-point',
  title: 'Set point',
  text: `{phase} {commands} (before: {before}) at ${AT}`,
  access: 'write',
  dangerous: true,
  techniques: ['T0836', 'T0855'],
};
const bitString: OperationKind = { ...setPoint, code: 'iec104.bit-string', title: 'Bit string command' };
const parameter: OperationKind = {
  code: 'iec104.load-parameter',
  title: 'Load parameter',
  text: `load parameters {commands} (before: {before}) at ${AT}: {qualifier}`,
  access: 'configure',
  dangerous: true,
  techniques: ['T0836', 'T0838'],
};
const test: OperationKind = { code: 'iec104.test', title: 'Test', text: `test ${AT}`, access: 'other' };
const fileTransfer: OperationKind = {
  code: 'iec104.file-transfer',
  title: 'File transfer',
  text: `{service}: file {file} of ${AT} ({qualifier}) ({octets} bytes)`,
  access: 'read',
  dangerous: true,
  techniques: ['T0867', 'T0893'],
};
const authentication: OperationKind = {
  code: 'iec104.authentication',
  title: 'Secure authentication',
  text: `{service} with ${AT}`,
  access: 'authenticate',
};

/** By type identification: IEC 60870-5-101, 7.2.1.1. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  45: singleCommand,
  46: doubleCommand,
  47: stepCommand,
  48: setPoint,
  49: setPoint,
  50: setPoint,
  51: bitString,
  58: singleCommand,
  59: doubleCommand,
  60: stepCommand,
  61: setPoint,
  62: setPoint,
  63: setPoint,
  64: bitString,
  81: authentication,
  82: authentication,
  83: authentication,
  84: authentication,
  85: authentication,
  86: authentication,
  87: authentication,
  90: authentication,
  91: authentication,
  92: authentication,
  93: authentication,
  94: authentication,
  95: authentication,
  100: {
    code: 'iec104.interrogate',
    title: 'Interrogation',
    text: `interrogate ${AT}: {qualifier}`,
    access: 'read',
    techniques: ['T0861', 'T0801'],
  },
  101: {
    code: 'iec104.interrogate-counters',
    title: 'Counter interrogation',
    text: `interrogate counters of ${AT}: {qualifier}`,
    access: 'read',
    techniques: ['T0861', 'T0801'],
  },
  102: {
    code: 'iec104.read',
    title: 'Read',
    text: `read {points} of ${AT}`,
    access: 'read',
    techniques: ['T0861', 'T0801'],
  },
  103: {
    code: 'iec104.set-clock',
    title: 'Synchronize the clock',
    text: `set the clock of ${AT} to {time}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  104: test,
  105: {
    code: 'iec104.reset-process',
    title: 'Reset process',
    text: `reset ${AT}: {qualifier}`,
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
  106: {
    code: 'iec104.measure-delay',
    title: 'Acquire delay',
    text: `measure the delay to ${AT}`,
    access: 'other',
  },
  107: test,
  110: parameter,
  111: parameter,
  112: parameter,
  113: {
    code: 'iec104.activate-parameter',
    title: 'Activate parameter',
    text: `{phase} parameters {points} at ${AT}: {qualifier}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0838'],
  },
  120: fileTransfer,
  121: fileTransfer,
  122: fileTransfer,
  123: fileTransfer,
  124: fileTransfer,
  125: fileTransfer,
  126: fileTransfer,
  127: fileTransfer,
};

export const unknownType: OperationKind = {
  code: 'iec104.unknown-type',
  title: 'Unknown type',
  text: `type {type} at ${AT}`,
  access: 'other',
};

/** From the controlled station. */
export const report: OperationKind = {
  code: 'iec104.report',
  title: 'Values reported',
  text: `${AT} reports ({values}): {cause}`,
  access: 'other',
};

// IEC 60870-5-104, 5.3.
export const startTransfer: OperationKind = {
  code: 'iec104.start-transfer',
  title: 'Start data transfer',
  text: 'start data transfer (STARTDT)',
  access: 'control',
};

export const startTransferAnother: OperationKind = {
  code: 'iec104.start-transfer-another',
  title: 'Another station starts data transfer',
  text: 'start data transfer (STARTDT), though another controlling station did before',
  access: 'control',
  dangerous: true,
  techniques: ['T0848'],
};

export const stopTransfer: OperationKind = {
  code: 'iec104.stop-transfer',
  title: 'Stop data transfer',
  text: 'stop data transfer (STOPDT)',
  access: 'control',
  dangerous: true,
  techniques: ['T0804'],
};

export const testFrame: OperationKind = {
  code: 'iec104.test-frame',
  title: 'Test frame',
  text: 'test the connection (TESTFR)',
  access: 'other',
};

export const refusedSweep: OperationKind = {
  code: 'iec104.tries-objects',
  title: 'Trying out objects',
  text: 'address what the station does not have: {tried}',
  access: 'identify',
  dangerous: true,
  techniques: ['T0806', 'T0861'],
};

export const commandSweep: OperationKind = {
  code: 'iec104.command-sweep',
  title: 'Commands to one object after the other',
  text: `commands to objects {from} to {to} of ${AT}, one after the other`,
  access: 'control',
  dangerous: true,
  techniques: ['T0806', 'T0855'],
};
