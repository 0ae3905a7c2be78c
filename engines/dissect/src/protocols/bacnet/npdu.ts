import type { Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { type Apdu, readApdu } from './apdu.ts';
import { routingReasons } from './errors.ts';
import { hexadecimal } from './values.ts';

/** ANSI/ASHRAE 135-2020, clause 6. */
export interface Npdu {
  /** Where on another network it comes from; `5:0c`, network and address. Empty for the sender's own. */
  readonly from: string;
  readonly to: string;
  /** -1 where the message is an application's. */
  readonly type: number;
  /** What a network message speaks of. */
  readonly networks: readonly number[];
  readonly vendor: number;
  readonly reason: number;
  readonly apdu: Apdu | undefined;
}

export const VERSION = 1;
export const NETWORK_MESSAGE = 0x80;
const DESTINATION = 0x20;
const SOURCE = 0x08;
/** 6.2.2: must be zero. */
export const RESERVED = 0x50;
const PROPRIETARY = 0x80;
export const EVERYWHERE = 0xffff;

// 6.2.4 and 6.4, message types.
export const WHO_IS_ROUTER = 0x00;
export const I_AM_ROUTER = 0x01;
export const I_COULD_BE_ROUTER = 0x02;
export const REJECT_MESSAGE = 0x03;
export const ROUTER_BUSY = 0x04;
export const ROUTER_AVAILABLE = 0x05;
export const INITIALIZE_ROUTING_TABLE = 0x06;
export const INITIALIZE_ROUTING_TABLE_ACK = 0x07;
export const ESTABLISH_CONNECTION = 0x08;
export const DISCONNECT_CONNECTION = 0x09;
export const WHAT_IS_NETWORK_NUMBER = 0x12;
export const NETWORK_NUMBER_IS = 0x13;
const networkMessages: Words = {
  [WHO_IS_ROUTER]: 'Who-Is-Router-To-Network',
  [I_AM_ROUTER]: 'I-Am-Router-To-Network',
  [I_COULD_BE_ROUTER]: 'I-Could-Be-Router-To-Network',
  [REJECT_MESSAGE]: 'Reject-Message-To-Network',
  [ROUTER_BUSY]: 'Router-Busy-To-Network',
  [ROUTER_AVAILABLE]: 'Router-Available-To-Network',
  [INITIALIZE_ROUTING_TABLE]: 'Initialize-Routing-Table',
  [INITIALIZE_ROUTING_TABLE_ACK]: 'Initialize-Routing-Table-Ack',
  [ESTABLISH_CONNECTION]: 'Establish-Connection-To-Network',
  [DISCONNECT_CONNECTION]: 'Disconnect-Connection-To-Network',
  0x0a: 'Challenge-Request',
  0x0b: 'Security-Payload',
  0x0c: 'Security-Response',
  0x0d: 'Request-Key-Update',
  0x0e: 'Update-Key-Set',
  0x0f: 'Update-Distribution-Key',
  0x10: 'Request-Master-Key',
  0x11: 'Set-Master-Key',
  [WHAT_IS_NETWORK_NUMBER]: 'What-Is-Network-Number',
  [NETWORK_NUMBER_IS]: 'Network-Number-Is',
};

const priorities: Words = { 0: 'normal', 1: 'urgent', 2: 'critical equipment', 3: 'life safety' };

export function readNpdu(reader: ByteReader, assembled = false): Npdu {
  reader.open('NPDU', '6.2');
  reader.constant8(VERSION, 'version');
  const control = reader.u8('control');
  const isNetwork = reader.bits(control, NETWORK_MESSAGE, 'network message') === 1;
  reader.bits(control, DESTINATION, 'destination given');
  reader.bits(control, SOURCE, 'source given');
  reader.bits(control, 0x04, 'reply expected');
  reader.bits(control, 0x03, 'priority', priorities);
  const to = control & DESTINATION ? readAddress(reader, 'destination') : '';
  const from = control & SOURCE ? readAddress(reader, 'source') : '';
  if (control & DESTINATION) reader.u8('hop count');
  reader.close();
  if (isNetwork) return { from, to, apdu: undefined, ...readNetworkMessage(reader) };
  return { from, to, type: -1, networks: [], vendor: -1, reason: -1, apdu: readApdu(reader, assembled) };
}

function readAddress(reader: ByteReader, field: string): string {
  reader.open(field);
  const network = reader.u16('network', { [EVERYWHERE]: 'all networks' });
  const address = reader.bytes(reader.u8('address length'), 'address');
  reader.close();
  return `${network}:${address.length === 0 ? '*' : hexadecimal(address)}`;
}

/** 6.4. */
function readNetworkMessage(reader: ByteReader): Pick<Npdu, 'type' | 'networks' | 'vendor' | 'reason'> {
  reader.open('network message', '6.4');
  const type = reader.u8('message type', networkMessages);
  const vendor = type >= PROPRIETARY ? reader.u16('vendor') : -1;
  let reason = -1;
  const networks: number[] = [];
  const network = () => networks.push(reader.u16('network'));
  switch (type) {
    case WHO_IS_ROUTER:
      if (reader.remaining >= 2) network();
      break;
    case I_AM_ROUTER:
    case ROUTER_BUSY:
    case ROUTER_AVAILABLE:
      while (reader.remaining >= 2) network();
      break;
    case I_COULD_BE_ROUTER:
      network();
      reader.u8('performance index');
      break;
    case REJECT_MESSAGE:
      reason = reader.u8('reason', routingReasons);
      network();
      break;
    case INITIALIZE_ROUTING_TABLE:
    case INITIALIZE_ROUTING_TABLE_ACK:
      readRoutes(reader, network);
      break;
    case ESTABLISH_CONNECTION:
      network();
      reader.u8('minutes to stay');
      break;
    case DISCONNECT_CONNECTION:
      network();
      break;
    case NETWORK_NUMBER_IS:
      network();
      reader.u8('flag', { 0: 'learned', 1: 'configured' });
      break;
  }
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'content');
  return { type, networks, vendor, reason };
}

/** 6.4.7. Without ports it asks for the table. */
function readRoutes(reader: ByteReader, network: () => void): void {
  if (reader.remaining === 0) return;
  const count = reader.u8('ports');
  if (count * 4 > reader.remaining) {
    throw new Malformed('ports', reader.offset - 1, `${count} do not fit into the message`);
  }
  for (let i = 0; i < count; i++) {
    reader.open('port');
    network();
    reader.u8('port id');
    reader.skip(reader.u8('length of port information'), 'port information');
    reader.close();
  }
}
