import type { Assembly, Here } from '../../dissector.ts';
import type { Segment } from './apdu.ts';

const MOST_SERIES = 256;
const LONGEST = 65_536;

interface Series {
  readonly assembly: Assembly;
  next: number;
}

/** Messages that come in segments (ANSI/ASHRAE 135-2020, 5.2 and 5.4). Bounded: the oldest gives way. */
export class Segments {
  readonly #series = new Map<string, Series>();
  dropped = 0;

  /**
   * The whole, once its last segment is there: the first segment with its headers, and behind it the data of the others.
   * @param key of the series: who sends it, in answer to what
   */
  add(
    here: Here,
    key: string,
    segment: Segment,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): Assembly | undefined {
    const { sequence, more, dataAt } = segment;
    const before = this.#series.get(key);
    const continues = before && sequence === (before.next & 0xff);
    if (!continues) {
      const isRepeated = before && sequence === ((before.next - 1) & 0xff);
      if (isRepeated) return undefined;
      this.#series.delete(key);
      if (sequence !== 0) return undefined;
    }
    const series = continues ? before : this.#begin(here, key);
    if (!series.assembly.add(here, bytes, continues ? start + dataAt : start, end)) {
      this.#series.delete(key);
      this.dropped++;
      return undefined;
    }
    series.next = sequence + 1;
    if (more) return undefined;
    this.#series.delete(key);
    return series.assembly;
  }

  #begin(here: Here, key: string): Series {
    if (this.#series.size >= MOST_SERIES) {
      const [oldest] = this.#series.keys();
      this.#series.delete(oldest!);
      this.dropped++;
    }
    const series = { assembly: here.assembly(LONGEST), next: 0 };
    this.#series.set(key, series);
    return series;
  }
}
