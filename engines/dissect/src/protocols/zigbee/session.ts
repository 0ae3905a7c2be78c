import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import type {
  Capture,
  Endpoint,
  FactField,
  Here,
  OperationKind,
  OperationNote,
  Params,
  Session,
  Teller,
} from '../../dissector.ts';
import {
  type Attribute,
  type ClusterMessage,
  CONFIGURE,
  DEFAULT_ANSWER,
  DISCOVER_ATTRIBUTES,
  READ,
  READ_ANSWER,
  REPORT,
  WRITE,
  WRITE_ANSWER,
  WRITE_SILENTLY,
  WRITE_UNDIVIDED,
} from './clusters.ts';
import { clusterName, commandName, deviceProfileNames } from './names.ts';
import { hex4 } from './numbers.ts';
import {
  ANNOUNCE,
  CHANGE_NETWORK,
  COMMAND,
  CONFIGURE_REPORTING,
  DEVICE_PROFILE,
  DISCOVER,
  LEAVE,
  NETWORK_UPDATE,
  NOTIFY,
  READ_ATTRIBUTES,
  REJOIN,
  REMOVE_DEVICE,
  TRANSPORT_KEY,
  WRITE_ATTRIBUTES,
} from './operations.ts';
import {
  keyKinds,
  NETWORK_CHANGED,
  NETWORK_LEAVE,
  NETWORK_REJOIN,
  type Packet,
  readPacket,
  REMOVE_DEVICE_COMMAND,
  TRANSPORT_KEY_COMMAND,
} from './packet.ts';
import { statusRefusal } from './refusals.ts';

/** Basic cluster, 3.2.2.2: what a device says of itself. */
const BASIC = 0x0000;
const identity: Record<number, FactField> = {
  0x0004: 'vendor',
  0x0005: 'model',
  0x0010: 'location',
  0x4000: 'firmware',
};
const HARDWARE_VERSION = 0x0003;

const ANNOUNCEMENT = 0x0013;
/** Bind, unbind, leave, permit joining, network update. */
const CHANGES = new Set([0x0020, 0x0021, 0x0022, 0x0034, 0x0036, 0x0038, 0x0039]);
/** Groups of devices: routers and coordinator, all, …: 3.6.5. */
const FIRST_GROUP = 0xfff8;

interface Asked {
  readonly note: OperationNote;
  /** Holds as far as the server agrees. */
  readonly writes: Writes | undefined;
}

interface Writes extends Setting {
  readonly cluster: number;
  readonly endpoint: number;
  readonly attributes: readonly Attribute[];
  /** All or none. */
  readonly undivided: boolean;
}

