import type { RunParams } from '@busbar/contract';
import { isPrivate } from '@busbar/dissect';

import { type Analyser, shown, type Suggested } from './analyser.ts';
import { linesOf, type Moment, momentIn } from './log-lines.ts';
import { indicator } from './network-capture.ts';

/** Beyond, what is like nothing before is only counted. */
const MOST_GROUPS = 20_000;
const MOST_INDICATORS = 200;
/** The same thing again within ten minutes is the same event, counted. */
const GAP = 600_000_000;

/** By its TCP or UDP port: what speaks to controllers, and what lets somebody in. Of IANA's list, and of the vendors' manuals. */
const services: Readonly<Record<number, { name: string; control: boolean }>> = {
  102: { name: 'S7comm, MMS', control: true },
  502: { name: 'Modbus', control: true },
  789: { name: 'Crimson', control: true },
  1911: { name: 'Niagara Fox', control: true },
  1962: { name: 'PCWorx', control: true },
  2404: { name: 'IEC 104', control: true },
  4840: { name: 'OPC UA', control: true },
  5007: { name: 'MELSEC', control: true },
  9600: { name: 'FINS', control: true },
  18245: { name: 'GE SRTP', control: true },
  20000: { name: 'DNP3', control: true },
  44818: { name: 'EtherNet/IP', control: true },
  47808: { name: 'BACnet', control: true },
  22: { name: 'SSH', control: false },
  23: { name: 'Telnet', control: false },
  3389: { name: 'RDP', control: false },
  5900: { name: 'VNC', control: false },
  5938: { name: 'TeamViewer', control: false },
};

/** A connection as a firewall tells it. */
interface Flow {
  readonly source: string;
  readonly target: string;
  readonly port: number | undefined;
  readonly protocol: string;
  readonly verdict: 'allowed' | 'denied' | 'seen';
}

interface Group {
  readonly flow: Flow | undefined;
  readonly text: string;
  readonly precision: Suggested['precision'];
  readonly line: number;
  readonly from: number;
  to: number;
  count: number;
}

/**
 * Logs of firewalls, in W3C extended format, as a table with a heading, or as `key=value`; and lines of any log that tell
 * a time. What repeats is one observation with a count.
 */
export const textLog: Analyser = {
  id: 'text-log',
  async analyse(file, params, onProgress) {
    const book = new Book();
    let columns: Columns | undefined;
    let [read, timed] = [0, 0];
    for await (const { text, number } of linesOf(file.all(), onProgress)) {
      if (!text.trim()) continue;
      read++;
      const heading = columnsIn(text, number);
      if (heading) {
        columns = heading;
        continue;
      }
      if (text.startsWith('#')) continue;
      const moment = momentOf(text, columns, params);
      if (!moment) continue;
      timed++;
      book.add(moment, flowIn(text, columns), text, number);
    }
    return {
      observations: book.told(),
      notes: [
        {
          code: 'log-lines',
          params: { read, timed, skipped: book.skipped },
          text: `${timed} of ${read} lines tell a time`,
        },
      ],
    };
  },
};

/** What was read, brought together: it grows with what there is to tell and not with the file. */
class Book {
  skipped = 0;
  readonly #groups: Group[] = [];
  readonly #latest = new Map<string, Group>();

  add({ at, precision, rest }: Moment, flow: Flow | undefined, line: string, number: number): void {
    const key = flow ? JSON.stringify(flow) : rest.replaceAll(/\d+/g, '#').slice(0, 300);
    const latest = this.#latest.get(key);
    if (latest && at >= latest.from && at - latest.to < GAP) {
      latest.to = Math.max(latest.to, at);
      latest.count++;
      return;
    }
    if (this.#groups.length === MOST_GROUPS) {
      this.skipped++;
      return;
    }
    const text = flow ? '' : shown(rest || line);
    const group = { flow, text, precision, line: number, from: at, to: at, count: 1 };
    this.#latest.set(key, group);
    this.#groups.push(group);
  }

  /** What speaks to controllers, what lets somebody in, then all else; each in the order of time. */
  told(): Suggested[] {
    const ranked = this.#groups
      .map((group, place) => ({ group, place, rank: rankOf(group.flow) }))
      .sort((a, b) => a.rank - b.rank || a.group.from - b.group.from || a.place - b.place)
      .map(({ group }) => group);
    return [...this.#outside(ranked), ...ranked.map(suggestionOf)];
  }

  #outside(groups: readonly Group[]): Suggested[] {
    const found = new Map<string, Suggested>();
    for (const { flow, from, to, precision, line } of groups) {
      if (!flow || flow.verdict === 'denied') continue;
      for (const address of [flow.source, flow.target]) {
        if (isPrivate(address) || found.has(address) || found.size === MOST_INDICATORS) continue;
        found.set(address, indicator(address, { from, to, precision }, `line ${line}`));
      }
    }
    return [...found.values()];
  }
}

function rankOf(flow: Flow | undefined): number {
  const service = flow?.port === undefined ? undefined : services[flow.port];
  if (service) return service.control ? 0 : 1;
  return flow ? 3 : 2;
}

function suggestionOf({ flow, text, line, from, to, precision, count }: Group): Suggested {
  const common = { from, to, precision, place: `line ${line}`, confidence: 'stated' as const, count };
  if (!flow)
    return {
      kind: 'logEvent',
      ...common,
      what: { code: 'log.line', params: { text }, text },
      addresses: addressesIn(text),
      techniques: [],
    };
  const { source, target, port, protocol, verdict } = flow;
  const service = (port !== undefined && services[port]) || undefined;
  const where = port === undefined ? protocol : `${protocol} ${port}`;
  // Somebody outside was let in to where one signs in (External Remote Services).
  const isLetIn = verdict === 'allowed' && service && !service.control && !isPrivate(source);
  return {
    kind: 'flow',
    ...common,
    what: {
      code: `flow.${verdict}`,
      params: { source, target, where, service: service?.name ?? '' },
      text: `${source} to ${target}, ${where}${service ? ` (${service.name})` : ''}: ${verdict}`,
    },
    addresses: [source, target],
    techniques: isLetIn ? ['T0822'] : [],
  };
}

