import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { sql } from 'kysely';
import { pack } from 'tar-stream';

import { founder, onBehalfOf } from './platform/actor.ts';
import type { Config } from './platform/config.ts';
import { logTo } from './platform/log.ts';
import { type Program, start } from './server.ts';

export { BackupRefused } from './modules/backup/archive.ts';
export { type BackupReport, forget, makeBackup, writePurges } from './modules/backup/backup-service.ts';
export {
  placeMasterKey,
  restore,
  type VerifyReport,
  verifyBackup,
} from './modules/backup/restore-service.ts';
export { providerCheck } from './modules/sources/check-provider.ts';
export { configFrom } from './platform/config.ts';
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

/** Takes in a file, an archive or a folder of CSAF documents for the CERT, by the hand of whoever has the machine. */
export async function importAdvisories({ database, house }: Program, path: string) {
  const cert = await database.as(founder, (tx) =>
    tx
      .selectFrom('organisation')
      .select('id')
      .where(sql<boolean>`'cert' = any (kinds)`)
      .orderBy('created_at')
      .executeTakeFirst(),
  );
  if (!cert) throw new Error('This instance has no CERT yet: set it up first, in the browser');
  const isFolder = (await stat(path)).isDirectory();
  const source = isFolder ? folderAsArchive(path) : createReadStream(path);
  return house.imports.importStream(
    onBehalfOf(cert.id, null, ['LEAD']),
    basename(path),
    source as AsyncIterable<Uint8Array>,
  );
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
