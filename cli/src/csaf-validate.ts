import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';

import { csafFileName, validate, type Validation } from '@busbar/csaf';

import { clean } from './table.ts';
import { argumentsOf } from './usage.ts';

const usage = `busbar csaf validate FILE… [--json] [--quiet]

  Tries CSAF 2.0 and 2.1 documents against the schema and every test of section 6 of the standard, without a network.
  - is standard input. Ends with 1 when a document is not valid.

  --json    what was found and which tests were run, as JSON; several files make an array
  --quiet   errors only, no warnings or information`;

/** As large as what the program takes in. */
const largest = 64 * 1024 * 1024;

interface Validated extends Validation {
  readonly file: string;
  /** How the file should be called (section 5.1), when it is not. */
  readonly expectedName?: string;
}

export async function validateCommand(args: string[]): Promise<number> {
  const { values, positionals: files } = argumentsOf(usage, {
    args,
    options: { json: { type: 'boolean' }, quiet: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help || files.length === 0) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const done: Validated[] = [];
  let failed = false;
  for (const file of files) {
    const document = await read(file).catch((error: Error) => error);
    if (document instanceof Error) {
      failed = true;
      console.error(`${file}: ${document.message}`);
      continue;
    }
    const validated = { file, ...validate(document.json), ...nameOf(file, document.json) };
    if (!validated.valid) failed = true;
    done.push(validated);
    if (!values.json) console.log(`${describe(validated, values.quiet === true)}\n`);
  }
  if (values.json) console.log(JSON.stringify(files.length === 1 ? done[0] : done, null, 1));
  return failed ? 1 : 0;
}

async function read(file: string): Promise<{ json: unknown }> {
  const text = await textOf(file);
  if (text.length > largest) throw new Error('The file is larger than 64 MiB; no advisory is. Split it.');
  try {
    return { json: JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as unknown };
  } catch (error) {
    throw new Error(`This is not JSON, so it is no CSAF document: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function textOf(file: string): Promise<string> {
  if (file === '-') {
    let text = '';
    for await (const chunk of process.stdin.setEncoding('utf8')) {
      text += chunk;
      if (text.length > largest) break;
    }
    return text;
  }
  try {
    if ((await stat(file)).size > largest)
      throw new Error('The file is larger than 64 MiB; no advisory is. Split it.');
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reasons: Record<string, string> = {
      ENOENT: 'There is no such file.',
      EISDIR: 'This is a folder; give the documents in it.',
      EACCES: 'This file may not be read by you.',
    };
    throw new Error((code && reasons[code]) ?? message, { cause: error });
  }
}

function nameOf(file: string, json: unknown): { expectedName?: string } {
  const expectedName = csafFileName(
    (json as { document?: { tracking?: { id?: unknown } } } | null)?.document?.tracking?.id,
  );
  return file === '-' || expectedName === undefined || basename(file) === expectedName
    ? {}
    : { expectedName };
}

function describe({ file, version, valid, findings, runs, expectedName }: Validated, quiet: boolean): string {
  const of = (severity: string) => findings.filter((finding) => finding.severity === severity);
  const [errors, warnings, information] = [of('error'), of('warning'), of('information')];
  const notRun = runs.filter(({ outcome }) => outcome === 'not run');
  const lines = (list: typeof findings) =>
    list.map(
      ({ section, path, message }) =>
        `  ${section.padEnd(9)} ${clean(path || '/')}\n            ${clean(message)}`,
    );
  const more = runs
    .filter(({ more: count }) => count)
    .map(({ section, more: count }) => `  ${section.padEnd(9)} … and ${count} more`);
  return [
    `${file}\nCSAF ${version}, ${valid ? 'valid' : 'NOT VALID'}: ${errors.length} errors, ${warnings.length} warnings, ${information.length} for information`,
    ...(errors.length ? ['Errors', ...lines(errors)] : []),
    ...(!quiet && warnings.length ? ['Warnings', ...lines(warnings)] : []),
    ...(!quiet && information.length ? ['For information', ...lines(information)] : []),
    ...more,
    ...(expectedName === undefined ? [] : [`The file should be called ${expectedName} (section 5.1).`]),
    ...(quiet || notRun.length === 0
      ? []
      : [
          `Not run, for want of a network or a dictionary: ${notRun.map(({ section }) => section).join(', ')}`,
        ]),
  ].join('\n');
}
