import type { Counter } from '../../analysis/counters.ts';
import type { Capture } from '../../dissector.ts';
import type { Path } from './path.ts';

const REQUEST = 0;
const RESPONSE = 1;
const MIXED = 2;
const directions = ['request', 'response', 'mixed'];

const MOST_PATHS = 8192;

/**
 * Counts services as the reference does: frame by frame. A frame that names directions more often than services has all its
 * services counted as `mixed`; a frame of a single request also counts under the classes of its path.
 */
export class Counts {
  readonly #services: Counter;
  readonly #statuses: Counter;
  readonly #classes: Counter;
  readonly #paths = new Paths();

  #packet = -1;
  #count = 0;
  #seen = new Uint8Array(64);
  #uneven = false;
  /** Classes of the first request, as a node of `#paths`. */
  #path = 0;

  constructor(capture: Capture) {
    this.#services = capture.counter(
      'cip_service',
      (value) => `${directions[value >> 7]}:0x${hex(value & 0x7f)}`,
    );
    this.#statuses = capture.counter('cip_status', (status) => `0x${hex(status)}`);
    this.#classes = capture.counter(
      'cip_request_service_class',
      (value) => `0x${hex(value & 0x7f)}@class${this.#paths.text(Math.floor(value / 0x80))}`,
    );
  }

  /** `connection`: classes of the path its connection was opened to, when the capture shows that. */
  request(packet: number, code: number, path: Path, connection: readonly number[], twice: boolean): void {
    this.#at(packet);
    this.#add(code, twice);
    if (this.#count > 1) return;
    let node = 0;
    for (const classId of connection) node = this.#paths.child(node, classId);
    for (let i = 0; i < path.classCount; i++) node = this.#paths.child(node, path.classes[i]!);
    this.#path = node;
  }

  reply(packet: number, code: number, status: number, twice: boolean): void {
    this.#at(packet);
    this.#statuses.add(status);
    this.#add(code | 0x80, twice);
  }

  /** The frame is over. */
  finish(): void {
    for (let i = 0; i < this.#count; i++) {
      const service = this.#seen[i]!;
      const direction = this.#uneven ? MIXED : service & 0x80 ? RESPONSE : REQUEST;
      this.#services.add((direction << 7) | (service & 0x7f));
    }
    const single = this.#count === 1 && !this.#uneven && !(this.#seen[0]! & 0x80);
    if (single && this.#path !== 0) this.#classes.add(this.#path * 0x80 + this.#seen[0]!);
    this.#count = this.#path = 0;
    this.#uneven = false;
  }

  #at(packet: number): void {
    if (packet === this.#packet) return;
    this.finish();
    this.#packet = packet;
  }

  #add(service: number, twice: boolean): void {
    if (this.#count === this.#seen.length) {
      const wider = new Uint8Array(this.#count * 2);
      wider.set(this.#seen);
      this.#seen = wider;
    }
    this.#seen[this.#count++] = service;
    this.#uneven ||= twice;
  }
}

/** Sequences of classes as small numbers: a tree, found again by parent and class. */
class Paths {
  readonly #children = new Map<number, number>();
  readonly #parents = [0];
  readonly #classes = [0];

  /** 0 stands for the empty sequence, and for those that no longer fit. */
  child(parent: number, classId: number): number {
    const key = parent * 0x1_0000_0000 + classId;
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    if (this.#parents.length >= MOST_PATHS) return 0;
    const node = this.#parents.push(parent) - 1;
    this.#classes.push(classId);
    this.#children.set(key, node);
    return node;
  }

  text(node: number): string {
    const parts: string[] = [];
    for (let at = node; at !== 0; at = this.#parents[at]!) parts.unshift(`0x${hex(this.#classes[at]!)}`);
    return parts.join('/');
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(2, '0');
}
