/** Bytes that lie somewhere else and are asked for by their place: a file, an evidence behind its key. */
export interface Stored {
  readonly size: number;
  /** `length` bytes from `from`, both within `size`. Asked one at a time. */
  read(from: number, length: number): Promise<Uint8Array>;
}

const PAGE = 1 << 20;
const MOST_PAGES = 8;

/**
 * The same, asked in pages of a MiB of which the last eight are kept: sections, tables and chunks are small and lie close
 * together. What lies beyond the end is left out, so fewer bytes than were asked for may come.
 */
export function paged(stored: Stored): Stored {
  const pages = new Map<number, Uint8Array>();
  const page = async (number: number) => {
    const known = pages.get(number);
    if (known) pages.delete(number);
    else if (pages.size === MOST_PAGES) pages.delete(pages.keys().next().value!);
    const from = number * PAGE;
    const bytes = known ?? (await stored.read(from, Math.min(PAGE, stored.size - from)));
    pages.set(number, bytes);
    return bytes;
  };
  return {
    size: stored.size,
    async read(from, length) {
      const to = Math.min(from + length, stored.size);
      if (from >= to) return new Uint8Array();
      const first = Math.floor(from / PAGE);
      if (to <= (first + 1) * PAGE)
        return (await page(first)).subarray(from - first * PAGE, to - first * PAGE);
      const bytes = new Uint8Array(to - from);
      for (let number = first; number * PAGE < to; number++) {
        const start = Math.max(from, number * PAGE);
        const part = (await page(number)).subarray(start - number * PAGE, to - number * PAGE);
        bytes.set(part, start - from);
      }
      return bytes;
    },
  };
}
