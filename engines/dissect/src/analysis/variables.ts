import { type Endpoint, NOBODY } from '../dissector.ts';
import { hash } from '../network/hash.ts';
import { emptyList } from './empty-list.ts';
import { Triples } from './triples.ts';

const MOST_VARIABLES = 16_384;
const MOST_NAMES = 16_384;
/** Of one variable, and of all together. */
const MOST_POINTS = 64;
const MOST_POINTS_IN_ALL = 262_144;
/** Pairs of a variable and of somebody who set it. */
const MOST_SETTERS = 32_768;
/** Within it, how often a variable was set to something else is counted. */
const TOGGLING = 10_000_000;
const FIRST_POINTS = 8;
const LONGEST_NAME = 256;
const FREE = -1;

/** One quantity over the whole capture. */
export interface VariableNote {
  readonly about: Endpoint;
  /** Place in the registry of who told it. */
  readonly dissector: number;
  readonly name: string;
  /** Values seen, and how many of them were set rather than told. */
  readonly count: number;
  readonly sets: number;
  /** Times a value differed from the one before. */
  readonly changes: number;
  readonly first: number;
  readonly last: number;
  readonly least: number;
  readonly most: number;
  /** The least and the most that anybody set; NaN where nobody did. */
  readonly leastSet: number;
  readonly mostSet: number;
  readonly firstTime: number;
  readonly lastTime: number;
  /** Time and value at changes, thinned out evenly where there were too many. */
  readonly points: readonly (readonly [time: number, value: number])[];
  readonly setters: readonly SetterNote[];
  /** Sent again and again: that it is set, and to something else, is nothing that somebody did. */
  readonly cyclic: boolean;
}

/** Somebody who set a variable. */
export interface SetterNote {
  readonly by: Endpoint;
  readonly count: number;
  readonly least: number;
  readonly most: number;
  readonly first: number;
  readonly last: number;
  /** The most changes to another value within ten seconds. */
  readonly toggles: number;
}

interface Family {
  readonly dissector: number;
  readonly cyclic: boolean;
  readonly nameOf: (index: number) => string;
}

// Numbers of a variable, side by side in one array. What every value touches comes first, in one line of a cache.
const COUNT = 0;
const LAST = 1;
const LAST_TIME = 2;
const CHANGES = 3;
/** After so many changes the next point is kept. */
const NEXT_POINT = 4;
const LEAST = 5;
const MOST = 6;
const SETS = 7;
const ABOUT = 8;
const FAMILY = 9;
const INDEX = 10;
const FIRST = 11;
const FIRST_TIME = 12;
const LEAST_SET = 13;
const MOST_SET = 14;
/** Every so many changes are kept as points; doubled whenever there is no more room for them. */
const STRIDE = 15;
/** A power of two, so that variables begin where lines of a cache do. */
const WIDTH = 16;

// Numbers of somebody who set one.
const SET_COUNT = 0;
const SET_LEAST = 1;
const SET_MOST = 2;
const SET_LAST = 3;
const SET_FIRST_TIME = 4;
const SET_LAST_TIME = 5;
const TOGGLES = 6;
const TOGGLING_SINCE = 7;
const MOST_TOGGLES = 8;
const SET_WIDTH = 9;

/** When something was, in microseconds since 1970; as an argument by itself, it would be an object made for each value. */
export interface Timed {
  readonly time: number;
}

/** The quantities of a process and how they went. Bounded; what found no place is counted. */
export class Variables {
  dropped = 0;
  readonly #families: Family[] = [];
  #numbers = new Float64Array(64 * WIDTH);
  readonly #setters = new Triples(MOST_SETTERS);
  #sets = new Float64Array(16 * SET_WIDTH);
  #slots = new Int32Array(256).fill(FREE);
  #count = 0;
  /** Which one was found last: registers and channels come in the order in which they were first seen. */
  #last = -1;
  readonly #points = emptyList<Float64Array>();
  readonly #pointCount: number[] = [];
  #pointsInAll = 0;
  readonly #names = new Map<string, number>();
  readonly #nameList: string[] = [];
  readonly #named = new Map<number, number>();

