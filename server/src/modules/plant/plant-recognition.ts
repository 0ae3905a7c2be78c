import { isTelling, normaliseOrderNumber, serialKey } from '@busbar/csaf';
import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

/** By what a device is known again, whoever speaks of it. */
export interface Identity {
  readonly id: string;
  readonly macs: readonly string[];
  readonly addresses: readonly string[];
  readonly serials: readonly string[];
  /** When it was seen, in a capture; a table says how it is now. */
  readonly seen?: Date;
  /** What must not be another for it to be the device at its address: of a table, which was not there to see. */
  readonly unless?: {
    /** As this plant once called it. */
    readonly id: string | null;
    readonly orderNumber: string | null;
    readonly name: string | null;
  };
}

interface Acquaintance {
  readonly asset: string;
  readonly hasMac: boolean;
  readonly serial: string | null;
  readonly orderNumber: string | null;
  readonly name: string;
  readonly order: number;
  /** Of an address that it has no more: until when it had it. */
  readonly until: Date | null;
}

/**
 * The devices of a site that these are: by MAC address, else by serial number, else by IP address, unless both have MAC
 * addresses that differ, for then the address has a new owner. A device whose addresses a person corrected has in captures
 * from before that those it had then, whoever has them now. Of a table, also not where serial or order number differ,
 * and last by its name; but first by the id that an export has given it, where that device has not been taken for another.
 */
export async function recognise(
  tx: Db,
  site: string,
  devices: readonly Identity[],
): Promise<Map<string, string>> {
  const byAddress = await acquainted(
    tx,
    site,
    devices.flatMap(({ macs, addresses }) => [...macs, ...addresses]),
    sql`select w.word, x.asset_id as id from unnest_words w
      join asset_address x on x.site_id = ${site} and x.owner_id = (select actor_organisation()) and x.address = w.word`,
  );
  const seen = devices.filter((device) => device.seen !== undefined);
  const byFormer = await acquainted(
    tx,
    site,
    seen.flatMap(({ macs, addresses }) => [...macs, ...addresses]),
    sql`select w.word, c.asset_id as id, max(c.until) as until
      from (select f.asset_id, f.field, f.seen as until from asset_fact f join asset a on a.id = f.asset_id and a.site_id = ${site}
          where f.owner_id = (select actor_organisation()) and f.source = 'person' and f.field in ('address', 'mac')) c,
        lateral (
          select unnest(case c.field when 'mac' then s.macs else s.addresses end) as word from asset_sighting s
            where s.asset_id = c.asset_id and s.last_seen <= c.until
          union select f.value from asset_fact f where f.asset_id = c.asset_id and f.field = c.field and f.seen < c.until
        ) h join unnest_words w on w.word = h.word
      group by w.word, c.asset_id`,
  );
  const bySerial = await acquainted(
    tx,
    site,
    devices.flatMap(({ serials }) => serials.filter(isTelling)),
    sql`select w.word, s.id from unnest_words w join asset s on s.site_id = ${site} and s.serial_key = serial_key(w.word)`,
  );
  const byName = await acquainted(
    tx,
    site,
    devices.flatMap(({ unless }) => unless?.name || []),
    sql`select w.word, s.id from unnest_words w
      join asset s on s.owner_id = (select actor_organisation()) and s.name_key = lower(w.word) and s.site_id = ${site}`,
  );

  const byId = await acquainted(
    tx,
    site,
    devices.flatMap(({ unless }) => unless?.id || []),
    sql`select w.word, s.id from unnest_words w
      join asset s on s.owner_id = (select actor_organisation()) and s.id = w.word::uuid and s.site_id = ${site}`,
  );

  const known = new Map<string, string>();
  const taken = new Set<string>();
  const take = (device: Identity, candidates: readonly Acquaintance[]) => {
    const first = candidates.toSorted((a, b) => a.order - b.order)[0];
    if (!first) return;
    known.set(device.id, first.asset);
    taken.add(first.asset);
  };
  const of = (words: readonly string[], by: Map<string, Acquaintance[]>) =>
    words.flatMap((word) => by.get(word) ?? []);
  const free = (candidates: readonly Acquaintance[]) => candidates.filter(({ asset }) => !taken.has(asset));
  /** Who had one of these when it was seen; not who has it because somebody said so later. */
  const then = ({ seen }: Identity, words: readonly string[]) =>
    free(of(words, byFormer)).filter(({ until }) => seen !== undefined && until !== null && seen <= until);
  const rest = () => devices.filter(({ id }) => !known.has(id));

  for (const device of devices)
    if (device.unless?.id)
      take(
        device,
        free(of([device.unless.id], byId)).filter((one) => !contradicts(device, one)),
      );
  for (const device of rest()) take(device, of(device.macs, byAddress));
  for (const device of rest()) take(device, then(device, device.macs));
  for (const device of rest()) take(device, free(of(device.serials, bySerial)));
  const isAt = (device: Identity) => (one: Acquaintance) =>
    (!one.hasMac || device.macs.length === 0) && !contradicts(device, one);
  for (const device of rest()) take(device, then(device, device.addresses).filter(isAt(device)));
  for (const device of rest()) take(device, free(of(device.addresses, byAddress)).filter(isAt(device)));
  for (const device of rest())
    if (device.unless?.name) take(device, free(of([device.unless.name], byName)).filter(isAt(device)));
  return known;
}

