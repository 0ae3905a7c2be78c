import { Refusals, type Words } from '../../analysis/refusals.ts';
import { refused } from './names.ts';

export const refusals = new Refusals('ade-remoting');

/** An error that brings no number. */
export const failed = refusals.named('error');

/** What calls for data return, where they are not done. */
export const refusalOfStatus = refusals.numbered(refused);

/** By the layer that says no: communication, remoting, all services, one of them. */
export const errors: Words = {
  0x8000_0001: 'server authentication failed',
  0x8000_0002: 'not authorised',
  0x4000_0001: 'invalid protocol version',
  0x4000_0002: 'unknown service',
  0x4000_0003: 'unknown method',
  0x4000_0004: 'invalid command',
  0x4000_0005: 'message too short',
  0x4000_0006: 'wrong header checksum',
  0x2000_0001: 'out of memory',
  0x2000_0002: 'invalid handle',
  0x2000_0003: 'parameter out of range',
  0x2000_0004: 'invalid state of the service',
  0x2000_0005: 'another master is active',
  0x2000_0006: 'no program on the device',
  0x2000_0007: 'execution failed',
  0x2000_0008: 'read only',
  0x2000_0009: 'invalid state of the runtime',
  0x2000_000a: 'internal error',
  0x2000_000b: 'authentication failed',
  0x1: 'a temporary list is active',
  0x2: 'no temporary list is active',
  0x3: 'variables cannot be read',
  0x4: 'variables cannot be written',
  0x5: 'group of variables cannot be created',
  0x6: 'data of the program cannot be reached',
  0x201: 'cannot add to the list of forces',
  0x202: 'cannot read the list of forces',
  0x301: 'change violates real time',
  0x302: 'prolog of a change failed',
  0x303: 'no memory for a change',
  0x304: 'list of forces hinders a change',
  0x401: 'too many cycles recorded',
  0x402: 'subscription not found',
  0x403: 'client not found',
  0x404: 'subscription could not be created',
  0x405: 'error in the list of debug values',
  0x406: 'interface object could not be created',
  0x407: 'callback of a task could not be registered',
  0x501: 'name too long',
  0x502: 'password too short',
  0x503: 'password too long',
};

export const refusalOf = refusals.numbered(errors);
