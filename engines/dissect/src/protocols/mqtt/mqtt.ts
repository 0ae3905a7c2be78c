import { u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { CONNECT, type Packet, PUBLISH, readPacket, SUBSCRIBE, UNSUBSCRIBE, V3_1_1 } from './packet.ts';
import { refusals } from './reasons.ts';
import { MqttSession } from './session.ts';

/** As many bytes of one message as the core keeps. */
const LONGEST = 262_144;
const MOST_OCTETS = 4;
const PUBREL = 6;
const PINGREQ = 12;
const PINGRESP = 13;

export const mqtt: Dissector<Packet> = {
  name: 'mqtt',
  title: 'MQTT',
  reference: 'OASIS MQTT 3.1.1 and 5.0; Sparkplug 3.0.0',
  industrial: true,
  carriers: [{ on: 'tcp', at: [1883] }],
  claims: [],
  roles: {
    asking: { role: 'client', certainty: 'guessed', because: 'mqtt.publishes' },
    asked: { role: 'server', certainty: 'inferred', because: 'mqtt.distributes' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = packetLength(bytes, start, end);
    if (length === LOST) return NOT_OURS;
    if (length === 0) return PERHAPS;
    if (bytes[start]! >> 4 === CONNECT) return isConnect(bytes, start, end);
    return expected && isBelievable(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength: packetLength,

  read: (reader, { context }) => readPacket(reader, Number(context?.['version'] ?? V3_1_1)),

  begin: (capture) => new MqttSession(capture),
};

/** 2.1 and 2.1.4 of 5.0: the flags are fixed but for PUBLISH. */
function packetLength(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return 0;
  const type = bytes[start]! >> 4;
  const flags = bytes[start]! & 0x0f;
  if (type === 0) return LOST;
  if (type === PUBLISH) {
    if ((flags & 0x06) === 0x06) return LOST;
  } else if (flags !== (type === PUBREL || type === SUBSCRIBE || type === UNSUBSCRIBE ? 2 : 0)) {
    return LOST;
  }
  let length = 0;
  for (let i = 0; i < MOST_OCTETS; i++) {
    if (start + 1 + i >= end) return 0;
    const octet = bytes[start + 1 + i]!;
    length += (octet & 0x7f) * 128 ** i;
    if (octet < 0x80) return sized(type, length, 2 + i);
  }
  return LOST;
}

function sized(type: number, length: number, header: number): number {
  const empty = type === PINGREQ || type === PINGRESP;
  if (empty ? length !== 0 : type < 14 && length < 2) return LOST;
  return header + length <= LONGEST ? header + length : LOST;
}

/** 3.1.2.1: `MQTT`, or `MQIsdp` before 3.1.1. */
function isConnect(bytes: Uint8Array, start: number, end: number): 0 | 1 | 2 {
  let at = start + 1;
  while (bytes[at]! >= 0x80) at++;
  at++;
  if (end - at < 6) return PERHAPS;
  const length = u16At(bytes, at);
  const named = bytes[at + 2] === 0x4d && bytes[at + 3] === 0x51;
  const newer = length === 4 && bytes[at + 4] === 0x54 && bytes[at + 5] === 0x54;
  const older = length === 6 && bytes[at + 4] === 0x49 && bytes[at + 5] === 0x73;
  return named && (newer || older) ? OURS : NOT_OURS;
}

/** A topic is where it is said to be, and has no control characters or wildcards at its beginning. */
function isBelievable(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start]! >> 4 !== PUBLISH) return true;
  let at = start + 1;
  while (bytes[at]! >= 0x80) at++;
  at++;
  if (end - at < 3) return true;
  const stop = Math.min(end, at + 2 + u16At(bytes, at));
  for (let i = at + 2; i < stop; i++) if (bytes[i]! < 0x20) return false;
  return at + 2 + u16At(bytes, at) <= start + packetLength(bytes, start, end);
}
