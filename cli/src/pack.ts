import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { MakePack, type Pack } from '@busbar/contract';
import { bringPack, configFrom, makePack, type Program, withProgram } from '@busbar/server';

import { argumentsOf, reasonOf, UsageError } from './usage.ts';

const usage = `busbar pack --out FILE [--tlp LABEL] [--since NUMBER] [--data FOLDER]
busbar pack install FILE [--key FINGERPRINT] [--look] [--data FOLDER]

  Carries what sources brought to a Busbar that has no internet: advisories as they came, catalogues, scores, CVE records,
  news, each under the name of its source. Nothing of a member is in it. It is signed with the key that signs releases.

  --out     the file to make, such as pack.tar.zst
  --tlp     what may leave: CLEAR (without it), GREEN, AMBER, AMBER+STRICT; what carries a stricter label stays here
  --since   only what is new since the pack of that number, for whoever has installed that one

  install   checks a pack to its last byte, says what it changes, and installs it
  --key     the fingerprint of its maker, as he told it by another way: from now on packs of this key are taken
  --look    says what it would change, and changes nothing

  Runs beside a running program or without one. Ends with 1 when a pack is refused, and says why.`;

export async function packCommand(args: string[]): Promise<number> {
  const { values, positionals } = argumentsOf(usage, {
    args,
    options: {
      out: { type: 'string' },
      tlp: { type: 'string' },
      since: { type: 'string' },
      key: { type: 'string' },
      look: { type: 'boolean' },
      data: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [verb, file, ...more] = positionals;
  const isInstall = verb === 'install' && file !== undefined && more.length === 0;
  if (values.help || !(isInstall || (verb === undefined && values.out))) {
    console.log(usage);
    return values.help ? 0 : 2;
  }
  const config = configFrom(process.env, { ...(values.data && { data: values.data }) });
  return withProgram(config, (program) =>
    isInstall
      ? install(program, file, { key: values.key, look: values.look ?? false })
      : make(program, values.out!, values),
  ).catch(refused);
}

async function make(
  program: Program,
  out: string,
  { tlp, since }: { tlp?: string | undefined; since?: string | undefined },
): Promise<number> {
  const wanted = MakePack.safeParse({ ...(tlp && { tlp: tlp.toUpperCase() }), ...(since && { since }) }).data;
  if (!wanted) throw new UsageError(usage);
  const coming = `${out}.coming`;
  try {
    const made = await makePack(program, wanted, (file) =>
      pipeline(Readable.from(file), createWriteStream(coming, { mode: 0o600, flush: true })),
    );
    await rename(coming, out);
    const { sources, documents, entries } = made.counts!;
    console.log(
      `${out}: pack ${made.number}, ${(made.size! / 1e6).toFixed(1)} MB, TLP:${made.tlp}, ` +
        `${made.since === null ? 'everything' : `since pack ${made.since}`}\n` +
        `${documents} documents and ${entries} entries of ${sources} sources\n` +
        `SHA-256 ${made.sha256}\nsigned with ${made.fingerprint}`,
    );
    return 0;
  } catch (error) {
    await rm(coming, { force: true });
    throw error;
  }
}

async function install(
  program: Program,
  file: string,
  { key, look }: { key: string | undefined; look: boolean },
): Promise<number> {
  const brought = await bringPack(program, file);
  let { pack } = brought;
  if (key !== undefined && pack.refused?.code === 'pack-key-unknown')
    pack = await brought.accept(key.replaceAll(/\s/g, '').toUpperCase());
  if (pack.state !== 'ready') return tellRefused(pack);
  console.log(
    `Pack ${pack.number} of ${pack.maker}, made ${pack.madeAt?.slice(0, 16).replace('T', ' ')} UTC, TLP:${pack.tlp}`,
  );
  if (!look) pack = await brought.install();
  tellChanges(pack);
  for (const { name, why } of pack.leftOut) console.error(`Left out: ${name}: ${why.text}`);
  if (look) return 0;
  if (pack.state !== 'installed') return tellRefused(pack);
  console.log('Installed.');
  return 0;
}

function tellChanges({ changes }: Pack): void {
  for (const { source, isNew, holds, before, added, updated, held, problems } of changes) {
    const counts = [
      `${holds} in the pack`,
      `${before} here before`,
      added !== null && `${added} new`,
      updated !== null && `${updated} changed`,
      held ? `${held} held back` : false,
    ].filter(Boolean);
    console.log(`  ${source}${isNew ? ' (not here until now)' : ''}: ${counts.join(', ')}`);
    for (const { text } of problems) console.error(`    ${text}`);
  }
}

function tellRefused({ refused, job }: Pack): number {
  console.error(refused?.text ?? job?.problem?.text ?? 'The pack was not installed; try again.');
  return 1;
}

/** What the house refuses it says in a sentence, and so does a disk. */
function refused(error: Error & { code?: string; path?: string }): number {
  if (error.path !== undefined) throw new UsageError(`${error.path}: ${reasonOf(error)}`);
  if (error.name !== 'Problem') throw error;
  console.error(error.message);
  return 1;
}
