/** Where everything of a plant map stands. Pure: the same plant gives the same picture. */

export interface MapDevice {
  id: string;
  name: string;
  detail: string;
  role: string;
  level: string;
  zone: string;
  warnings: number;
}

export interface MapLine {
  from: string;
  to: string;
  protocols: readonly string[];
  packets: number;
  dangerous: boolean;
  unexpected: boolean;
}

/** A device, or many alike where there are too many to draw. */
export interface Cell {
  id: string;
  name: string;
  detail: string;
  role: string;
  warnings: number;
  devices: readonly string[];
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface ZoneBox {
  id: string;
  name: string;
  level: string;
  cells: readonly Cell[];
  devices: number;
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
}

const levels = ['enterprise', 'dmz', 'operations', 'supervision', 'control', 'field', 'unknown'];
const mostSingle = 300;
const mostLines = 48;
const gap = 14;
const laneName = 128;
const laneGap = 46;

export function layOut(devices: readonly MapDevice[], lines: readonly MapLine[], width = 1240): PlantLayout {
  const compact = devices.length > 60;
  const cellWidth = compact ? 112 : 168;
  const cellHeight = compact ? 28 : 48;
  const room = width - laneName - gap;
  const lanes: Lane[] = [];
  let y = 16;

  for (const level of levels) {
    const here = devices.filter((device) => laneOf(device.level) === level);
    if (here.length === 0) continue;
    const zones: ZoneBox[] = [];
    let x = laneName;
    let top = y + 10;
    let rowHeight = 0;
    for (const [name, members] of groups(here, ({ zone }) => zone)) {
      const cells = cellsOf(members, devices.length > mostSingle);
      const fit = Math.max(1, Math.floor((room - gap) / (cellWidth + gap)));
      const columns = Math.min(cells.length, fit, Math.max(3, Math.ceil(Math.sqrt(cells.length * 2.4))));
      const boxWidth = Math.max(columns * (cellWidth + gap) + gap, 150);
      const boxHeight = 30 + Math.ceil(cells.length / columns) * (cellHeight + gap) + 4;
      if (x > laneName && x + boxWidth > width) {
        x = laneName;
        top += rowHeight + gap;
        rowHeight = 0;
      }
      zones.push({
        id: `${level}/${name}`,
        name,
        level,
        devices: members.length,
        x,
        y: top,
        width: boxWidth,
        height: boxHeight,
        cells: cells.map((cell, place) => ({
          ...cell,
          x: x + gap + (place % columns) * (cellWidth + gap),
          y: top + 34 + Math.floor(place / columns) * (cellHeight + gap),
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
  const right = Math.max(...lanes.flatMap((lane) => lane.zones.map((zone) => zone.x + zone.width)), 0);
  return {
    // A small plant is drawn larger, not in a corner.
    width: Math.min(width, Math.max(860, right + gap)),
    height: Math.max(120, y - laneGap + 16),
    lanes,
    conduits: conduitsOf(lanes, lines, byZone),
    byZone,
  };
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
    false,
  );
}

function conduitsOf(lanes: readonly Lane[], lines: readonly MapLine[], byZone: boolean): Conduit[] {
  const boxes = new Map<string, { id: string; box: Box }>();
  for (const zone of lanes.flatMap((lane) => lane.zones)) {
    for (const cell of zone.cells) {
      const end = byZone ? { id: zone.id, box: zone } : { id: cell.id, box: cell };
      for (const device of cell.devices) boxes.set(device, end);
    }
  }
  const joined = new Map<string, MapLine & { ends: [Box, Box]; id: string }>();
  for (const line of lines) {
    const [from, to] = [boxes.get(line.from), boxes.get(line.to)];
    if (!from || !to || from.id === to.id) continue;
    const id = `${from.id}→${to.id}`;
    const before = joined.get(id);
    joined.set(id, {
      id,
      from: line.from,
      to: line.to,
      ends: [from.box, to.box],
      protocols: [...new Set([...(before?.protocols ?? []), ...line.protocols])],
      packets: (before?.packets ?? 0) + line.packets,
      dangerous: (before?.dangerous ?? false) || line.dangerous,
      unexpected: (before?.unexpected ?? false) || line.unexpected,
    });
  }
  const used = new Map<Box, number>();
  const named = new Map<number, number>();
  const laneAt = (box: Box) => lanes.find((lane) => box.y >= lane.y && box.y <= lane.y + lane.height);
  return [...joined.values()].map(({ ends: [from, to], ...line }) => ({
    ...line,
    fromBox: from,
    toBox: to,
    ...curve(from, to, shift(used, from), shift(used, to), laneAt(to), named),
  }));
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
  from: Box,
  to: Box,
  fromShift: number,
  toShift: number,
  lane: Lane | undefined,
  named: Map<number, number>,
): { path: string; label: { x: number; y: number } } {
  const x1 = from.x + from.width / 2 + fromShift;
  const x2 = to.x + to.width / 2 + toShift;
  const sameRow = Math.abs(from.y - to.y) < 8;
  if (sameRow) {
    const [y1, y2] = [from.y + from.height, to.y + to.height];
    const deep = Math.max(y1, y2) + Math.min(34, 14 + Math.abs(x1 - x2) / 30);
    return {
      path: `M${r(x1)} ${r(y1)}C${r(x1)} ${r(deep)} ${r(x2)} ${r(deep)} ${r(x2)} ${r(y2)}`,
      label: { x: r((x1 + x2) / 2), y: r(deep - 4) },
    };
  }
  const down = from.y < to.y;
  const y1 = down ? from.y + from.height : from.y;
  const y2 = down ? to.y : to.y + to.height;
  const bend = Math.max(24, Math.abs(y2 - y1) * 0.45) * (down ? 1 : -1);
  // The protocol is written in the free strip before the lane that the line goes to, rows of names below one another.
  const strip = lane ? (down ? lane.y - laneGap / 2 : lane.y + lane.height + laneGap / 2) : (y1 + y2) / 2;
  const row = named.get(strip) ?? 0;
  named.set(strip, row + 1);
  const y = Math.min(Math.max(y1, y2), Math.max(Math.min(y1, y2), strip + ((row % 3) - 1) * 13 + 3));
  return {
    path: `M${r(x1)} ${r(y1)}C${r(x1)} ${r(y1 + bend)} ${r(x2)} ${r(y2 - bend)} ${r(x2)} ${r(y2)}`,
    label: { x: r(xAt(x1, x2, y1, y1 + bend, y2 - bend, y2, y)), y: r(y) },
  };
}

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

function cellsOf(
  devices: readonly MapDevice[],
  aggregate: boolean,
): Omit<Cell, 'x' | 'y' | 'width' | 'height'>[] {
  if (!aggregate)
    return devices.map(({ id, name, detail, role, warnings }) => ({
      id,
      name,
      detail,
      role,
      warnings,
      devices: [id],
    }));
  return [...groups(devices, ({ role, detail }) => `${role}/${detail}`)].map(([key, alike]) => ({
    id: `${alike[0]!.level}/${alike[0]!.zone}/${key}`,
    name: alike.length === 1 ? alike[0]!.name : `${alike.length} ×`,
    detail: alike[0]!.detail,
    role: alike[0]!.role,
    warnings: alike.reduce((sum, { warnings }) => sum + warnings, 0),
    devices: alike.map(({ id }) => id),
  }));
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
