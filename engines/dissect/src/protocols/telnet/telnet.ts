import { type ByteReader, textAt } from '../../bytes/byte-reader.ts';
import { type Dissector, type Here, NOT_OURS, OURS, type Session } from '../../dissector.ts';
import { SIGN_IN } from './operations.ts';

const PORT = 23;

// RFC 854.
const COMMAND = 255;
const SUBNEGOTIATION = 250;
const SUBNEGOTIATION_END = 240;
const WILL = 251;
const DONT = 254;
const commands: Record<number, string> = {
  240: 'end of subnegotiation',
  241: 'nothing',
  [SUBNEGOTIATION]: 'subnegotiation',
  [WILL]: 'will',
  252: 'will not',
  253: 'do',
  [DONT]: 'do not',
};
const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;
/** A line that goes on longer is no prompt and no name. */
const LONGEST_LINE = 512;
const LONGEST_BANNER = 200;

export const telnet: Dissector<string> = {
  name: 'telnet',
  title: 'Telnet',
  reference: 'RFC 854',
  industrial: false,
  carriers: [{ on: 'tcp', at: [PORT] }],
  claims: [],
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'telnet.answers' } },

  recognises(bytes, start, end, expected) {
    if (!expected) return NOT_OURS;
    if (bytes[start] === COMMAND)
      return end - start < 2 || bytes[start + 1]! >= SUBNEGOTIATION_END ? OURS : NOT_OURS;
    return isText(bytes[start]!) ? OURS : NOT_OURS;
  },

  /** A command, or text up to where somebody may be expected to answer: the end of a line, or a colon. */
  messageLength(bytes, start, end) {
    if (bytes[start] === COMMAND) return commandLength(bytes, start, end);
    const stop = Math.min(end, start + LONGEST_LINE);
    for (let at = start; at < stop; at++) {
      if (bytes[at] === COMMAND) return at - start;
      if (bytes[at] === LF || bytes[at] === CR || bytes[at] === COLON) return at + 1 - start;
    }
    return stop - start === LONGEST_LINE ? LONGEST_LINE : 0;
  },

  read(reader: ByteReader, { direction }) {
    let text = '';
    while (reader.remaining > 0) {
      const bytes = reader.peekBytes(LONGEST_LINE);
      const length = telnet.messageLength!(bytes, 0, bytes.length) || bytes.length;
      if (bytes[0] === COMMAND) readCommand(reader, length);
      // A password has the same form as anything else that is typed.
      else text += direction === 'request' ? readTyped(reader, length) : reader.text(length, 'text');
    }
    return text;
  },

  begin: (capture) => new TelnetSession(capture.operation(SIGN_IN)),
};

function isText(octet: number): boolean {
  return (octet >= 0x20 && octet < 0x7f) || octet === CR || octet === LF || octet === 0x1b || octet === 0;
}

function commandLength(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 2) return 0;
  const command = bytes[start + 1]!;
  if (command === SUBNEGOTIATION) {
    for (let at = start + 2; at + 1 < Math.min(end, start + LONGEST_LINE); at++) {
      if (bytes[at] === COMMAND && bytes[at + 1] === SUBNEGOTIATION_END) return at + 2 - start;
    }
    return end - start >= LONGEST_LINE ? LONGEST_LINE : 0;
  }
  if (command < WILL || command > DONT) return 2;
  return end - start < 3 ? 0 : 3;
}

function readCommand(reader: ByteReader, length: number): void {
  reader.open('command', 'RFC 854');
  reader.u8('interpret as command');
  if (length > 1) reader.u8('command', commands);
  if (length > 2) reader.skip(length - 2, 'option');
  reader.close();
}

function readTyped(reader: ByteReader, length: number): string {
  const text = textAt(reader.peekBytes(length), 0, length);
  reader.secret(length, 'text');
  return text;
}

interface Talk {
  expects: 'user' | 'password' | undefined;
  user: string;
  typed: string;
  banner: string;
  asked: boolean;
}

class TelnetSession implements Session {
  readonly #signIn: number;

  constructor(signIn: number) {
    this.#signIn = signIn;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (bytes[start] === COMMAND) return;
    const talk = here.connection((): Talk => ({
      expects: undefined,
      user: '',
      typed: '',
      banner: '',
      asked: false,
    }));
    const text = textAt(bytes, start, end);
    if (here.direction === 'reply') heard(here, talk, text);
    else if (talk.expects) this.#typed(here, talk, text, bytes[end - 1]!);
  }

  /** What is typed comes letter by letter or as a line, and ends as one. */
  #typed(here: Here, talk: Talk, text: string, last: number): void {
    talk.typed += text;
    if (last !== CR && last !== LF) return;
    if (talk.typed === '' && talk.expects === 'user') return;
    if (talk.expects === 'user') talk.user = talk.typed.slice(0, 64);
    else {
      here.credentials('Telnet', talk.user, talk.typed.length);
      const note = here.operation(this.#signIn);
      if (here.wanted(note)) here.describe(note, { user: talk.user });
    }
    talk.typed = '';
    talk.expects = undefined;
  }
}

function heard(here: Here, talk: Talk, text: string): void {
  if (/\b(login|user ?name|user)\s*:$/i.test(text)) talk.expects = 'user';
  else if (/\bpassw\w*\s*:$/i.test(text)) talk.expects = 'password';
  else {
    // Words before the first prompt say what this is.
    const words = text.replaceAll(/[^\x20-\x7e]/g, ' ').trim();
    if (!talk.asked && talk.banner.length < LONGEST_BANNER && /\w{2}/.test(words)) talk.banner += `${words} `;
    return;
  }
  if (!talk.asked) here.fact(here.source, 'description', talk.banner.trim().slice(0, LONGEST_BANNER));
  talk.asked = true;
}
