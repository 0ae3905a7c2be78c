import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { type Cell, csvLine } from '@busbar/contract';
import {
  analyse,
  type Baseline,
  compare,
  type Detected,
  detections as catalogue,
  type Device,
  learn,
  merge,
  NotACapture,
  nothingLearnt,
  type Report,
} from '@busbar/dissect';

import { table } from './table.ts';
import { argumentsOf, UsageError } from './usage.ts';
import { advisoriesIn, type Finding, warningsFor } from './warnings.ts';

const usage = `busbar analyse FILE… [--json | --csv=TABLE] [--advisories PATH] [--learn BASE | --baseline BASE]

  FILE              pcap or pcapng, gzip or zstd or neither, by content; - is standard input
  --json            the whole report, as docs/analysis.schema.json describes it; several files make an array
  --csv=TABLE       one table as CSV, with the file in the first column: detections, devices, conversations,
                    operations or warnings
  --advisories PATH a CSAF document or a folder of them: what they say about the devices that were seen
  --learn BASE      adds what is usual in these captures to the baseline in the file BASE, made if need be
  --baseline BASE   tells what in these captures is not as that baseline has it`;

const tables = { detections, devices, conversations, operations, warnings } as const;

interface Analysed {
  readonly file: string;
  readonly report: Report;
  readonly warnings: readonly Finding[];
  /** From the baseline, where there is one. */
  readonly differences?: readonly Detected[];
}

export async function analyseCommand(args: string[]): Promise<number> {
  const { values, positionals: files } = argumentsOf(usage, {
    args,
    options: {
      json: { type: 'boolean' },
      csv: { type: 'string' },
      advisories: { type: 'string' },
      learn: { type: 'string' },
      baseline: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || files.length === 0) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (values.csv !== undefined && !Object.hasOwn(tables, values.csv))
    throw new UsageError(`There is no table ${values.csv}.\n\n${usage}`);
  const index = values.advisories === undefined ? undefined : await advisoriesIn(values.advisories);

  if (values.learn !== undefined && values.baseline !== undefined)
    throw new UsageError(`Either learn a baseline or compare with one.\n\n${usage}`);
  let learnt = values.learn === undefined ? undefined : await baselineIn(values.learn, nothingLearnt);
  const baseline = values.baseline === undefined ? undefined : await baselineIn(values.baseline);

  const done: Analysed[] = [];
  let failed = false;
  for (const file of files) {
    try {
      const report = await read(file);
      const warnings = index ? warningsFor(report, index) : [];
      const differences = baseline ? compare(baseline, report) : undefined;
      const analysed = { file, report, warnings, ...(differences && { differences }) };
      if (learnt) learnt = merge(learnt, learn(report));
      done.push(analysed);
      if (!values.json && !values.csv) console.log(`${describe(analysed, index !== undefined)}\n`);
    } catch (error) {
      failed = true;
      console.error(`${file}: ${reasonOf(error)}`);
    }
  }
  if (learnt && done.length > 0) await writeFile(values.learn!, `${JSON.stringify(learnt, null, 1)}\n`);
  if (values.json)
    console.log(JSON.stringify(files.length === 1 ? done[0] && asJson(done[0]) : done.map(asJson), null, 1));
  if (values.csv) process.stdout.write(asCsv(values.csv as keyof typeof tables, done));
  return failed ? 1 : 0;
}

/** @param otherwise what a file holds that is not there yet */
async function baselineIn(file: string, otherwise?: Baseline): Promise<Baseline> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && otherwise) return undefined;
    throw new UsageError(`${file}: ${reasonOf(error)}`);
  });
  if (text === undefined) return otherwise!;
  try {
    const baseline = JSON.parse(text) as Baseline;
    if (baseline.version === 1) return baseline;
  } catch {
    // What is no JSON is no baseline either.
  }
  throw new UsageError(`${file} is not a baseline of this version; make one with --learn.`);
}

async function read(file: string): Promise<Report> {
  if (file === '-') return analyse(process.stdin as AsyncIterable<Uint8Array>);
  const { size } = await stat(file);
  const onProgress = process.stderr.isTTY ? progressOver(basename(file), size) : undefined;
  const report = await analyse(
    createReadStream(file, { highWaterMark: 1 << 19 }) as AsyncIterable<Uint8Array>,
    onProgress && { onProgress },
  );
  if (onProgress) process.stderr.write('\r\u001b[K');
  return report;
}

function progressOver(name: string, size: number) {
  let last = 0;
  return ({ bytes, packets }: { bytes: number; packets: number }) => {
    if (performance.now() - last < 200) return;
    last = performance.now();
    process.stderr.write(`\r${name}: ${Math.floor((100 * bytes) / Math.max(size, 1))} %, ${packets} packets`);
  };
}

function reasonOf(error: unknown): string {
  if (error instanceof NotACapture) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'There is no such file.';
  if (code === 'EISDIR') return 'This is a folder; give the captures in it.';
  if (code === 'EACCES') return 'This file may not be read by you.';
  return message;
}

const asJson = ({ file, report, ...rest }: Analysed) => ({ file: basename(file), ...report, ...rest });

function describe(analysed: Analysed, matched: boolean): string {
  const { file, report } = analysed;
  const dangerous = report.operations.filter(({ dangerous }) => dangerous);
  const parts = [
    `${file}\n${report.format}, ${report.packets} packets over ${seconds(report.duration)}, ${report.devices.length} devices, ${dangerous.length} kinds of dangerous operations`,
    ...report.problems.map(({ text }) => `! ${text}`),
    ...(analysed.differences ? [section('Not as usual', detectedSheet([[file, analysed.differences]]))] : []),
    section('Detections', detectedSheet([[file, report.detections]])),
    section('Devices', devices([analysed])),
    section('Dangerous operations', operations([analysed], true)),
    ...(matched ? [section('Warnings', warnings([analysed]))] : []),
    section('Who talks to whom', conversations([analysed], 20)),
  ];
  return parts.join('\n\n');
}

function section(title: string, { head, rows }: Sheet): string {
  if (rows.length === 0) return `${title}: none`;
  return `${title}\n${table(
    head.slice(1),
    rows.map((row) => row.slice(1)),
  )}`;
}

/** A table with the file in its first column. */
interface Sheet {
  readonly head: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

function asCsv(name: keyof typeof tables, done: readonly Analysed[]): string {
  const { head, rows } = tables[name](done);
  return [head, ...rows].map(csvLine).join('');
}

function detections(done: readonly Analysed[]): Sheet {
  return detectedSheet(
    done.map(({ file, report, differences = [] }) => [file, [...differences, ...report.detections]]),
  );
}

function detectedSheet(told: readonly (readonly [file: string, detected: readonly Detected[]])[]): Sheet {
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
    rows: told.flatMap(([file, all]) =>
      all.map((detected) => [
        basename(file),
        detected.severity,
        time(detected.first),
        titleOf(detected),
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

function titleOf({ id }: Detected): string {
  return catalogue.find((detection) => detection.id === id)?.title.en ?? id;
}

function devices(done: readonly Analysed[]): Sheet {
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

function operations(done: readonly Analysed[], onlyDangerous = false): Sheet {
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

function conversations(done: readonly Analysed[], most = Infinity): Sheet {
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

function warnings(done: readonly Analysed[]): Sheet {
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

function seconds(microseconds: number): string {
  const whole = microseconds / 1e6;
  if (whole < 120) return `${whole.toFixed(whole < 10 ? 2 : 0)} s`;
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
