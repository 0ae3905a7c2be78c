import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here, Role } from '../../dissector.ts';
import { vendorName, vendors } from './vendors.ts';

/** What the Identity Object says; the List Identity item and class 0x01 tell the same (CIP Volume 1, 5A-2). */
export interface Identity {
  readonly vendor?: number;
  readonly deviceType?: number;
  readonly productCode?: number;
  /** `16.56` */
  readonly revision?: string;
  readonly status?: number;
  readonly serial?: number;
  readonly name?: string;
}

/** CIP Volume 1, table 6-7.1. */
export const deviceTypes: Readonly<Record<number, string>> = {
  0x00: 'Generic Device',
  0x02: 'AC Drive',
  0x03: 'Motor Overload',
  0x04: 'Limit Switch',
  0x05: 'Inductive Proximity Switch',
  0x06: 'Photoelectric Sensor',
  0x07: 'General Purpose Discrete I/O',
  0x09: 'Resolver',
  0x0c: 'Communications Adapter',
  0x0e: 'Programmable Logic Controller',
  0x10: 'Position Controller',
  0x13: 'DC Drive',
  0x15: 'Contactor',
  0x16: 'Motor Starter',
  0x17: 'Soft Start',
  0x18: 'Human-Machine Interface',
  0x1a: 'Mass Flow Controller',
  0x1b: 'Pneumatic Valve',
  0x1c: 'Vacuum Pressure Gauge',
  0x1d: 'Process Control Valve',
  0x1e: 'Residual Gas Analyzer',
  0x1f: 'DC Power Generator',
  0x20: 'RF Power Generator',
  0x21: 'Turbomolecular Vacuum Pump',
  0x22: 'Encoder',
  0x23: 'Safety Discrete I/O',
  0x24: 'Fluid Flow Controller',
  0x25: 'CIP Motion Drive',
  0x26: 'CompoNet Repeater',
  0x27: 'Mass Flow Controller, Enhanced',
  0x28: 'CIP Modbus Device',
  0x29: 'CIP Modbus Translator',
  0x2a: 'Safety Analog I/O',
  0x2b: 'Generic Device (keyable)',
  0x2c: 'Managed Ethernet Switch',
  0x2d: 'CIP Motion Safety Drive',
  0x2e: 'Safety Drive',
  0x2f: 'CIP Motion Encoder',
  0x30: 'CIP Motion Converter',
  0x31: 'CIP Motion I/O',
  0x32: 'ControlNet Physical Layer Component',
  0x33: 'Circuit Breaker',
  0x34: 'HART Device',
  0x35: 'CIP-HART Translator',
  0xc8: 'Embedded Component',
};

const rolesOfTypes: Readonly<Record<number, Role>> = {
  0x02: 'io',
  0x07: 'io',
  0x0e: 'controller',
  0x13: 'io',
  0x18: 'hmi',
  0x23: 'io',
  0x25: 'io',
  0x28: 'gateway',
  0x29: 'gateway',
  0x2a: 'io',
  0x2c: 'switch',
  0x31: 'io',
  0x35: 'gateway',
};

// Attribute 8; the List Identity item carries it too.
export const deviceStates: Readonly<Record<number, string>> = {
  0: 'nonexistent',
  1: 'device self testing',
  2: 'standby',
  3: 'operational',
  4: 'major recoverable fault',
  5: 'major unrecoverable fault',
  255: 'default of Get_Attributes_All',
};

/** CIP Volume 1, table 5A-2.4: attributes 1 to 7, one after the other. */
export function readIdentity(reader: ByteReader): Identity {
  const vendor = reader.u16le('vendor', vendors);
  const deviceType = reader.u16le('device type', deviceTypes);
  const productCode = reader.u16le('product code');
  const revision = readRevision(reader);
  const status = readStatus(reader);
  const serial = reader.u32le('serial number');
  const name = readShortString(reader, 'product name');
  return { vendor, deviceType, productCode, revision, status, serial, name };
}

export function readRevision(reader: ByteReader): string {
  const major = reader.u8('major revision') & 0x7f;
  return `${major}.${reader.u8('minor revision')}`;
}

export function readStatus(reader: ByteReader): number {
  const status = reader.u16le('status');
  reader.bits(status, 0x0001, 'owned');
  reader.bits(status, 0x0004, 'configured');
  reader.bits(status, 0x00f0, 'extended device status');
  reader.bits(status, 0x0100, 'minor recoverable fault');
  reader.bits(status, 0x0200, 'minor unrecoverable fault');
  reader.bits(status, 0x0400, 'major recoverable fault');
  reader.bits(status, 0x0800, 'major unrecoverable fault');
  return status;
}

/** SHORT_STRING: a byte of length, then the characters. */
export function readShortString(reader: ByteReader, field: string): string {
  return reader.text(reader.u8('length'), field);
}

/** Catalogue numbers of Rockwell begin the product name: `1756-ENBT/A`, `1769-L35E Ethernet Port`. */
const CATALOGUE = /^(?:\d{4}[A-Z]?|\d{2}[A-Z]{1,3})-[A-Z0-9]+(?:\/[A-Z])?/;

export function tellIdentity(here: Here, about: Endpoint, identity: Identity): void {
  const { vendor, deviceType, revision, serial, name } = identity;
  if (vendor !== undefined && vendor !== 0) here.fact(about, 'vendor', vendorName(vendor));
  if (name) {
    here.fact(about, 'product', name);
    const order = orderNumber(name);
    if (order) here.fact(about, 'orderNumber', order);
  }
  if (deviceType !== undefined) {
    here.fact(about, 'deviceType', deviceTypes[deviceType] ?? `device type ${deviceType}`);
    const role = rolesOfTypes[deviceType];
    if (role) {
      here.role(about, role, 'stated', 'cip.device-type', { type: deviceTypes[deviceType]! });
    }
  }
  if (revision !== undefined) here.fact(about, 'firmware', revision);
  if (serial !== undefined && serial !== 0) here.fact(about, 'serial', serialText(serial));
}

/** `1756-L61/B LOGIX5561, Programmable Logic Controller, revision 16.56, serial 00123456` */
export function identityText(identity: Identity): string {
  const { vendor, deviceType, revision, serial, name } = identity;
  return [
    name,
    vendor === undefined ? '' : vendorName(vendor),
    deviceType === undefined ? '' : (deviceTypes[deviceType] ?? `device type ${deviceType}`),
    revision === undefined ? '' : `revision ${revision}`,
    serial ? `serial ${serialText(serial)}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

export function orderNumber(name: string): string | undefined {
  return CATALOGUE.exec(name)?.[0];
}

export function serialText(serial: number): string {
  return serial.toString(16).toUpperCase().padStart(8, '0');
}

/** The address a device gives itself, unless it is none or another network's. */
export function tellAddress(here: Here, capture: Capture, about: Endpoint, address: number): void {
  if (address === 0 || address === 0xffff_ffff || address >>> 24 === 127) return;
  const itself = capture.ipv4(address);
  if (itself !== about) here.same(about, itself);
}
