import { Pending } from '../../analysis/pending.ts';
import { Tried } from '../../analysis/tried.ts';
import type { Capture, Context, Direction, Here, OperationNote, Session } from '../../dissector.ts';
import { Metrics } from './metrics.ts';
import {
  birth,
  command,
  connect,
  connectAnonymously,
  data,
  death,
  disconnect,
  guessesPasswords,
  publish,
  rebirth,
  reboot,
  receive,
  subscribe,
  subscribeAll,
  unsubscribe,
} from './operations.ts';
import {
  CONNACK,
  CONNECT,
  type Connect,
  DISCONNECT,
  FIRST_FAILURE,
  type Packet,
  PINGREQ,
  PINGRESP,
  PUBACK,
  PUBLISH,
  PUBREC,
  readPacket,
  SUBACK,
  SUBSCRIBE,
  UNSUBACK,
  UNSUBSCRIBE,
  V3_1_1,
  V5,
} from './packet.ts';
import { refusalOf } from './reasons.ts';
import { sparkplugTopic, type SparkplugTopic } from './sparkplug.ts';
import { numbersIn } from './text-values.ts';

const MANY_REFUSED = 5;
const MOST_SHOWN = 32;
const LONGEST_SHOWN = 80;
const MOST_CONNACK_3 = 2;
const MOST_ALIASES = 1_024;
const MOST_NODES = 1_024;
const SEQUENCES = 256;

/** Who says what: the others may come from either side. */
const directions: Readonly<Record<number, Direction>> = {
  [CONNECT]: 'request',
  [CONNACK]: 'reply',
  [SUBSCRIBE]: 'request',
  [SUBACK]: 'reply',
  [UNSUBSCRIBE]: 'request',
  [UNSUBACK]: 'reply',
  [PINGREQ]: 'request',
  [PINGRESP]: 'reply',
};

interface Connection {
  version: number;
  /** Topics by their alias, of either side. */
  readonly aliases: Map<number, string>;
  /** By node, the sequence number that comes next. */
  readonly sequences: Map<string, number>;
  connecting: { readonly note: OperationNote; readonly user: string } | undefined;
}

const newConnection = (): Connection => ({
  version: V3_1_1,
  aliases: new Map(),
  sequences: new Map(),
  connecting: undefined,
});

export class MqttSession implements Session {
  readonly #connect: number;
  readonly #connectAnonymously: number;
  readonly #subscribe: number;
  readonly #subscribeAll: number;
  readonly #unsubscribe: number;
  readonly #publish: number;
  readonly #receive: number;
  readonly #disconnect: number;
  readonly #birth: number;
  readonly #death: number;
  readonly #data: number;
  readonly #command: number;
  readonly #rebirth: number;
  readonly #reboot: number;
  readonly #guesses: Tried<string>;
  /** Subscriptions and publications that wait, by packet identifier. */
  readonly #asked: Pending<OperationNote>;
  readonly #metrics: Metrics;
  #refused = 0;
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#connect = capture.operation(connect);
    this.#connectAnonymously = capture.operation(connectAnonymously);
    this.#subscribe = capture.operation(subscribe);
    this.#subscribeAll = capture.operation(subscribeAll);
    this.#unsubscribe = capture.operation(unsubscribe);
    this.#publish = capture.operation(publish);
    this.#receive = capture.operation(receive);
    this.#disconnect = capture.operation(disconnect);
    this.#birth = capture.operation(birth);
    this.#death = capture.operation(death);
    this.#data = capture.operation(data);
    this.#command = capture.operation(command);
    this.#rebirth = capture.operation(rebirth);
    this.#reboot = capture.operation(reboot);
    this.#guesses = new Tried(capture, guessesPasswords, MANY_REFUSED, 'mqtt.guesses-passwords');
    this.#asked = capture.bounded('requests', new Pending<OperationNote>());
    this.#metrics = capture.bounded('memories', new Metrics());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const connection = here.connection(newConnection);
    const type = bytes[start]! >> 4;
    if (directions[type]) here.turn(directions[type]);
    // Where CONNECT was not seen, the length tells: 5.0 has properties behind the two octets.
    if (type === CONNACK && bytes[start + 1]! > MOST_CONNACK_3) connection.version = V5;
    this.#context = connection.version === V5 ? { version: V5 } : undefined;
    const packet = readPacket(here.reader.reset(bytes, start, end), connection.version);
    if (packet.surplus > 0) {
      here.anomaly('mqtt.surplus-bytes', 'surplus', end - start - packet.surplus, {
        surplus: packet.surplus,
      });
    }
    switch (packet.type) {
      case CONNECT:
        return this.#connected(here, connection, packet.connect!);
      case CONNACK:
        return this.#answered(here, connection, packet);
      case SUBSCRIBE:
      case UNSUBSCRIBE:
        return this.#subscribed(here, packet);
      case PUBLISH:
        return this.#published(here, connection, packet);
      case PUBACK:
      case PUBREC:
      case SUBACK:
      case UNSUBACK: {
        const note = this.#asked.take(here.flow, keyOf(packet.type, packet.id));
        if (note !== undefined && packet.reason >= FIRST_FAILURE) here.refuse(note, refusalOf(packet.reason));
        return;
      }
      case DISCONNECT:
        if (here.direction === 'request') here.operation(this.#disconnect);
        else here.anomaly('mqtt.disconnected', 'reason', 2, { reason: refusalOf(packet.reason).text });
    }
  }

