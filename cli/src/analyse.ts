import { createReadStream } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setFlagsFromString } from 'node:v8';

import { csvLine } from '@busbar/contract';
import {
  analyse,
  type Baseline,
  compare,
  type Detection,
  learn,
  merge,
  nothingLearnt,
  type Report,
  v8Flags,
} from '@busbar/dissect';

import { detectionsOf, ownDetections } from './brought.ts';
import { extract, folderFor } from './extract.ts';
import {
  type Analysed,
  conversations,
  credentials,
  detectedSheet,
  detections,
  devices,
  operations,
  type Sheet,
  transfers,
  variables,
  warnings,
} from './sheets.ts';
import { fieldsOfPacket } from './packet.ts';
import { table } from './table.ts';
import { argumentsOf, reasonOf, UsageError } from './usage.ts';
import { advisoriesIn, warningsFor } from './warnings.ts';

const usage = `busbar analyse FILE… [--json | --csv=TABLE] [--extract DIR] [--advisories PATH]
               [--learn BASE | --baseline BASE] [--detections LIST] [--packet N]

  FILE              pcap or pcapng, gzip or zstd or neither, by content; - is standard input
  --json            the whole report, as docs/analysis.schema.json describes it; several files make an array
  --csv=TABLE       one table as CSV, with the file in the first column: detections, devices, conversations,
                    operations, variables (of the process), transfers, credentials (sign-ins in clear) or warnings
  --extract DIR     writes files and program blocks that were carried over into a new folder in DIR, one for each
                    capture, with a manifest: SHA-256, from whom to whom, packet, whether it is all. They are as they
                    were in the traffic: treat them as you would the attachment of a stranger's letter.
                    Decryption secrets that the capture itself carries are written beside them
  --advisories PATH a CSAF document or a folder of them: what they say about the devices that were seen
  --learn BASE      adds what is usual in these captures to the baseline in the file BASE, made if need be
  --baseline BASE   tells what in these captures is not as that baseline has it
  --detections LIST looks also for what another CERT looks for: a file as /api/detections/detections.json of its Busbar
                    gives it; what is told, and the JSON, names it by a hash
  --packet N        the fields of what packet N of one capture carries: offset, value, meaning, section of the standard`;

const tables = {
  detections,
  devices,
  conversations,
  operations,
  variables,
  transfers,
  credentials,
  warnings,
} as const;

export async function analyseCommand(args: string[]): Promise<number> {
  for (const flag of v8Flags) setFlagsFromString(flag);
  const { values, positionals: files } = argumentsOf(usage, {
    args,
    options: {
      json: { type: 'boolean' },
      csv: { type: 'string' },
      extract: { type: 'string' },
      advisories: { type: 'string' },
      learn: { type: 'string' },
      baseline: { type: 'string' },
      detections: { type: 'string' },
      packet: { type: 'string' },
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

  if (values.extract !== undefined) {
    if (files.includes('-'))
      throw new UsageError(
        'Standard input can be read only once; save the capture to a file to extract from it.',
      );
    await folderFor(values.extract);
  }

  if (values.packet !== undefined) {
    const packet = Number(values.packet);
    if (!Number.isSafeInteger(packet) || packet < 1 || files.length !== 1 || files[0] === '-')
      throw new UsageError(`--packet wants a number from 1 on, and one file.\n\n${usage}`);
    return tellPacket(files[0]!, packet);
  }

  const lookedFor = values.detections === undefined ? ownDetections : await detectionsOf(values.detections);
  if (lookedFor.said !== undefined) console.error(lookedFor.said);

  const done: Analysed[] = [];
  let failed = false;
  for (const file of files) {
    try {
      const report = await read(file, lookedFor.all);
      const warnings = index ? warningsFor(report, index) : [];
      const differences = baseline ? compare(baseline, report, lookedFor.all) : undefined;
      const analysed = { file, report, lookedFor, warnings, ...(differences && { differences }) };
      if (learnt) learnt = merge(learnt, learn(report));
      done.push(analysed);
      if (!values.json && !values.csv) console.log(`${describe(analysed, index !== undefined)}\n`);
      if (values.extract !== undefined) {
        const taken = await extract(file, report, values.extract);
        if (taken) console.error(`${file}: ${taken.count} of ${taken.of} written to ${taken.folder}`);
        else console.error(`${file}: nothing was carried over`);
      }
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

async function tellPacket(file: string, packet: number): Promise<number> {
  try {
    const report = await read(file);
    const fields = await fieldsOfPacket(file, report, packet);
    if (fields !== undefined) console.log(fields);
    else console.error(`${file}: it has ${report.packets} packets, and none of number ${packet}`);
    return fields === undefined ? 1 : 0;
  } catch (error) {
    console.error(`${file}: ${reasonOf(error)}`);
    return 1;
  }
}

async function read(file: string, detections: readonly Detection[] = ownDetections.all): Promise<Report> {
  if (file === '-') return analyse(process.stdin as AsyncIterable<Uint8Array>, { detections });
  const { size } = await stat(file);
  const onProgress = process.stderr.isTTY ? progressOver(basename(file), size) : undefined;
  const report = await analyse(
    createReadStream(file, { highWaterMark: 1 << 19 }) as AsyncIterable<Uint8Array>,
    { detections, ...(onProgress && { onProgress }) },
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

const asJson = ({ file, lookedFor, report, ...rest }: Analysed) => ({
  file: basename(file),
  engine: lookedFor.engine,
  ...report,
  ...rest,
});

function describe(analysed: Analysed, matched: boolean): string {
  const { file, report } = analysed;
  const dangerous = report.operations.filter(({ dangerous }) => dangerous);
  const parts = [
    `${file}\n${report.format}, ${report.packets} packets over ${seconds(report.duration)}, ${report.devices.length} devices, ${dangerous.length} kinds of dangerous operations`,
    ...report.problems.map(({ text }) => `! ${text}`),
    ...(analysed.differences
      ? [section('Not as usual', detectedSheet([[analysed, analysed.differences]]))]
      : []),
    section('Detections', detectedSheet([[analysed, report.detections]])),
    section('Devices', devices([analysed])),
    section('Dangerous operations', operations([analysed], true)),
    ...(matched ? [section('Warnings', warnings([analysed]))] : []),
    section('Files and programs carried over', transfers([analysed], 20)),
    section('Sign-ins in clear', credentials([analysed], 20)),
    section('Process values that were set', variables([analysed], { most: 20, onlySet: true })),
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

function asCsv(name: keyof typeof tables, done: readonly Analysed[]): string {
  const { head, rows } = tables[name](done);
  return [head, ...rows].map(csvLine).join('');
}

function seconds(microseconds: number): string {
  const whole = microseconds / 1e6;
  if (whole < 120) return `${whole.toFixed(whole < 10 ? 2 : 0)} s`;
  return whole < 7200 ? `${Math.round(whole / 60)} min` : `${(whole / 3600).toFixed(1)} h`;
}
