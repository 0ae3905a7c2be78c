import { type Dissector, type Here, NOT_OURS, OURS } from '../../dissector.ts';
import { type Head, readHead } from '../http/head.ts';

const PORT = 1900;
/** UPnP Device Architecture 2.0, 1.2 and 1.3. */
const NOTIFY = 'NOTIFY * HTTP/1.1';
const SEARCH = 'M-SEARCH * HTTP/1.1';
const ANSWER = 'HTTP/1.1 200 OK';
const starts = [NOTIFY, SEARCH, ANSWER].map((text) => new TextEncoder().encode(text));

export const ssdp: Dissector<Head> = {
  name: 'ssdp',
  title: 'SSDP (UPnP)',
  reference: 'UPnP Device Architecture 2.0, section 1',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],

  recognises(bytes, start, end, expected) {
    // An answer may be to anything else that is asked in HTTP over UDP.
    for (let i = 0; i < (expected ? 3 : 2); i++) if (beginsWith(bytes, start, end, starts[i]!)) return OURS;
    return NOT_OURS;
  },

  read(reader) {
    const head = readHead(reader);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'body');
    return head;
  },

  begin: () => ({
    message(here, bytes, start, end) {
      const { start: line, fields } = readHead(here.reader.reset(bytes, start, end));
      const searches = line === SEARCH;
      here.turn(searches ? 'request' : 'reply');
      here.fact(here.source, 'software', fields.get('server') ?? fields.get('user-agent') ?? '');
      if (!searches) announced(here, fields.get('nt') ?? fields.get('st') ?? '');
    },
  }),
};

function announced(here: Here, kind: string): void {
  // urn:schemas-upnp-org:device:InternetGatewayDevice:1
  const device = /^urn:[^:]{1,80}:device:([^:]{1,80}):\d/.exec(kind)?.[1] ?? '';
  here.fact(here.source, 'deviceType', device);
  if (device === 'InternetGatewayDevice') here.role(here.source, 'router', 'stated', 'ssdp.internet-gateway');
}

function beginsWith(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start < text.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}