export class ZigbeeSession implements Session {
  readonly #capture: Capture;
  readonly #pending: Pending<Asked>;
  readonly #kinds: ReadonlyMap<OperationKind, number>;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#pending = capture.bounded(
      'requests',
      new Pending<Asked>(undefined, ({ writes }) => {
        if (writes) wrote(capture.unanswered(writes.by, writes.time), writes);
      }),
    );
    const kinds = [
      LEAVE,
      REJOIN,
      NETWORK_UPDATE,
      TRANSPORT_KEY,
      REMOVE_DEVICE,
      DEVICE_PROFILE,
      CHANGE_NETWORK,
      ANNOUNCE,
      READ_ATTRIBUTES,
      WRITE_ATTRIBUTES,
      CONFIGURE_REPORTING,
      DISCOVER,
      COMMAND,
      NOTIFY,
    ];
    this.#kinds = new Map(kinds.map((kind) => [kind, capture.operation(kind)]));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const packet = readPacket(here.reader.reset(bytes, start, end));
    if (packet.hopLong >= 0 && this.#capture.panOf(here.source) !== undefined) {
      here.same(here.source, this.#long(bytes, start + packet.hopLong));
    }
    this.#between(here, packet);
    if (packet.sourceLong >= 0) here.same(here.source, this.#long(bytes, start + packet.sourceLong));
    if (packet.targetLong >= 0 && packet.target < FIRST_GROUP) {
      here.same(here.target, this.#long(bytes, start + packet.targetLong));
    }
    if (packet.encrypted) return;
    if (packet.networkCommand >= 0) this.#networkCommand(here, packet.networkCommand);
    else if (packet.supportCommand >= 0) this.#supportCommand(here, packet);
    else if (packet.deviceStart >= 0) this.#deviceProfile(here, packet, bytes, start);
    else if (packet.clusterMessage) this.#cluster(here, packet, packet.clusterMessage);
  }

  finish(): void {
    this.#pending.finish();
  }

  /** From end to end: the stations below are those of one hop. The PAN is theirs. */
  #between(here: Here, { source, target }: Packet): void {
    const pan = this.#capture.panOf(here.source) ?? this.#capture.panOf(here.target) ?? 0xffff;
    here.between(this.#capture.station('wpan', source, pan), this.#capture.station('wpan', target, pan));
  }

  #long(bytes: Uint8Array, at: number): Endpoint {
    return this.#capture.station('eui64', u32leAt(bytes, at), u32leAt(bytes, at + 4));
  }

  #networkCommand(here: Here, command: number): void {
    const kind = networkOperations[command];
    if (!kind) return;
    here.turn('request');
    this.#tell(here, kind);
  }

  #supportCommand(here: Here, { supportCommand, keyKind }: Packet): void {
    here.turn('request');
    if (supportCommand === TRANSPORT_KEY_COMMAND && keyKind >= 0) {
      const kind = keyKinds[keyKind] ?? `key ${keyKind}`;
      this.#tell(here, TRANSPORT_KEY, { kind });
      here.credentials('key', kind, 16);
    } else if (supportCommand === REMOVE_DEVICE_COMMAND) {
      this.#tell(here, REMOVE_DEVICE);
    }
  }

  #deviceProfile(here: Here, packet: Packet, bytes: Uint8Array, start: number): void {
    const { cluster, deviceStart, deviceEnd } = packet;
    if (cluster & 0x8000) return here.turn('reply');
    here.turn('request');
    const what = deviceProfileNames(cluster);
    const at = start + deviceStart;
    if (cluster === ANNOUNCEMENT && deviceEnd - deviceStart >= 10) {
      const address = u16leAt(bytes, at);
      this.#tell(here, ANNOUNCE, { address: hex4(address) });
      const pan = this.#capture.panOf(here.source);
      if (address < FIRST_GROUP && pan !== undefined) {
        here.same(this.#capture.station('wpan', address, pan), this.#long(bytes, at + 2));
      }
      return;
    }
    this.#tell(here, CHANGES.has(cluster) ? CHANGE_NETWORK : DEVICE_PROFILE, { what });
  }

  #cluster(here: Here, packet: Packet, message: ClusterMessage): void {
    here.turn(message.fromServer ? 'reply' : 'request');
    if (!message.isGeneral) return this.#ofCluster(here, packet, message);
    const { command, attributes } = message;
    // Of the server: the endpoint that has the attributes.
    const endpoint = message.fromServer ? packet.sourceEndpoint : packet.endpoint;
    const server = message.fromServer ? here.source : here.target;
    switch (command) {
      case READ:
      case WRITE:
      case WRITE_UNDIVIDED:
      case WRITE_SILENTLY: {
        const isRead = command === READ;
        const kind = isRead ? READ_ATTRIBUTES : WRITE_ATTRIBUTES;
        const note = this.#tell(here, kind, described(packet, endpoint, attributes, isRead));
        const undivided = command === WRITE_UNDIVIDED;
        const writes = isRead
          ? undefined
          : { ...settingOf(here), of: server, cluster: packet.cluster, endpoint, attributes, undivided };
        if (command !== WRITE_SILENTLY) this.#wait(here, packet, message, note, writes);
        else if (writes) wrote(here, writes);
        return;
      }
      case READ_ANSWER:
      case WRITE_ANSWER:
      case DEFAULT_ANSWER:
        this.#answer(here, packet, message);
        if (command === READ_ANSWER) this.#values(here, server, packet.cluster, endpoint, attributes);
        return;
      case REPORT:
        return this.#values(here, server, packet.cluster, endpoint, attributes);
      case CONFIGURE:
      case DISCOVER_ATTRIBUTES: {
        const kind = command === CONFIGURE ? CONFIGURE_REPORTING : DISCOVER;
        const note = this.#tell(here, kind, { cluster: clusterName(packet.cluster), endpoint });
        this.#wait(here, packet, message, note);
      }
    }
  }

  #ofCluster(here: Here, packet: Packet, message: ClusterMessage): void {
    const { fromServer, command, manufacturer } = message;
    const endpoint = fromServer ? packet.sourceEndpoint : packet.endpoint;
    const isOwn = fromServer || manufacturer >= 0;
    const note = this.#tell(here, fromServer ? NOTIFY : COMMAND, {
      cluster: clusterName(packet.cluster),
      endpoint,
      command: isOwn ? `command ${command}` : commandName(packet.cluster, command),
    });
    if (!fromServer) this.#wait(here, packet, message, note);
  }

  #answer(here: Here, packet: Packet, { command, status, attributes, sequence }: ClusterMessage): void {
    const asked = this.#pending.take(here.flow, packet.cluster * 256 + sequence);
    if (!asked) return;
    const { note, writes } = asked;
    const failed =
      command === DEFAULT_ANSWER ? status : (attributes.find((one) => one.status > 0)?.status ?? 0);
    if (failed > 0) here.refuse(note, statusRefusal(failed));
    const isNone = failed > 0 && (command === DEFAULT_ANSWER || writes?.undivided === true);
    if (writes && !isNone) wrote(here, writes, attributes);
    if (command !== READ_ANSWER || !here.wanted(note)) return;
    here.describe(note, { values: attributes.map(({ value }) => value) });
  }

  #tell(here: Here, kind: OperationKind, params: Params = {}): OperationNote {
    const note = here.operation(this.#kinds.get(kind)!);
    if (here.wanted(note)) here.describe(note, params);
    return note;
  }

  #wait(
    here: Here,
    { cluster }: Packet,
    { sequence }: ClusterMessage,
    note: OperationNote,
    writes?: Writes,
  ): void {
    this.#pending.put(here.flow, cluster * 256 + sequence, { note, writes });
  }

  #values(
    here: Here,
    server: Endpoint,
    cluster: number,
    endpoint: number,
    attributes: readonly Attribute[],
  ): void {
    for (const { id, value } of attributes) {
      if (typeof value === 'number') here.variableNamed(server, attributeName(endpoint, cluster, id), value);
      if (cluster !== BASIC) continue;
      if (typeof value === 'string' && identity[id]) here.fact(server, identity[id], value);
      if (typeof value === 'number' && id === HARDWARE_VERSION) here.fact(server, 'hardware', String(value));
    }
  }
}

/** @param answers those that were refused; when all were written, only that */
function wrote(
  here: Teller,
  { of, cluster, endpoint, attributes }: Writes,
  answers: readonly Attribute[] = [],
): void {
  for (const { id, value } of attributes) {
    if (typeof value !== 'number' || answers.some((one) => one.status > 0 && one.id === id)) continue;
    here.variableNamed(of, attributeName(endpoint, cluster, id), value, true);
  }
}

function attributeName(endpoint: number, cluster: number, id: number): string {
  return `${endpoint} ${clusterName(cluster)} ${hex4(id)}`;
}

const networkOperations: Record<number, OperationKind> = {
  [NETWORK_LEAVE]: LEAVE,
  [NETWORK_REJOIN]: REJOIN,
  [NETWORK_CHANGED]: NETWORK_UPDATE,
};

function described(
  packet: Packet,
  endpoint: number,
  attributes: readonly Attribute[],
  isRead: boolean,
): Params {
  return {
    cluster: clusterName(packet.cluster),
    endpoint,
    attributes: attributes.map(({ id }) => hex4(id)),
    ...(!isRead && { values: attributes.map(({ value }) => value) }),
  };
}
