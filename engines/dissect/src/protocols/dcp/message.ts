import { Refusals } from '../../analysis/refusals.ts';
import type { ByteReader } from '../../bytes/byte-reader.ts';
import { profinetVendors } from './vendors.ts';

// IEC 61158-6-10, section 4.3 (Discovery and basic configuration).
export const HELLO_FRAME = 0xfefc;
export const GET_SET_FRAME = 0xfefd;
export const IDENTIFY_FRAME = 0xfefe;
export const IDENTIFY_ANSWER_FRAME = 0xfeff;

export const GET = 3;
export const SET = 4;
export const IDENTIFY = 5;
export const HELLO = 6;
const services: Record<number, string> = {
  [GET]: 'get',
  [SET]: 'set',
  [IDENTIFY]: 'identify',
  [HELLO]: 'hello',
};

export const REQUEST = 0;
const types: Record<number, string> = { [REQUEST]: 'request', 1: 'response', 5: 'response, not supported' };

export const IP = 1;
export const DEVICE = 2;
export const DHCP = 3;
export const CONTROL = 5;
export const ALL = 0xff;

const options: Record<number, string> = {
  [IP]: 'IP',
  [DEVICE]: 'device properties',
  [DHCP]: 'DHCP',
  [CONTROL]: 'control',
  6: 'device initiative',
  7: 'NME domain',
  [ALL]: 'all',
};

const suboptions: Record<number, Record<number, string>> = {
  [IP]: { 1: 'MAC address', 2: 'IP parameters', 3: 'full IP suite' },
  [DEVICE]: {
    1: 'type of station',
    2: 'name of station',
    3: 'device identifier',
    4: 'device role',
    5: 'device options',
    6: 'alias name',
    7: 'device instance',
    8: 'OEM device identifier',
    9: 'standard gateway',
    10: 'RSI properties',
  },
  [DHCP]: {
    12: 'host name',
    43: 'vendor specific',
    54: 'server identifier',
    55: 'parameter request list',
    60: 'class identifier',
    61: 'client identifier',
    81: 'FQDN',
    97: 'UUID',
    255: 'control',
  },
  [CONTROL]: {
    1: 'start transaction',
    2: 'end transaction',
    3: 'signal',
    4: 'response',
    5: 'factory reset',
    6: 'reset to factory',
  },
  6: { 1: 'device initiative' },
  7: { 1: 'NME domain name' },
  [ALL]: { 255: 'all' },
};

export interface Block {
  readonly option: number;
  readonly suboption: number;
  /** `name of station` */
  readonly name: string;
  /** What stands between the length and the value: how it was set or how to keep it. */
  readonly note: number;
  readonly text?: string;
  readonly address?: string;
  /** As a number, to make it an endpoint. */
  readonly ip?: number;
  readonly mask?: string;
  readonly gateway?: string;
  readonly vendor?: number;
  readonly device?: number;
  readonly role?: number;
  /** Why a set was refused; 0 when it was not. */
  readonly error?: number;
}

export interface DcpMessage {
  readonly service: number;
  readonly type: number;
  readonly transaction: number;
  readonly blocks: readonly Block[];
}

/** IEC 61158-6-10, 4.3.1.4.10: BlockError. */
const blockErrors: Record<number, string> = {
  0: 'success',
  1: 'option not supported',
  2: 'suboption not supported',
  3: 'suboption not set',
  4: 'resource error',
  5: 'not possible locally',
  6: 'in operation',
};
export const refusals = new Refusals('profinet-dcp');
export const refusalOf = refusals.numbered(blockErrors);

export function readDcp(reader: ByteReader): DcpMessage {
  reader.open('header', 'IEC 61158-6-10, 4.3.1');
  const service = reader.u8('service', services);
  const type = reader.u8('type', types);
  const transaction = reader.u32('transaction');
  reader.u16(service === IDENTIFY && type === REQUEST ? 'response delay' : 'reserved');
  const whole = reader.limit(reader.u16('length'), 'length');
  reader.close();
  const blocks: Block[] = [];
  while (reader.remaining >= 2) {
    const from = reader.offset;
    blocks.push(readBlock(reader, service, type));
    if ((reader.offset - from) % 2 === 1 && reader.remaining > 0) reader.skip(1, 'padding');
  }
  reader.release(whole);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'padding of the frame');
  return { service, type, transaction, blocks };
}

