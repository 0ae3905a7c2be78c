import { Analysis } from '../analysis/analysis.ts';
import type { Report } from '../analysis/report.ts';
import { type TracedField, TracedReader } from '../bytes/traced-reader.ts';
import type { Carrier, Direction, Dissector } from '../dissector.ts';
import { Wire } from './wire.ts';

export const CLIENT = '192.0.2.1';
export const SERVER = '192.0.2.2';

/** What a conversation tells, held at the usual place of the first dissector. */
export function conversation(
  dissectors: readonly [Dissector, ...Dissector[]],
  parts: readonly (readonly [Direction, Uint8Array])[],
  carrier: Carrier = dissectors[0].carriers[0]!,
): Report {
  const analysis = new Analysis({ dissectors, strict: true });
  analysis.push(Wire.speaking(carrier, parts).pcap());
  return analysis.finish();
}

/** `name PUMP-HMI`, of the device with this address. */
export function factsOf({ devices }: Report, address: string): string[] {
  const device = devices.find(({ addresses, macs }) => [...addresses, ...macs].includes(address));
  return (device?.facts ?? [])
    .filter(({ protocol }) => protocol !== 'ethernet')
    .map(({ field, value }) => `${field} ${value}`);
}

/** `router dhcp.names-router`. */
export function rolesOf({ devices }: Report, address: string): string[] {
  const device = devices.find(({ addresses, macs }) => [...addresses, ...macs].includes(address));
  return (device?.roles ?? []).map(({ role, because }) => `${role} ${because}`);
}

/** `3 × modbus.write-registers: write 1 registers from 5`. */
export const operationsOf = ({ operations }: Report) =>
  operations.map(({ count, code, samples }) => `${count} × ${code}: ${samples[0]?.text ?? ''}`);

export const anomaliesOf = ({ anomalies }: Report) =>
  anomalies.map(({ code, samples }): [string, object] => [code, samples[0]!.params]);

/** What the field view shows of a message: `header (RFC 5424, 6.2)`, and beneath it ` host: HMI-3`. */
export function shownOf(
  dissector: Dissector,
  message: Uint8Array,
  direction: Direction = 'request',
): string[] {
  const reader = new TracedReader(message);
  dissector.read(reader, { direction });
  const lines = (fields: readonly TracedField[], depth: string): string[] =>
    fields.flatMap(({ field, section, value, meaning, remark, secret, children = [] }) => [
      `${depth}${field}${section === undefined ? '' : ` (${section})`}${secret ? ': secret' : ''}${
        value === undefined ? '' : `: ${value}`
      }${(meaning ?? remark) === undefined ? '' : `, ${meaning ?? remark}`}`,
      ...lines(children, `${depth} `),
    ]);
  return lines(reader.finish(), '');
}

/** `FTP operator 6`: scheme, user, length of the secret. */
export const credentialsOf = ({ credentials }: Report) =>
  credentials.map(({ scheme, user, secret }) => `${scheme} ${user} ${secret}`);

export const text = (words: string): Uint8Array => new TextEncoder().encode(words);
/** The low byte first, as Windows writes it. */
export const wide = (words: string): number[] =>
  Array.from(words).flatMap((letter) => [letter.charCodeAt(0) & 0xff, letter.charCodeAt(0) >> 8]);
