import type { OperationKind } from '../../dissector.ts';

const OBJECT = 'object {object} subindex {subindex} of slave {slave}';

/** Techniques: ATT&CK for ICS 18.1. */
export const operations = {
  setState: {
    code: 'ethercat.set-state',
    title: 'Request a state',
    text: 'request the state {state} of slave {slave} (was {before})',
    access: 'control',
    dangerous: true,
    techniques: ['T0858'],
  },
  writeRegister: {
    code: 'ethercat.write-register',
    title: 'Write a register',
    text: 'write {register} of slave {slave}: {data}',
    access: 'configure',
  },
  reset: {
    code: 'ethercat.reset',
    title: 'Reset a slave',
    text: 'reset slave {slave}',
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
  writeEeprom: {
    code: 'ethercat.write-eeprom',
    title: 'Write the EEPROM of a slave',
    text: 'write the EEPROM of slave {slave} at {address}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  readObject: {
    code: 'ethercat.read-object',
    title: 'Read an object',
    text: `read ${OBJECT}: {value}`,
    access: 'read',
  },
  writeObject: {
    code: 'ethercat.write-object',
    title: 'Write an object',
    text: `write ${OBJECT}: {value} (was {before})`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836'],
  },
  readFile: {
    code: 'ethercat.read-file',
    title: 'Read a file',
    text: 'read the file {file} of slave {slave}',
    access: 'read',
  },
  writeFile: {
    code: 'ethercat.write-file',
    title: 'Write a file or firmware',
    text: 'write the file {file} to slave {slave}',
    access: 'program',
    dangerous: true,
    techniques: ['T0839'],
  },
  readParameter: {
    code: 'ethercat.read-parameter',
    title: 'Read a parameter of a drive',
    text: 'read {parameter} of drive {drive} of slave {slave}',
    access: 'read',
  },
  writeParameter: {
    code: 'ethercat.write-parameter',
    title: 'Write a parameter of a drive',
    text: 'write {parameter} of drive {drive} of slave {slave}: {data}',
    access: 'write',
    dangerous: true,
    techniques: ['T0836'],
  },
  exchange: {
    code: 'ethercat.exchange',
    title: 'Exchange the process image',
    access: 'other',
  },
  anotherMaster: {
    code: 'ethercat.another-master',
    title: 'Drive a segment that another master drives',
    access: 'control',
    dangerous: true,
    techniques: ['T0848'],
  },
} as const satisfies Record<string, OperationKind>;

export type OperationName = keyof typeof operations;
