import { basename } from 'node:path';

import type { Cell } from '@busbar/contract';
import { type Detected, type Device, type Report, wordsFor } from '@busbar/dissect';

import type { LookedFor } from './brought.ts';
import type { Finding } from './warnings.ts';

export interface Analysed {
  readonly file: string;
  readonly report: Report;
  readonly lookedFor: LookedFor;
  readonly warnings: readonly Finding[];
  /** From the baseline, where there is one. */
  readonly differences?: readonly Detected[];
}

/** A table with the file in its first column. */
export interface Sheet {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

export function detections(done: readonly Analysed[]): Sheet {
  return detectedSheet(
    done.map((analysed) => [analysed, [...(analysed.differences ?? []), ...analysed.report.detections]]),
  );
}

export function detectedSheet(
  told: readonly (readonly [of: Pick<Analysed, 'file' | 'lookedFor'>, detected: readonly Detected[]])[],
): Sheet {
  return {
    head: [
      'file',
      'severity',
      'first seen',
      'what',
      'source',
      'target',
      'count',
      'refused',
      'certainty',
      'techniques',
      'packets',
    ],
    rows: told.flatMap(([{ file, lookedFor }, all]) =>
      all.map((detected) => [
        basename(file),
        detected.severity,
        time(detected.first),
        wordsFor(detected.id, 'en', lookedFor.all).title,
        detected.source?.address ?? '*',
        detected.target?.address ?? '*',
        detected.count,
        detected.refused || '',
        detected.certainty,
        detected.techniques.join(' '),
        detected.evidence
          .slice(0, 4)
          .map(({ at }) => at.packet)
          .join(' '),
      ]),
    ),
  };
}

export function devices(done: readonly Analysed[]): Sheet {
  return {
    head: [
      'file',
      'name',
      'role',
      'vendor',
      'product',
      'order number',
      'firmware',
      'serial',
      'addresses',
      'macs',
      'protocols',
      'certainty',
      'packet',
    ],
    rows: done.flatMap(({ file, report }) =>
      report.devices.map((device) => [
        basename(file),
        device.names[0] ?? '',
        device.roles[0]?.role ?? 'unknown',
        best(device, 'vendor')?.value,
        (best(device, 'product') ?? best(device, 'model'))?.value,
        best(device, 'orderNumber')?.value,
        best(device, 'firmware')?.value,
        best(device, 'serial')?.value,
        device.addresses.join(' '),
        device.macs.join(' '),
        device.protocols.join(' '),
        (best(device, 'product') ?? best(device, 'vendor'))?.certainty,
        (best(device, 'product') ?? best(device, 'vendor'))?.at?.packet,
      ]),
    ),
  };
}

/** Facts come with the best source first. */
function best(device: Device, field: string) {
  return device.facts.find((fact) => fact.field === field);
}

export function operations(done: readonly Analysed[], onlyDangerous = false): Sheet {
  return {
    head: ['file', 'first seen', 'count', 'what', 'source', 'target', 'refused', 'techniques', 'packet'],
    rows: done.flatMap(({ file, report }) =>
      report.operations
        .filter(({ dangerous }) => dangerous || !onlyDangerous)
        .map((operation) => [
          basename(file),
          time(operation.first),
          operation.count,
          operation.samples[0]?.text ?? operation.text,
          operation.source.address,
          operation.target.address,
          operation.refused.map(({ text, count }) => `${count}× ${text}`).join('; '),
          operation.techniques.join(' '),
          operation.samples[0]?.at.packet,
        ]),
    ),
  };
}

export function conversations(done: readonly Analysed[], most = Infinity): Sheet {
  return {
    head: [
      'file',
      'from',
      'to',
      'protocol',
      'port',
      'packets',
      'bytes',
      'messages',
      'first seen',
      'last seen',
    ],
    rows: done.flatMap(({ file, report }) =>
      report.conversations
        .slice(0, most)
        .map((talk) => [
          basename(file),
          talk.from.address,
          talk.to.address,
          talk.protocol ?? talk.transport,
          talk.port,
          talk.packets + talk.packetsBack,
          talk.bytes + talk.bytesBack,
          talk.messages,
          time(talk.first),
          time(talk.last),
        ]),
    ),
  };
}

export function variables(done: readonly Analysed[], { most = Infinity, onlySet = false } = {}): Sheet {
  return {
    head: [
      'file',
      'device',
      'protocol',
      'name',
      'values',
      'sets',
      'changes',
      'first',
      'last',
      'least',
      'most',
      'least set',
      'most set',
      'set by',
      'first seen',
      'last seen',
    ],
    rows: done.flatMap(({ file, report }) =>
      report.variables
        .filter(({ sets }) => sets > 0 || !onlySet)
        .slice(0, most)
        .map((variable) => [
          basename(file),
          variable.device.address,
          variable.protocol,
          variable.name,
          variable.count,
          variable.sets,
          variable.changes,
          variable.first.value,
          variable.last.value,
          ...variable.range,
          ...(variable.setRange ?? ['', '']),
          variable.setters.map(({ by }) => by.address).join(' '),
          time(variable.first.time),
          time(variable.last.time),
        ]),
    ),
  };
}

export function transfers(done: readonly Analysed[], most = Infinity): Sheet {
  return {
    head: [
      'file',
      'first seen',
      'kind',
      'name',
      'bytes',
      'complete',
      'way',
      'device',
      'other',
      'protocol',
      'last seen',
      'packet',
    ],
    rows: done.flatMap(({ file, report }) =>
      report.transfers
        .slice(0, most)
        .map((carried) => [
          basename(file),
          time(carried.first),
          carried.kind,
          carried.name,
          carried.bytes,
          carried.complete ? 'yes' : 'no',
          carried.way,
          carried.device.address,
          carried.other.address,
          carried.protocol,
          time(carried.last),
          carried.at.packet,
        ]),
    ),
  };
}

/** The secrets themselves are kept nowhere. */
export function credentials(done: readonly Analysed[], most = Infinity): Sheet {
  return {
    head: [
      'file',
      'first seen',
      'count',
      'scheme',
      'user',
      'length of the secret',
      'source',
      'target',
      'protocol',
      'last seen',
      'packet',
    ],
    rows: done.flatMap(({ file, report }) =>
      report.credentials
        .slice(0, most)
        .map((signIn) => [
          basename(file),
          time(signIn.first),
          signIn.count,
          signIn.scheme,
          signIn.user,
          signIn.secret,
          signIn.source.address,
          signIn.target.address,
          signIn.protocol,
          time(signIn.last),
          signIn.at.packet,
        ]),
    ),
  };
}

export function warnings(done: readonly Analysed[]): Sheet {
  return {
    head: ['file', 'certainty', 'device', 'advisory', 'product', 'title', 'because', 'look up'],
    rows: done.flatMap(({ file, warnings }) =>
      warnings.map((warning) => [
        basename(file),
        warning.certainty,
        warning.device,
        warning.advisory,
        warning.product,
        warning.title,
        warning.because.map(({ text }) => text).join('; '),
        warning.lookUp.map(({ text }) => text).join('; '),
      ]),
    ),
  };
}

const time = (microseconds: number) => new Date(microseconds / 1000).toISOString().replace('.000Z', 'Z');
