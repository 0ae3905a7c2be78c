import { Refusals } from '../../analysis/refusals.ts';

export const refusals = new Refusals('ge-srtp');

/** GFK-0529, table 3-13: minor status, where there is one that says more. */
export const minorOf = refusals.numbered({
  0xff: 'service request aborted',
  0xfe: 'no privilege for this operation',
  0xf9: 'task address out of range',
  0xf8: 'invalid task name',
  0xf7: 'log in to a task is required',
  0xf6: 'invalid sweep state',
  0xf5: 'invalid password',
  0xf4: 'invalid input parameter',
  0xf2: 'cannot log in to an invalid program',
  0xf1: 'only valid from a programmer',
  0xf0: 'only valid in stop mode',
  0xef: 'a programmer is already attached',
  0xea: 'not logged in',
  0xe9: 'segment selector not valid here',
  0xe4: 'segment does not exist',
  0xd8: 'point length not allowed',
  0xd5: 'invalid block name',
  0xca: 'device is write-protected',
  0xc6: 'not logged in to the main control program',
  0xc2: 'OEM key is null',
  0xbd: 'block set not found',
  0xb2: 'program block already exists',
});

/** GFK-0529, table 3-12: major status. */
export const majorOf = refusals.numbered({
  0x01: 'illegal service request',
  0x02: 'insufficient privilege',
  0x04: 'protocol sequence error',
  0x05: 'service request error',
  0x06: 'illegal mailbox type',
  0x07: 'service request queue full',
});