/** The sites with a device that has a MAC address or serial number of one of these. */
export async function sitesKnowing(
  tx: Db,
  devices: readonly Pick<Identity, 'macs' | 'serials'>[],
): Promise<string[]> {
  const macs = devices.flatMap((device) => device.macs);
  const serials = devices.flatMap((device) => device.serials.filter(isTelling));
  const { rows } = await sql<{ site: string }>`
    select a.site_id as site from unnest(${serials}::text[]) w (serial) join asset a on a.serial_key = serial_key(w.serial)
    union select x.site_id from unnest(${macs}::text[]) w (mac) join asset_address x on x.address = w.mac
    order by site`.execute(tx);
  return rows.map(({ site }) => site);
}

async function acquainted(
  tx: Db,
  site: string,
  words: readonly string[],
  found: ReturnType<typeof sql>,
): Promise<Map<string, Acquaintance[]>> {
  const map = new Map<string, Acquaintance[]>();
  if (words.length === 0) return map;
  const { rows } = await sql<{
    word: string;
    asset: string;
    has_mac: boolean;
    serial: string | null;
    order_number: string | null;
    name: string;
    until: Date | null;
  }>`
    with unnest_words (word) as (select unnest(${[...new Set(words)]}::text[])), found as (${found})
    select f.word, a.id as asset, a.macs <> '{}' as has_mac, a.serial, a.order_number, a.name,
      (to_jsonb(f) ->> 'until')::timestamptz as until
    from found f join asset a on a.id = f.id
    where a.site_id = ${site}
    order by a.state = 'merged' desc, a.state = 'accepted' desc, a.last_seen desc nulls last, a.created_at, a.id`.execute(
    tx,
  );
  rows.forEach(({ word, asset, has_mac, serial, order_number, name, until }, order) => {
    const list = map.get(word) ?? [];
    list.push({ asset, hasMac: has_mac, serial, orderNumber: order_number, name, order, until });
    map.set(word, list);
  });
  return map;
}

function contradicts({ serials, unless }: Identity, one: Acquaintance): boolean {
  if (!unless) return false;
  const otherSerial =
    one.serial !== null &&
    serials.length > 0 &&
    !serials.some((serial) => serialKey(serial) === serialKey(one.serial!));
  const otherOrderNumber =
    one.orderNumber !== null &&
    unless.orderNumber !== null &&
    normaliseOrderNumber(one.orderNumber) !== normaliseOrderNumber(unless.orderNumber);
  return otherSerial || otherOrderNumber;
}
