import { u16leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import {
  type AdeMessage,
  HEADER,
  kinds,
  LENGTH_AT,
  LONGEST_NAME,
  LOOK_UP,
  readAde,
  VERSION,
} from './message.ts';
import { PREFIX } from './names.ts';
import { AdeSession } from './session.ts';

const prefix = new TextEncoder().encode(PREFIX);

/** How PC WORX and other tools for ProConOS embedded CLR call what a controller offers. */
export const adeRemoting: Dissector<AdeMessage> = {
  name: 'ade-remoting',
  title: 'Ade.Remoting (ProConOS embedded CLR)',
  reference: 'No public specification; calls of published tools, numbers as headers of KW-Software have them',
  industrial: true,
  carriers: [{ on: 'tcp', at: [41_100] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'ade-remoting.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'ade-remoting.answers' },
  },

  recognises(bytes, start, end, expected) {
    if (end - start < HEADER) return expected && mayBe(bytes, start, end) ? PERHAPS : NOT_OURS;
    if (!isHeader(bytes, start)) return NOT_OURS;
    return expected || asksForService(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!mayBe(bytes, start, end)) return LOST;
    if (end - start < LENGTH_AT + 2) return 0;
    return isHeader(bytes, start) ? HEADER + u16leAt(bytes, start + LENGTH_AT) : LOST;
  },

  read(reader, { context }) {
    const known = context && { name: String(context['name']), isState: context['state'] === 1 };
    return readAde(reader, known);
  },

  begin: (capture) => new AdeSession(capture),
};

function mayBe(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === VERSION && (end - start < 2 || bytes[start + 1] === 0);
}

function isHeader(bytes: Uint8Array, start: number): boolean {
  return u16leAt(bytes, start) === VERSION && u16leAt(bytes, start + 2) in kinds;
}

/** Header and calls say too little elsewhere; the names of services say all. */
function asksForService(bytes: Uint8Array, start: number, end: number): boolean {
  const length = u16leAt(bytes, start + LENGTH_AT);
  const name = start + HEADER;
  return (
    u16leAt(bytes, start + 2) === LOOK_UP &&
    length <= LONGEST_NAME &&
    end - name >= prefix.length &&
    prefix.every((letter, at) => bytes[name + at] === letter)
  );
}
