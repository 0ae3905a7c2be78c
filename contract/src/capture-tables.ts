import type { Difference } from './baselines.ts';
import type { Conversation, Device, Operation } from './captures.ts';
import { type Cell, csvLine } from './csv.ts';
import type { Credentials, Transfer, Variable } from './observations.ts';
import type { Warning } from './warnings.ts';

// What a capture shows, as tables to take away. Columns have the names they have in the API.

/** Differences from what is usual, too: they are told in the same words. */
export function detectionTable(detections: readonly Difference[]): string {
  const columns = ['firstSeen', 'lastSeen', 'severity', 'certainty', 'code', 'title'] as const;
  return csv(
    [
      ...columns,
      'source',
      'sourceAddress',
      'target',
      'targetAddress',
      'count',
      'refused',
      'techniques',
      'why',
      'now',
      'check',
      'packets',
    ],
    detections.map(({ source, target, count, refused, techniques, why, now, check, evidence, ...rest }) => [
      ...columns.map((column) => rest[column]),
      source?.name ?? '',
      source?.address ?? '',
      target?.name ?? '',
      target?.address ?? '',
      count,
      refused,
      techniques.map(({ id, name }) => `${id} ${name}`).join('; '),
      why,
      now,
      check,
      evidence.map(({ at }) => at.packet).join(' '),
    ]),
  );
}

export function variableTable(variables: readonly Variable[]): string {
  const columns = ['protocol', 'name', 'count', 'sets', 'changes', 'first', 'last'] as const;
  return csv(
    ['device', 'address', ...columns, 'least', 'most', 'leastSet', 'mostSet', 'firstSeen', 'lastSeen'],
    variables.map(({ device, range, setRange, firstSeen, lastSeen, ...rest }) => [
      device.name,
      device.address,
      ...columns.map((column) => rest[column]),
      ...range,
      ...(setRange ?? ['', '']),
      firstSeen,
      lastSeen,
    ]),
  );
}

export function transferTable(transfers: readonly Transfer[]): string {
  const columns = ['way', 'protocol', 'kind', 'name', 'bytes', 'complete', 'firstSeen', 'lastSeen'] as const;
  return csv(
    ['device', 'address', 'other', 'otherAddress', ...columns, 'packet'],
    transfers.map(({ device, other, at, ...rest }) => [
      device.name,
      device.address,
      other.name,
      other.address,
      ...columns.map((column) => rest[column]),
      at.packet,
    ]),
  );
}

export function credentialsTable(credentials: readonly Credentials[]): string {
  const columns = ['protocol', 'scheme', 'user', 'secret', 'count', 'firstSeen', 'lastSeen'] as const;
  return csv(
    ['source', 'sourceAddress', 'target', 'targetAddress', ...columns, 'packet'],
    credentials.map(({ source, target, at, ...rest }) => [
      source.name,
      source.address,
      target.name,
      target.address,
      ...columns.map((column) => rest[column]),
      at.packet,
    ]),
  );
}

export function deviceTable(devices: readonly Device[]): string {
  const columns = [
    'name',
    'role',
    'level',
    'zone',
    'addresses',
    'macs',
    'vendor',
    'product',
    'model',
    'orderNumber',
    'firmware',
    'serial',
    'certainty',
    'state',
    'protocols',
    'firstSeen',
    'lastSeen',
    'packets',
    'warnings',
  ] as const;
  return csv(
    columns,
    devices.map((device) => columns.map((column) => plain(device[column]))),
  );
}

export function conversationTable(conversations: readonly Conversation[]): string {
  const columns = [
    'protocol',
    'transport',
    'port',
    'packets',
    'bytes',
    'messages',
    'firstSeen',
    'lastSeen',
  ] as const;
  return csv(
    ['from', 'fromAddress', 'to', 'toAddress', ...columns],
    conversations.map(({ from, to, ...rest }) => [
      from.name,
      from.address,
      to.name,
      to.address,
      ...columns.map((column) => rest[column]),
    ]),
  );
}

export function operationTable(operations: readonly Operation[]): string {
  return csv(
    [
      'firstSeen',
      'lastSeen',
      'dangerous',
      'access',
      'protocol',
      'operation',
      'code',
      'source',
      'sourceAddress',
      'target',
      'targetAddress',
      'count',
      'refused',
      'techniques',
      'example',
    ],
    operations.map((operation) => [
      operation.firstSeen,
      operation.lastSeen,
      operation.dangerous,
      operation.access,
      operation.protocol,
      operation.what.text,
      operation.code,
      operation.source.name,
      operation.source.address,
      operation.target.name,
      operation.target.address,
      operation.count,
      operation.refused,
      operation.techniques.map(({ id, name }) => `${id} ${name}`).join('; '),
      operation.samples[0]?.what.text ?? '',
    ]),
  );
}

/** Who worked a warning out alone has nobody's word on its state. */
type ToldWarning = Pick<Warning, 'asset' | 'advisory' | 'product' | 'certainty' | 'because' | 'lookUp'> &
  Partial<Pick<Warning, 'state' | 'since'>>;

export function warningTable(warnings: readonly ToldWarning[]): string {
  return csv(
    [
      'device',
      'addresses',
      'vendor',
      'deviceProduct',
      'firmware',
      'advisory',
      'publisher',
      'title',
      'severity',
      'score',
      'cves',
      'product',
      'certainty',
      'because',
      'lookUp',
      'state',
      'since',
    ],
    warnings.map(({ asset, advisory, ...warning }) => [
      asset.name,
      plain(asset.addresses),
      asset.vendor,
      asset.product,
      asset.firmware,
      advisory.trackingId,
      advisory.publisher,
      advisory.title,
      advisory.severity,
      advisory.score,
      plain(advisory.cves),
      warning.product,
      warning.certainty,
      warning.because.map(({ text }) => text).join('; '),
      warning.lookUp.map(({ text }) => text).join('; '),
      warning.state,
      warning.since,
    ]),
  );
}

function plain(value: string | number | null | readonly string[]): string | number | null {
  return Array.isArray(value) ? value.join(' ') : (value as string | number | null);
}

function csv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [columns, ...rows].map(csvLine).join('');
}
