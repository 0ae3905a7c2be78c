import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type ClusterMessage, readCluster } from './clusters.ts';
import { deviceProfileNames, profileNames } from './names.ts';
import { hex4, hex8 } from './numbers.ts';

// 3.3.1.1: frame control of the network layer.
export const DATA = 0;
export const NETWORK_COMMAND = 1;
const types: Record<number, string> = { [DATA]: 'data', [NETWORK_COMMAND]: 'command', 3: 'inter-PAN' };
export const VERSIONS: Record<number, string> = { 1: '2004', 2: '2006 and later', 3: 'Green Power' };

// 3.4.
export const NETWORK_LEAVE = 4;
export const NETWORK_REJOIN = 6;
export const NETWORK_CHANGED = 10;
const networkCommands: Record<number, string> = {
  1: 'route request',
  2: 'route reply',
  3: 'network status',
  [NETWORK_LEAVE]: 'leave',
  5: 'route record',
  [NETWORK_REJOIN]: 'rejoin request',
  7: 'rejoin response',
  8: 'link status',
  9: 'network report',
  [NETWORK_CHANGED]: 'network update',
  11: 'end device time-out request',
  12: 'end device time-out response',
};

// 2.2.5.1.1: frame control of application support.
const SUPPORT_DATA = 0;
const SUPPORT_COMMAND = 1;
const SUPPORT_ACKNOWLEDGEMENT = 2;
const supportTypes: Record<number, string> = {
  [SUPPORT_DATA]: 'data',
  [SUPPORT_COMMAND]: 'command',
  [SUPPORT_ACKNOWLEDGEMENT]: 'acknowledgement',
  3: 'inter-PAN',
};
const GROUP = 3;
const deliveries: Record<number, string> = { 0: 'unicast', 1: 'indirect', 2: 'broadcast', [GROUP]: 'group' };

// 4.4.10.
export const TRANSPORT_KEY_COMMAND = 5;
export const REMOVE_DEVICE_COMMAND = 7;
const supportCommands: Record<number, string> = {
  [TRANSPORT_KEY_COMMAND]: 'transport key',
  6: 'update device',
  [REMOVE_DEVICE_COMMAND]: 'remove device',
  8: 'request key',
  9: 'switch key',
  14: 'tunnel',
  15: 'verify key',
  16: 'confirm key',
};
export const keyKinds: Record<number, string> = {
  0: 'trust centre master key',
  1: 'network key',
  2: 'application master key',
  3: 'application link key',
  4: 'trust centre link key',
};

export interface Packet {
  source: number;
  target: number;
  /** Extended addresses, where the header has them: offset of the eight octets, -1 without. */
  sourceLong: number;
  targetLong: number;
  /** The same of who sent this hop. */
  hopLong: number;
  networkCommand: number;
  /** The payload is a secret: nothing below the network layer, or below application support, was read. */
  encrypted: boolean;
  supportCommand: number;
  /** Of a key in clear; -1 without. */
  keyKind: number;
  profile: number;
  cluster: number;
  endpoint: number;
  sourceEndpoint: number;
  /** Of the device profile: where its parameters begin and end; -1 without. */
  deviceStart: number;
  deviceEnd: number;
  clusterMessage: ClusterMessage | undefined;
}

export function readPacket(reader: ByteReader): Packet {
  const packet: Packet = {
    source: 0,
    target: 0,
    sourceLong: -1,
    targetLong: -1,
    hopLong: -1,
    networkCommand: -1,
    encrypted: false,
    supportCommand: -1,
    keyKind: -1,
    profile: -1,
    cluster: -1,
    endpoint: -1,
    sourceEndpoint: -1,
    deviceStart: -1,
    deviceEnd: -1,
    clusterMessage: undefined,
  };
  reader.open('network layer', '3.3.1');
  const control = reader.u16le('frame control');
  const type = reader.bits(control, 0x0003, 'frame type', types);
  reader.bits(control, 0x003c, 'protocol version', VERSIONS);
  reader.bits(control, 0x00c0, 'discover route');
  const multicast = reader.bits(control, 0x0100, 'multicast');
  const secured = reader.bits(control, 0x0200, 'security');
  const routed = reader.bits(control, 0x0400, 'source route');
  const longTarget = reader.bits(control, 0x0800, 'extended destination');
  const longSource = reader.bits(control, 0x1000, 'extended source');
  reader.bits(control, 0x2000, 'end device initiator');
  packet.target = reader.u16le('destination', hex4);
  packet.source = reader.u16le('source', hex4);
  reader.u8('radius');
  reader.u8('sequence number');
  if (longTarget) packet.targetLong = readLong(reader, 'extended destination');
  if (longSource) packet.sourceLong = readLong(reader, 'extended source');
  if (multicast) reader.u8('multicast control');
  if (routed) {
    const relays = reader.u8('relay count');
    reader.u8('relay index');
    for (let i = 0; i < relays; i++) reader.u16le('relay', hex4);
  }
  reader.close();
  if (secured) {
    packet.hopLong = readSecurity(reader, packet);
    readRest(reader, 'encrypted payload');
  } else if (type === NETWORK_COMMAND) readNetworkCommand(reader, packet);
  else if (reader.remaining > 0) readSupport(reader, packet);
  return packet;
}

