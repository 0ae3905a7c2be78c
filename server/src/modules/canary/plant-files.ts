import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';

import type pg from 'pg';

import { pathOf } from '../../platform/blobs.ts';
import { type KeyWrapper, openKey } from '../../platform/keys.ts';
import { FrameList, type Frames, sealFrame } from '../../platform/sealed.ts';

/** Whose a file is: of whom, in which case, and which part of it. */
export interface FileOf {
  readonly place: 'case_evidence.content' | 'evidence.content';
  readonly owner: string;
  readonly inCase: string | null;
  readonly part: string | null;
}

/**
 * Writes a marker behind the last octet of every file that somebody sent, as one frame more under its own key: whatever is
 * read again from it by its place finds it as it was.
 * @param folder where sealed files lie: those of a copy, never of what it is a copy of
 */
export async function plantFiles(
  client: pg.Client,
  wrapper: KeyWrapper,
  folder: string,
  mark: (file: FileOf) => string,
): Promise<void> {
  const { rows } = await client.query<{
    id: string;
    owner_id: string;
    case_id: string | null;
    case_owner: string | null;
    subject_id: string;
    address: string;
    frames: Frames;
    key_id: string;
    wrapped: Buffer;
  }>(`
    select distinct on (b.id) b.id, b.owner_id, b.case_id, c.owner_id as case_owner, e.subject_id, b.address, b.frames, k.id as key_id, k.wrapped
    from evidence e join blob b on b.id = e.blob_id join data_key k on k.id = b.key_id left join "case" c on c.id = b.case_id
    where b.doomed_at is null order by b.id, e.created_at`);
  for (const row of rows) {
    const key = await openKey(wrapper, { id: row.key_id, owner_id: row.owner_id, wrapped: row.wrapped });
    const text = Buffer.from(
      ` ${mark(
        row.case_id
          ? {
              place: 'case_evidence.content',
              owner: row.case_owner!,
              inCase: row.case_id,
              part: row.subject_id,
            }
          : { place: 'evidence.content', owner: row.owner_id, inCase: null, part: null },
      )} `,
    );
    const frames = new FrameList(row.frames);
    await appendFile(
      join(folder, pathOf(row)),
      sealFrame(key.sealing(row.id), row.id, frames.count, frames.size, text),
    );
    frames.add(text.length);
    await client.query('update blob set frames = $1, size = $2 where id = $3', [
      JSON.stringify(frames.runs),
      frames.size,
      row.id,
    ]);
  }
}
