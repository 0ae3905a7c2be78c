import type { Stage } from '../analysis/stage.ts';
import { u16At, u32At } from '../bytes/byte-reader.ts';
import type { PacketSink } from '../capture/capture-reader.ts';
import { LOST } from '../dissector.ts';
import { type Flow, Flows } from './flows.ts';
import type { Origin } from './gathered.ts';
import { Stream } from './streams.ts';

const TCP = 6;
const UDP = 17;

/** From frames to messages. */
export class Network implements PacketSink {
  readonly #stage: Stage;
  readonly flows = new Flows(131_072, () => {});

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  packet(
    bytes: Uint8Array,
    start: number,
    end: number,
    base: number,
    time: number,
    _wireLength: number,
    linkType: number,
  ): void {
    this.#stage.packet++;
    this.#stage.time = time;
    if (linkType === 1) this.#ethernet(bytes, start, end, base);
  }

  #ethernet(bytes: Uint8Array, start: number, end: number, base: number): void {
    if (end - start < 14) return;
    const stage = this.#stage;
    stage.targetMac = stage.endpoints.mac(bytes, start);
    stage.sourceMac = stage.endpoints.mac(bytes, start + 6);
    let at = start + 12;
    let type = u16At(bytes, at);
    at += 2;
    while ((type === 0x8100 || type === 0x88a8 || type === 0x9100) && end - at >= 4) {
      type = u16At(bytes, at + 2);
      at += 4;
    }
    if (type === 0x0800) return this.#ipv4(bytes, at, end, base);
    stage.source = stage.sourceMac;
    stage.target = stage.targetMac;
    stage.sourcePort = stage.targetPort = 0;
    stage.flow = -1;
    stage.flowAtHand = undefined;
    stage.direction = 'request';
    const whose = stage.whose('ethertype', type, bytes, at, end);
    if (whose >= 0) stage.deliver(whose, bytes, at, end, base, 'ethertype', type);
  }

  #ipv4(bytes: Uint8Array, start: number, end: number, base: number): void {
    if (end - start < 20) return;
    const header = (bytes[start]! & 0xf) * 4;
    const total = u16At(bytes, start + 2);
    const stop = Math.min(end, start + total);
    const stage = this.#stage;
    stage.source = stage.endpoints.ipv4(u32At(bytes, start + 12));
    stage.target = stage.endpoints.ipv4(u32At(bytes, start + 16));
    const at = start + header;
    const protocol = bytes[start + 9]!;
    if (protocol === TCP) this.#tcp(bytes, at, stop, base);
    else if (protocol === UDP) this.#udp(bytes, at, stop, base);
  }

  #flow(transport: number, sourcePort: number, targetPort: number): Flow {
    const stage = this.#stage;
    const flow = this.flows.find(transport, stage.source, stage.target, sourcePort, targetPort, stage.time);
    flow.last = stage.time;
    stage.flow = flow.id;
    stage.flowAtHand = flow;
    stage.sourcePort = sourcePort;
    stage.targetPort = targetPort;
    return flow;
  }

  #udp(bytes: Uint8Array, start: number, end: number, base: number): void {
    if (end - start < 8) return;
    const stage = this.#stage;
    const flow = this.#flow(UDP, u16At(bytes, start), u16At(bytes, start + 2));
    const whose = stage.whose('udp', stage.targetPort, bytes, start + 8, end, stage.sourcePort);
    if (whose < 0) return;
    this.#orient(flow, whose);
    stage.deliver(whose, bytes, start + 8, end, base, 'udp', stage.targetPort);
  }

  #tcp(bytes: Uint8Array, start: number, end: number, base: number): void {
    if (end - start < 20) return;
    const stage = this.#stage;
    const flow = this.#flow(TCP, u16At(bytes, start), u16At(bytes, start + 2));
    const at = start + (bytes[start + 12]! >> 4) * 4;
    const sequence = u32At(bytes, start + 4);
    if (at >= end) return;
    const side = stage.source === flow.one && stage.sourcePort === flow.onePort ? 0 : 1;
    const stream = (flow.streams[side] ??= new Stream());
    if (stream.next === -1) stream.next = sequence;
    if (sequence !== stream.next) {
      if (((sequence - stream.next) | 0) < 0) return;
      stream.pending.clear();
    }
    stream.next = (sequence + end - at) >>> 0;
    if (flow.dissector === -1) {
      flow.dissector = stage.whose('tcp', stage.targetPort, bytes, at, end, stage.sourcePort);
      if (flow.dissector === -1) return;
    }
    this.#orient(flow, flow.dissector);
    if (stream.pending.length === 0) {
      const used = this.#cut(flow, bytes, at, end, base);
      if (used < end) stream.pending.append(bytes, used, end, base);
    } else {
      const pending = stream.pending;
      if (!pending.append(bytes, at, end, base)) return pending.clear();
      pending.drop(this.#cut(flow, pending.bytes, 0, pending.length, pending));
    }
  }

  #cut(flow: Flow, bytes: Uint8Array, start: number, end: number, origin: Origin): number {
    const dissector = this.#stage.dissectors[flow.dissector]!;
    let at = start;
    while (at < end) {
      const length = dissector.messageLength!(bytes, at, end);
      if (length === LOST) return end;
      if (length === 0 || length > end - at) return at;
      this.#stage.deliver(flow.dissector, bytes, at, at + length, origin, 'tcp', this.#stage.targetPort);
      at += length;
    }
    return at;
  }

  #orient(_flow: Flow, whose: number): void {
    const stage = this.#stage;
    const ports = stage.dissectors[whose]!.carriers.flatMap(({ at }) => at ?? []);
    stage.direction = ports.includes(stage.targetPort) ? 'request' : 'reply';
  }
}