  get settersDropped(): number {
    return this.#setters.dropped;
  }

  get size(): number {
    return this.#count;
  }

  family(dissector: number, nameOf: (index: number) => string, cyclic = false): number {
    return this.#families.push({ dissector, nameOf, cyclic }) - 1;
  }

  /** @param setter who set it; NOBODY when it was only told */
  note(about: Endpoint, family: number, index: number, value: number, setter: Endpoint, when: Timed): void {
    // JSON has no words for what is not a number.
    if (about < 0 || !Number.isFinite(value)) return;
    this.noteAt(this.number(about, family, index), value, setter, when);
  }

  /** Which one this is, a new one if need be: for `noteAt`. -1 when there is no room. */
  number(about: Endpoint, family: number, index: number): number {
    const next = this.#last + 1;
    const at = next * WIDTH;
    const numbers = this.#numbers;
    const isNext =
      next < this.#count &&
      numbers[at + INDEX] === index &&
      numbers[at + ABOUT] === about &&
      numbers[at + FAMILY] === family;
    const which = isNext ? next : this.#find(about, family, index);
    if (which >= 0) this.#last = which;
    return which;
  }

  aboutOf(which: number): Endpoint {
    return which < 0 ? NOBODY : this.#numbers[which * WIDTH + ABOUT]!;
  }

  noteAt(which: number, value: number, setter: Endpoint, { time }: Timed): void {
    if (which < 0) {
      this.dropped++;
      return;
    }
    const at = which * WIDTH;
    const numbers = this.#numbers;
    if (numbers[at + COUNT]!++ === 0) {
      numbers[at + FIRST] = numbers[at + LEAST] = numbers[at + MOST] = value;
      numbers[at + FIRST_TIME] = time;
      numbers[at + LEAST_SET] = numbers[at + MOST_SET] = NaN;
      numbers[at + STRIDE] = numbers[at + NEXT_POINT] = 1;
      this.#point(at, time, value);
    } else if (numbers[at + LAST] !== value) {
      if (value < numbers[at + LEAST]!) numbers[at + LEAST] = value;
      if (value > numbers[at + MOST]!) numbers[at + MOST] = value;
      if (++numbers[at + CHANGES]! === numbers[at + NEXT_POINT]) {
        this.#point(at, time, value);
        const stride = numbers[at + STRIDE]!;
        numbers[at + NEXT_POINT] = (Math.floor(numbers[at + CHANGES]! / stride) + 1) * stride;
      }
    }
    numbers[at + LAST] = value;
    numbers[at + LAST_TIME] = time;
    if (setter === NOBODY) return;
    numbers[at + SETS]!++;
    if (!(value >= numbers[at + LEAST_SET]!)) numbers[at + LEAST_SET] = value;
    if (!(value <= numbers[at + MOST_SET]!)) numbers[at + MOST_SET] = value;
    this.#noteSetter(which, setter, value, time);
  }

  /** What was set by somebody at a time that may lie before what is known by now: then it is not the last value. */
  noteSetBefore(which: number, value: number, setter: Endpoint, when: Timed): void {
    const at = which * WIDTH;
    const numbers = this.#numbers;
    if (which < 0 || numbers[at + COUNT] === 0 || numbers[at + LAST_TIME]! <= when.time) {
      this.noteAt(which, value, setter, when);
      return;
    }
    const [last, lastTime] = [numbers[at + LAST]!, numbers[at + LAST_TIME]!];
    // As if it were no change, for it is none of the order of time.
    numbers[at + LAST] = value;
    this.noteAt(which, value, setter, when);
    if (value < numbers[at + LEAST]!) numbers[at + LEAST] = value;
    if (value > numbers[at + MOST]!) numbers[at + MOST] = value;
    numbers[at + LAST] = last;
    numbers[at + LAST_TIME] = lastTime;
  }

