import type { ZoneBox } from './plant-layout.ts';

/** A conduit as people say it is: the zones that it joins, whatever passes through it. */
export interface MapWay {
  id: string;
  name: string;
  connects: readonly string[];
}

/** Where it is drawn: from edge to edge of the boxes that it joins, in the order in which they are named. */
export interface Way extends MapWay {
  stretches: readonly Stretch[];
  label: { x: number; y: number };
}

export type Stretch = readonly [x1: number, y1: number, x2: number, y2: number];

/** Zones that are not in the drawing, such as the outside where nobody was seen, are left out; so is a way to nobody. */
export function layWays(ways: readonly MapWay[], boxes: ReadonlyMap<string, ZoneBox>): Way[] {
  return ways.flatMap((way) => {
    const joined = way.connects.flatMap((id) => boxes.get(id) ?? []);
    const stretches = joined.slice(1).map((box, place) => between(joined[place]!, box));
    const [first] = stretches;
    if (!first) return [];
    const [x1, y1, x2, y2] = first;
    return [{ ...way, stretches, label: { x: (x1 + x2) / 2, y: (y1 + y2) / 2 } }];
  });
}

/** Straight down or across where the boxes face each other; aslant where they do not. */
function between(a: ZoneBox, b: ZoneBox): Stretch {
  const [x1, x2] = facing([a.x, a.x + a.width], [b.x, b.x + b.width]);
  const [y1, y2] = facing([a.y, a.y + a.height], [b.y, b.y + b.height]);
  return [x1, y1, x2, y2];
}

type Range = readonly [from: number, to: number];

/** In the middle of what both have; where they have nothing, from the near edge of the one to that of the other. */
function facing([from, to]: Range, [otherFrom, otherTo]: Range): Range {
  const [start, end] = [Math.max(from, otherFrom), Math.min(to, otherTo)];
  if (start < end) return [(start + end) / 2, (start + end) / 2];
  return from < otherFrom ? [to, otherFrom] : [from, otherTo];
}
