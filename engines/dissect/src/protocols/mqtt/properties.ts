import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';

/** MQTT 5.0, 2.2.2.2, table 2-4. */
const properties: Readonly<Record<number, readonly [name: string, type: Type]>> = {
  0x01: ['payload format indicator', 'byte'],
  0x02: ['message expiry interval', 'four bytes'],
  0x03: ['content type', 'text'],
  0x08: ['response topic', 'text'],
  0x09: ['correlation data', 'binary'],
  0x0b: ['subscription identifier', 'variable'],
  0x11: ['session expiry interval', 'four bytes'],
  0x12: ['assigned client identifier', 'text'],
  0x13: ['server keep alive', 'two bytes'],
  0x15: ['authentication method', 'text'],
  0x16: ['authentication data', 'secret'],
  0x17: ['request problem information', 'byte'],
  0x18: ['will delay interval', 'four bytes'],
  0x19: ['request response information', 'byte'],
  0x1a: ['response information', 'text'],
  0x1c: ['server reference', 'text'],
  0x1f: ['reason string', 'text'],
  0x21: ['receive maximum', 'two bytes'],
  0x22: ['topic alias maximum', 'two bytes'],
  0x23: ['topic alias', 'two bytes'],
  0x24: ['maximum QoS', 'byte'],
  0x25: ['retain available', 'byte'],
  0x26: ['user property', 'pair'],
  0x27: ['maximum packet size', 'four bytes'],
  0x28: ['wildcard subscription available', 'byte'],
  0x29: ['subscription identifier available', 'byte'],
  0x2a: ['shared subscription available', 'byte'],
};

type Type = 'byte' | 'two bytes' | 'four bytes' | 'variable' | 'text' | 'binary' | 'secret' | 'pair';

const TOPIC_ALIAS = 0x23;

/** 2.2.2. Returns the topic alias, or 0. */
export function readProperties(reader: ByteReader, field: string): number {
  reader.open(field, '2.2.2');
  const whole = reader.limit(reader.varint('length', 4), 'length');
  let alias = 0;
  while (reader.remaining > 0) {
    const id = reader.varint('identifier', 4);
    const property = properties[id];
    if (!property) throw new Malformed('identifier', reader.offset - 1, `is ${id}, which is no property`);
    const value = readProperty(reader, ...property);
    if (id === TOPIC_ALIAS) alias = value;
  }
  reader.release(whole);
  reader.close();
  return alias;
}

function readProperty(reader: ByteReader, name: string, type: Type): number {
  switch (type) {
    case 'byte':
      return reader.u8(name);
    case 'two bytes':
      return reader.u16(name);
    case 'four bytes':
      return reader.u32(name);
    case 'variable':
      return reader.varint(name, 4);
    case 'pair':
      readString(reader, name);
      break;
    case 'secret': {
      const length = reader.u16(`${name} length`);
      reader.secret(length, name);
      return 0;
    }
    case 'binary':
      reader.skip(reader.u16('length'), name);
      return 0;
    case 'text':
  }
  readString(reader, name);
  return 0;
}

function readString(reader: ByteReader, field: string): void {
  reader.text(reader.u16('length'), field, 'utf-8');
}
