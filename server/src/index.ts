import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { MadePack, MakePack, Pack } from '@busbar/contract';
import { sql } from 'kysely';
import { pack } from 'tar-stream';

import { type CanaryReport, setCanary } from './modules/canary/canary-service.ts';
import { keptWays } from './platform/kept-ways.ts';
import { writeLetters } from './modules/canary/letters.ts';
import { restoreCopy } from './modules/backup/restore-service.ts';
import { type Actor, founder, onBehalfOf } from './platform/actor.ts';
import { record } from './platform/audit.ts';
import type { Config } from './platform/config.ts';
import { asOwner } from './platform/database.ts';
import { wrapperOf } from './platform/keys.ts';
import { logTo } from './platform/log.ts';
import { pagesAreBuilt } from './platform/pages.ts';
import { conflict } from './platform/problem.ts';
import { type Program, start } from './server.ts';

export { BackupRefused } from './modules/backup/archive.ts';
export { type BackupReport, forget, makeBackup, writePurges } from './modules/backup/backup-service.ts';
export {
  placeMasterKey,
  restore,
  type VerifyReport,
  verifyBackup,
} from './modules/backup/restore-service.ts';
export type { CanaryReport } from './modules/canary/canary-service.ts';
export { providerCheck } from './modules/sources/check-provider.ts';
export { namesIn } from './modules/names/names-service.ts';
export { detectionsIn } from './modules/detections/detection-service.ts';
export { configFrom } from './platform/config.ts';
export { builtKit } from './platform/pages.ts';
export { fetcherOver } from './platform/fetcher.ts';
export type { Program } from './server.ts';

/** For commands that need the house but serve nobody: opens it, works, and leaves it as it was. */
export async function withProgram<T>(config: Config, work: (program: Program) => Promise<T>): Promise<T> {
  const program = await start(config, logTo('warn'), { serve: false, work: false, pages: false });
  try {
    return await work(program);
  } finally {
    await program.close();
  }
}

/**
 * Plants markers in a copy of a backup and asks everything of it as everybody. The copy lies in a folder that is thrown
 * away; it listens nowhere, and what it would send or tell is written and kept for a look into it.
 */
