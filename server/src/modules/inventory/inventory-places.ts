import type { InventoryChoice, InventoryReading } from '@busbar/contract';
import type { Entry } from '@busbar/csaf';

/** A site of the plant with its zones. */
export interface KnownSite {
  readonly id: string;
  readonly name: string;
  readonly zones: readonly { readonly id: string; readonly name: string }[];
}

/** Where rows of a table stand. What is not there yet has no id. */
export interface TableSite {
  readonly id: string | undefined;
  readonly name: string;
  readonly entries: Entry[];
  readonly zones: Map<string, TableZone>;
}
export interface TableZone {
  readonly id: string | undefined;
  readonly name: string;
  readonly rows: number[];
}

/** More than a company has; beyond, another column was taken for that of sites or zones. */
export const mostPlaces = 1000;
const mostShown = 200;

/**
 * The rows by the site they name, or else the one the table was brought to, and in it by zone. Names are the same whatever
 * their case and punctuation; where people said which one is meant, it is that.
 */
export function placesOf(
  entries: readonly Entry[],
  home: string,
  known: readonly KnownSite[],
  alike: InventoryChoice['alike'] = [],
): TableSite[] {
  const means = new Map(
    alike.map(({ site, written, means }) => [`${site === null ? '' : key(site)}\n${key(written)}`, means]),
  );
  const sites = new Map(known.map((site) => [key(site.name), site]));
  const atHome = known.find(({ id }) => id === home);
  const found = new Map<string, TableSite>();
  for (const entry of entries) {
    const written = entry.says.site ?? atHome?.name ?? '';
    const name = means.get(`\n${key(written)}`) ?? written;
    const there = entry.says.site === undefined ? atHome : sites.get(key(name));
    let site = found.get(key(name));
    if (!site)
      found.set(
        key(name),
        (site = { id: there?.id, name: there?.name ?? name, entries: [], zones: new Map() }),
      );
    site.entries.push(entry);
    if (entry.says.zone === undefined || entry.isLeft) continue;
    const zoneName = means.get(`${key(site.name)}\n${key(entry.says.zone)}`) ?? entry.says.zone;
    let zone = site.zones.get(key(zoneName));
    if (!zone) {
      const same = there?.zones.find((one) => key(one.name) === key(zoneName));
      site.zones.set(key(zoneName), (zone = { id: same?.id, name: same?.name ?? zoneName, rows: [] }));
    }
    zone.rows.push(entry.row);
  }
  return [...found.values()];
}

/** Sites and zones that are not there, with what each might be instead. */
export function newPlaces(
  places: readonly TableSite[],
  known: readonly KnownSite[],
): NonNullable<InventoryReading['places']> {
  const named = (site: string | null, name: string, rows: number, others: readonly string[]) => ({
    site,
    name,
    like: nearest(name, others),
    rows,
  });
  const shown: NonNullable<InventoryReading['places']> = [];
  for (const { id, name, entries, zones } of places) {
    if (shown.length >= mostShown) break;
    if (id === undefined)
      shown.push(
        named(
          null,
          name,
          entries.length,
          known.map((site) => site.name),
        ),
      );
    const there = known.find((site) => site.id === id)?.zones ?? [];
    for (const zone of zones.values())
      if (zone.id === undefined)
        shown.push(
          named(
            name,
            zone.name,
            zone.rows.length,
            there.map((one) => one.name),
          ),
        );
  }
  return shown.slice(0, mostShown);
}

export function countNew(places: readonly TableSite[]): number {
  return places.reduce(
    (sum, { id, zones }) =>
      sum + Number(id === undefined) + [...zones.values()].filter((zone) => zone.id === undefined).length,
    0,
  );
}

const key = (name: string): string => {
  const bare = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
  return bare || name.trim();
};

/** The one that a slip of the hand away is this: a letter more, less, another or exchanged, in long names two. */
function nearest(name: string, others: readonly string[]): string | null {
  const wanted = key(name);
  const most = wanted.length < 4 ? 0 : wanted.length < 9 ? 1 : 2;
  for (const other of others.slice(0, mostPlaces))
    if (Math.abs(key(other).length - wanted.length) <= most && slips(wanted, key(other)) <= most)
      return other;
  return null;
}

/** Optimal string alignment; of names this long, an answer of more than two is as good as infinity. */
function slips(one: string, other: string): number {
  if (one.length > 100 || other.length > 100) return Infinity;
  // A number is another number: Hall 1 is not Hall 2.
  if (one.replace(/\D/g, '') !== other.replace(/\D/g, '')) return Infinity;
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      row.push(least);
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}
