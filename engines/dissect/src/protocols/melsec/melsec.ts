import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import {
  askedFrom,
  type Frame,
  headerOf,
  isReplyShape,
  lengthIn,
  numberAt,
  readFrame,
  type Shape,
  shapeAt,
} from './frame.ts';
import { isMessage1E, lengthOf1E, readFrame1E, recognises1E } from './frame-1e.ts';
import { operations } from './operations.ts';
import { refusals } from './refusals.ts';
import { MelsecSession } from './session.ts';

/** Free to choose; these are what manuals and tools propose. */
const PORTS = [5000, 5001, 5006, 5007, 5010, 61_450, 61_451];
const LONGEST = 16_384;
const LAST_NETWORK = 239;
const LAST_STATION = 31;

export const melsec: Dissector<Frame> = {
  name: 'melsec',
  title: 'MELSEC (SLMP, MC protocol)',
  reference: 'Mitsubishi Electric SH(NA)-080956ENG (SLMP), SH(NA)-080008 (MC protocol)',
  industrial: true,
  carriers: [
    { on: 'tcp', at: PORTS },
    { on: 'udp', at: PORTS },
  ],
  claims: [],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'melsec.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'melsec.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const is1E = recognises1E(bytes, start, end, expected);
    if (is1E !== NOT_OURS) return is1E;
    if (end - start < 2) return NOT_OURS;
    const shape = shapeAt(bytes, start);
    if (!shape || !isFixed(bytes, start, end, shape)) return NOT_OURS;
    if (end - start < headerOf(shape) + (shape.ascii ? 4 : 2)) return expected ? PERHAPS : NOT_OURS;
    return isWhole(bytes, start, end, shape, expected) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (end - start < 2) return 0;
    if (isMessage1E(bytes, start, end)) return lengthOf1E(bytes, start, end);
    const shape = shapeAt(bytes, start);
    if (!shape || !isFixed(bytes, start, end, shape)) return LOST;
    if (end - start < headerOf(shape)) return 0;
    const length = lengthIn(bytes, start, shape);
    return isLength(length, shape) ? headerOf(shape) + length : LOST;
  },

  read(reader, { context }) {
    const asked = context?.['asked'];
    const known = typeof asked === 'string' ? askedFrom(asked) : undefined;
    const head = reader.peekBytes(2);
    return isMessage1E(head, 0, head.length) ? readFrame1E(reader, known) : readFrame(reader, known);
  },

  begin: (capture) => new MelsecSession(capture),
};

/** The second half of the subheader, as far as it is there. */
function isFixed(bytes: Uint8Array, start: number, end: number, { ascii }: Shape): boolean {
  if (!ascii) return true;
  for (let at = start + 2; at < Math.min(end, start + 4); at++) if (bytes[at] !== 0x30) return false;
  return true;
}

function isLength(length: number, shape: Shape): boolean {
  const least = (isReplyShape(shape) ? 2 : 6) * (shape.ascii ? 2 : 1);
  return length >= least && length <= LONGEST;
}

/** A command there is; elsewhere than expected also a route there can be, and nothing before or behind. */
function isWhole(bytes: Uint8Array, start: number, end: number, shape: Shape, expected: boolean): boolean {
  const length = lengthIn(bytes, start, shape);
  if (!isLength(length, shape)) return false;
  const header = headerOf(shape);
  if (!expected && (end - start !== header + length || !isRoute(bytes, start, shape))) return false;
  if (isReplyShape(shape)) return true;
  if (end - start < header + (shape.ascii ? 8 : 4)) return expected;
  const at = start + header + (shape.ascii ? 4 : 2);
  const command = numberAt(bytes, at, shape.ascii);
  return command in operations || (expected && command > 0);
}

/** Own network and station, or one of a network there can be, and a module there can be. */
function isRoute(bytes: Uint8Array, start: number, { ascii, lengthAt }: Shape): boolean {
  if (ascii) return true;
  const at = start + lengthAt - 5;
  const module = bytes[at + 2]! | (bytes[at + 3]! << 8);
  return bytes[at]! <= LAST_NETWORK && module <= 0x3ff && bytes[at + 4]! <= LAST_STATION;
}
