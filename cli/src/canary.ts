import { canaryOn, type CanaryReport } from '@busbar/server';

import { told, withRefusals } from './refusals.ts';
import { argumentsOf } from './usage.ts';

const usage = `busbar canary FOLDER --keys FILE

  Restores a backup into a folder that is thrown away, writes a marker into every column in which somebody could have
  written something, asks every address, page and feed as every role, and has every letter and every message to a
  program written, which leave for nowhere. Names each marker that came to whom it is not for, and says what it could not
  look into. Ends with 0 when none did, with 1 when one did, or when something could not be tried. Needs room for the
  restored backup in TMPDIR.`;

export async function canaryCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: { keys: { type: 'string' }, help: { type: 'boolean' } },
  });
  const [from] = positionals;
  const { keys } = values;
  if (values.help || !from || !keys) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  return withRefusals(async () => toldOf(await canaryOn(from, keys, told)));
}

function toldOf(report: CanaryReport): number {
  const { planted, empty, asked, told: letters, seen, seenBy, leaks, broken, forgotten, unread } = report;
  for (const { place, owner, role, organisation, where } of leaks)
    console.error(
      `Found: ${place} of ${owner ?? 'nobody'} by ${role} of ${organisation ?? 'nobody'} at ${where}`,
    );
  for (const what of forgotten) console.error(`Not planted: ${what}`);
  for (const what of broken) console.error(`Could not be asked: ${what}`);
  for (const what of unread) console.log(`Not looked into: ${what}`);
  console.log('Not looked at: what a browser makes of a page.');
  if (asked.page === 0) console.log('Not looked at: pages, for they are not built. Run: npm run build');
  const most = Object.entries(seenBy).map(([who, places]) => `${who} ${places}`);
  console.log(`Found by right, in columns: ${most.join(', ')}.`);
  const { answer, refusal, page, feed, change } = asked;
  console.log(
    `${leaks.length} found: markers in ${planted.length} columns (${empty.length} more are empty), ${answer} answers, ${refusal} refusals, ${page} pages, ${feed} feeds and files, ${change} changes, ${letters} letters and messages to programs; their owners found ${seen.length}.`,
  );
  return leaks.length + forgotten.length + broken.length > 0 ? 1 : 0;
}
