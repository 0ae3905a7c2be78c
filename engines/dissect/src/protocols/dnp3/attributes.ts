import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { FactField } from '../../dissector.ts';

/** IEEE 1815-2012, Annex A, group 0: what a device says about itself. */
export interface Attribute {
  readonly variation: number;
  readonly value: string | number | undefined;
}

const names: Readonly<Record<number, string>> = {
  196: 'configuration id',
  197: 'configuration version',
  198: 'configuration build date',
  199: 'configuration last changed',
  200: 'configuration signature',
  201: 'configuration signature algorithm',
  202: 'master resource id',
  203: 'altitude',
  204: 'longitude',
  205: 'latitude',
  206: 'secondary operator name',
  207: 'primary operator name',
  208: 'system name',
  209: 'secure authentication version',
  210: 'security statistics per association',
  211: 'user-specific attributes',
  212: 'master data set prototypes',
  213: 'outstation data set prototypes',
  214: 'master data sets',
  215: 'outstation data sets',
  216: 'binary outputs per request',
  217: 'local timing accuracy',
  218: 'duration of time accuracy',
  219: 'analog output events',
  220: 'highest analog output index',
  221: 'analog outputs',
  222: 'binary output events',
  223: 'highest binary output index',
  224: 'binary outputs',
  225: 'frozen counter events',
  226: 'frozen counters',
  227: 'counter events',
  228: 'highest counter index',
  229: 'counters',
  230: 'frozen analog inputs',
  231: 'analog input events',
  232: 'highest analog input index',
  233: 'analog inputs',
  234: 'double-bit input events',
  235: 'highest double-bit input index',
  236: 'double-bit inputs',
  237: 'binary input events',
  238: 'highest binary input index',
  239: 'binary inputs',
  240: 'longest transmitted fragment',
  241: 'longest received fragment',
  242: 'software version',
  243: 'hardware version',
  244: 'owner name',
  245: 'location',
  246: 'device id',
  247: 'device name',
  248: 'serial number',
  249: 'conformance',
  250: 'product name and model',
  252: 'manufacturer',
  254: 'all attributes',
  255: 'list of attributes',
};

/** Which of them identify the device. */
export const identity: Readonly<Record<number, FactField>> = {
  208: 'station',
  242: 'firmware',
  243: 'hardware',
  245: 'location',
  246: 'name',
  247: 'name',
  248: 'serial',
  250: 'product',
  252: 'vendor',
};

const STRING = 1;
const UNSIGNED = 2;
const SIGNED = 3;
const FLOAT = 4;
const TIME = 7;
const types: Record<number, string> = {
  [STRING]: 'text',
  [UNSIGNED]: 'unsigned integer',
  [SIGNED]: 'integer',
  [FLOAT]: 'floating point',
  5: 'octets',
  6: 'bits',
  [TIME]: 'time',
  254: 'list of attributes',
};

export function attributeName(variation: number): string {
  return names[variation] ?? `attribute ${variation}`;
}

export function readAttribute(reader: ByteReader, variation: number): Attribute {
  reader.open(attributeName(variation), 'Annex A, group 0');
  const type = reader.u8('type', types);
  const length = reader.u8('length');
  const value = readValue(reader, type, length);
  reader.close();
  return { variation, value };
}

function readValue(reader: ByteReader, type: number, length: number): string | number | undefined {
  if (length === 0) return undefined;
  if (type === STRING) return reader.text(length, 'value');
  if (type === TIME && length === 6) {
    return new Date(reader.u48le('value', (ms) => new Date(ms).toISOString())).toISOString();
  }
  if (type === FLOAT && length === 4) return reader.f32le('value');
  if (type === FLOAT && length === 8) return reader.f64le('value');
  if (type === UNSIGNED || type === SIGNED) {
    if (length === 1) return type === SIGNED ? reader.i8('value') : reader.u8('value');
    if (length === 2) return type === SIGNED ? reader.i16le('value') : reader.u16le('value');
    if (length === 4) return type === SIGNED ? reader.i32le('value') : reader.u32le('value');
  }
  reader.skip(length, 'value');
  return undefined;
}
