import { createHash } from 'node:crypto';

import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import type { ReleaseRow } from './release-store.ts';
import type { File } from './snapshot.ts';

// The only statements of the program that write what the outside reads. tools/architecture.test.ts sees to it that no
// other module comes near, and the database takes a row only under an approval of its very snapshot.

/** What left under this address before stays to be verified, and is read no more. */
export async function publish(
  tx: Db,
  release: ReleaseRow,
  summary: string,
  files: readonly (File & { signature: string })[],
  keyId: string,
): Promise<void> {
  const { id, owner_id, label, scope, audience, subject_kind, subject_id } = release;
  await tx
    .updateTable('published')
    .set({ current: false })
    .where('subject_kind', '=', subject_kind)
    .where('subject_id', '=', subject_id)
    .where('current', '=', true)
    .execute();
  await tx
    .updateTable('published_file')
    .set({ current: false })
    .where('current', '=', true)
    .where('release_id', 'in', (rows) =>
      rows
        .selectFrom('published')
        .select('release_id')
        .where('subject_kind', '=', subject_kind)
        .where('subject_id', '=', subject_id),
    )
    .execute();
  await tx
    .insertInto('published')
    .values({
      release_id: id,
      owner_id,
      snapshot: release.snapshot,
      label,
      scope,
      audience,
      subject_kind,
      subject_id,
      kind: release.kind,
      ref: release.ref,
      version: release.version,
      title: release.title,
      summary,
      languages: [...release.facts.languages],
    })
    .execute();
  for (const { name, type, bytes, signature } of files)
    await tx
      .insertInto('published_file')
      .values({
        release_id: id,
        owner_id,
        label,
        scope,
        audience,
        name,
        media_type: type,
        bytes: Buffer.from(bytes),
        sha256: createHash('sha256').update(bytes).digest(),
        sha512: createHash('sha512').update(bytes).digest(),
        signature,
        key_id: keyId,
      })
      .execute();
  await nextEdition(tx);
}

/** Its page stays and says why; its files are served no more. */
export async function recall(tx: Db, id: string, reason: string): Promise<void> {
  await tx
    .updateTable('published')
    .set({ recalled_at: new Date(), recall_reason: reason })
    .where('release_id', '=', id)
    .execute();
  await tx.updateTable('published_file').set({ current: false }).where('release_id', '=', id).execute();
  await nextEdition(tx);
}

/** Last in the transaction that changes anything: it waits for others who do. */
async function nextEdition(tx: Db): Promise<void> {
  await tx
    .updateTable('published_edition')
    .set({ number: sql<number>`number + 1` })
    .execute();
}
