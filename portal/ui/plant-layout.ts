import { layWays, type MapWay, type Way } from './plant-ways.ts';

/** Where everything of a plant map stands. Pure: the same plant gives the same picture. */

export interface MapDevice {
  id: string;
  name: string;
  detail: string;
  role: string;
  level: string;
  zone: string;
  warnings: number;
  /** Found by these words, too. */
  search?: string;
}

export interface MapLine {
  from: string;
  to: string;
  protocols: readonly string[];
  packets: number;
  dangerous: boolean;
  unexpected: boolean;
}

/** What is known of a zone beside its devices; where nobody says, it is called as devices call it. */
export interface MapZone {
  name: string;
  level: string;
  /** How sure it is that it is one: drawn and said differently. */
  kind: 'accepted' | 'proposed' | 'outside' | 'none';
  /** Where a person put it. */
  place?: { x: number; y: number } | null;
}

export interface Cell {
  id: string;
  name: string;
  detail: string;
  role: string;
  warnings: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface ZoneBox {
  id: string;
  name: string;
  level: string;
  kind: MapZone['kind'];
  cells: readonly Cell[];
  warnings: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Lane {
  level: string;
  y: number;
  height: number;
  zones: readonly ZoneBox[];
}

export interface Conduit extends MapLine {
  id: string;
  /** Ends: cells, or whole zones where single lines would be a thicket. */
  fromBox: Box;
  toBox: Box;
  path: string;
  label: { x: number; y: number };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface PlantLayout {
  width: number;
  height: number;
  lanes: readonly Lane[];
  conduits: readonly Conduit[];
  /** True where `conduits` join zones and not devices. */
  byZone: boolean;
  /** Beneath the traffic: what may pass where. */
  ways: readonly Way[];
}

const levels = ['enterprise', 'dmz', 'operations', 'supervision', 'control', 'field', 'unknown'];
const mostLines = 48;
const gap = 14;
const laneName = 128;
const laneGap = 46;

export function layOut(
  devices: readonly MapDevice[],
  lines: readonly MapLine[],
  known: ReadonlyMap<string, MapZone> = new Map(),
  ways: readonly MapWay[] = [],
): PlantLayout {
  const compact = devices.length > 60;
  const cellWidth = compact ? 112 : 168;
  const cellHeight = compact ? 28 : 48;
  // Many devices make a larger picture, not a longer one.
  const width = Math.max(
    1240,
    Math.ceil(Math.sqrt(devices.length * (cellWidth + gap) * (cellHeight + gap) * 2.6)),
  );
  const room = width - laneName - gap;
  const lanes: Lane[] = [];
  let y = 16;

  const zonesByLevel = groups(zonesOf(devices, known), ({ level }) => level);
  for (const level of levels) {
    const here = zonesByLevel.get(level);
    if (!here) continue;
    const zones: ZoneBox[] = [];
    let x = laneName;
    let top = y + 10;
    let rowHeight = 0;
    for (const { id, name, kind, members } of here) {
      const fit = Math.max(1, Math.floor((room - gap) / (cellWidth + gap)));
      const columns = Math.max(
        1,
        Math.min(members.length, fit, Math.max(3, Math.ceil(Math.sqrt(members.length * 2.4)))),
      );
      const boxWidth = Math.max(columns * (cellWidth + gap) + gap, 150);
      const boxHeight = 30 + Math.max(1, Math.ceil(members.length / columns)) * (cellHeight + gap) + 4;
      if (x > laneName && x + boxWidth > width) {
        x = laneName;
        top += rowHeight + gap;
        rowHeight = 0;
      }
      const at = known.get(id)?.place ?? { x, y: top };
      zones.push({
        id,
        name,
        kind,
        level,
        warnings: members.reduce((sum, { warnings }) => sum + warnings, 0),
        ...at,
        width: boxWidth,
        height: boxHeight,
        cells: members.map(({ id: device, name: called, detail, role, warnings }, place) => ({
          id: device,
          name: called,
          detail,
          role,
          warnings,
          x: at.x + gap + (place % columns) * (cellWidth + gap),
          y: at.y + 34 + Math.floor(place / columns) * (cellHeight + gap),
          width: cellWidth,
          height: cellHeight,
        })),
      });
      x += boxWidth + gap * 2;
      rowHeight = Math.max(rowHeight, boxHeight);
    }
    const height = top + rowHeight + 10 - y;
    lanes.push({ level, y, height, zones });
    y += height + laneGap;
  }

  const byZone = lines.length > mostLines;
  const all = lanes.flatMap((lane) => lane.zones);
  const right = Math.max(...all.map((zone) => zone.x + zone.width), 0);
  const bottom = Math.max(...all.map((zone) => zone.y + zone.height), y - laneGap);
  return {
    // A small plant is drawn larger, not in a corner.
    width: Math.max(860, right + gap * 2),
    height: Math.max(120, bottom + 16),
    lanes,
    conduits: conduitsOf(lanes, lines, byZone ? 'zones' : 'bundles'),
    byZone,
    ways: layWays(ways, new Map(all.map((zone) => [zone.id, zone]))),
  };
}

/** Known zones as they are known, empty ones too; the rest of the devices by level and what they call their zone. */
function zonesOf(devices: readonly MapDevice[], known: ReadonlyMap<string, MapZone>) {
  const members = groups(devices, ({ level, zone }) => (known.has(zone) ? zone : `${laneOf(level)}/${zone}`));
  const named = [...known].flatMap(([id, { name, level, kind }]) =>
    kind === 'accepted' || members.has(id)
      ? [{ id, name, kind, level: laneOf(level), members: members.get(id) ?? [] }]
      : [],
  );
  const rest = [...members].flatMap(([id, list]) =>
    known.has(id)
      ? []
      : [
          {
            id,
            name: list[0]!.zone,
            kind: 'accepted' as const,
            level: laneOf(list[0]!.level),
            members: list,
          },
        ],
  );
  return [...named, ...rest];
}

/** The lines of some devices only, each drawn singly: for what is selected. */
export function linesOf(
  layout: PlantLayout,
  lines: readonly MapLine[],
  selected: ReadonlySet<string>,
): readonly Conduit[] {
  return conduitsOf(
    layout.lanes,
    lines.filter((line) => selected.has(line.from) || selected.has(line.to)).slice(0, 80),
    'devices',
  );
}

/** A device, or its zone. */
interface End {
  readonly id: string;
  readonly box: Box;
  readonly zone: ZoneBox;
}

/** Of `MapLine`, `from` and `to` are one of the devices that are joined. */
interface Joined extends MapLine {
  readonly ends: readonly [End, End];
}

function conduitsOf(
  lanes: readonly Lane[],
  lines: readonly MapLine[],
  between: 'devices' | 'bundles' | 'zones',
): Conduit[] {
  const ends = new Map<string, End>();
  for (const zone of lanes.flatMap((lane) => lane.zones)) {
    for (const cell of zone.cells) {
      ends.set(cell.id, between === 'zones' ? whole(zone) : { id: cell.id, box: cell, zone });
    }
  }
  const joined = join(
    lines.flatMap((line) => {
      const [from, to] = [ends.get(line.from), ends.get(line.to)];
      return from && to ? [{ ...line, ends: [from, to] as const }] : [];
    }),
  );
  const used = new Map<Box, number>();
  const named = new Map<number, number>();
  const corridors = new Map<number, number>();
  return (between === 'bundles' ? bundled(joined) : joined).map(({ ends: [from, to], ...line }) => ({
    ...line,
    id: `${from.id}→${to.id}`,
    fromBox: from.box,
    toBox: to.box,
    ...curve(from, to, shift(used, from.box), shift(used, to.box), { lanes, named, corridors }),
  }));
}

const whole = (zone: ZoneBox): End => ({ id: zone.id, box: zone, zone });

function join(lines: readonly Joined[]): Joined[] {
  const joined = new Map<string, Joined>();
  for (const line of lines) {
    const [from, to] = line.ends;
    if (from.id === to.id) continue;
    const id = `${from.id}→${to.id}`;
    const before = joined.get(id);
    joined.set(id, {
      ...line,
      protocols: [...new Set([...(before?.protocols ?? []), ...line.protocols])],
      packets: (before?.packets ?? 0) + line.packets,
      dangerous: (before?.dangerous ?? false) || line.dangerous,
      unexpected: (before?.unexpected ?? false) || line.unexpected,
    });
  }
  return [...joined.values()];
}

const bundleFrom = 3;

/** Who talks alike to several devices of another zone talks to the zone; what is dangerous or odd stays single. */
function bundled(lines: readonly Joined[]): Joined[] {
  const bundle = (all: readonly Joined[], far: 0 | 1): Joined[] => {
    const plain = (line: Joined) =>
      !line.dangerous && !line.unexpected && line.ends[0].zone !== line.ends[1].zone;
    const alike = groups(all.filter(plain), ({ ends }) => `${ends[1 - far]!.id} ${ends[far].zone.id}`);
    const thick = new Set([...alike.values()].filter(({ length }) => length >= bundleFrom).flat());
    return all.map((line) => {
      if (!thick.has(line)) return line;
      const zone = whole(line.ends[far].zone);
      return { ...line, ends: far === 1 ? ([line.ends[0], zone] as const) : ([zone, line.ends[1]] as const) };
    });
  };
  return join(bundle(join(bundle(lines, 1)), 0));
}

/** Lines that share an end leave it side by side. */
function shift(used: Map<Box, number>, box: Box): number {
  const count = used.get(box) ?? 0;
  used.set(box, count + 1);
  const step = Math.min(18, box.width / 8);
  const side = count % 2 === 0 ? 1 : -1;
  return Math.max(-box.width / 2 + 8, Math.min(box.width / 2 - 8, side * Math.ceil(count / 2) * step));
}

function curve(
  from: End,
  to: End,
  fromShift: number,
  toShift: number,
  { lanes, named, corridors }: Drawn,
): { path: string; label: { x: number; y: number } } {
  if (Math.abs(from.box.y - to.box.y) < 8) {
    const [x1, x2] = [middle(from.box) + fromShift, middle(to.box) + toShift];
    const [y1, y2] = [from.box.y + from.box.height, to.box.y + to.box.height];
    const deep = Math.max(y1, y2) + Math.min(34, 14 + Math.abs(x1 - x2) / 30);
    return {
      path: `M${r(x1)} ${r(y1)}C${r(x1)} ${r(deep)} ${r(x2)} ${r(deep)} ${r(x2)} ${r(y2)}`,
      label: { x: r((x1 + x2) / 2), y: r(deep - 4) },
    };
  }
  const down = from.box.y < to.box.y;
  const within = from.zone === to.zone;
  const start = portOf(from, down, fromShift, within);
  const end = portOf(to, !down, toShift, within);
  const lane = lanes.find(({ zones }) => zones.includes(to.zone))!;
  const passed = lanes
    .flatMap(({ zones }) => zones)
    .filter(({ y, height }) => y > Math.min(start.y, end.y) && y + height < Math.max(start.y, end.y));
  const [left, right] = [Math.min(start.x, end.x), Math.max(start.x, end.x)];
  const blocked = passed.some(({ x, width }) => x < right && x + width > left);
  const least = within ? 4 : 24;
  const last = blocked ? corridor(passed, (start.x + end.x) / 2, down, corridors) : undefined;
  const curved = last
    ? `${bow(start, last.enter, least)}V${r(last.leave.y)}${bow(last.leave, end, least)}`
    : bow(start, end, least);
  // The protocol is written in the free strip before the lane that the line goes to, rows of names below one another.
  const strip = down ? lane.y - laneGap / 2 : lane.y + lane.height + laneGap / 2;
  const row = named.get(strip) ?? 0;
  named.set(strip, row + 1);
  const begin = last?.leave ?? start;
  const [top, bottom] = [Math.min(begin.y, end.y), Math.max(begin.y, end.y)];
  const y = Math.min(bottom, Math.max(top, strip + ((row % 3) - 1) * 13 + 3));
  const bend = bendOf(begin, end, least);
  const x = xAt(begin.x, end.x, begin.y, begin.y + bend, end.y - bend, end.y, y);
  return {
    path: [
      start.aside
        ? `M${r(from.box.x)} ${r(level(from.box))}H${r(start.x)}V${r(start.y)}`
        : `M${r(start.x)} ${r(start.y)}`,
      curved,
      end.aside ? `V${r(level(to.box))}H${r(to.box.x)}` : '',
    ].join(''),
    label: { x: r(x), y: r(y) },
  };
}

/** What is shared by all lines of a drawing, so that they keep out of each other's way. */
interface Drawn {
  readonly lanes: readonly Lane[];
  /** Names written in a strip so far. */
  readonly named: Map<number, number>;
  /** Lines that pass a corridor so far. */
  readonly corridors: Map<number, number>;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function bow(from: Point, to: Point, least: number): string {
  const bend = bendOf(from, to, least);
  return `C${r(from.x)} ${r(from.y + bend)} ${r(to.x)} ${r(to.y - bend)} ${r(to.x)} ${r(to.y)}`;
}

const bendOf = (from: Point, to: Point, least: number) =>
  Math.max(least, Math.abs(to.y - from.y) * 0.45) * Math.sign(to.y - from.y || 1);

/** Past zones in between, where none stands: nearest to where the line would go anyway. */
function corridor(
  zones: readonly ZoneBox[],
  near: number,
  down: boolean,
  used: Map<number, number>,
): { enter: Point; leave: Point } {
  const isFree = (x: number) => zones.every((zone) => x < zone.x || x > zone.x + zone.width);
  const ways = zones.map((zone) => zone.x + zone.width + gap).filter(isFree);
  const way = ways.reduce((best, x) => (Math.abs(x - near) < Math.abs(best - near) ? x : best));
  const count = used.get(way) ?? 0;
  used.set(way, count + 1);
  // Side by side, as far as the gap has room.
  const x = way - 9 + (count % 6) * 4;
  const top = Math.min(...zones.map(({ y }) => y)) - 4;
  const bottom = Math.max(...zones.map(({ y, height }) => y + height)) + 4;
  return down
    ? { enter: { x, y: top }, leave: { x, y: bottom } }
    : { enter: { x, y: bottom }, leave: { x, y: top } };
}

/** Where a line leaves or reaches a device. Behind other devices of its zone, the way goes through the gap beside them. */
function portOf(
  { box, zone }: End,
  below: boolean,
  aside: number,
  within: boolean,
): { x: number; y: number; aside: boolean } {
  const between = zone.cells.some((cell) => (below ? cell.y > box.y : cell.y < box.y));
  if (box === zone || within || !between)
    return { x: middle(box) + aside, y: below ? box.y + box.height : box.y, aside: false };
  const edges = zone.cells.map((cell) => (below ? cell.y + cell.height : cell.y));
  return {
    x: box.x - gap / 2 + Math.max(-4, Math.min(4, aside / 4)),
    y: below ? Math.max(...edges) : Math.min(...edges),
    aside: true,
  };
}

const middle = ({ x, width }: Box) => x + width / 2;
const level = ({ y, height }: Box) => y + height / 2;

/** Where the curve, whose control points stand below its ends, is at a height. */
function xAt(x1: number, x2: number, y1: number, y2: number, y3: number, y4: number, y: number): number {
  let [low, high] = [0, 1];
  const at = (a: number, b: number, c: number, d: number, t: number) =>
    a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t ** 2 * (1 - t) + d * t ** 3;
  for (let step = 0; step < 20; step++) {
    const middle = (low + high) / 2;
    if (at(y1, y2, y3, y4, middle) < y === y4 > y1) low = middle;
    else high = middle;
  }
  return at(x1, x1, x2, x2, low);
}

function laneOf(level: string): string {
  return levels.includes(level) ? level : 'unknown';
}

function groups<Item>(items: readonly Item[], by: (item: Item) => string): Map<string, Item[]> {
  const found = new Map<string, Item[]>();
  for (const item of items) {
    const key = by(item);
    const group = found.get(key);
    if (group) group.push(item);
    else found.set(key, [item]);
  }
  return found;
}

function r(value: number): number {
  return Math.round(value);
}
