import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { type AdvisoryIndex, type AssetRecord, inEnglish, match, type Verdict } from '@busbar/csaf';

import { assetsIn } from './asset-file.ts';
import { clean, table } from './table.ts';
import { argumentsOf, reasonOf, UsageError } from './usage.ts';
import { advisoriesIn } from './warnings.ts';

const usage = `busbar match --assets FILE --advisories PATH [--names DIR] [--json]
                                                       [--all] [--why]

  Says which advisories (CSAF 2.0 and 2.1; a file or a folder of them) speak of which assets, how sure that is, why, and
  what to look up to be sure. docs/matching.md tells how it decides.

  --assets      CSV of any code page with the names of its columns in one of its first rows, CycloneDX, SPDX 2, an export of
                Busbar, or JSON: an array of objects. Columns: id, vendor, product, model, orderNumber, hardware, firmware,
                software, serial, cpe, purl, all optional; many other names and languages are understood
  --names       folder of names that you teach, as that of an instance (docs/matching.md, “Teaching it”)
  --json        everything as JSON, one object for each asset
  --all         in the table also what is not affected
  --why         in the table the reasons below each row

  0: it was done, whatever was found. 2: something could not be read.`;

export async function matchCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: {
      assets: { type: 'string' },
      advisories: { type: 'string' },
      names: { type: 'string' },
      json: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      why: { type: 'boolean', default: false },
      help: { type: 'boolean' },
    },
  });
  if (values.help || values.assets === undefined || values.advisories === undefined || positionals.length) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (values.names !== undefined) await learn(values.names);
  const { assets: path } = values;
  const { assets, ignored } = await assetsIn(path).catch((error: Error) => {
    throw new UsageError(`${path}: ${reasonOf(error)}`);
  });
  if (ignored.length) console.error(`${path}: not used: ${ignored.map(clean).join(', ')}`);
  const index = await advisoriesIn(values.advisories);
  // Written as it comes: a million assets have more to say than memory holds.
  const lines = values.json ? inJson(assets, index) : inWords(assets, index, values);
  await pipeline(Readable.from(lines), process.stdout, { end: false }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    },
  );
  return 0;
}

/** Before anything is understood by them. A file with a fault is told, and the others are used. */
async function learn(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true)
    throw new UsageError(`${folder} is no folder of names.`);
  const { namesIn } = await import('@busbar/server');
  for (const { file, faults } of await namesIn(folder))
    for (const { line, place, text } of faults)
      console.error(
        clean(
          `${join(folder, file)}${line === null ? '' : `:${line}`}: ${place && `${place}: `}${text}; nothing of this file is used`,
        ),
      );
}

function* inJson(assets: readonly AssetRecord[], index: AdvisoryIndex): Generator<string> {
  yield '[';
  for (const [i, { id, asset }] of assets.entries()) {
    const verdicts = match(asset, index).map((verdict) => asJson(verdict, index));
    yield `${i ? ',' : ''}\n${JSON.stringify({ id: id ?? String(i + 1), asset, verdicts })}`;
  }
  yield '\n]\n';
}

function asJson(verdict: Verdict, index: AdvisoryIndex) {
  const told = ({
    because,
    lookUp,
    ...rest
  }: Omit<Verdict, 'vulnerabilities' | 'advisory' | 'advisoryId'>) => ({
    ...rest,
    because: because.map((reason) => ({ ...reason, text: inEnglish(reason) })),
    lookUp: lookUp.map((advice) => ({ ...advice, text: inEnglish(advice) })),
  });
  const { advisory, advisoryId, vulnerabilities, ...whole } = verdict;
  return {
    advisory: advisoryId,
    title: index.advisories[advisory]!.title,
    ...told(whole),
    vulnerabilities: vulnerabilities.map(({ cve, entries, ...judged }) => ({
      cve,
      ...told(judged),
      entries: entries.map(({ productId, verdict: answer, certainty }) => ({
        productId,
        verdict: answer,
        certainty,
      })),
    })),
  };
}

function* inWords(
  assets: readonly AssetRecord[],
  index: AdvisoryIndex,
  { all, why }: { readonly all: boolean; readonly why: boolean },
): Generator<string> {
  const counts = { affected: 0, unknown: 0, notAffected: 0 };
  const silent: string[] = [];
  for (const [i, { id, asset }] of assets.entries()) {
    const verdicts = match(asset, index);
    if (!saysWhatItIs(asset)) silent.push(id ?? `row ${i + 1}`);
    for (const { verdict } of verdicts) counts[verdict]++;
    const shown = all ? verdicts : verdicts.filter(({ verdict }) => verdict !== 'notAffected');
    if (shown.length === 0) continue;
    const { vendor, product, model, orderNumber, firmware, software } = asset;
    const name = [id ?? `row ${i + 1}`, vendor, product, model, orderNumber, firmware ?? software];
    yield `${clean(name.filter(Boolean).join(' · '))}\n`;
    const rows = shown.map((verdict) => ({
      cells: [
        '',
        words[verdict.verdict],
        verdict.certainty,
        verdict.advisoryId,
        verdict.path.product,
        verdict.path.range,
      ],
      reasons: [...verdict.because, ...verdict.lookUp].map((reason) => `      ${clean(inEnglish(reason))}`),
    }));
    const lines = table(
      ['', '', '', '', '', ''],
      rows.map(({ cells }) => cells),
    ).split('\n');
    for (const [row, { reasons }] of rows.entries()) {
      yield `${lines[row + 1]}\n`;
      if (why) yield reasons.map((reason) => `${reason}\n`).join('');
    }
    yield '\n';
  }
  if (silent.length > 0)
    yield `${silent.length} of ${assets.length} assets say neither product nor model nor order number, and no advisory can be compared with them: ${clean(silent.slice(0, 5).join(', '))}${silent.length > 5 ? ', …' : ''}\n`;
  yield `${assets.length} assets, ${index.advisories.length} advisories: ${counts.affected} times affected, ${counts.unknown} times to be looked up, ${counts.notAffected} times not affected\n`;
}

const saysWhatItIs = ({ product, model, orderNumber }: AssetRecord['asset']) =>
  [product, model, orderNumber].some((text) => text?.trim());

const words = { affected: 'AFFECTED', unknown: 'look up', notAffected: 'not affected' } as const;
