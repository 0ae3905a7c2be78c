import { unavailable } from './problem.ts';
import { neighbourhood } from './tries.ts';

interface Bounds {
  readonly atOnce: number;
  /** Neighbourhoods that wait, and how many wait of each. */
  readonly lines: number;
  readonly inLine: number;
  /** Milliseconds that somebody waits. */
  readonly patience: number;
}

/** Waits for a turn, and is handed what ends it. */
export type Turns = (from: string) => Promise<() => void>;

/**
 * So many at once; who comes then waits, each neighbourhood in a line of its own, and the lines take turns: whoever
 * floods waits for himself. It is waited for before a transaction begins: who waits holds no connection.
 */
export function turnsOf({ atOnce, lines: mostLines, inLine, patience }: Bounds): Turns {
  let busy = 0;
  const lines = new Map<string, (() => void)[]>();

  return async (from) => {
    if (busy < atOnce) busy++;
    else await waited(neighbourhood(from));
    return next;
  };

  function waited(place: string): Promise<void> {
    const line = lines.get(place) ?? [];
    if (line.length >= inLine || (line.length === 0 && lines.size >= mostLines)) throw tooBusy();
    lines.set(place, line);
    return new Promise((resolve, reject) => {
      const ready = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        line.splice(line.indexOf(ready), 1);
        if (line.length === 0) lines.delete(place);
        reject(tooBusy());
      }, patience);
      line.push(ready);
    });
  }

  /** Handed on, so that nobody comes in between; the line it came from waits behind all others. */
  function next(): void {
    const [first] = lines;
    if (!first) {
      busy--;
      return;
    }
    const [place, line] = first;
    const ready = line.shift()!;
    lines.delete(place);
    if (line.length > 0) lines.set(place, line);
    ready();
  }
}

const tooBusy = () =>
  unavailable(
    'desk-busy',
    'Too many are writing to us this second. Call us, or press send again: nothing you typed is lost',
  );
