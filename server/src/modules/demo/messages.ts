import { join, le16, text, u16, u32 } from './traffic.ts';

/** Modbus/TCP (MODBUS Messaging on TCP/IP V1.0b, section 3.1): transaction, protocol 0, length, unit, then the function. */
export function modbus(transaction: number, unit: number, ...pdu: readonly ArrayLike<number>[]): Uint8Array {
  const body = join(...pdu);
  return join(u16(transaction), u16(0), u16(body.length + 1), [unit], body);
}

/** Function 43/14, regular identification (Application Protocol V1.1b3, section 6.21). */
export const whoAreYou = (transaction: number) => modbus(transaction, 255, [0x2b, 0x0e, 0x02, 0x00]);

/** Function 8, sub-functions 4 and 1 (Application Protocol V1.1b3, section 6.8.1): to both there is no answer. */
export const listenOnly = (transaction: number) => modbus(transaction, 1, [8, 0, 4, 0, 0]);
export const restartCommunication = (transaction: number) => modbus(transaction, 1, [8, 0, 1, 0, 0]);

export function iAm(transaction: number, vendor: string, product: string, revision?: string): Uint8Array {
  // Vendor, product code, revision and product name are objects 0, 1, 2 and 4.
  const code = product.replaceAll(' ', '').toUpperCase();
  const objects = [
    [0, vendor],
    [1, code],
    [2, revision],
    [4, product],
  ].filter((object) => object[1]) as [number, string][];
  return modbus(
    transaction,
    255,
    [0x2b, 0x0e, 0x02, 0x82, 0x00, 0x00, objects.length],
    ...objects.map(([id, value]) => join([id, value.length], text(value))),
  );
}

/** TPKT (RFC 1006, section 6) around a COTP TPDU (RFC 905, section 13). */
const tpkt = (tpdu: Uint8Array) => join([3, 0], u16(4 + tpdu.length), tpdu);
const data = (s7: Uint8Array) => tpkt(join([2, 0xf0, 0x80], s7));

export const cotpRequest = () =>
  tpkt(join([17, 0xe0], u16(0), u16(1), [0], [0xc1, 2, 1, 0, 0xc2, 2, 1, 2, 0xc0, 1, 10]));
export const cotpConfirm = () =>
  tpkt(join([17, 0xd0], u16(1), u16(2), [0], [0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2]));

/** S7comm: header, parameters, data. An acknowledgement carries an error class and code besides. */
function s7(
  rosctr: number,
  reference: number,
  parameters: ArrayLike<number>,
  content: ArrayLike<number> = [],
): Uint8Array {
  const error = rosctr === 3 ? [0, 0] : [];
  return data(
    join(
      [0x32, rosctr],
      u16(0),
      u16(reference),
      u16(parameters.length),
      u16(content.length),
      error,
      parameters,
      content,
    ),
  );
}

export const s7Setup = (reference: number) => s7(1, reference, [0xf0, 0, 0, 1, 0, 1, 1, 0xe0]);
export const s7SetupDone = (reference: number) => s7(3, reference, [0xf0, 0, 0, 1, 0, 1, 0, 0xf0]);
/** One word of a data block, by an item of syntax S7ANY. */
const word = (block: number, byte: number) =>
  join([0x12, 0x0a, 0x10, 0x04], u16(1), u16(block), [0x84], u32(byte * 8).slice(1));
export const s7Read = (reference: number, block: number, byte: number) =>
  s7(1, reference, join([4, 1], word(block, byte)));
export const s7Value = (reference: number, value: number) =>
  s7(3, reference, [4, 1], join([0xff, 4], u16(16), u16(value)));
export const s7Write = (reference: number, block: number, byte: number, value: number) =>
  s7(1, reference, join([5, 1], word(block, byte)), join([0, 4], u16(16), u16(value)));
export const s7Written = (reference: number) => s7(3, reference, [5, 1], [0xff]);

/** System status list 0011: order number, hardware and firmware. */
export const s7WhoAreYou = (reference: number) =>
  s7(7, reference, [0, 1, 0x12, 4, 0x11, 0x44, 1, 0], [0xff, 9, 0, 4, 0, 0x11, 0, 0]);
export function s7IAm(
  reference: number,
  order: string,
  firmware: readonly [number, number, number],
): Uint8Array {
  const record = (index: number, one: readonly number[], other: readonly number[]) =>
    join(u16(index), text(order.padEnd(20)), u16(0), one, other);
  const list = join(
    u16(0x11),
    u16(0),
    u16(28),
    u16(3),
    record(1, [0, 1], [0, 1]),
    record(6, [0, 1], [0, 1]),
    record(7, [0x56, firmware[0]], [firmware[1], firmware[2]]),
  );
  return s7(
    7,
    reference,
    [0, 1, 0x12, 8, 0x12, 0x84, 1, 1, 0, 0, 0, 0],
    join([0xff, 9], u16(list.length), list),
  );
}

