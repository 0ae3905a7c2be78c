import { findingInEnglish, type ProviderReport } from '@busbar/csaf';

import { clean } from './table.ts';
import { argumentsOf, UsageError } from './usage.ts';

const usage = `busbar csaf check URL [--json] [--local] [--most NUMBER]

  Checks a CSAF provider against every requirement of section 7 of the standard, as a stranger would. URL is its domain
  or the address of its provider-metadata.json. Ends with 1 when a requirement is not met or nothing could be checked.

  --json    the whole report, as JSON
  --local   the provider is on a network of yours: private addresses and plain http may be asked
  --most    how many documents are fetched, the latest first; 100 when not said`;

const states = { met: 'met', notMet: 'NOT MET', notCheckable: 'not checkable', notUsed: 'not used' };

export async function checkCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: {
      json: { type: 'boolean' },
      local: { type: 'boolean' },
      most: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [where] = positionals;
  if (values.help || !where || positionals.length > 1) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const limit = Number(values.most ?? 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100_000)
    throw new UsageError('--most takes a whole number from 1 to 100000');
  const { fetcherOver, providerCheck } = await import('@busbar/server');
  const fetcher = fetcherOver({ proxy: process.env['BUSBAR_PROXY'] });
  try {
    const report = await providerCheck(fetcher, where, { local: values.local === true, limit });
    console.log(values.json ? JSON.stringify(report, null, 1) : describe(where, report));
    return report.metadata && report.requirements.every(({ state }) => state !== 'notMet') ? 0 : 1;
  } finally {
    fetcher.close();
  }
}

function describe(
  where: string,
  { url, metadata, role, looked, listed, requirements }: ProviderReport,
): string {
  const lines = requirements.flatMap(({ number, title, state, findings }) => [
    `${String(number).padStart(3)}  ${states[state].padEnd(14)}${title}`,
    ...findings.map((finding) => `       ${clean(findingInEnglish(finding))}`),
  ]);
  const met = requirements.filter(({ state }) => state === 'met').length;
  const notMet = requirements.filter(({ state }) => state === 'notMet').length;
  return [
    clean(url ?? where),
    ...(metadata
      ? [
          `${clean(metadata.publisher.name)}, CSAF ${metadata.csaf}; ${looked} of ${listed} documents looked at`,
        ]
      : []),
    '',
    ...lines,
    '',
    `${met} requirements met, ${notMet} not met. Role by what was found: ${role ?? 'none'}`,
  ].join('\n');
}
