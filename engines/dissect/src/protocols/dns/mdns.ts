import { type Dissector, type Here, NOT_OURS, OURS } from '../../dissector.ts';
import { A, AAAA, type DnsMessage, type DnsRecord, looksLikeDns, PTR, readDns, SRV } from './message.ts';

const PORT = 5353;

export const mdns: Dissector<DnsMessage> = {
  name: 'mdns',
  title: 'Multicast DNS',
  reference: 'RFC 6762; RFC 6763 (services)',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],
  recognises: (bytes, start, end, expected) =>
    expected && looksLikeDns(bytes, start, end) ? OURS : NOT_OURS,
  read: (reader) => readDns(reader),
  begin: () => ({
    message(here, bytes, start, end) {
      const { reply, records } = readDns(here.reader.reset(bytes, start, end));
      here.turn(reply ? 'reply' : 'request');
      if (reply) for (const record of records) announced(here, record);
    },
  }),
};

/** RFC 6763, 9: the name under which services are listed. */
const LIST_OF_SERVICES = '_services._dns-sd._udp.local';

/** Hosts announce what is their own. */
function announced(here: Here, { name, type, target, texts }: DnsRecord): void {
  const { source } = here;
  switch (type) {
    case A:
    case AAAA:
      return here.fact(source, 'name', hostOf(name));
    case SRV:
      here.fact(source, 'software', serviceOf(name));
      return here.fact(source, 'name', hostOf(target ?? ''));
    case PTR:
      if (name === LIST_OF_SERVICES) here.fact(source, 'software', serviceOf(`.${target ?? ''}`));
      return;
    default:
      for (const text of texts ?? []) described(here, text);
  }
}

/** `host` of `host.local`; what has more labels is a service. */
function hostOf(name: string): string {
  return /^([^._][^.]*)\.local$/i.exec(name)?.[1] ?? '';
}

/** `_http._tcp` of `Line 3._http._tcp.local`. */
function serviceOf(name: string): string {
  return /(?:^|\.)(_[\w-]+\._(?:tcp|udp))\.local$/i.exec(name)?.[1] ?? '';
}

/** Keys that device-info, printers and others put into their TXT records. */
function described(here: Here, text: string): void {
  const [, key = '', value = ''] = /^([\w-]{1,16})=(.+)$/.exec(text) ?? [];
  switch (key.toLowerCase()) {
    case 'model':
    case 'usb_mdl':
      return here.fact(here.source, 'model', value);
    case 'osxvers':
      return here.fact(here.source, 'os', `Apple, Darwin ${value}`);
    case 'usb_mfg':
    case 'manufacturer':
    case 'vendor':
      return here.fact(here.source, 'vendor', value);
    case 'ty':
      return here.fact(here.source, 'product', value);
    case 'fw':
    case 'fv':
    case 'firmware':
      return here.fact(here.source, 'firmware', value);
    case 'serialnumber':
    case 'serial':
      return here.fact(here.source, 'serial', value);
  }
}
