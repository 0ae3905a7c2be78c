import { u16leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import {
  ADDITIONAL_AT,
  type AdeMessage,
  HEADER,
  LENGTH_AT,
  LONGEST_ADDITIONAL,
  LONGEST_NAME,
  LOOK_UP,
  NOT_FIRST,
  NOT_LAST,
  readAde,
  VERSION,
} from './message.ts';
import { PREFIX } from './names.ts';
import { refusals } from './refusals.ts';
import { AdeSession, PIECES_CARRIER } from './session.ts';

const HIGHEST_ERROR = 0xff;

const prefix = new TextEncoder().encode(PREFIX);

/** How PC WORX and other tools for ProConOS embedded CLR call what a controller offers. */
export const adeRemoting: Dissector<AdeMessage> = {
  name: 'ade-remoting',
  title: 'Ade.Remoting (ProConOS embedded CLR)',
  reference: 'No public specification; calls of published tools, numbers as headers of KW-Software have them',
  industrial: true,
  carriers: [{ on: 'tcp', at: [41_100] }, { on: PIECES_CARRIER }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'ade-remoting.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'ade-remoting.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (end - start < HEADER) return expected && mayBe(bytes, start, end) ? PERHAPS : NOT_OURS;
    if (!isHeader(bytes, start)) return NOT_OURS;
    return expected || asksForService(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!mayBe(bytes, start, end)) return LOST;
    if (end - start < LENGTH_AT + 2) return 0;
    if (!isHeader(bytes, start)) return LOST;
    return HEADER + u16leAt(bytes, start + ADDITIONAL_AT) + u16leAt(bytes, start + LENGTH_AT);
  },

  read(reader, { context }) {
    const known = context && {
      name: String(context['name']),
      answers: context['answers'] === 1,
      attributes: String(context['attributes']).split(',').filter(Boolean).map(Number),
    };
    return readAde(reader, known);
  },

  begin: (capture) => new AdeSession(capture),
};

function mayBe(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === VERSION && (end - start < 2 || bytes[start + 1]! <= (NOT_FIRST | NOT_LAST));
}

/** By which numbers errors are told nobody said, but that they are above those of commands. */
function isHeader(bytes: Uint8Array, start: number): boolean {
  return (
    mayBe(bytes, start, start + 2) &&
    u16leAt(bytes, start + 2) <= HIGHEST_ERROR &&
    u16leAt(bytes, start + ADDITIONAL_AT) <= LONGEST_ADDITIONAL
  );
}

/** Header and calls say too little elsewhere; the names of services say all. */
function asksForService(bytes: Uint8Array, start: number, end: number): boolean {
  const length = u16leAt(bytes, start + LENGTH_AT);
  const name = start + HEADER;
  return (
    bytes[start + 1] === 0 &&
    u16leAt(bytes, start + 2) === LOOK_UP &&
    u16leAt(bytes, start + ADDITIONAL_AT) === 0 &&
    length <= LONGEST_NAME &&
    end - name >= prefix.length &&
    prefix.every((letter, at) => bytes[name + at] === letter)
  );
}
