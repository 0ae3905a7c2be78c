import type { OperationKind } from '../../dissector.ts';

const PLACE = 'slot {slot}.{subslot}';

/** Techniques: ATT&CK for ICS 18.1. */
export const ioOperations = {
  connect: {
    code: 'profinet-io.connect',
    title: 'Connect to a device',
    text: 'connect as {role} {station} to exchange data every {cycle} ms',
    access: 'control',
  },
  connectAnother: {
    code: 'profinet-io.connect-another',
    title: 'Connect to a device that another controller has',
    text: 'connect as {role} {station} to a device that another controller has',
    access: 'control',
    dangerous: true,
    techniques: ['T0848'],
  },
  connectSupervisor: {
    code: 'profinet-io.connect-supervisor',
    title: 'Connect to a device as supervisor',
    text: 'connect as {role} {station}',
    access: 'control',
    dangerous: true,
    techniques: ['T0848'],
  },
  release: {
    code: 'profinet-io.release',
    title: 'Release the connection to a device',
    text: 'release the connection',
    access: 'control',
    dangerous: true,
    techniques: ['T0814'],
  },
  control: {
    code: 'profinet-io.control',
    title: 'Control the start-up of a connection',
    text: 'tell: {command}',
    access: 'control',
  },
  read: {
    code: 'profinet-io.read',
    title: 'Read a record',
    text: `read {name} of ${PLACE}: {data}`,
    access: 'read',
  },
  identify: {
    code: 'profinet-io.identify',
    title: 'Read identification',
    text: `read {name} of ${PLACE}: {values}`,
    access: 'identify',
    techniques: ['T0888'],
  },
  write: {
    code: 'profinet-io.write',
    title: 'Write a record',
    text: `write {name} of ${PLACE}: {data}`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836'],
  },
  rename: {
    code: 'profinet-io.write-identification',
    title: 'Write identification',
    text: `write {name} of ${PLACE}: {values}`,
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
} as const satisfies Record<string, OperationKind>;

export type IoOperationName = keyof typeof ioOperations;
