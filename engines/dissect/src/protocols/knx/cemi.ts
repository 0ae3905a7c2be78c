import type { Words } from '../../analysis/refusals.ts';
import type { ByteReader } from '../../bytes/byte-reader.ts';

/** KNX 03_06_03 EMI/cEMI, 4.1: what a client and an interface exchange, and what is on the bus. */
export interface Cemi {
  readonly code: number;
  /** Of the bus; -1 where the message does not go there. */
  readonly source: number;
  readonly destination: number;
  readonly toGroup: boolean;
  /** APCI; -1 for transport control and for messages of the interface itself. */
  readonly service: number;
  readonly data: Uint8Array;
  /** The value when it is 6 bits or less and stands in the APCI; -1 otherwise. */
  readonly short: number;
  readonly address?: number;
  readonly object?: number;
  readonly property?: number;
  readonly secret?: number;
  /** Of a confirmation: the bus did not take it. */
  readonly failed?: boolean;
}

// 4.1.3, message codes.
export const DATA_REQUEST = 0x11;
export const DATA_CONFIRMATION = 0x2e;
export const DATA_INDICATION = 0x29;
export const PROPERTY_READ = 0xfc;
export const PROPERTY_READ_ANSWER = 0xfb;
export const PROPERTY_WRITE = 0xf6;
export const PROPERTY_WRITE_ANSWER = 0xf5;
export const RESET = 0xf1;
const messageCodes: Words = {
  [DATA_REQUEST]: 'L_Data.req',
  [DATA_CONFIRMATION]: 'L_Data.con',
  [DATA_INDICATION]: 'L_Data.ind',
  0x10: 'L_Raw.req',
  0x2b: 'L_Busmon.ind',
  0x2d: 'L_Raw.ind',
  0x2f: 'L_Raw.con',
  [PROPERTY_READ]: 'M_PropRead.req',
  [PROPERTY_READ_ANSWER]: 'M_PropRead.con',
  [PROPERTY_WRITE]: 'M_PropWrite.req',
  [PROPERTY_WRITE_ANSWER]: 'M_PropWrite.con',
  0xf7: 'M_PropInfo.ind',
  [RESET]: 'M_Reset.req',
  0xf0: 'M_Reset.ind',
};

// KNX 03_03_07 Application Layer, 2: APCI.
export const GROUP_READ = 0x000;
export const GROUP_RESPONSE = 0x040;
export const GROUP_WRITE = 0x080;
export const ADDRESS_WRITE = 0x0c0;
export const ADDRESS_READ = 0x100;
export const MEMORY_READ = 0x200;
export const MEMORY_RESPONSE = 0x240;
export const MEMORY_WRITE = 0x280;
export const DESCRIPTOR_READ = 0x300;
export const DESCRIPTOR_RESPONSE = 0x340;
export const RESTART = 0x380;
export const AUTHORIZE = 0x3d1;
export const KEY_WRITE = 0x3d3;
export const VALUE_READ = 0x3d5;
export const VALUE_RESPONSE = 0x3d6;
export const VALUE_WRITE = 0x3d7;
const services: Words = {
  [GROUP_READ]: 'A_GroupValue_Read',
  [GROUP_RESPONSE]: 'A_GroupValue_Response',
  [GROUP_WRITE]: 'A_GroupValue_Write',
  [ADDRESS_WRITE]: 'A_IndividualAddress_Write',
  [ADDRESS_READ]: 'A_IndividualAddress_Read',
  0x140: 'A_IndividualAddress_Response',
  0x180: 'A_ADC_Read',
  0x1c0: 'A_ADC_Response',
  [MEMORY_READ]: 'A_Memory_Read',
  [MEMORY_RESPONSE]: 'A_Memory_Response',
  [MEMORY_WRITE]: 'A_Memory_Write',
  0x2c0: 'A_UserMemory_Read',
  0x2c1: 'A_UserMemory_Response',
  0x2c2: 'A_UserMemory_Write',
  0x2c5: 'A_UserManufacturerInfo_Read',
  0x2c6: 'A_UserManufacturerInfo_Response',
  0x2c7: 'A_FunctionPropertyCommand',
  0x2c8: 'A_FunctionPropertyState_Read',
  0x2c9: 'A_FunctionPropertyState_Response',
  [DESCRIPTOR_READ]: 'A_DeviceDescriptor_Read',
  [DESCRIPTOR_RESPONSE]: 'A_DeviceDescriptor_Response',
  [RESTART]: 'A_Restart',
  [AUTHORIZE]: 'A_Authorize_Request',
  0x3d2: 'A_Authorize_Response',
  [KEY_WRITE]: 'A_Key_Write',
  0x3d4: 'A_Key_Response',
  [VALUE_READ]: 'A_PropertyValue_Read',
  [VALUE_RESPONSE]: 'A_PropertyValue_Response',
  [VALUE_WRITE]: 'A_PropertyValue_Write',
  0x3d8: 'A_PropertyDescription_Read',
  0x3d9: 'A_PropertyDescription_Response',
  0x3da: 'A_NetworkParameter_Read',
  0x3db: 'A_NetworkParameter_Response',
  0x3dc: 'A_IndividualAddressSerialNumber_Read',
  0x3dd: 'A_IndividualAddressSerialNumber_Response',
  0x3de: 'A_IndividualAddressSerialNumber_Write',
  0x3e0: 'A_DomainAddress_Write',
  0x3e1: 'A_DomainAddress_Read',
  0x3f1: 'A_SecureService',
};
/** Those whose last six bits are data rather than part of the service. */
const shortServices = new Set([
  GROUP_READ,
  GROUP_RESPONSE,
  GROUP_WRITE,
  ADDRESS_WRITE,
  ADDRESS_READ,
  0x140,
  0x180,
  0x1c0,
  MEMORY_READ,
  MEMORY_RESPONSE,
  MEMORY_WRITE,
  DESCRIPTOR_READ,
  DESCRIPTOR_RESPONSE,
  RESTART,
]);

