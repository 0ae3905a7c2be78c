import { setImmediate } from 'node:timers/promises';

import type { Told } from '@busbar/contract';
import { type Asset, Fleet, matchingData, matchingRules, type Verdict } from '@busbar/csaf';

import type { Database, Db } from '../../platform/database.ts';
import type { Work } from '../../platform/jobs.ts';
import {
  addDue,
  type Compared,
  comparedOf,
  countDue,
  holdPlant,
  setCompared,
  takeDue,
} from './comparison-store.ts';
import { type AdvisorySource, Library, Shelf } from './library.ts';

/** A device as far as it matters for matching. */
export interface Comparable {
  readonly id: string;
  readonly name: string;
  readonly vendor: string | null;
  readonly product: string | null;
  readonly model: string | null;
  readonly orderNumber: string | null;
  readonly hardware: string | null;
  readonly firmware: string | null;
  readonly software: string | null;
  readonly serial: string | null;
  readonly cpe: string | null;
  readonly purl: string | null;
}

/** A device that an advisory may concern, and why. */
export interface Found {
  readonly device: Comparable;
  readonly advisory: string;
  readonly verdict: Verdict;
}

/** The pairs that were compared: these devices with all advisories, or with these. */
export interface Scope {
  readonly assets: readonly string[];
  readonly advisories?: readonly string[];
}

export interface ComparingParts {
  readonly database: Database;
  readonly advisories: AdvisorySource;
  readonly plant: () => {
    /** These devices of the actor's plant; dismissed ones left out. */
    forMatching(tx: Db, assets: readonly string[]): Promise<readonly Comparable[]>;
    /** Those that come after one, by id. */
    forMatchingAfter(tx: Db, after: string | null, most: number): Promise<readonly Comparable[]>;
  };
  /** Writes what became different within a scope; what was not found there is over. */
  readonly reconcile: (tx: Db, owner: string, scope: Scope, found: readonly Found[]) => Promise<void>;
  /** Ends the warnings of advisories that are no longer for this plant. */
  readonly endUnreadable: (tx: Db) => Promise<void>;
}

/** So many devices are read, compared and written at once: memory is bounded by it, and how long others wait. */
const page = 5000;
const batch = 1000;
/** Beyond, the whole library in memory is asked instead of reading what is new of it for each plant. */
const mostNew = 200;

/**
 * Who is compared with what. Devices that changed, with the whole library; a library that changed, what is new of it with
 * all devices, of which equal ones are asked once. What this comes to is what comparing all with all would.
 */
