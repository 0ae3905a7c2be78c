import {
  type BackupReport,
  configFrom,
  forget,
  makeBackup,
  type VerifyReport,
  verifyBackup,
  writePurges,
} from '@busbar/server';

import { told, withRefusals } from './refusals.ts';
import { argumentsOf } from './usage.ts';

const usage = `busbar backup --to FOLDER --keys FILE [--data FOLDER]
busbar backup verify FOLDER --keys FILE
busbar backup purges --to FILE [--data FOLDER]
busbar backup forget KEYFILE… [--data FOLDER]

  Copies everything an instance is, as it was at one moment, while it runs: tables and evidence, all sealed, into FOLDER;
  all keys into FILE. Keep FILE elsewhere, another machine or a safe: whoever has only one of the two has nothing.
  Broken off, it is run again with the same words.

  verify   tries a backup: every hash, every piece of evidence under its key, a restore that is thrown away, the audit
           chain. Ends with 0 when all is well, with 1 when it is not.
  purges   writes down which keys were destroyed so far. Keep the newest with the backups: a restore asks for it.
  forget   takes keys that were destroyed out of the files of keys of older backups.`;

export async function backupCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: {
      to: { type: 'string' },
      keys: { type: 'string' },
      data: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [verb = 'make', ...names] = positionals;
  const { to, keys } = values;
  const config = () => configFrom(process.env, { ...(values.data && { data: values.data }) });
  return withRefusals(async () => {
    if (!values.help) {
      if (verb === 'make' && to && keys) return toldOfBackup(await makeBackup(config(), { to, keys }, told));
      if (verb === 'verify' && names[0] && keys) return toldOfTrial(await verifyBackup(names[0], keys, told));
      if (verb === 'purges' && to) {
        console.log(`${await writePurges(config(), to)} keys were destroyed so far. The list is in ${to}.`);
        return 0;
      }
      if (verb === 'forget' && names.length > 0) {
        console.log(`${await forget(config(), names)} keys taken out of ${names.length} files.`);
        return 0;
      }
    }
    console.log(usage);
    return values.help ? 0 : 2;
  });
}

function toldOfBackup({ tables, rows, evidence, bytes, damaged }: BackupReport): number {
  console.log(
    `Backed up: ${rows} rows of ${tables} tables, ${evidence} pieces of evidence (${bytes} bytes). Try it: busbar backup verify`,
  );
  for (const path of damaged) console.error(`Not whole in the store, and not in the backup: ${path}`);
  return damaged.length > 0 ? 1 : 0;
}

function toldOfTrial({ rows, tables, evidence, broken, damaged, purged, chain }: VerifyReport): number {
  for (const name of broken) console.error(`Not what was written: ${name}`);
  for (const path of damaged) console.error(`Was not whole in the store when it was copied: ${path}`);
  if (broken.length > 0) {
    console.error('This backup cannot be restored. Take another one.');
    return 1;
  }
  if (chain.broken)
    console.error(`The audit chain is broken at number ${chain.broken.seq}: ${chain.broken.text}`);
  if (!chain.whole || damaged.length > 0) return 1;
  const without = purged > 0 ? `, ${purged} purged keys left out` : '';
  console.log(
    `Good: ${rows} rows of ${tables} tables came back, ${evidence} pieces of evidence open${without}, audit chain whole (${chain.events} events).`,
  );
  return 0;
}