const GROUP = 0x80;
const CONTROL = 0x80;
const KEY = 4;
const NO_DATA = new Uint8Array(0);

export function readCemi(reader: ByteReader): Cemi {
  reader.open('cEMI', '03_06_03 4.1');
  const code = reader.u8('message code', messageCodes);
  const cemi = code >= 0xf0 ? readLocal(reader, code) : readBus(reader, code);
  reader.close();
  return cemi;
}

function readBus(reader: ByteReader, code: number): Cemi {
  const extra = reader.u8('additional information length');
  if (extra > 0) reader.skip(extra, 'additional information');
  const nothing = {
    code,
    source: -1,
    destination: -1,
    toGroup: false,
    service: -1,
    data: NO_DATA,
    short: -1,
  };
  if (code !== DATA_REQUEST && code !== DATA_CONFIRMATION && code !== DATA_INDICATION) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'frame');
    return nothing;
  }
  const control = reader.u8('control field 1');
  reader.bits(control, 0x80, 'frame type', { 0: 'extended', 1: 'standard' });
  reader.bits(control, 0x20, 'not repeated');
  reader.bits(control, 0x0c, 'priority', { 0: 'system', 1: 'normal', 2: 'urgent', 3: 'low' });
  const failed = reader.bits(control, 0x01, 'error') === 1;
  const second = reader.u8('control field 2');
  const toGroup = reader.bits(second, GROUP, 'destination', { 0: 'device', 1: 'group' }) === 1;
  reader.bits(second, 0x70, 'hop count');
  const source = reader.u16('source', deviceName);
  const destination = reader.u16('destination', toGroup ? groupName : deviceName);
  const length = reader.u8('length');
  const transport = reader.u8('transport and application control', length === 0 ? transportName : undefined);
  if (length === 0 || transport & CONTROL) return { ...nothing, source, destination, toGroup };
  const before = reader.limit(length, 'length');
  const rest = readService(reader, ((transport & 3) << 8) | reader.u8('application control'), length);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  reader.release(before);
  return { code, source, destination, toGroup, ...rest, ...(code === DATA_CONFIRMATION && { failed }) };
}

type Application = Pick<Cemi, 'service' | 'data' | 'short' | 'address' | 'object' | 'property' | 'secret'>;

