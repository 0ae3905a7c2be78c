import { Refusals } from '../../analysis/refusals.ts';
import type { Refusal } from '../../dissector.ts';

/** 1770-6.5.16, chapter 8: STS. Errors of the remote node stand in the upper half, those of the link in the lower. */
export const statuses: Readonly<Record<number, string>> = {
  0x00: 'success',
  0x01: 'destination has no buffer',
  0x02: 'link cannot deliver',
  0x03: 'duplicate token holder',
  0x04: 'local port disconnected',
  0x05: 'no answer in time',
  0x06: 'duplicate node',
  0x07: 'station offline',
  0x08: 'link hardware fault',
  0x10: 'illegal command or format',
  0x20: 'host has a problem',
  0x30: 'remote node missing',
  0x40: 'hardware fault',
  0x50: 'addressing problem or memory protected',
  0x60: 'command protection',
  0x70: 'processor in program mode',
  0x80: 'compatibility mode file missing',
  0x90: 'remote node cannot buffer command',
  0xa0: 'wait for acknowledgement',
  0xb0: 'remote node problem due to download',
  0xc0: 'wait for acknowledgement',
  0xf0: 'error in extended status',
};

/** Chapter 8: EXT STS, for command 0x0f. */
export const extendedStatuses: Readonly<Record<number, string>> = {
  0x01: 'illegal value in a field',
  0x02: 'too few address levels',
  0x03: 'too many address levels',
  0x04: 'symbol not found',
  0x05: 'improper symbol',
  0x06: 'address not usable',
  0x07: 'wrong file size',
  0x08: 'situation has changed',
  0x09: 'data or file too large',
  0x0a: 'size plus address too large',
  0x0b: 'access denied',
  0x0c: 'resource not available',
  0x0d: 'resource already available',
  0x0e: 'command cannot be executed',
  0x0f: 'histogram overflow',
  0x10: 'no access',
  0x11: 'illegal data type',
  0x12: 'invalid parameter or data',
  0x13: 'reference to deleted area',
  0x14: 'execution failed for unknown reason',
  0x15: 'data conversion error',
  0x16: 'scanner cannot reach adapter',
  0x17: 'type mismatch',
  0x18: 'invalid response of a module',
  0x19: 'duplicate label',
  0x1a: 'file open by another node',
  0x1b: 'program owned by another node',
  0x1e: 'data table element protected',
  0x1f: 'temporary internal problem',
  0x22: 'remote rack fault',
  0x23: 'timeout',
  0x24: 'unknown error',
};

export const EXTENDED = 0xf0;
const REMOTE = 0xf0;

export const refusals = new Refusals('pccc');
const byStatus = refusals.numbered(statuses);
const byExtended = refusals.numbered(extendedStatuses);

/** @param extended -1 without */
export function refusalOf(status: number, extended: number): Refusal {
  if ((status & REMOTE) === EXTENDED && extended >= 0) return byExtended(extended);
  return byStatus(status & REMOTE || status);
}

export function statusName(status: number): string | undefined {
  return statuses[status & REMOTE || status];
}
