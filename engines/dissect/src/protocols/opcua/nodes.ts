import type { Capture, Endpoint, Teller } from '../../dissector.ts';
import type { DataValue, Variant } from './builtin.ts';
import { isBad } from './status-codes.ts';
import { numberOf, shown } from './values.ts';
import { wellKnown } from './well-known.ts';

const MOST_NODES = 65_536;
const MOST_SUBSCRIPTIONS = 4_096;
const MOST_ELEMENTS = 32;
const MOST_HANDLES = 65_536;
export const UNKNOWN = -1;

/** What is known of the nodes of all servers: what they are called, and what they were last. */
export class Nodes {
  dropped = 0;
  readonly #variables: number;
  readonly #numbers = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #names: string[] = [];
  readonly #last: (string | undefined)[] = [];
  /** By server and subscription: nodes by the handle that the client gave them. */
  readonly #subscriptions = new Map<number, Map<number, number>>();
  #handles = 0;

  constructor(capture: Capture) {
    // Names that are browsed later are there at the end, when variables are named.
    this.#variables = capture.variables((node) => this.#label(node));
    capture.bounded('memories', this);
  }

  /** The number of a node, or -1 when there is no room for another one. */
  node(server: Endpoint, id: string): number {
    const key = `${server} ${id}`;
    let node = this.#numbers.get(key);
    if (node === undefined) {
      if (this.#ids.length >= MOST_NODES) {
        this.dropped++;
        return UNKNOWN;
      }
      node = this.#ids.push(id) - 1;
      this.#names.push(wellKnown[id] ?? '');
      this.#last.push(undefined);
      this.#numbers.set(key, node);
    }
    return node;
  }

  learn(server: Endpoint, id: string, name: string): void {
    if (name === '' || id in wellKnown) return;
    const node = this.node(server, id);
    if (node !== UNKNOWN) this.#names[node] = name;
  }

  /** `Temperature (ns=2;i=5)` where it was browsed, `ns=2;i=5` where not. */
  label(server: Endpoint, id: string): string {
    const node = this.#numbers.get(`${server} ${id}`);
    if (node !== undefined) return this.#label(node);
    return id in wellKnown ? `${wellKnown[id]} (${id})` : id;
  }

  /** What it was last, in words. */
  before(server: Endpoint, id: string): string | undefined {
    const node = this.#numbers.get(`${server} ${id}`);
    return node === undefined ? undefined : this.#last[node];
  }

  remember(node: number, value: Variant): void {
    if (node !== UNKNOWN) this.#last[node] = shown(value);
  }

  /** A value that the server has, or is given. */
  value(here: Teller, server: Endpoint, node: number, data: DataValue, set: boolean): void {
    if (node === UNKNOWN || isBad(data.status)) return;
    if (Array.isArray(data.value.value)) this.#elements(here, server, node, data.value, set);
    const number = numberOf(data.value);
    if (!Number.isNaN(number)) here.variable(server, this.#variables, node, number, set);
    if (!set && data.value.type !== 0) this.remember(node, data.value);
  }

  /** Elements of an array are variables of their own. */
  #elements(here: Teller, server: Endpoint, array: number, { type, value }: Variant, set: boolean): void {
    (value as unknown[]).slice(0, MOST_ELEMENTS).forEach((element, i) => {
      const number = numberOf({ type, value: element });
      if (Number.isNaN(number)) return;
      const node = this.node(server, `${this.#ids[array]}[${i}]`);
      if (node !== UNKNOWN) here.variable(server, this.#variables, node, number, set);
    });
  }

  monitor(server: Endpoint, subscription: number, handle: number, id: string): number {
    const key = server * 0x1_0000_0000 + subscription;
    const node = this.node(server, id);
    let handles = this.#subscriptions.get(key);
    if (!handles && this.#subscriptions.size < MOST_SUBSCRIPTIONS) {
      this.#subscriptions.set(key, (handles = new Map()));
    }
    const isNew = handles?.has(handle) === false;
    if (!handles || (isNew && this.#handles >= MOST_HANDLES)) {
      this.dropped++;
      return node;
    }
    if (isNew) this.#handles++;
    handles.set(handle, node);
    return node;
  }

  forget(server: Endpoint, subscription: number): void {
    const key = server * 0x1_0000_0000 + subscription;
    this.#handles -= this.#subscriptions.get(key)?.size ?? 0;
    this.#subscriptions.delete(key);
  }

  /** The node behind a handle; where it was introduced before the capture, a stand-in that says so. */
  monitored(server: Endpoint, subscription: number, handle: number): number {
    return (
      this.#subscriptions.get(server * 0x1_0000_0000 + subscription)?.get(handle) ??
      this.monitor(server, subscription, handle, `subscription ${subscription}, handle ${handle}`)
    );
  }

  labelOf(node: number): string {
    return node === UNKNOWN ? '?' : this.#label(node);
  }

  #label(node: number): string {
    const name = this.#names[node]!;
    return name === '' ? this.#ids[node]! : `${name} (${this.#ids[node]})`;
  }
}
