import { type Dissector, type Here, NOT_OURS, OURS } from '../../dissector.ts';

const PORT = 3702;
const LONGEST = 65_536;

/** What a message of WS-Discovery says: section 4 to 6. */
export interface WsdMessage {
  /** `Hello`, `Probe`, `ProbeMatches`, … */
  readonly action: string;
  readonly types: readonly string[];
  readonly scopes: readonly string[];
  readonly addresses: readonly string[];
}

export const wsd: Dissector<WsdMessage> = {
  name: 'ws-discovery',
  title: 'WS-Discovery',
  reference: 'OASIS WS-Discovery 1.1; ONVIF Core Specification, 7.3 (scopes)',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],

  recognises: (bytes, start, end, expected) =>
    expected && end - start > 64 && (bytes[start] === LESS || bytes[start] === BYTE_ORDER_MARK)
      ? OURS
      : NOT_OURS,

  read(reader) {
    const text = reader.text(Math.min(reader.remaining, LONGEST), 'envelope', 'utf-8');
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    return {
      action: /\/discovery\/(\w{1,32})<\//.exec(text)?.[1] ?? '',
      types: listIn(text, 'Types'),
      scopes: listIn(text, 'Scopes'),
      addresses: listIn(text, 'XAddrs'),
    };
  },

  begin: () => ({
    message(here, bytes, start, end) {
      const message = wsd.read(here.reader.reset(bytes, start, end), here);
      const asks = message.action === 'Probe' || message.action === 'Resolve';
      here.turn(asks ? 'request' : 'reply');
      if (!asks) described(here, message);
    },
  }),
};

const LESS = 0x3c;
const BYTE_ORDER_MARK = 0xef;

/** An element that holds a list: words between spaces. */
function listIn(text: string, element: string): string[] {
  const found = new RegExp(`<(?:\\w{1,32}:)?${element}[^>]{0,200}>([^<]{0,4096})<`).exec(text)?.[1] ?? '';
  return found.split(/\s+/).filter((word) => word !== '');
}

function described(here: Here, { types, scopes }: WsdMessage): void {
  for (const type of types) here.fact(here.source, 'deviceType', type.replace(/^\w+:/, ''));
  for (const scope of scopes) {
    const [, kind, value = ''] =
      /^onvif:\/\/www\.onvif\.org\/(name|hardware|location)\/(.{1,200})$/.exec(scope) ?? [];
    const said = decoded(value);
    if (kind === 'name') here.fact(here.source, 'name', said);
    if (kind === 'hardware') here.fact(here.source, 'model', said);
    if (kind === 'location') here.fact(here.source, 'location', said);
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
