import type { InventoryChoice, InventoryReading } from '@busbar/contract';
import type { Entry } from '@busbar/csaf';

import { nearest, placeKey } from '../plant/plant-service.ts';

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
    alike.map(({ site, written, means }) => [
      `${site === null ? '' : placeKey(site)}\n${placeKey(written)}`,
      means,
    ]),
  );
  const sites = new Map(known.map((site) => [placeKey(site.name), site]));
  const atHome = known.find(({ id }) => id === home);
  const found = new Map<string, TableSite>();
  for (const entry of entries) {
    const written = entry.says.site ?? atHome?.name ?? '';
    const name = means.get(`\n${placeKey(written)}`) ?? written;
    const there = entry.says.site === undefined ? atHome : sites.get(placeKey(name));
    let site = found.get(placeKey(name));
    if (!site)
      found.set(
        placeKey(name),
        (site = { id: there?.id, name: there?.name ?? name, entries: [], zones: new Map() }),
      );
    site.entries.push(entry);
    if (entry.says.zone === undefined || entry.isLeft) continue;
    const zoneName = means.get(`${placeKey(site.name)}\n${placeKey(entry.says.zone)}`) ?? entry.says.zone;
    let zone = site.zones.get(placeKey(zoneName));
    if (!zone) {
      const same = there?.zones.find((one) => placeKey(one.name) === placeKey(zoneName));
      site.zones.set(placeKey(zoneName), (zone = { id: same?.id, name: same?.name ?? zoneName, rows: [] }));
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
    like: nearest(name, others.slice(0, mostPlaces)),
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
