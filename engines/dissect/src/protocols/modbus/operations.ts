import type { OperationKind } from '../../dissector.ts';

const RANGE = '{quantity} from {address}, unit {unit}';

/** By function code. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x01: {
    code: 'modbus.read-coils',
    title: 'Read coils',
    text: `read coils: ${RANGE}`,
    access: 'read',
    techniques: ['T0801'],
  },
  0x02: {
    code: 'modbus.read-discrete-inputs',
    title: 'Read discrete inputs',
    text: `read discrete inputs: ${RANGE}`,
    access: 'read',
    techniques: ['T0801'],
  },
  0x03: {
    code: 'modbus.read-holding-registers',
    title: 'Read holding registers',
    text: `read holding registers: ${RANGE}`,
    access: 'read',
    techniques: ['T0801'],
  },
  0x04: {
    code: 'modbus.read-input-registers',
    title: 'Read input registers',
    text: `read input registers: ${RANGE}`,
    access: 'read',
    techniques: ['T0801'],
  },
  0x05: {
    code: 'modbus.write-coil',
    title: 'Write single coil',
    text: 'write coil {address} := {values}, unit {unit}',
    access: 'write',
    dangerous: true,
    techniques: ['T0855', 'T0836'],
  },
  0x06: {
    code: 'modbus.write-register',
    title: 'Write single register',
    text: 'write register {address} := {values} (was {before}), unit {unit}',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x07: {
    code: 'modbus.read-exception-status',
    title: 'Read exception status',
    text: 'read exception status, unit {unit}',
    access: 'read',
  },
  0x08: {
    code: 'modbus.diagnostics',
    title: 'Diagnostics',
    text: 'diagnostics: {subfunction}, unit {unit}',
    access: 'other',
  },
  0x0b: {
    code: 'modbus.read-event-counter',
    title: 'Get comm event counter',
    text: 'read the event counter, unit {unit}',
    access: 'read',
  },
  0x0c: {
    code: 'modbus.read-event-log',
    title: 'Get comm event log',
    text: 'read the event log, unit {unit}',
    access: 'read',
  },
  0x0f: {
    code: 'modbus.write-coils',
    title: 'Write multiple coils',
    text: `write coils: ${RANGE}: {values}`,
    access: 'write',
    dangerous: true,
    techniques: ['T0855', 'T0836'],
  },
  0x10: {
    code: 'modbus.write-registers',
    title: 'Write multiple registers',
    text: `write registers: ${RANGE}: {values} (were {before})`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x11: {
    code: 'modbus.report-server-id',
    title: 'Report server ID',
    text: 'ask for the server id, unit {unit}',
    access: 'identify',
    techniques: ['T0888'],
  },
  0x14: {
    code: 'modbus.read-file-record',
    title: 'Read file record',
    text: 'read file {files}, record {records}, unit {unit}',
    access: 'read',
    techniques: ['T0845', 'T0893'],
  },
  0x15: {
    code: 'modbus.write-file-record',
    title: 'Write file record',
    text: 'write file {files}, record {records}, unit {unit}',
    access: 'program',
    dangerous: true,
    techniques: ['T0889', 'T0836'],
  },
  0x16: {
    code: 'modbus.mask-write-register',
    title: 'Mask write register',
    text: 'register {address} := (it & {and}) | {or}, unit {unit}',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x17: {
    code: 'modbus.read-write-registers',
    title: 'Read/write multiple registers',
    text: `write registers: ${RANGE}: {values} (were {before}), and read {readQuantity} from {readAddress}`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  0x18: {
    code: 'modbus.read-fifo',
    title: 'Read FIFO queue',
    text: 'read FIFO queue {address}, unit {unit}',
    access: 'read',
  },
  0x2b: {
    code: 'modbus.encapsulated',
    title: 'Encapsulated interface transport',
    text: 'encapsulated interface {interface}, unit {unit}',
    access: 'other',
  },
};

/** Sub-functions that are operations of their own. */
export const readDeviceIdentification: OperationKind = {
  code: 'modbus.read-device-identification',
  title: 'Read device identification',
  text: 'ask for the device identification, unit {unit}',
  access: 'identify',
  techniques: ['T0888'],
};

export const restartCommunications: OperationKind = {
  code: 'modbus.restart-communications',
  title: 'Restart communications',
  text: 'restart communications, unit {unit}',
  access: 'control',
  dangerous: true,
  techniques: ['T0814', 'T0803', 'T0804'],
};

export const forceListenOnly: OperationKind = {
  code: 'modbus.force-listen-only',
  title: 'Force listen only mode',
  text: 'force listen only mode: unit {unit} stops answering',
  access: 'control',
  dangerous: true,
  techniques: ['T0814', 'T0803', 'T0804'],
};

export const unknownFunction: OperationKind = {
  code: 'modbus.unknown-function',
  title: 'Unknown function',
  text: 'function {function}, unit {unit}',
  access: 'other',
};

export const functionSweep: OperationKind = {
  code: 'modbus.function-sweep',
  title: 'Trying out functions',
  text: 'try out functions, of which the device does not have {tried}',
  access: 'identify',
  dangerous: true,
  techniques: ['T0846', 'T0888'],
};

export const unitSweep: OperationKind = {
  code: 'modbus.unit-sweep',
  title: 'Trying out units',
  text: 'look for devices behind a gateway; not there: {tried}',
  access: 'identify',
  dangerous: true,
  techniques: ['T0846', 'T0888'],
};
