import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { changeInEnglish, conversionInEnglish, convert, diff, fileName, read } from '@busbar/csaf';

import { argumentsOf, reasonOf } from './usage.ts';

const convertUsage = `busbar csaf convert FILE… [--to FOLDER] [--complete-numbers] [--json]

  Makes CSAF 2.1 of CSAF 2.0 and tells what was changed and what a person has to look at (CSAF 2.1 section 9.1.18). With
  --to the documents are written there under the names the standard gives them; files that are there stay. With
  --complete-numbers model, serial and stock numbers are taken as whole, and get no star.

  0: all could be converted. 1: some could not, or not without what a person has to mend.`;

export async function convertCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(convertUsage, {
    args,
    options: {
      to: { type: 'string' },
      'complete-numbers': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (values.help || positionals.length === 0) {
    console.log(convertUsage);
    return values.help ? 0 : 2;
  }
  let failed = false;
  for (const name of positionals) {
    const text = await textOf(name);
    if (text === undefined) {
      failed = true;
      continue;
    }
    const conversion = convert(text, { completeNumbers: values['complete-numbers'] });
    failed ||= !conversion.ok || conversion.warnings.some(({ error }) => error);
    if (values.json) console.log(JSON.stringify({ file: name, ...conversion }));
    else {
      console.log(`${name}: ${conversion.ok ? 'converted' : 'not converted'}`);
      for (const warning of conversion.warnings)
        console.log(`  ${warning.error ? '✗' : '·'} ${warning.path}: ${conversionInEnglish(warning)}`);
    }
    const reading = conversion.ok ? read(conversion.document) : undefined;
    if (!conversion.ok || values.to === undefined || !reading?.ok) continue;
    const file = join(values.to, fileName(reading.document.tracking.id));
    try {
      await writeFile(file, `${JSON.stringify(conversion.document, null, 2)}\n`, { flag: 'wx' });
    } catch (error) {
      failed = true;
      console.error(`${file}: ${reasonOf(error)}`);
    }
  }
  return failed ? 1 : 0;
}

const diffUsage = `busbar csaf diff OLD NEW [--json]

  Tells what changed from one version of an advisory to the next, what matters for those affected first.

  0: nothing that matters changed. 1: something did. 2: a document could not be read.`;

export async function diffCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(diffUsage, {
    args,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean' } },
  });
  const [oldName, newName] = positionals;
  if (values.help || oldName === undefined || newName === undefined) {
    console.log(diffUsage);
    return values.help ? 0 : 2;
  }
  const [before, after] = [await documentOf(oldName), await documentOf(newName)];
  if (!before || !after) return 2;
  const difference = diff(before, after);
  if (values.json) console.log(JSON.stringify(difference));
  else {
    for (const change of difference.changes)
      console.log(`${change.matters ? '!' : ' '} ${changeInEnglish(change)}`);
    if (!difference.matters) console.log('Nothing changed that matters for those affected.');
  }
  return difference.matters ? 1 : 0;
}

async function documentOf(name: string) {
  const text = await textOf(name);
  const reading = text === undefined ? undefined : read(text);
  if (reading && !reading.ok) console.error(`${name}: ${reading.problems[0]!.message}`);
  return reading?.ok ? reading.document : undefined;
}

const largest = 64 * 1024 * 1024;

async function textOf(name: string): Promise<string | undefined> {
  try {
    if ((await stat(name)).size > largest) throw new Error('The file is larger than 64 MiB.');
    return await readFile(name, 'utf8');
  } catch (error) {
    console.error(`${name}: ${reasonOf(error)}`);
    return undefined;
  }
}