type Field = 'time' | 'date' | 'action' | 'protocol' | 'source' | 'target' | 'port';

interface Columns {
  readonly separator: RegExp;
  readonly places: Partial<Record<Field, number>>;
}

/** As tables of firewalls head their columns. */
const headings: Record<Field, RegExp> = {
  date: /^date$/,
  time: /^(?:time|timestamp|datetime|receive[ _]?time|date[ _]?time)$/,
  action: /^(?:action|verdict|policy[ _]?action|disposition)$/,
  protocol: /^(?:protocol|proto|ip[ _]?protocol|service[ _]?protocol)$/,
  source: /^(?:src[-_ ]?ip|source(?:[-_ ]?(?:ip|address))?|src|c-ip|source[-_ ]?addr)$/,
  target: /^(?:dst[-_ ]?ip|dest(?:ination)?(?:[-_ ]?(?:ip|address))?|dst|s-ip|dest[-_ ]?addr)$/,
  port: /^(?:dst[-_ ]?port|dest(?:ination)?[-_ ]?port|dpt|dport|port|s-port)$/,
};

function columnsIn(line: string, number: number): Columns | undefined {
  const w3c = /^#Fields:\s*(.+)$/i.exec(line);
  if (w3c) return columnsOf(w3c[1]!.trim().split(/\s+/), /\s+/);
  if (number > 5) return undefined;
  const separator = [/\t/, /;/, /,/].find((one) => line.split(one).length > 2);
  return separator && columnsOf(line.split(separator), separator);
}

function columnsOf(names: readonly string[], separator: RegExp): Columns | undefined {
  const places: Columns['places'] = {};
  for (const [place, name] of names.entries())
    for (const [field, pattern] of Object.entries(headings) as [Field, RegExp][])
      if (pattern.test(unquoted(name).toLowerCase())) places[field] ??= place;
  return places.source !== undefined && places.target !== undefined ? { separator, places } : undefined;
}

const unquoted = (cell: string) => cell.trim().replace(/^"(.*)"$/s, '$1');

function cellsOf(line: string, { separator, places }: Columns) {
  const cells = line.split(separator);
  return (field: Field) => {
    const place = places[field];
    const cell = place === undefined ? '' : unquoted(cells[place] ?? '');
    return cell === '-' ? '' : cell;
  };
}

function momentOf(line: string, columns: Columns | undefined, params: RunParams): Moment | undefined {
  if (!columns)
    return momentIn(
      keyed(line, 'date') ? `${keyed(line, 'date')} ${keyed(line, 'time')} ${line}` : line,
      params,
    );
  const cell = cellsOf(line, columns);
  return momentIn(`${cell('date')} ${cell('time')}`.trim(), params) ?? momentIn(line, params);
}

function flowIn(line: string, columns: Columns | undefined): Flow | undefined {
  const of = columns ? cellsOf(line, columns) : keysOf(line);
  const [source, target] = [of('source'), of('target')];
  if (!isAddress(source) || !isAddress(target)) return undefined;
  const port = Number(of('port'));
  return {
    source,
    target,
    port: Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined,
    protocol: protocolOf(of('protocol')),
    verdict: verdictOf(of('action') || (columns ? '' : line)),
  };
}

/** `SRC=10.1.0.5 DST=10.1.0.11 PROTO=TCP DPT=102` of a packet filter, `srcip=… dstip=… dstport=…` of an appliance. */
const keys: Record<Field, readonly string[]> = {
  date: ['date'],
  time: ['time'],
  action: ['action', 'act'],
  protocol: ['proto', 'protocol', 'service_proto'],
  source: ['src', 'srcip', 'src_ip', 'source'],
  target: ['dst', 'dstip', 'dst_ip', 'destination'],
  port: ['dpt', 'dstport', 'dst_port', 'dport'],
};

const keysOf = (line: string) => (field: Field) =>
  keys[field].map((key) => keyed(line, key)).find(Boolean) ?? '';

function keyed(line: string, key: string): string {
  const found = new RegExp(`(?:^|[\\s,;])${key}=(?:"([^"]{0,200})"|([^\\s,;]{0,200}))`, 'i').exec(line);
  return found?.[1] ?? found?.[2] ?? '';
}

const numbers: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp' };

function protocolOf(said: string): string {
  const plain = said.toLowerCase();
  return numbers[plain] ?? (/^[a-z][a-z0-9-]{0,15}$/.test(plain) ? plain : 'ip');
}

function verdictOf(said: string): Flow['verdict'] {
  if (/\b(?:drop|deny|denied|block|blocked|reject|rejected|discard)\b/i.test(said)) return 'denied';
  if (/\b(?:allow|allowed|accept|accepted|permit|permitted|pass|open|open-inbound)\b/i.test(said))
    return 'allowed';
  return 'seen';
}

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/;
const ipv6 = /^(?=.*:.*:)[0-9a-f:]{2,39}$/i;
const isAddress = (text: string) => ipv4.test(text) || ipv6.test(text);

function addressesIn(text: string): string[] {
  const found = text.match(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g) ?? [];
  return [...new Set(found.filter(isAddress))].slice(0, 8);
}