  /** The last value was seen so many times more, the last time then. */
  repeatAt(which: number, times: number, time: number): void {
    if (which < 0) {
      this.dropped += times;
      return;
    }
    const at = which * WIDTH;
    this.#numbers[at + COUNT]! += times;
    if (time > this.#numbers[at + LAST_TIME]!) this.#numbers[at + LAST_TIME] = time;
  }

  noteNamed(
    dissector: number,
    about: Endpoint,
    name: string,
    value: number,
    setter: Endpoint,
    when: Timed,
  ): void {
    if (about < 0 || !Number.isFinite(value)) return;
    this.noteAt(this.numberNamed(dissector, about, name), value, setter, when);
  }

  numberNamed(dissector: number, about: Endpoint, name: string): number {
    let index = this.#names.get(name);
    if (index === undefined) {
      if (this.#names.size >= MOST_NAMES) return -1;
      index = this.#nameList.push(name.slice(0, LONGEST_NAME)) - 1;
      this.#names.set(name, index);
    }
    let family = this.#named.get(dissector);
    if (family === undefined) {
      family = this.family(dissector, (which) => this.#nameList[which]!);
      this.#named.set(dissector, family);
    }
    return this.number(about, family, index);
  }

  /** Those that were set first, then those that changed most. */
  list(): VariableNote[] {
    const setters = this.#readSetters();
    const all = Array.from({ length: this.#count }, (_, which) =>
      this.#read(which, setters.get(which) ?? []),
    );
    return all
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.sets - a.sets || b.changes - a.changes || b.count - a.count);
  }

  #noteSetter(which: number, setter: Endpoint, value: number, time: number): void {
    const index = this.#setters.index(which, setter, 0);
    if (index < 0) return;
    const at = index * SET_WIDTH;
    if (at >= this.#sets.length) {
      const wider = new Float64Array(this.#sets.length * 2);
      wider.set(this.#sets);
      this.#sets = wider;
    }
    const sets = this.#sets;
    if (sets[at + SET_COUNT]!++ === 0) {
      sets[at + SET_LEAST] = sets[at + SET_MOST] = sets[at + SET_LAST] = value;
      sets[at + SET_FIRST_TIME] = sets[at + TOGGLING_SINCE] = time;
    }
    sets[at + SET_LAST_TIME] = time;
    if (sets[at + SET_LAST] === value) return;
    sets[at + SET_LAST] = value;
    if (value < sets[at + SET_LEAST]!) sets[at + SET_LEAST] = value;
    if (value > sets[at + SET_MOST]!) sets[at + SET_MOST] = value;
    if (time - sets[at + TOGGLING_SINCE]! > TOGGLING) {
      sets[at + TOGGLING_SINCE] = time;
      sets[at + TOGGLES] = 0;
    }
    const toggles = ++sets[at + TOGGLES]!;
    if (toggles > sets[at + MOST_TOGGLES]!) sets[at + MOST_TOGGLES] = toggles;
  }

  #readSetters(): Map<number, SetterNote[]> {
    const all = new Map<number, SetterNote[]>();
    for (let index = 0; index < this.#setters.count; index++) {
      const at = index * SET_WIDTH;
      const which = this.#setters.at(index, 0);
      const note = {
        by: this.#setters.at(index, 1),
        count: this.#sets[at + SET_COUNT]!,
        least: this.#sets[at + SET_LEAST]!,
        most: this.#sets[at + SET_MOST]!,
        first: this.#sets[at + SET_FIRST_TIME]!,
        last: this.#sets[at + SET_LAST_TIME]!,
        toggles: this.#sets[at + MOST_TOGGLES]!,
      };
      const others = all.get(which);
      if (others) others.push(note);
      else all.set(which, [note]);
    }
    return all;
  }

  #read(which: number, setters: readonly SetterNote[]): VariableNote {
    const at = which * WIDTH;
    const numbers = this.#numbers;
    const { dissector, nameOf, cyclic } = this.#families[numbers[at + FAMILY]!]!;
    const points = this.#points[which]!;
    const told = Array.from({ length: this.#pointCount[which]! }, (_, i): [number, number] => [
      points[i * 2]!,
      points[i * 2 + 1]!,
    ]);
    return {
      about: numbers[at + ABOUT]!,
      dissector,
      name: nameOf(numbers[at + INDEX]!),
      count: numbers[at + COUNT]!,
      sets: numbers[at + SETS]!,
      changes: numbers[at + CHANGES]!,
      first: numbers[at + FIRST]!,
      last: numbers[at + LAST]!,
      least: numbers[at + LEAST]!,
      most: numbers[at + MOST]!,
      leastSet: numbers[at + LEAST_SET]!,
      mostSet: numbers[at + MOST_SET]!,
      firstTime: numbers[at + FIRST_TIME]!,
      lastTime: numbers[at + LAST_TIME]!,
      points: told,
      setters,
      cyclic,
    };
  }

  #point(at: number, time: number, value: number): void {
    const which = at / WIDTH;
    let points = this.#points[which]!;
    let count = this.#pointCount[which]!;
    if (count * 2 === points.length) {
      if (count < MOST_POINTS && this.#pointsInAll + count <= MOST_POINTS_IN_ALL) {
        const wider = new Float64Array(points.length * 2);
        wider.set(points);
        this.#points[which] = points = wider;
        this.#pointsInAll += count;
      } else {
        // The first stays; of the rest every second one goes.
        count = count >> 1;
        for (let i = 1; i < count; i++) {
          points[i * 2] = points[i * 4]!;
          points[i * 2 + 1] = points[i * 4 + 1]!;
        }
        this.#numbers[at + STRIDE]! *= 2;
      }
    }
    points[count * 2] = time;
    points[count * 2 + 1] = value;
    this.#pointCount[which] = count + 1;
  }

  #find(about: number, family: number, index: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(about, family, index | 0, (index / 0x1_0000_0000) | 0) & mask;
    for (;;) {
      const which = this.#slots[slot]!;
      if (which === FREE) break;
      const at = which * WIDTH;
      const numbers = this.#numbers;
      if (numbers[at + INDEX] === index && numbers[at + ABOUT] === about && numbers[at + FAMILY] === family)
        return which;
      slot = (slot + 1) & mask;
    }
    if (this.#count >= MOST_VARIABLES) return -1;
    const which = this.#count++;
    if (this.#count * WIDTH > this.#numbers.length) {
      const wider = new Float64Array(this.#numbers.length * 2);
      wider.set(this.#numbers);
      this.#numbers = wider;
    }
    const at = which * WIDTH;
    this.#numbers[at + ABOUT] = about;
    this.#numbers[at + FAMILY] = family;
    this.#numbers[at + INDEX] = index;
    this.#points.push(new Float64Array(FIRST_POINTS * 2));
    this.#pointCount.push(0);
    this.#pointsInAll += FIRST_POINTS;
    if (this.#count * 2 > this.#slots.length) this.#rebuild();
    else this.#slots[slot] = which;
    return which;
  }

  #rebuild(): void {
    this.#slots = new Int32Array(this.#slots.length * 2).fill(FREE);
    const mask = this.#slots.length - 1;
    for (let which = 0; which < this.#count; which++) {
      const at = which * WIDTH;
      const index = this.#numbers[at + INDEX]!;
      let slot =
        hash(
          this.#numbers[at + ABOUT]!,
          this.#numbers[at + FAMILY]!,
          index | 0,
          (index / 0x1_0000_0000) | 0,
        ) & mask;
      while (this.#slots[slot] !== FREE) slot = (slot + 1) & mask;
      this.#slots[slot] = which;
    }
  }
}