/** 4.5.1. The level that is sent is always 0; the one that is used, nobody says. Where the address of who encrypted is. */
function readSecurity(reader: ByteReader, packet: Packet): number {
  reader.open('auxiliary security header', '4.5.1');
  const control = reader.u8('security control');
  const key = reader.bits(control, 0x18, 'key', {
    0: 'data key',
    1: 'network key',
    2: 'key-transport key',
    3: 'key-load key',
  });
  const hasSource = reader.bits(control, 0x20, 'extended nonce');
  reader.u32le('frame counter');
  const source = hasSource ? readLong(reader, 'source') : -1;
  if (key === 1) reader.u8('key sequence number');
  reader.close();
  packet.encrypted = true;
  return source;
}

function readNetworkCommand(reader: ByteReader, packet: Packet): void {
  reader.open('network command', '3.4');
  packet.networkCommand = reader.u8('command', networkCommands);
  readRest(reader, 'parameters');
  reader.close();
}

/** 2.2.5. */
function readSupport(reader: ByteReader, packet: Packet): void {
  reader.open('application support', '2.2.5');
  const control = reader.u8('frame control');
  const type = reader.bits(control, 0x03, 'frame type', supportTypes);
  const delivery = reader.bits(control, 0x0c, 'delivery mode', deliveries);
  const isShort = reader.bits(control, 0x10, 'acknowledgement format') === 1;
  const secured = reader.bits(control, 0x20, 'security');
  reader.bits(control, 0x40, 'acknowledgement requested');
  const extended = reader.bits(control, 0x80, 'extended header');
  const hasPlaces = type === SUPPORT_DATA || (type === SUPPORT_ACKNOWLEDGEMENT && !isShort);
  if (hasPlaces) {
    if (type === SUPPORT_DATA && delivery === GROUP) reader.u16le('group', hex4);
    else packet.endpoint = reader.u8('destination endpoint');
    packet.cluster = reader.u16le('cluster', hex4);
    packet.profile = reader.u16le('profile', profileNames);
    packet.sourceEndpoint = reader.u8('source endpoint');
  }
  reader.u8('counter');
  const block = extended ? readExtended(reader, type) : 0;
  reader.close();
  if (secured) {
    readSecurity(reader, packet);
    readRest(reader, 'encrypted payload');
  } else if (type === SUPPORT_COMMAND) readSupportCommand(reader, packet);
  else if (type === SUPPORT_DATA && block === 0 && reader.remaining > 0) readApplication(reader, packet);
  else readRest(reader, 'payload');
}

/** 2.2.5.1.8: which piece of a fragmented message this is; 0 for one that is whole. */
function readExtended(reader: ByteReader, type: number): number {
  const control = reader.u8('extended frame control');
  const fragmentation = reader.bits(control, 0x03, 'fragmentation', { 0: 'none', 1: 'first', 2: 'others' });
  if (fragmentation === 0) return 0;
  reader.u8('block');
  if (type === SUPPORT_ACKNOWLEDGEMENT) reader.u8('received blocks');
  return fragmentation;
}

function readSupportCommand(reader: ByteReader, packet: Packet): void {
  reader.open('command', '4.4.10');
  packet.supportCommand = reader.u8('command', supportCommands);
  if (packet.supportCommand === TRANSPORT_KEY_COMMAND && reader.remaining >= 17) {
    packet.keyKind = reader.u8('kind of key', keyKinds);
    // Who reads the tree needs to know that there was a key, not which.
    reader.skip(16, 'key');
    reader.remark('16 octets');
  }
  readRest(reader, 'parameters');
  reader.close();
}

const DEVICE_PROFILE = 0;
/** From here on profiles are vendors' own, and what is in them is not of the cluster library. */
const FIRST_PRIVATE_PROFILE = 0xbf00;
const LIGHT_LINK = 0xc05e;

function readApplication(reader: ByteReader, packet: Packet): void {
  const { profile } = packet;
  if (profile >= FIRST_PRIVATE_PROFILE && profile !== LIGHT_LINK) return readRest(reader, 'payload');
  if (profile !== DEVICE_PROFILE) {
    packet.clusterMessage = readCluster(reader, packet.cluster);
    return;
  }
  reader.open('device profile', '2.4');
  reader.remark(deviceProfileNames(packet.cluster));
  reader.u8('sequence number');
  packet.deviceStart = reader.offset;
  readRest(reader, 'parameters');
  packet.deviceEnd = reader.offset;
  reader.close();
}

function readLong(reader: ByteReader, field: string): number {
  const { offset } = reader;
  reader.u32le(`${field}, lower half`, hex8);
  reader.u32le(`${field}, upper half`, hex8);
  return offset;
}

function readRest(reader: ByteReader, field: string): void {
  if (reader.remaining > 0) reader.bytes(reader.remaining, field);
}
