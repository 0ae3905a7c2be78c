import { setImmediate } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import type {
  Advisory,
  AdvisoryChanges,
  AdvisoryConversion,
  AdvisoryPage,
  AdvisorySearch,
  AdvisoryValidation,
  FileAnswer,
  Tlp,
  Visibility,
} from '@busbar/contract';
import { fileName, vendorKeys } from '@busbar/csaf';
import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';
import { notFound } from '../../platform/problem.ts';
import { guidanceFor, noGuidance, pageOf } from './advisory-page.ts';
import {
  type AdvisoryLine,
  countAdvisories,
  countOwn,
  countVendors,
  currentEdition,
  factsAfter,
  publicIds,
  findAdvisory,
  findVersionBefore,
  idsOf,
  keptOf,
  linesOf,
  listAdvisories,
  ownIdsAfter,
  versionsOf,
  wholeOf,
} from './advisory-store.ts';
import { changesSince } from './changes.ts';
import { conversionOf, convertedText } from './conversion.ts';
import { indexFiles, type TaughtTo } from './index-file.ts';
import { searchedOf } from './searched.ts';
import { validationOf } from './validation.ts';

export type { AdvisoryLine } from './advisory-store.ts';
export type { Guidance } from './advisory-page.ts';
export type AdvisoryService = ReturnType<typeof advisoryService>;

/** What those who have a plant know besides: which advisories may concern it. */
export interface Concerned {
  /** Open warnings for each of these advisories; none for those without a plant. */
  countByAdvisory(tx: Db, advisories: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The advisories with an open warning. */
  concernedBy(tx: Db): Promise<readonly string[]>;
}

export function advisoryService(names: TaughtTo) {
  return {
    index: indexFiles(names),

    async list(tx: Db, search: AdvisorySearch, plant: Concerned) {
      const wanted = {
        ...search,
        vendorKeys: search.vendor?.trim() ? vendorKeys(search.vendor) : undefined,
        among: search.mine === 'true' ? await plant.concernedBy(tx) : undefined,
      };
      const found = await listAdvisories(tx, wanted);
      const counts = await plant.countByAdvisory(
        tx,
        found.map(({ id }) => id),
      );
      return {
        items: found.map((line): Advisory => ({ ...line, myMatches: counts.get(line.id) ?? 0 })),
        next: found.length === search.limit ? found.at(-1)!.id : null,
        ...(!search.after && { total: await countAdvisories(tx, wanted) }),
      };
    },

    /** One line a vendor, under the spelling that most advisories use. */
    async vendors(tx: Db, search: string | undefined) {
      const merged = new Map<string, { name: string; advisories: number; most: number }>();
      for (const { name, advisories } of await countVendors(tx)) {
        const key = vendorKeys(name)[0] ?? name;
        const same = merged.get(key);
        if (!same) merged.set(key, { name, advisories, most: advisories });
        else {
          same.advisories += advisories;
          if (advisories > same.most) Object.assign(same, { name, most: advisories });
        }
      }
      const wanted = search?.trim().toLowerCase() ?? '';
      const items = [...merged.values()]
        .filter(({ name }) => name.toLowerCase().includes(wanted))
        .sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
      return { items: items.slice(0, 1000).map(({ name, advisories }) => ({ name, advisories })) };
    },

    async get(tx: Db, id: string, plant: Concerned): Promise<AdvisoryPage> {
      const { advisory, owner, scope, problems, document } = (await findAdvisory(tx, id)) ?? missing();
      const { cut, ...content } = pageOf(gunzipSync(document).toString('utf8'));
      const counts = await plant.countByAdvisory(tx, [id]);
      return {
        ...advisory,
        ...content,
        myMatches: counts.get(id) ?? 0,
        problems: [...problems, ...cut],
        visibility: await visibilityOf(tx, owner, scope, advisory.label),
      };
    },

    /** Byte for byte as it came, under the name that CSAF 2.0 section 5.1 gives it. */
    async document(tx: Db, id: string): Promise<FileAnswer> {
      const { advisory, document, size } = (await findAdvisory(tx, id)) ?? missing();
      const name = fileName(advisory.trackingId);
      return { name, type: 'application/json', size, content: gunzipSync(document) };
    },

    /** Compared with the latest of the earlier versions that the reader may see. */
    async changes(tx: Db, id: string): Promise<AdvisoryChanges> {
      const { advisory, document } = (await findAdvisory(tx, id)) ?? missing();
      const before = await findVersionBefore(tx, id, advisory.version);
      return changesSince(before, gunzipSync(document).toString('utf8'));
    },

    async conversion(tx: Db, id: string): Promise<AdvisoryConversion> {
      const { document } = (await findAdvisory(tx, id)) ?? missing();
      return conversionOf(gunzipSync(document).toString('utf8'));
    },

    async converted(tx: Db, id: string): Promise<FileAnswer> {
      const { advisory, document } = (await findAdvisory(tx, id)) ?? missing();
      const content = convertedText(gunzipSync(document).toString('utf8'));
      return { name: fileName(advisory.trackingId), type: 'application/json', content };
    },

    /** What the tests of the standard find in it. */
    async validation(tx: Db, id: string): Promise<AdvisoryValidation> {
      const { document } = (await findAdvisory(tx, id)) ?? missing();
      return validationOf(gunzipSync(document).toString('utf8'));
    },

    // What other modules ask for.

    /** The newest that words lead to. */
    idsFor: idsOf,
    lines: (tx: Db, ids: readonly string[]): Promise<AdvisoryLine[]> => linesOf(tx, ids),

    /** What each of these is found by. */
    async searched(tx: Db, ids: readonly string[]) {
      const found = [];
      for (const { document, owner_id: owner, tracking_id: ref, newest_at: at, ...row } of await wholeOf(
        tx,
        ids,
      )) {
        found.push({
          ...row,
          owner,
          ref,
          at,
          language: '',
          ...searchedOf(gunzipSync(document).toString('utf8')),
        });
        // Reading a document takes a millisecond; others want to be served in between.
        await setImmediate();
      }
      return found;
    },

    /** What can be done about these products, and how an attack would be seen. */
    async guidance(tx: Db, id: string, products: readonly string[]) {
      const found = await findAdvisory(tx, id);
      return found ? guidanceFor(gunzipSync(found.document).toString('utf8'), products) : noGuidance;
    },

    /** Every version that the reader may see, with when it came, the oldest first. */
    versions: versionsOf,

    /** For a query of theirs: whether the reader may read the advisory that this column names. */
    readable: (column: string) =>
      sql<boolean>`exists (select from advisory where advisory.id = ${sql.ref(column)})`,

    // What lies here, for whoever reads all of it anew.
    idsAfter: ownIdsAfter,
    count: countOwn,
    kept: keptOf,

    edition: currentEdition,
    factsAfter,
    publicIds,
  };
}

async function visibilityOf(
  tx: Db,
  owner: string,
  scope: Visibility['scope'],
  label: Tlp,
): Promise<Visibility> {
  const { rows } = await sql<{ name: string; people: number }>`
    select o.name, (select count(distinct m.person_id) from membership m where m.organisation_id = o.id and m.until is null
      and m.roles && array['ANA', 'LEAD', 'TRN']::role_code[]) as people
    from organisation o where o.id = ${owner}`.execute(tx);
  const { name, people } = rows[0] ?? { name: '', people: 0 };
  const ofOwner = scope === 'org';
  return {
    scope,
    label,
    owner: name,
    people: ofOwner ? people : scope === 'named' ? 1 : 0,
    organisations: ofOwner ? [name] : [],
  };
}

function missing(): never {
  throw notFound('advisory');
}