  context(): Context | undefined {
    return this.#context;
  }

  // 3.1.
  #connected(here: Here, connection: Connection, said: Connect): void {
    const { version, client, user, password, willTopic } = said;
    connection.version = version;
    const note = here.operation(user === undefined ? this.#connectAnonymously : this.#connect);
    if (here.wanted(note)) {
      here.describe(note, {
        client,
        ...(user !== undefined && { user }),
        ...(willTopic !== undefined && { will: willTopic }),
      });
    }
    here.fact(here.source, 'name', client, 'inferred');
    if (user !== undefined) here.fact(here.source, 'user', user);
    if (password !== undefined) here.credentials('mqtt-password', user ?? '', password);
    connection.connecting = { note, user: user ?? client };
  }

  // 3.2.
  #answered(here: Here, { connecting }: Connection, { reason }: Packet): void {
    if (!connecting || reason === 0) return;
    here.refuse(connecting.note, refusalOf(reason));
    here.turn('request');
    this.#guesses.add(here, here.target, here.source, `${connecting.user} #${++this.#refused}`);
    here.turn('reply');
  }

  // 3.8 and 3.10.
  #subscribed(here: Here, { type, id, topics }: Packet): void {
    const all = topics.some((topic) => topic === '#' || topic === '+/#');
    const kind = type === UNSUBSCRIBE ? this.#unsubscribe : all ? this.#subscribeAll : this.#subscribe;
    const note = here.operation(kind);
    if (here.wanted(note)) here.describe(note, { topics: topics.slice(0, MOST_SHOWN) });
    this.#asked.put(here.flow, keyOf(type === SUBSCRIBE ? SUBACK : UNSUBACK, id), note);
  }

  // 3.3: by a client, or by the server to those who subscribed.
  #published(here: Here, connection: Connection, packet: Packet): void {
    const byClient = here.direction === 'request';
    const topic = topicOf(connection, packet, byClient);
    const sparkplug = sparkplugTopic(topic);
    let note;
    if (sparkplug) {
      // Who subscribed to a part only sees numbers left out.
      if (byClient) follow(here, connection, sparkplug.node, packet.payload?.sparkplug?.sequence ?? -1);
      note = this.#spoken(here, packet, sparkplug);
    } else {
      note = here.operation(byClient ? this.#publish : this.#receive);
      const { text, length = 0 } = packet.payload ?? {};
      const shown = text === undefined ? `${length} bytes` : text.slice(0, LONGEST_SHOWN);
      if (here.wanted(note)) here.describe(note, { topics: [topic], values: [shown] });
      if (text !== undefined) {
        for (const [name, value] of numbersIn(topic, text)) here.variableNamed(here.source, name, value);
      }
    }
    if (packet.id === 0 || !byClient) return;
    this.#asked.put(here.flow, keyOf(PUBACK, packet.id), note);
  }

  /** Sparkplug: what a node tells, and what it is told. */
  #spoken(here: Here, { payload }: Packet, topic: SparkplugTopic): OperationNote {
    const { type, node, device } = topic;
    const station = device === '' ? node : `${node}/${device}`;
    const metrics = this.#metrics.named(topic, payload?.sparkplug?.metrics ?? []);
    const isCommand = type.endsWith('CMD');
    const note = here.operation(this.#kindOf(type, metrics));
    if (here.wanted(note)) {
      const values = metrics.slice(0, MOST_SHOWN);
      const before = values.map(({ key }) => this.#metrics.before(key) ?? null);
      here.describe(note, {
        station,
        values: values.map(({ name, shown }) => `${name} ${isCommand ? ':=' : '='} ${shown}`),
        ...(isCommand && before.some((value) => value !== null) && { before }),
      });
    }
    for (const { key, number, shown } of metrics) {
      // The broker stands for the nodes behind it.
      const about = isCommand ? here.target : here.source;
      if (!Number.isNaN(number)) here.variableNamed(about, key, number, isCommand);
      if (!isCommand) this.#metrics.remember(key, shown);
    }
    if (type === 'NBIRTH' && here.direction === 'request') this.#introduce(here, metrics);
    return note;
  }

  #kindOf(type: string, metrics: readonly { readonly name: string }[]): number {
    switch (type) {
      case 'NBIRTH':
      case 'DBIRTH':
        return this.#birth;
      case 'NDEATH':
      case 'DDEATH':
        return this.#death;
      case 'NDATA':
      case 'DDATA':
        return this.#data;
    }
    if (metrics.some(({ name }) => name === 'Node Control/Reboot')) return this.#reboot;
    const only = metrics.length > 0 && metrics.every(({ name }) => name === 'Node Control/Rebirth');
    return only ? this.#rebirth : this.#command;
  }

  /** Properties that nodes made with Eclipse Tahu tell; the specification names them as examples: 6.4.20. */
  #introduce(here: Here, metrics: readonly { readonly name: string; readonly text: string }[]): void {
    for (const { name, text } of metrics) {
      if (name === 'Properties/Hardware Make') here.fact(here.source, 'vendor', text);
      else if (name === 'Properties/Hardware Model') here.fact(here.source, 'model', text);
      else if (name === 'Properties/FW') here.fact(here.source, 'firmware', text);
      else if (name === 'Properties/OS') here.fact(here.source, 'os', text);
    }
  }
}

/** Sparkplug 3.0.0, 6.4.5: births begin at 0, and every message of the node is one further, up to 255. */
function follow(here: Here, { sequences }: Connection, node: string, sequence: number): void {
  if (sequence < 0) return;
  const expected = sequences.get(node);
  if (expected !== undefined || sequences.size < MOST_NODES) sequences.set(node, (sequence + 1) % SEQUENCES);
  if (expected === undefined || sequence === expected || sequence === 0) return;
  here.anomaly('mqtt.sparkplug-sequence-broken', 'seq', 2, { station: node, expected, actual: sequence });
}

/** 5.0, 3.3.2.3.4: each side has aliases of its own. */
function topicOf({ aliases }: Connection, { topics, alias }: Packet, byClient: boolean): string {
  const [topic = ''] = topics;
  if (alias === 0) return topic;
  const key = byClient ? alias : -alias;
  if (topic === '') return aliases.get(key) ?? `alias ${alias}`;
  if (aliases.size < MOST_ALIASES) aliases.set(key, topic);
  return topic;
}

/** PUBREC answers what PUBACK answers, at another quality of service. */
function keyOf(type: number, id: number): number {
  return (type === PUBREC ? PUBACK : type) * 0x1_0000 + id;
}
