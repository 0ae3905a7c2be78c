import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gunzipSync, gzip } from 'node:zlib';

import {
  type AdvisoryIndexFile,
  type CarriedNames,
  type FileAnswer,
  type IndexedAdvisory,
  Tlp,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Asker } from '../../platform/http.ts';
import { type IndexedRow, indexedRows, indexedTags } from './advisory-store.ts';

/** What the instance itself knows of names, and whom it tells. */
export interface TaughtTo {
  carried(actor: Pick<Actor, 'organisation'>, upTo: Tlp): CarriedNames | undefined;
}

/** What devices are compared with, for browsers that do it by themselves. The public one is packed once an edition. */
export function indexFiles(names: TaughtTo) {
  let last: { tag: string; packed: Promise<Buffer> } | undefined;
  return async function indexFile(
    { tx, actor }: Pick<Asker, 'tx' | 'actor'>,
    upTo: Tlp,
  ): Promise<FileAnswer> {
    const taught = names.carried(actor, upTo);
    const labels = Tlp.options.slice(0, Tlp.options.indexOf(upTo) + 1);
    const rows = await indexedTags(tx, labels);
    const tag = tagOf([...rows.map(({ id, edition }) => `${id} ${edition}`), JSON.stringify(taught ?? null)]);
    const isPublic = rows.every(({ open }) => open);
    const packed =
      isPublic && last?.tag === tag
        ? last.packed
        : indexedRows(tx, labels).then((found) => packedOf(found, taught));
    if (isPublic) last = { tag, packed };
    packed.catch(() => (last = undefined));
    const content = await packed;
    return { name: 'advisories.json.gz', type: 'application/gzip', size: content.length, content, tag };
  };
}

const tagOf = (lines: readonly string[]) =>
  createHash('sha256').update(lines.join('\n')).digest('base64url').slice(0, 22);

async function packedOf(rows: readonly IndexedRow[], names: CarriedNames | undefined): Promise<Buffer> {
  const advisories: IndexedAdvisory[] = [];
  for (const [count, { facts, published_at, has_fix, ...row }] of rows.entries()) {
    advisories.push({
      ...row,
      publishedAt: published_at.toISOString(),
      hasFix: has_fix,
      facts: JSON.parse(gunzipSync(facts).toString('utf8')) as unknown,
    });
    // Others want to be served in between.
    if (count % 50 === 49) await setImmediate();
  }
  return pack(JSON.stringify({ format: 1, ...(names && { names }), advisories } satisfies AdvisoryIndexFile));
}

const pack = promisify<string, Buffer>(gzip);
