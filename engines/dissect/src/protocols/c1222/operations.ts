import { Refusals } from '../../analysis/refusals.ts';
import type { OperationKind } from '../../dissector.ts';
import {
  DEREGISTER,
  DISCONNECT,
  FULL_READ,
  FULL_WRITE,
  IDENTIFY,
  LOGOFF,
  LOGON,
  READ_DEFAULT,
  READ_OFFSET,
  REGISTER,
  RESOLVE,
  responses,
  SECURITY,
  TERMINATE,
  TRACE,
  WAIT,
  WRITE_OFFSET,
} from './message.ts';

export const refusals = new Refusals('c12.22');
export const responseRefusal = refusals.numbered(responses);

const read: OperationKind = {
  code: 'c12.22.read-table',
  title: 'Read table',
  text: 'read {table} (from {offset}) (= {data})',
  access: 'read',
  techniques: ['T0801'],
};

const write: OperationKind = {
  code: 'c12.22.write-table',
  title: 'Write table',
  text: 'write {table} (from {offset}) := {data}',
  access: 'write',
  dangerous: true,
  techniques: ['T0836'],
};

/** Writing table 7 has the meter do something: ANSI C12.19-2008, section 9. */
export const procedure: OperationKind = {
  code: 'c12.22.procedure',
  title: 'Procedure',
  text: 'have the meter do: {command}',
  access: 'control',
  dangerous: true,
  techniques: ['T0855', 'T0836'],
};

/** IEEE 1703-2012, 5.3.2.4, by service code. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [IDENTIFY]: {
    code: 'c12.22.identify',
    title: 'Identify',
    text: 'ask for the identification',
    access: 'identify',
    techniques: ['T0888'],
  },
  [TERMINATE]: { code: 'c12.22.terminate', title: 'Terminate session', access: 'other' },
  [DISCONNECT]: {
    code: 'c12.22.disconnect',
    title: 'Disconnect from the network',
    access: 'control',
    dangerous: true,
    techniques: ['T0814'],
  },
  [DEREGISTER]: {
    code: 'c12.22.deregister',
    title: 'Deregister',
    text: 'have {titles} forgotten by the network',
    access: 'configure',
    dangerous: true,
    techniques: ['T0804'],
  },
  [RESOLVE]: {
    code: 'c12.22.resolve',
    title: 'Resolve',
    text: 'ask for the address of {titles} (it is {address})',
    access: 'identify',
    techniques: ['T0846'],
  },
  [TRACE]: {
    code: 'c12.22.trace',
    title: 'Trace',
    text: 'ask for the way to {titles} (it is {route})',
    access: 'identify',
    techniques: ['T0840'],
  },
  [REGISTER]: {
    code: 'c12.22.register',
    title: 'Register',
    text: 'register {titles} (with serial number {serial}) (at {address})',
    access: 'configure',
  },
  [FULL_READ]: read,
  [READ_DEFAULT]: { ...read, code: 'c12.22.read-default', text: 'read the default table (= {data})' },
  [READ_OFFSET]: read,
  [FULL_WRITE]: write,
  [WRITE_OFFSET]: write,
  [LOGON]: {
    code: 'c12.22.logon',
    title: 'Log on',
    text: 'log on as {user} (number {id})',
    access: 'authenticate',
    techniques: ['T0859'],
  },
  [SECURITY]: {
    code: 'c12.22.security',
    title: 'Send password',
    access: 'authenticate',
    techniques: ['T0859'],
  },
  [LOGOFF]: { code: 'c12.22.logoff', title: 'Log off', access: 'other' },
  0x53: { code: 'c12.22.authenticate', title: 'Authenticate', access: 'authenticate' },
  [WAIT]: {
    code: 'c12.22.wait',
    title: 'Wait',
    text: 'have the session kept open for {seconds} s',
    access: 'other',
  },
};

/** Services by index have codes of their own: 1 to 9 indexes. */
export function operationOf(code: number): OperationKind | undefined {
  if (code > FULL_READ && code <= FULL_READ + 9) return read;
  if (code > FULL_WRITE && code <= FULL_WRITE + 9) return write;
  return operations[code];
}

export const unknownService: OperationKind = {
  code: 'c12.22.unknown-service',
  title: 'Unknown service',
  text: 'service {service}',
  access: 'other',
};