export async function canaryOn(
  from: string,
  keys: string,
  tell: (step: string) => void,
): Promise<CanaryReport> {
  const data = await mkdtemp(join(tmpdir(), 'busbar-canary-'));
  try {
    const config = await restoreCopy(data, from, keys, tell);
    const [lines, actors]: [string[], Map<string, Actor>] = [[], new Map()];
    const ways = keptWays();
    const program = await start(
      config,
      logTo('debug', { write: (line) => void lines.push(line) }),
      { serve: true, work: false, pages: pagesAreBuilt() },
      (usual) => async (request) =>
        actors.get(/canary=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '') ?? usual(request),
      ways,
    );
    try {
      return await asOwner(config, (client) =>
        setCanary({
          client,
          wrapper: wrapperOf(config),
          files: join(data, 'evidence'),
          served: program.served,
          tell,
          async ask(actor, { method, url, body }) {
            const name = randomUUID();
            actors.set(name, actor);
            const answer = await program.app.inject({
              method: method as 'GET',
              url,
              // The pages hand a cookie on to the API.
              headers: { cookie: `canary=${name}` },
              ...(body !== undefined && { payload: body as object }),
            });
            actors.delete(name);
            const { statusCode: status, headers, rawPayload } = answer;
            return { status, headers: JSON.stringify(headers), body: rawPayload };
          },
          async said() {
            const { deliver, 'tell-warnings': warn } = program.house.workers;
            await program.jobs.work({ deliver: deliver!, 'tell-warnings': warn! });
            const heard = await writeLetters({ client, house: program.house, ways, tell });
            const log = lines.map((content) => ({ where: 'the log', content }));
            return { ...heard, said: [...heard.said, ...log] };
          },
        }).then(({ crawl }) => crawl()),
      );
    } finally {
      await program.close();
    }
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** Takes in a file, an archive or a folder of CSAF documents for the CERT, by the hand of whoever has the machine. */
export async function importAdvisories({ database, house }: Program, path: string) {
  const lead = await leadOfCert(database);
  const isFolder = (await stat(path)).isDirectory();
  const source = isFolder ? folderAsArchive(path) : createReadStream(path);
  return house.imports.importStream(lead, basename(path), source as AsyncIterable<Uint8Array>);
}

/** Makes a pack into a file, by the hand of whoever has the machine. */
export async function makePack(
  { database, house }: Program,
  wanted: MakePack,
  into: (file: AsyncIterable<Buffer>) => Promise<void>,
): Promise<MadePack> {
  const lead = await leadOfCert(database);
  const id = await database.as(lead, async (tx) => {
    const { id, trace } = await house.packs.order(tx, lead, wanted);
    await record(tx, 'pack requested', trace);
    return id;
  });
  return house.packs.makeInto(lead, id, into);
}

/** What there is to decide of a pack that was brought: see `bringPack`. */
export interface BroughtPack {
  readonly pack: Pack;
  /** Takes packs of the key that signed it, and checks it once more. */
  accept(fingerprint: string): Promise<Pack>;
  install(): Promise<Pack>;
}

/** Brings a pack from a file and checks it; this program does the work itself, whether or not another one runs. */
export async function bringPack({ database, house, jobs }: Program, path: string): Promise<BroughtPack> {
  const lead = await leadOfCert(database);
  const { size } = await stat(path);
  const { 'check-pack': check, 'install-pack': install } = house.packs.workers;
  await jobs.work({ 'check-pack': check, 'install-pack': install });
  const { pack: id, evidence } = await database.as(lead, async (tx) => {
    const begun = await house.packs.announce(tx, lead, { name: basename(path), size });
    await record(tx, 'pack brought', begun.trace);
    return begun;
  });
  await house.uploads.receive(lead, evidence, createReadStream(path));
  const settled = async (): Promise<Pack> => {
    for (;;) {
      // The pack and its job as they stood at one moment: between two, the job ends and the pack looks as if nobody had
      // begun.
      const pack = await database.look(lead, (tx) => house.packs.one(tx, id));
      if (!['arriving', 'checking', 'installing'].includes(pack.state)) return pack;
      await sleep(200);
    }
  };
  return {
    pack: await settled(),
    async accept(fingerprint) {
      await database.as(lead, async (tx) => {
        const { signer } = await house.packs.one(tx, id);
        const { trace } = await house.packs.acceptKey(tx, lead, {
          publicKey: signer?.publicKey ?? '',
          fingerprint,
        });
        await record(tx, 'pack key accepted', trace);
        await record(tx, 'pack checked again', (await house.packs.enqueueCheck(tx, lead, id)).trace);
      });
      return settled();
    },
    async install() {
      await database.as(lead, async (tx) => {
        await record(tx, 'pack installation begun', (await house.packs.enqueueInstall(tx, lead, id)).trace);
      });
      return settled();
    },
  };
}

async function leadOfCert(database: Program['database']): Promise<Actor> {
  const cert = await database.as(founder, (tx) =>
    tx
      .selectFrom('organisation')
      .select('id')
      .where(sql<boolean>`'cert' = any (kinds)`)
      .orderBy('created_at')
      .executeTakeFirst(),
  );
  if (!cert) throw conflict('no-cert', 'This instance has no CERT yet: set it up first, in the browser');
  return onBehalfOf(cert.id, null, ['LEAD']);
}

function folderAsArchive(folder: string): AsyncIterable<Uint8Array> {
  const archive = pack();
  void (async () => {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
      const content = await readFile(join(entry.parentPath, entry.name));
      await new Promise<void>((done, failed) => {
        archive.entry({ name: entry.name }, content, (error) => (error ? failed(error) : done()));
      });
    }
    archive.finalize();
  })().catch((error: Error) => archive.destroy(error));
  return archive as AsyncIterable<Uint8Array>;
}
