import type { Endpoint } from '../../dissector.ts';
import { type ForwardOpen, MULTICAST } from './forward-open.ts';
import { type SafetyReply, UNKNOWN } from './safety.ts';
import type { IoConnection } from './io-values.ts';
import { SafetyChecks } from './safety-checks.ts';
import { Slots } from './slots.ts';

const MOST = 2048;

export interface Connection extends IoConnection {
  /** Given once and never again. */
  readonly number: number;
  readonly originator: Endpoint;
  /** Asked for by the originator itself, not handed on by an Unconnected Send. */
  readonly direct: boolean;
  /** Of safety data, as they last said it. */
  mode: number;
  /** Of what is sent to the target, and to the originator. */
  readonly checks: { readonly outputs?: SafetyChecks; readonly inputs?: SafetyChecks };
}

const NONE: readonly number[] = [];

/**
 * Connections that were opened, found again by the ids their messages carry. An id is chosen by its consumer: it is unique
 * at the address it is sent to, or within the TCP connection for messages.
 */
export class Connections {
  readonly #messages = new Slots(MOST);
  readonly #ofMessages: (Connection | undefined)[] = Array<undefined>(MOST).fill(undefined);
  readonly #outputs = new Slots(MOST);
  readonly #ofOutputs: (Connection | undefined)[] = Array<undefined>(MOST).fill(undefined);
  readonly #inputs = new Slots(MOST);
  readonly #ofInputs: (Connection | undefined)[] = Array<undefined>(MOST).fill(undefined);
  #numbers = 0;

  get dropped(): number {
    return this.#messages.dropped + this.#outputs.dropped + this.#inputs.dropped;
  }

  open(
    flow: number,
    open: ForwardOpen,
    originator: Endpoint,
    target: Endpoint,
    direct: boolean,
    safety: SafetyReply | undefined,
  ): void {
    const checks = checksOf(open, safety);
    const connection = {
      number: ++this.#numbers,
      open,
      originator,
      target,
      direct,
      mode: UNKNOWN,
      io: {},
      checks,
    };
    if (open.transport > 1) {
      this.#ofMessages[this.#messages.claim(flow, open.toTarget)] = connection;
      this.#ofMessages[this.#messages.claim(flow, open.toOriginator)] = connection;
      return;
    }
    this.#ofOutputs[this.#outputs.claim(target, open.toTarget)] = connection;
    // Inputs may go to a group of consumers: their producer is what is known of them.
    this.#ofInputs[this.#inputs.claim(target, open.toOriginator)] = connection;
  }

  ofMessages(flow: number, id: number): Connection | undefined {
    const slot = this.#messages.find(flow, id);
    return slot < 0 ? undefined : this.#ofMessages[slot];
  }

  outputsTo(target: Endpoint, id: number): Connection | undefined {
    const slot = this.#outputs.find(target, id);
    return slot < 0 ? undefined : this.#ofOutputs[slot];
  }

  inputsFrom(source: Endpoint, id: number): Connection | undefined {
    const slot = this.#inputs.find(source, id);
    return slot < 0 ? undefined : this.#ofInputs[slot];
  }
}

function checksOf(open: ForwardOpen, reply: SafetyReply | undefined): Connection['checks'] {
  const { vendor, originator: device, serial: connection, typeToTarget, typeToOriginator } = open;
  const { format, rollovers = 0 } = open.safety ?? {};
  if (!format) return {};
  const sender = { vendor, device, connection };
  return {
    outputs: new SafetyChecks(sender, format, rollovers, typeToTarget === MULTICAST),
    ...(reply && {
      inputs: new SafetyChecks(reply.sender, format, reply.rollovers, typeToOriginator === MULTICAST),
    }),
  };
}

/** Classes the reference counts together with those of each request over this connection. */
export function countedClasses(connection: Connection | undefined): readonly number[] {
  return connection?.direct ? connection.open.classes : NONE;
}
