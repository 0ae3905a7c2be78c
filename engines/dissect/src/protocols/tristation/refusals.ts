import { Refusals } from '../../analysis/refusals.ts';

export const refusals = new Refusals('tristation');

/** Also of who asks for one program or function after another, once there are no more. */
export const OUT_OF_RANGE = 208;

/** Reasons of a rejected command. */
export const refusalOf = refusals.numbered({
  200: 'wrong command',
  201: 'load is in progress',
  202: 'bad clock calendar data',
  203: 'control program not halted',
  204: 'control program checksum error',
  205: 'no memory available',
  206: 'control program not valid',
  207: 'not loading a control program',
  [OUT_OF_RANGE]: 'network is out of range',
  209: 'not enough arguments',
  210: 'a network is missing',
  211: 'the download time mismatches',
  212: 'key setting prohibits this operation',
  213: 'bad control program version',
  214: 'command not in correct sequence',
  216: 'bad index for a module',
  217: 'module address is invalid',
  220: 'bad offset for an I/O point',
  221: 'invalid point type',
  222: 'invalid point location',
  223: 'program name is invalid',
  227: 'invalid module type',
  229: 'invalid table type',
  231: 'invalid network continuation',
  232: 'invalid scan time',
  233: 'load is busy',
  234: 'a main processor has re-educated',
  235: 'invalid chassis or slot',
  236: 'invalid SOE number',
  237: 'invalid SOE type',
  238: 'invalid SOE state',
  239: 'the variable is write protected',
  240: 'node number mismatch',
  241: 'command not allowed',
  242: 'invalid sequence number',
  243: 'time change on non-master',
  244: 'no free ports',
  245: 'invalid TriStation I command',
  246: 'invalid TriStation 1131 command',
  247: 'only one chassis allowed',
  248: 'bad variable address',
  249: 'response overflow',
  250: 'invalid bus',
  251: 'disable is not allowed',
  252: 'invalid length',
  253: 'point cannot be disabled',
  254: 'too many retentive variables',
});

/** Of the connection itself, by type of message. */
export const connectionRefusalOf = refusals.numbered({
  7: 'connection limit reached',
  8: 'not connected',
  9: 'main processors do not answer',
  10: 'access denied',
  11: 'connection failed',
});
