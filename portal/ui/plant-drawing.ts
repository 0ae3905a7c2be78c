import type { Cell, Conduit, PlantLayout, ZoneBox } from './plant-layout.ts';
import type { Way } from './plant-ways.ts';

/** What part of the drawing is seen: a point of it at the upper left corner, and how large it is drawn. */
export interface View {
  x: number;
  y: number;
  scale: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Scene {
  layout: PlantLayout;
  /** Drawn over everything: the lines of the device that is looked at. */
  near: readonly Conduit[];
  /** The device that is looked at, and whom it talks to. */
  bright: string | null;
  peers: ReadonlySet<string>;
  chosen: string | null;
  /** Where a device or a zone is being dragged to. */
  dragged: { id: string; x: number; y: number; onto: string | null } | null;
  /** A zone that the page is about. */
  marked: ReadonlySet<string>;
  hasFocus: boolean;
}

export type Palette = Record<(typeof paletteNames)[number], string> & { font: string };
export const paletteNames = [
  'ground',
  'surface',
  'raised',
  'line',
  'line-strong',
  'ink',
  'ink-soft',
  'ink-faint',
  'accent',
  'accent-soft',
  'bar',
  'alarm',
  'warn',
  'warn-soft',
  'focus',
] as const;

export interface Words {
  lane: (level: string) => string;
  zone: (zone: ZoneBox) => string;
  count: (zone: ZoneBox) => string;
}

/** Smaller than this on the screen, letters are no letters any more. */
const LEGIBLE = 6;
/** Smaller than this, a device is a spot. */
const SPOT = 9;
const MOST_NAMED = 16;

/** Draws what is in sight, in as much detail as its size on the screen has room for. Gives back how many devices it drew. */
export function draw(
  context: CanvasRenderingContext2D,
  scene: Scene,
  view: View,
  { width, height }: Size,
  ratio: number,
  { palette: color, words, iconOf }: { palette: Palette; words: Words; iconOf: (role: string) => Path2D },
): number {
  const { layout, near, bright, peers, chosen, dragged, marked, hasFocus } = scene;
  const { x, y, scale } = view;
  const seen = { left: x, top: y, right: x + width / scale, bottom: y + height / scale };
  const letters = (points: number) => points * scale >= LEGIBLE;
  const font = (points: number, weight = 400) => {
    context.font = `${weight} ${points}px ${color.font}`;
  };

  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(ratio * scale, 0, 0, ratio * scale, -x * ratio * scale, -y * ratio * scale);
  context.textBaseline = 'alphabetic';

  for (const lane of layout.lanes) {
    if (lane.y > seen.bottom || lane.y + lane.height < seen.top) continue;
    context.fillStyle = color.ground;
    context.fillRect(0, lane.y, layout.width, lane.height);
    stroke(color.bar, 3, [[0, lane.y, layout.width, lane.y]]);
    const size = Math.max(13, Math.min(11 / scale, 22));
    if (letters(size)) {
      context.fillStyle = color['ink-soft'];
      font(size, 600);
      lettered(words.lane(lane.level)).forEach((row, n) =>
        context.fillText(row, 12, lane.y + size * 2 + n * size * 1.2),
      );
    }
    for (const zone of lane.zones) if (inSight(zone)) drawZone(zone, lane.y);
  }

  for (const way of layout.ways) drawWay(way);
  context.globalAlpha = near.length > 0 ? 0.18 : 1;
  for (const conduit of layout.conduits)
    drawLine(conduit, false, layout.conduits.length <= MOST_NAMED, layout.byZone);
  context.globalAlpha = 1;
  for (const conduit of near) drawLine(conduit, true, near.length <= 10, false);

  let drawn = 0;
  for (const lane of layout.lanes)
    for (const [n, zone] of lane.zones.entries()) {
      if (!inSight(zone)) continue;
      for (const cell of zone.cells)
        if (inSight(cell)) {
          drawCell(cell, cell.x, cell.y);
          drawn++;
        }
      drawZoneName(zone, lane.zones[n + 1]);
    }
  for (const way of layout.ways) nameWay(way);
  if (dragged) {
    const cell = layout.lanes
      .flatMap((lane) => lane.zones.flatMap((zone) => zone.cells))
      .find(({ id }) => id === dragged.id);
    context.globalAlpha = 0.8;
    if (cell) drawCell(cell, dragged.x - cell.width / 2, dragged.y - cell.height / 2);
    context.globalAlpha = 1;
  }
  return drawn;

  function inSight(box: { x: number; y: number; width: number; height: number }): boolean {
    return (
      box.x < seen.right &&
      box.x + box.width > seen.left &&
      box.y < seen.bottom &&
      box.y + box.height > seen.top
    );
  }

  function stroke(
    style: string,
    thickness: number,
    lines: readonly (readonly [number, number, number, number])[],
  ): void {
    context.strokeStyle = style;
    context.lineWidth = thickness;
    context.beginPath();
    for (const [x1, y1, x2, y2] of lines) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
  }

  function drawZone(zone: ZoneBox, lane: number): void {
    const isTarget = dragged?.onto === zone.id;
    // A zone in a second row hangs beside the one above it.
    if (zone.y > lane)
      stroke(
        color.bar,
        2,
        zone.y - lane > 12
          ? [
              [zone.x - 4, lane, zone.x - 4, zone.y],
              [zone.x - 4, zone.y, zone.x, zone.y],
            ]
          : [[zone.x + 22, lane, zone.x + 22, zone.y]],
      );
    context.fillStyle = isTarget ? color['accent-soft'] : color.surface;
    context.fillRect(zone.x, zone.y, zone.width, zone.height);
    context.setLineDash(zone.kind === 'accepted' ? [] : [6, 4]);
    const isMarked = isTarget || marked.has(zone.id);
    context.strokeStyle = isMarked
      ? color.accent
      : zone.kind === 'accepted'
        ? color['line-strong']
        : color['ink-faint'];
    context.lineWidth = isMarked ? 3 : 1;
    context.strokeRect(zone.x, zone.y, zone.width, zone.height);
    context.setLineDash([]);
  }

  /** As broad as a road, so that nobody takes it for traffic: two edges and its ground. */
  function drawWay({ id, stretches }: Way): void {
    const isMarked = marked.has(id);
    context.lineCap = 'square';
    stroke(isMarked ? color.accent : color['line-strong'], 13, stretches);
    stroke(isMarked ? color['accent-soft'] : color.raised, 10, stretches);
    context.lineCap = 'butt';
  }

  function nameWay({ name, label }: Way): void {
    const size = layout.ways.length <= MOST_NAMED ? Math.max(11, 11 / scale) : 11;
    if (!letters(size)) return;
    font(size, 600);
    context.textAlign = 'center';
    outlined(cut(name, 30), label.x, label.y + size / 3, color['ink-soft'], color.ground);
    context.textAlign = 'start';
  }

  /** As large on the screen as it has to be, over devices that are too small to have names. */
  function drawZoneName(zone: ZoneBox, next: ZoneBox | undefined): void {
    const room = (next && next.x > zone.x ? next.x : layout.width) - zone.x - 24;
    const size = Math.max(12, 12 / scale);
    font(size, 600);
    const name = cut(words.zone(zone), Math.floor(room / (size * 0.53)));
    const [left, base] = [zone.x + 14, zone.y + 10 + size];
    outlined(name, left, base, color.ink, color.surface);
    const after = left + 8 + context.measureText(name).width;
    const count = words.count(zone);
    font(size);
    if (after + context.measureText(count).width < zone.x + room)
      outlined(count, after, base, color['ink-faint'], color.surface);
  }

  function drawCell(cell: Cell, left: number, top: number): void {
    const isBright = cell.id === bright;
    context.fillStyle = isBright
      ? color['accent-soft']
      : cell.warnings > 0
        ? color['warn-soft']
        : color.raised;
    context.fillRect(left, top, cell.width, cell.height);
    context.strokeStyle =
      cell.id === chosen && hasFocus
        ? color.focus
        : isBright || peers.has(cell.id) || cell.id === chosen
          ? color.accent
          : cell.warnings > 0
            ? color.warn
            : color['line-strong'];
    context.lineWidth = cell.id === chosen ? 3 : isBright ? 2 : 1;
    context.strokeRect(left, top, cell.width, cell.height);
    if (cell.height * scale < SPOT) return;
    const compact = cell.height < 40;
    const room = Math.floor((cell.width - (compact ? 30 : 38)) / 6.6);
    if (letters(12.5)) {
      context.fillStyle = color.ink;
      font(12.5, 500);
      const start = compact ? 27 : 32;
      context.fillText(cut(cell.name, room), left + start, top + (compact ? 18 : 20), cell.width - start - 4);
      if (!compact) {
        context.fillStyle = color['ink-soft'];
        font(11);
        context.fillText(cut(cell.detail, room + 3), left + 32, top + 37, cell.width - 36);
      }
    }
    const inset = compact ? 6 : 9;
    context.save();
    context.translate(left + inset, top + inset);
    context.strokeStyle = color.ink;
    context.lineWidth = 1.5;
    context.stroke(iconOf(cell.role));
    context.restore();
    if (cell.warnings > 0) drawWarnings(cell.warnings, left + cell.width - 1, top);
  }

  /** A triangle and a number: whoever sees no colours sees it too. */
  function drawWarnings(count: number, at: number, top: number): void {
    context.beginPath();
    context.moveTo(at, top - 12);
    context.lineTo(at + 12, top + 8);
    context.lineTo(at - 12, top + 8);
    context.closePath();
    context.fillStyle = color['warn-soft'];
    context.strokeStyle = color.warn;
    context.lineWidth = 1.5;
    context.fill();
    context.stroke();
    if (!letters(10)) return;
    context.fillStyle = color.warn;
    font(10, 600);
    context.textAlign = 'center';
    context.fillText(count > 99 ? '99' : String(count), at, top + 5);
    context.textAlign = 'start';
  }

  function drawLine(conduit: Conduit, isNear: boolean, isNamed: boolean, isHeavy: boolean): void {
    const { fromBox: a, toBox: b } = conduit;
    const slack = 60;
    if (
      Math.max(a.x + a.width, b.x + b.width) + slack < seen.left ||
      Math.min(a.x, b.x) - slack > seen.right ||
      Math.max(a.y + a.height, b.y + b.height) + slack < seen.top ||
      Math.min(a.y, b.y) - slack > seen.bottom
    )
      return;
    const style = conduit.dangerous
      ? color.alarm
      : conduit.unexpected
        ? color.warn
        : isNear
          ? color.accent
          : color['line-strong'];
    context.strokeStyle = style;
    context.lineWidth = isHeavy
      ? Math.min(6, 1.5 + Math.log10(conduit.packets + 1) / 1.5)
      : isNear || conduit.dangerous || conduit.unexpected
        ? 2.5
        : 1.5;
    context.setLineDash(conduit.unexpected && !conduit.dangerous ? [7, 4] : []);
    context.stroke(pathOf(conduit));
    context.setLineDash([]);
    arrow(conduit.path, style);
    if (!isNamed || !letters(11)) return;
    font(11);
    context.textAlign = 'center';
    outlined(
      cut(conduit.protocols.slice(0, 3).join(', '), 26),
      conduit.label.x,
      conduit.label.y,
      color.ink,
      color.ground,
    );
    context.textAlign = 'start';
  }

  function arrow(path: string, style: string): void {
    const [x1, y1, x2, y2] = lastStretch(path);
    const angle = Math.atan2(y2 - y1, x2 - x1);
    context.save();
    context.translate(x2, y2);
    context.rotate(angle);
    context.beginPath();
    context.moveTo(0, 0);
    context.lineTo(-9, -4.5);
    context.lineTo(-9, 4.5);
    context.closePath();
    context.fillStyle = style;
    context.fill();
    context.restore();
  }

  function outlined(text: string, left: number, base: number, ink: string, ground: string): void {
    context.lineJoin = 'round';
    context.strokeStyle = ground;
    context.lineWidth = Math.max(4, 4 / scale);
    context.strokeText(text, left, base);
    context.fillStyle = ink;
    context.fillText(text, left, base);
  }
}

const paths = new WeakMap<Conduit, Path2D>();

function pathOf(conduit: Conduit): Path2D {
  const known = paths.get(conduit) ?? new Path2D(conduit.path);
  paths.set(conduit, known);
  return known;
}

/** The direction in which a path ends: from its last but one point. Horizontal and vertical steps name one coordinate. */
export function lastStretch(path: string): [number, number, number, number] {
  let [x, y, fromX, fromY] = [0, 0, 0, 0];
  for (const [, command, numbers] of path.matchAll(/([MCHV])([^MCHV]*)/g)) {
    const n = numbers!.trim().split(/[ ,]+/).map(Number);
    if (command === 'C') [fromX, fromY, x, y] = [n[2]!, n[3]!, n[4]!, n[5]!];
    else
      [fromX, fromY, x, y] = [
        x,
        y,
        command === 'V' ? x : n[0]!,
        command === 'V' ? n[0]! : command === 'H' ? y : n[1]!,
      ];
  }
  return [fromX, fromY, x, y];
}

/** A long name of a lane goes word under word. */
function lettered(name: string): string[] {
  return name.split(/(?<=-)|\s+/).reduce<string[]>((rows, word) => {
    const last = rows.at(-1);
    if (last !== undefined && last.length + word.length < 15) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
    return rows;
  }, []);
}

function cut(words: string, letters: number): string {
  return words.length > letters ? `${words.slice(0, Math.max(1, letters - 1))}…` : words;
}

/** All of the drawing in the middle, not larger than life. */
export function fitted(
  layout: Size,
  size: Size,
  box: { x: number; y: number } & Size = { x: 0, y: 0, ...layout },
): View {
  const scale = Math.min(1.25, size.width / box.width, size.height / box.height);
  return {
    scale,
    x: box.x - (size.width / scale - box.width) / 2,
    y: box.y - (size.height / scale - box.height) / 2,
  };
}

/** Larger or smaller, with this point of the screen staying where it is. */
export function zoomed(view: View, by: number, at: { x: number; y: number }): View {
  const scale = Math.max(0.02, Math.min(4, view.scale * by));
  return {
    scale,
    x: view.x + at.x / view.scale - at.x / scale,
    y: view.y + at.y / view.scale - at.y / scale,
  };
}