/** What an engineering workstation does to a controller: stop, a block, start. */
const service = (name: string) => join([name.length], text(name));
export const s7Stop = (reference: number) =>
  s7(1, reference, join([0x29, 0, 0, 0, 0, 0], service('P_PROGRAM')));
export const s7Start = (reference: number) =>
  s7(1, reference, join([0x28, 0, 0, 0, 0, 0, 0, 0xfd], u16(0), service('P_PROGRAM')));
export const s7Activate = (reference: number, block: string) =>
  s7(
    1,
    reference,
    join([0x28, 0, 0, 0, 0, 0, 0, 0xfd], u16(block.length + 2), [1, 0], text(block), service('_INSE')),
  );
export const s7RequestDownload = (reference: number, block: string) =>
  s7(1, reference, join([0x1a, 0, 1, 0, 0, 0, 0, 0], service(`_${block}P`), service('1000236000202')));
export const s7Download = (reference: number, block: string) =>
  s7(1, reference, join([0x1b, 0, 0, 0, 0, 0, 0, 0], service(`_${block}P`)));
export const s7Block = (reference: number, bytes: Uint8Array) =>
  s7(3, reference, [0x1b, 0], join(u16(bytes.length), [0, 0xfb], bytes));
export const s7DownloadEnded = (reference: number, block: string) =>
  s7(1, reference, join([0x1c, 0, 0, 0, 0, 0, 0, 0], service(`_${block}P`)));
export const s7Done = (reference: number, code: number) => s7(3, reference, [code]);

/** EtherNet/IP, List Identity (ODVA volume 2, section 2-4.2). */
export const listIdentity = () => join(le16(0x63), new Uint8Array(22));
export function identity(
  ip: string,
  vendor: number,
  product: string,
  [major, minor]: readonly [number, number],
  serial: number,
): Uint8Array {
  const socket = join([0, 2], u16(44_818), ip.split('.').map(Number), new Uint8Array(8));
  const item = join(
    le16(1),
    socket,
    le16(vendor),
    le16(0x0e),
    le16(54),
    [major, minor],
    le16(0x30),
    u32(serial).toReversed(),
    [product.length],
    text(product),
    [3],
  );
  return join(
    le16(0x63),
    le16(item.length + 6),
    new Uint8Array(20),
    le16(1),
    le16(0x0c),
    le16(item.length),
    item,
  );
}

/** PROFINET DCP, answer to Identify (IEC 61158-6-10): blocks are padded to an even length. */
export function dcpIdentity(name: string, type: string, ip: string, mask = [255, 255, 255, 0]): Uint8Array {
  const block = (option: number, suboption: number, content: ArrayLike<number>) =>
    join([option, suboption], u16(content.length + 2), u16(0), content, content.length % 2 ? [0] : []);
  const address = ip.split('.').map(Number);
  const blocks = join(
    block(2, 1, text(type)),
    block(2, 2, text(name)),
    block(1, 2, join(address, mask, [...address.slice(0, 3), 1])),
  );
  return join(u16(0xfeff), [5, 1], u32(0x1000), u16(0), u16(blocks.length), blocks);
}
export const dcpIdentifyAll = () =>
  join(u16(0xfefe), [5, 0], u32(0x1000), u16(1), u16(4), [0xff, 0xff, 0, 0]);

/** LLDP (IEEE 802.1AB): chassis, port, time to live, names, what it can do, where it is managed. */
export function lldp(
  mac: string,
  name: string,
  description: string,
  ip: string,
  isSwitch: boolean,
): Uint8Array {
  const tlv = (type: number, content: ArrayLike<number>) => join(u16((type << 9) | content.length), content);
  const capability = u16(isSwitch ? 0x04 : 0x80);
  return join(
    tlv(1, [4, ...mac.split(':').map((byte) => Number.parseInt(byte, 16))]),
    tlv(2, join([7], text('port-001'))),
    tlv(3, u16(20)),
    tlv(5, text(name)),
    tlv(6, text(description)),
    tlv(7, join(capability, capability)),
    tlv(8, join([5, 1], ip.split('.').map(Number), [2], u32(1), [0])),
    u16(0),
  );
}

/** A line of FTP (RFC 959, section 5.3). */
export const line = (words: string) => text(`${words}\r\n`);

/** The project of a panel: a head and what it draws, four pages of it. */
export function project(name: string): Uint8Array {
  const pages = ['Overview', 'Pumps', 'Levels', 'Alarms'].map((page) => text(page.padEnd(1024, '.')));
  return join(text(`FXP1 ${name}\n`), ...pages);
}
