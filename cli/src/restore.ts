import { configFrom, placeMasterKey, restore } from '@busbar/server';

import { told, withRefusals } from './refusals.ts';
import { argumentsOf, UsageError } from './usage.ts';

const usage = `busbar restore FOLDER --keys FILE (--purges FILE… | --no-newer-purges) [--data FOLDER]

  Brings a backup into an empty instance: the folder of --data, or the database of DATABASE_URL.

  --purges FILE        what was purged since: the newest list of busbar backup purges, or a newer file of keys. What
                       it names stays unreadable. May be given several times.
  --no-newer-purges    there is none: whatever was purged after this backup would be readable again

  Broken off, it is run again with the same words; till then the instance does not start.`;

export async function restoreCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: {
      keys: { type: 'string' },
      purges: { type: 'string', multiple: true, default: [] },
      'no-newer-purges': { type: 'boolean' },
      data: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [from] = positionals;
  const { keys, purges } = values;
  if (values.help || !from || !keys) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  if (purges.length === 0 && !values['no-newer-purges'])
    throw new UsageError(
      'What was purged after this backup must not come back by it. Give the newest list with --purges FILE, or say --no-newer-purges if there is none',
    );
  return withRefusals(async () => {
    await placeMasterKey(process.env, values.data ?? process.env['BUSBAR_DATA'] ?? 'data', keys);
    const config = configFrom(process.env, { ...(values.data && { data: values.data }) });
    const { tables, rows, evidence, purged, chain } = await restore(config, { from, keys, purges }, told);
    const without = purged > 0 ? ` ${purged} keys were purged since and stay destroyed.` : '';
    console.log(`Restored: ${rows} rows of ${tables} tables, ${evidence} pieces of evidence.${without}`);
    if (chain.whole) console.log(`The audit chain is whole: ${chain.events} events.`);
    else console.error(`The audit chain is broken at number ${chain.broken?.seq}: ${chain.broken?.text}`);
    return chain.whole ? 0 : 1;
  });
}