export function comparing({ database, advisories, plant, reconcile, endUnreadable }: ComparingParts) {
  const library = new Library(advisories);
  return {
    /** Reads the library before the first who needs it has to wait for that. */
    warmUp: (tx: Db) => library.shelves(tx),

    /** Vendors and products that this may mean, as public advisories call them. */
    namesLike: async (tx: Db, typed: string) => (await library.names(tx)).find(typed),

    /** Compares devices with all advisories their owner may read. */
    async compare(tx: Db, assets: readonly string[]): Promise<void> {
      // The devices and the edition are read after this: whoever changes either comes before us or after us.
      await compareWith(tx, await holdPlant(tx), assets);
    },

    /** Leaves it to `work`, which the caller has to ask for in the same transaction. */
    async later(tx: Db, assets: readonly string[]): Promise<void> {
      await addDue(tx, await holdPlant(tx), assets);
    },

    /** Whether the plant was compared by earlier rules than ours, or by the same with other data. */
    async isBehind(tx: Db): Promise<boolean> {
      const compared = await comparedOf(tx);
      return compared !== undefined && !isByOurs(compared);
    },

    /** Brings a plant up to date, some devices at a time: killed, the next goes on, and doing it twice changes nothing. */
    async work({ actor, job, progress, signal }: Omit<Work, 'keep'>): Promise<void> {
      const inPlant = <T>(what: (tx: Db, owner: string) => Promise<T>) => {
        signal.throwIfAborted();
        return database.as(actor, async (tx) => what(tx, await holdPlant(tx)));
      };
      const compareAll = async (wanted: readonly string[], since: number) => {
        const read = (tx: Db) => shelfOf(tx, wanted, since);
        let shelf = await database.as(actor, read);
        for (let after: string | null = null, done = 0; ;) {
          const devices = await inPlant(async (tx, owner) => {
            // What changed meanwhile is newer than what we have read, and its own job may have been here before us.
            if ((await advisories.edition(tx)) !== shelf.edition) shelf = await read(tx);
            const devices = await plant().forMatchingAfter(tx, after, page);
            await compareNews(tx, owner, devices, shelf.shelf, wanted);
            return devices;
          });
          progress(matching, (done += devices.length), null);
          if (devices.length < page) break;
          after = devices.at(-1)!.id;
        }
      };
      progress(matching, 0, null);
      // Apart from what is new: that has a job of its own, and is compared up to an edition.
      const byHand = job.payload['advisories'] as readonly string[] | undefined;
      if (byHand) return compareAll(byHand, 0);
      const news = await inPlant(whatIsNew);
      if (news.advisories) await compareAll(news.advisories, news.before?.edition ?? 0);
      await inPlant(async (tx, owner) => {
        await endUnreadable(tx);
        // What was taken from this plant meanwhile would not be new when it is given back.
        const readable = new Set((await advisories.factsAfter(tx, 0, 'restricted')).map(({ id }) => id));
        const restricted = news.upTo.restricted.filter((id) => readable.has(id));
        await setCompared(tx, owner, { ...news.upTo, restricted });
      });
      const total = await database.as(actor, countDue);
      for (let done = 0; ;) {
        progress(matching, done, total);
        const assets = await inPlant(async (tx, owner) => {
          const assets = await takeDue(tx, batch);
          if (assets.length > 0) await compareWith(tx, owner, assets);
          return assets;
        });
        if (assets.length === 0) return;
        done += assets.length;
      }
    },
  };

  /** With other rules, or too much that is new, every device is due instead. */
  async function whatIsNew(tx: Db, owner: string): Promise<News> {
    const before = await comparedOf(tx);
    const edition = await advisories.edition(tx);
    const restricted = await advisories.factsAfter(tx, 0, 'restricted');
    const upTo = {
      edition,
      rules: matchingRules,
      data: matchingData(),
      restricted: restricted.map(({ id }) => id),
    };
    if (before && isByOurs(before)) {
      const known = new Set(before.restricted);
      const isNew = ({ id, edition }: { id: string; edition: number }) =>
        edition > before.edition || !known.has(id);
      const changed = [
        ...(await advisories.factsAfter(tx, before.edition, 'public')),
        ...restricted.filter(isNew),
      ].map(({ id }) => id);
      // What was taken away is in no list of what changed, and had a say in whose an unnamed device is.
      const current = new Set(upTo.restricted);
      const isSame = edition === before.edition && before.restricted.every((id) => current.has(id));
      if (isSame && changed.length === 0) return { advisories: undefined, before, upTo };
      if (changed.length <= mostNew) return { advisories: changed, before, upTo };
    }
    for (let after: string | null = null; ;) {
      const devices = await plant().forMatchingAfter(tx, after, page);
      await addDue(
        tx,
        owner,
        devices.map(({ id }) => id),
      );
      if (devices.length < page) break;
      after = devices.at(-1)!.id;
    }
    return { advisories: undefined, before, upTo };
  }

  async function shelfOf(tx: Db, wanted: readonly string[], after: number) {
    const edition = await advisories.edition(tx);
    const [open, own] = [
      await advisories.factsAfter(tx, after, 'public'),
      await advisories.factsAfter(tx, 0, 'restricted'),
    ];
    const shelf = new Shelf();
    await shelf.put([...open, ...own].filter(({ id }) => wanted.includes(id)));
    return { shelf, edition };
  }

  /** Those whose vendor nobody named are asked of the whole library: who it may be depends on all of it. */
  async function compareNews(
    tx: Db,
    owner: string,
    devices: readonly Comparable[],
    shelf: Shelf,
    news: readonly string[],
  ): Promise<void> {
    const fleet = fleetOf(devices);
    const unnamed = new Set(fleet.unnamed);
    const named = devices.filter((_, position) => !unnamed.has(position));
    const found = await foundBy(shelf, fleet, devices);
    await reconcile(
      tx,
      owner,
      { assets: named.map(({ id }) => id), advisories: news },
      found.filter(({ position }) => !unnamed.has(position)),
    );
    const rest = devices.filter((_, position) => unnamed.has(position)).map(({ id }) => id);
    for (let at = 0; at < rest.length; at += batch) await compareWith(tx, owner, rest.slice(at, at + batch));
  }

  async function compareWith(tx: Db, owner: string, assets: readonly string[]): Promise<void> {
    const { open, own } = await library.shelves(tx);
    const devices = await plant().forMatching(tx, assets);
    const fleet = fleetOf(devices);
    const found = [
      // What is on the shelf of one's own is not, or no longer, public.
      ...(await foundBy(open, fleet, devices)).filter(({ advisory }) => !own?.has(advisory)),
      ...(own ? await foundBy(own, fleet, devices) : []),
    ];
    await reconcile(tx, owner, { assets }, found);
  }
}

/** Later rules than ours are those of a newer program that runs beside us. */
const isByOurs = ({ rules, data }: Compared) =>
  rules > matchingRules || (rules === matchingRules && data === matchingData());

interface News {
  /** None where something is only gone; undefined where no device is to be asked about news. */
  readonly advisories: readonly string[] | undefined;
  readonly before: Compared | undefined;
  /** What holds when they have been compared. */
  readonly upTo: Compared;
}

const matching: Told = {
  code: 'matching-advisories',
  params: {},
  text: 'Comparing the devices with the advisories',
};

function fleetOf(devices: readonly Comparable[]): Fleet {
  const fleet = new Fleet();
  for (const device of devices) fleet.add(assetOf(device));
  return fleet;
}

function assetOf({ id: _id, name: _name, ...rest }: Comparable): Asset {
  return Object.fromEntries(Object.entries(rest).map(([field, value]) => [field, value ?? undefined]));
}

/** Comparing takes a millisecond a kind of device; others want to be served in between. */
async function foundBy(shelf: Shelf, fleet: Fleet, devices: readonly Comparable[]) {
  const found: (Found & { readonly position: number })[] = [];
  let since = performance.now();
  for (const { devices: positions, advisory, verdict } of shelf.concerning(fleet)) {
    for (const position of positions) found.push({ device: devices[position]!, position, advisory, verdict });
    if (performance.now() - since < 20) continue;
    await setImmediate();
    since = performance.now();
  }
  return found;
}
