import { Refusals } from '../../analysis/refusals.ts';

export const refusals = new Refusals('tsaa');

/** Response codes. */
export const refusalOf = refusals.numbered({
  1: 'no buffer available',
  2: 'bin number out of range',
  3: 'communication module is busy',
  4: 'no main processor is running',
  5: 'the system executive rejected the request',
  6: 'the request timed out',
  7: 'invalid response',
  8: 'the message was too big',
  9: 'invalid offset or number of values',
  10: 'no control program',
  11: 'the port is read-only',
  236: 'invalid SOE number',
  237: 'invalid SOE type',
  238: 'invalid SOE state',
});
