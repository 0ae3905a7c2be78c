import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { FactField } from '../../dissector.ts';

/** What elements of other organisations said about the sender. */
export interface Told {
  readonly facts: { field: FactField; value: string }[];
  /** Where further MAC addresses of the sender stand in the message. */
  readonly macs: number[];
}

const IEEE_8021 = 0x0080c2;
const IEEE_8023 = 0x00120f;
const PROFIBUS = 0x000ecf;
const MEDIA = 0x0012bb;

export const organisations: Record<number, string> = {
  [IEEE_8021]: 'IEEE 802.1',
  [IEEE_8023]: 'IEEE 802.3',
  [PROFIBUS]: 'PROFIBUS & PROFINET International',
  [MEDIA]: 'TIA, LLDP-MED',
  0x00d063: 'Cisco',
  0x080006: 'Siemens',
  0x30b216: 'Hytec',
};

/** The reader stands behind the organisation. */
export function readOrganisational(reader: ByteReader, organisation: number, told: Told): void {
  switch (organisation) {
    case IEEE_8021:
      return read8021(reader);
    case IEEE_8023:
      return read8023(reader);
    case PROFIBUS:
      return readProfibus(reader, told);
    case MEDIA:
      return readMedia(reader, told);
    default:
      reader.u8('subtype');
  }
}

// IEEE 802.1Q-2018, annex D.2.
function read8021(reader: ByteReader): void {
  const subtype = reader.u8('subtype', {
    1: 'port VLAN',
    2: 'port and protocol VLAN',
    3: 'VLAN name',
    4: 'protocol identity',
    5: 'VLAN usage digest',
    6: 'management VLAN',
    7: 'link aggregation',
    8: 'congestion notification',
    9: 'enhanced transmission selection',
    10: 'transmission selection, recommended',
    11: 'priority flow control',
    12: 'application priority',
    13: 'EVB',
    14: 'CDCP',
  });
  switch (subtype) {
    case 1:
    case 6:
      reader.u16('VLAN');
      return;
    case 2: {
      const flags = reader.u8('flags');
      reader.bits(flags, 0x02, 'supported');
      reader.bits(flags, 0x04, 'enabled');
      reader.u16('VLAN');
      return;
    }
    case 3:
      reader.u16('VLAN');
      reader.text(reader.u8('name length'), 'VLAN name', 'utf-8');
      return;
    case 4:
      reader.skip(reader.u8('identity length'), 'protocol identity');
      return;
    case 7:
      return readAggregation(reader);
  }
}

// IEEE 802.3-2018, clause 79.3.
function read8023(reader: ByteReader): void {
  const subtype = reader.u8('subtype', {
    1: 'MAC and PHY',
    2: 'power over Ethernet',
    3: 'link aggregation',
    4: 'longest frame',
    5: 'energy-efficient Ethernet',
  });
  switch (subtype) {
    case 1: {
      const negotiation = reader.u8('auto-negotiation');
      reader.bits(negotiation, 0x01, 'supported');
      reader.bits(negotiation, 0x02, 'enabled');
      reader.u16('advertised capabilities');
      reader.u16('kind of MAU', mauKinds);
      return;
    }
    case 2: {
      const power = reader.u8('power support');
      reader.bits(power, 0x01, 'sourcing equipment');
      reader.bits(power, 0x02, 'supported');
      reader.bits(power, 0x04, 'enabled');
      reader.u8('power pair');
      reader.u8('power class');
      return;
    }
    case 3:
      return readAggregation(reader);
    case 4:
      reader.u16('longest frame');
      return;
    case 5:
      reader.u16('transmit wake time');
      reader.u16('receive wake time');
      return;
  }
}

/** RFC 4836, dot3MauType. */
const mauKinds: Record<number, string> = {
  10: '10BASE-T, half duplex',
  11: '10BASE-T, full duplex',
  15: '100BASE-TX, half duplex',
  16: '100BASE-TX, full duplex',
  18: '100BASE-FX, full duplex',
  30: '1000BASE-T, full duplex',
};

function readAggregation(reader: ByteReader): void {
  const status = reader.u8('aggregation');
  reader.bits(status, 0x01, 'capable');
  reader.bits(status, 0x02, 'in aggregation');
  reader.u32('aggregated port');
}

// IEC 61158-6-10, section 4.11.
function readProfibus(reader: ByteReader, { macs }: Told): void {
  const subtype = reader.u8('subtype', {
    1: 'measured delays',
    2: 'port status',
    3: 'alias',
    4: 'MRP port status',
    5: 'chassis MAC address',
    6: 'PTCP status',
    7: 'MAU type extension',
    8: 'MRP interconnection port status',
    9: 'test status',
  });
  switch (subtype) {
    case 1:
      reader.u32('port receive delay, local');
      reader.u32('port receive delay, remote');
      reader.u32('port transmit delay, local');
      reader.u32('port transmit delay, remote');
      reader.u32('cable delay');
      return;
    case 2:
      reader.u16('RT class 2 status');
      reader.u16('RT class 3 status');
      return;
    case 3:
      reader.text(reader.remaining, 'alias');
      return;
    case 4:
      reader.bytes(16, 'MRP domain');
      reader.u16('MRP port status');
      return;
    case 5:
      if (reader.remaining === 6) macs.push(reader.offset);
      reader.bytes(6, 'chassis MAC address');
      return;
    case 6:
      reader.bytes(6, 'PTCP master');
      reader.bytes(16, 'PTCP subdomain');
      reader.bytes(16, 'IRT subdomain');
      reader.u32('length of period');
      reader.u32('red period begins');
      reader.u32('orange period begins');
      reader.u32('green period begins');
      return;
    case 7:
      reader.u16('MAU type extension');
      return;
  }
}

/** ANSI/TIA-1057, section 10.2.6: inventory. */
const inventory: Record<number, FactField> = {
  5: 'hardware',
  6: 'firmware',
  8: 'serial',
  9: 'vendor',
  10: 'model',
};

// ANSI/TIA-1057, section 10.2.
function readMedia(reader: ByteReader, { facts }: Told): void {
  const subtype = reader.u8('subtype', {
    1: 'capabilities',
    2: 'network policy',
    3: 'location',
    4: 'extended power',
    5: 'hardware revision',
    6: 'firmware revision',
    7: 'software revision',
    8: 'serial number',
    9: 'manufacturer',
    10: 'model',
    11: 'asset identifier',
  });
  if (subtype === 1) {
    reader.u16('capabilities');
    reader.u8('device class', {
      0: 'none',
      1: 'endpoint I',
      2: 'endpoint II',
      3: 'endpoint III',
      4: 'network',
    });
  } else if (subtype === 7 || subtype === 11) {
    reader.text(reader.remaining, subtype === 7 ? 'software revision' : 'asset identifier', 'utf-8');
  } else if (inventory[subtype]) {
    const field = inventory[subtype];
    facts.push({ field, value: reader.text(reader.remaining, field, 'utf-8') });
  }
}