/** KNX 03_03_07, 3. */
function readService(reader: ByteReader, apci: number, length: number): Application {
  const service = shortServices.has(apci & 0x3c0) ? apci & 0x3c0 : apci;
  reader.remark(services[service] ?? 'unknown service');
  const low = apci & 0x3f;
  const none = { service, data: NO_DATA, short: -1 };
  switch (service) {
    case GROUP_RESPONSE:
    case GROUP_WRITE:
      if (length === 1) return { ...none, short: low };
      return { ...none, data: reader.bytes(reader.remaining, 'value') };
    case ADDRESS_WRITE:
      return { ...none, address: reader.u16('address', deviceName) };
    case MEMORY_READ:
      return { ...none, short: low & 0x0f, address: reader.u16('address') };
    case MEMORY_RESPONSE:
    case MEMORY_WRITE:
      return { ...none, address: reader.u16('address'), data: reader.bytes(reader.remaining, 'data') };
    case DESCRIPTOR_RESPONSE:
      return { ...none, short: low, data: reader.bytes(reader.remaining, 'descriptor') };
    case RESTART:
      return { ...none, short: low };
    case AUTHORIZE:
      reader.u8('reserved');
      reader.secret(Math.min(KEY, reader.remaining), 'key');
      return { ...none, secret: KEY };
    case KEY_WRITE:
      reader.u8('level');
      reader.secret(Math.min(KEY, reader.remaining), 'key');
      return { ...none, secret: KEY };
    case VALUE_READ:
    case VALUE_RESPONSE:
    case VALUE_WRITE: {
      const object = reader.u8('object index');
      const property = reader.u8('property', propertyNames);
      readRange(reader);
      return { ...none, object, property, data: reader.bytes(reader.remaining, 'data') };
    }
    default:
      return none;
  }
}

/** To the interface itself: 4.1.7. */
function readLocal(reader: ByteReader, code: number): Cemi {
  const none = { code, source: -1, destination: -1, toGroup: false, service: -1, data: NO_DATA, short: -1 };
  if (code === RESET || code === 0xf0) return none;
  const object = reader.u16('object type', objectTypes);
  reader.u8('instance');
  const property = reader.u8('property', propertyNames);
  readRange(reader);
  const data = reader.bytes(reader.remaining, 'data');
  return { ...none, object, property, data };
}

function readRange(reader: ByteReader): void {
  const range = reader.u16('elements');
  reader.bits(range, 0xf000, 'count');
  reader.bits(range, 0x0fff, 'first');
}

/** `1.1.5`: area, line, device. */
export function deviceName(address: number): string {
  return `${address >> 12}.${(address >> 8) & 0x0f}.${address & 0xff}`;
}

/** `1/2/3`, as ETS shows them in three levels. */
export function groupName(address: number): string {
  return `${address >> 11}/${(address >> 8) & 0x07}/${address & 0xff}`;
}

function transportName(octet: number): string | undefined {
  if (octet === 0x80) return 'T_Connect';
  if (octet === 0x81) return 'T_Disconnect';
  if ((octet & 0xc3) === 0xc2) return 'T_ACK';
  return (octet & 0xc3) === 0xc3 ? 'T_NAK' : undefined;
}

/** KNX 03_07_03, interface object types. */
const objectTypes: Words = {
  0: 'device',
  1: 'address table',
  2: 'association table',
  3: 'application program',
  4: 'interface program',
  6: 'router',
  8: 'cEMI server',
  9: 'group object table',
  11: 'KNXnet/IP parameter',
  13: 'file server',
  17: 'security',
};

/** KNX 03_07_03, properties of every object, of the device and of KNXnet/IP parameters. */
const propertyNames: Words = {
  1: 'object type',
  5: 'load state control',
  6: 'run state control',
  7: 'table reference',
  8: 'service control',
  9: 'firmware revision',
  11: 'serial number',
  12: 'manufacturer id',
  13: 'program version',
  14: 'device control',
  15: 'order info',
  21: 'description',
  51: 'routing count',
  52: 'maximum retry count',
  53: 'error flags',
  54: 'programming mode',
  56: 'maximum APDU length',
  57: 'subnetwork address',
  58: 'device address',
  78: 'hardware type',
};

export const propertyName = (property: number) => propertyNames[property] ?? `property ${property}`;
export const objectName = (object: number, isType: boolean) =>
  isType ? (objectTypes[object] ?? `object type ${object}`) : `object ${object}`;