/** Whether a note stands before the value: how to keep it, or how it came to be. */
function hasNote(service: number, type: number, option: number, suboption: number): boolean {
  if (option === CONTROL && suboption === 4) return false;
  return type !== REQUEST || service === SET || service === HELLO;
}

function readBlock(reader: ByteReader, service: number, type: number): Block {
  reader.open('block', 'IEC 61158-6-10, 4.3.1.4');
  const option = reader.u8('option', options);
  const suboption = reader.u8('suboption', suboptions[option]);
  const name = suboptions[option]?.[suboption] ?? `option ${option}.${suboption}`;
  const head = { option, suboption, name, note: 0 };
  // A get names what it wants, no more.
  if (service === GET && type === REQUEST) {
    reader.close();
    reader.remark(name);
    return head;
  }
  const whole = reader.limit(reader.u16('block length'), 'block length');
  const noted = reader.remaining >= 2 && hasNote(service, type, option, suboption);
  const note = noted ? reader.u16(type === REQUEST ? 'qualifier' : 'block information') : 0;
  const block = reader.remaining > 0 ? readValue(reader, { ...head, note }) : { ...head, note };
  if (reader.remaining > 0) reader.skip(reader.remaining, 'value');
  reader.release(whole);
  reader.close();
  reader.remark(name);
  return block;
}

function readValue(reader: ByteReader, block: Block): Block {
  switch ((block.option << 8) | block.suboption) {
    case (IP << 8) | 1:
      reader.bytes(6, 'MAC address');
      return block;
    case (IP << 8) | 2:
    case (IP << 8) | 3:
      return { ...block, ...readAddress(reader) };
    case (DEVICE << 8) | 3:
    case (DEVICE << 8) | 8:
      return {
        ...block,
        vendor: reader.u16('vendor', (id) => profinetVendors[id]?.name),
        device: reader.u16('device'),
      };
    case (DEVICE << 8) | 4:
      return { ...block, role: readRole(reader) };
    case (DEVICE << 8) | 1:
    case (DEVICE << 8) | 2:
    case (DEVICE << 8) | 6:
    case (DHCP << 8) | 12:
    case (DHCP << 8) | 60:
    case (DHCP << 8) | 81:
    case (7 << 8) | 1:
      return { ...block, text: reader.text(reader.remaining, block.name) };
    case (CONTROL << 8) | 3:
      reader.u16('signal', { 0x0100: 'flash once' });
      return block;
    case (CONTROL << 8) | 4:
      return readResult(reader, block);
    default:
      return block;
  }
}

function readAddress(reader: ByteReader) {
  const ip = reader.u32('IP address', ipText);
  const mask = ipText(reader.u32('mask', ipText));
  const gateway = ipText(reader.u32('gateway', ipText));
  return { ip, address: ipText(ip), mask, gateway };
}

export const ROLE_DEVICE = 0x01;
export const ROLE_CONTROLLER = 0x02;
export const ROLE_MULTIDEVICE = 0x04;
export const ROLE_SUPERVISOR = 0x08;

function readRole(reader: ByteReader): number {
  const role = reader.u8('role');
  reader.bits(role, ROLE_DEVICE, 'IO device');
  reader.bits(role, ROLE_CONTROLLER, 'IO controller');
  reader.bits(role, ROLE_MULTIDEVICE, 'IO multidevice');
  reader.bits(role, ROLE_SUPERVISOR, 'PN supervisor');
  return role;
}

function readResult(reader: ByteReader, block: Block): Block {
  const option = reader.u8('answered option', options);
  reader.u8('answered suboption', suboptions[option]);
  return { ...block, error: reader.u8('error', blockErrors) };
}

export function ipText(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}
