import type { ByteReader } from '../../bytes/byte-reader.ts';

// IEC 61158-6-10, 5.2.8 (ChannelErrorType, UserStructureIdentifier), cited from memory.
const CHANNELS = 0x8000;
const EXTENDED = 0x8002;
const QUALIFIED = 0x8003;
const MAINTENANCE = 0x8100;

export const structures: Readonly<Record<number, string>> = {
  [CHANNELS]: 'diagnosis of channels',
  0x8001: 'several diagnoses',
  [EXTENDED]: 'extended diagnosis of channels',
  [QUALIFIED]: 'qualified diagnosis of channels',
  [MAINTENANCE]: 'maintenance',
  0x8200: 'upload and retrieval',
  0x8201: 'iParameter',
  0x8300: 'reporting system, low watermark',
  0x8301: 'reporting system, timeout',
  0x8302: 'reporting system, overflow',
  0x8310: 'energy',
};

const errors: Readonly<Record<number, string>> = {
  0x0001: 'short circuit',
  0x0002: 'undervoltage',
  0x0003: 'overvoltage',
  0x0004: 'overload',
  0x0005: 'overtemperature',
  0x0006: 'line break',
  0x0007: 'upper limit exceeded',
  0x0008: 'lower limit exceeded',
  0x0009: 'error',
  0x000a: 'simulation active',
  0x000f: 'parameters missing',
  0x0010: 'parameterization fault',
  0x0011: 'power supply fault',
  0x0012: 'fuse blown',
  0x0013: 'communication fault',
  0x0014: 'ground fault',
  0x0015: 'reference point lost',
  0x0016: 'sampling error',
  0x0017: 'threshold exceeded',
  0x0018: 'output disabled',
  0x0019: 'safety event',
  0x001a: 'external fault',
  0x001f: 'temporary fault',
  0x0040: 'safety destination address mismatch',
  0x8000: 'data transmission impossible',
  0x8001: 'remote mismatch',
  0x8002: 'media redundancy mismatch',
  0x8003: 'synchronization mismatch',
  0x8004: 'isochronous mode mismatch',
  0x8005: 'multicast mismatch',
  0x8007: 'fibre optic mismatch',
  0x8008: 'network component mismatch',
  0x8009: 'time mismatch',
};

const severities: Readonly<Record<number, string>> = {
  0: 'diagnosis',
  1: 'maintenance required',
  2: 'maintenance demanded',
  3: 'qualified',
};

const WHOLE = 0x8000;

/** From the channel number on: `channel 3: line break`. */
export function readDiagnosis(reader: ByteReader): string[] {
  const channel = reader.u16('channel');
  const properties = reader.u16('properties');
  readProperties(reader, properties);
  const structure = reader.u16('structure', structures);
  return readStructure(reader, structure, channel);
}

/** What follows an identifier of the structure. */
export function readStructure(reader: ByteReader, structure: number, channel = WHOLE): string[] {
  const told: string[] = [];
  const size = sizes[structure];
  if (structure === MAINTENANCE || size === undefined) return told;
  while (reader.remaining >= size) {
    reader.open('channel');
    const number = reader.u16('channel');
    readProperties(reader, reader.u16('properties'));
    const error = reader.u16('error', errors);
    if (structure !== CHANNELS) {
      reader.u16('extended error');
      reader.u32('additional value');
    }
    if (structure === QUALIFIED) reader.u32('qualifier');
    reader.close();
    const at =
      number === WHOLE && channel === WHOLE ? '' : `channel ${number === WHOLE ? channel : number}: `;
    told.push(`${at}${errors[error] ?? `error ${error}`}`);
  }
  return told;
}

const sizes: Readonly<Record<number, number>> = { [CHANNELS]: 6, [EXTENDED]: 12, [QUALIFIED]: 16 };

function readProperties(reader: ByteReader, properties: number): void {
  reader.bits(properties, 0x0600, 'severity', severities);
  reader.bits(properties, 0x1800, 'specifier', {
    0: 'all disappear',
    1: 'appears',
    2: 'disappears',
    3: 'disappears, others remain',
  });
  reader.bits(properties, 0xe000, 'direction', { 1: 'input', 2: 'output', 3: 'both' });
}
