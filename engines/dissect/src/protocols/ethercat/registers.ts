// ETG.1000.4, 6 (data link layer attributes); ETG.1000.6, 5.3 (state machine).
export const STATION_ADDRESS = 0x0010;
export const RESET = 0x0040;
export const RESET_PDI = 0x0041;
export const AL_CONTROL = 0x0120;
export const AL_STATUS = 0x0130;
export const AL_STATUS_CODE = 0x0134;
export const EEPROM_CONTROL = 0x0502;
const FIRST_OF_MEMORY = 0x1000;

const names: Readonly<Record<number, string>> = {
  0x0000: 'type',
  0x0001: 'revision',
  0x0002: 'build',
  0x0004: 'FMMUs supported',
  0x0005: 'sync managers supported',
  0x0006: 'RAM size',
  0x0007: 'ports',
  0x0008: 'features',
  [STATION_ADDRESS]: 'station address',
  0x0012: 'station alias',
  0x0020: 'register write enable',
  0x0021: 'register write protection',
  0x0030: 'write enable',
  0x0031: 'write protection',
  [RESET]: 'reset',
  [RESET_PDI]: 'reset of the PDI',
  0x0100: 'DL control',
  0x0101: 'DL control, ports',
  0x0103: 'DL control, alias',
  0x0108: 'physical read and write offset',
  0x0110: 'DL status',
  [AL_CONTROL]: 'AL control',
  [AL_STATUS]: 'AL status',
  [AL_STATUS_CODE]: 'AL status code',
  0x0138: 'run LED',
  0x0139: 'error LED',
  0x0140: 'PDI control',
  0x0150: 'PDI configuration',
  0x0200: 'event mask',
  0x0204: 'event mask of the PDI',
  0x0210: 'event request',
  0x0220: 'event request of the PDI',
  0x0300: 'receive errors',
  0x0308: 'forwarded errors',
  0x030c: 'processing unit errors',
  0x030d: 'PDI errors',
  0x0310: 'lost links',
  0x0400: 'watchdog divider',
  0x0410: 'watchdog of the PDI',
  0x0420: 'watchdog of process data',
  0x0440: 'watchdog status',
  0x0442: 'watchdog counter',
  0x0500: 'EEPROM configuration',
  0x0501: 'EEPROM access of the PDI',
  [EEPROM_CONTROL]: 'EEPROM control',
  0x0504: 'EEPROM address',
  0x0508: 'EEPROM data',
  0x0510: 'MII control',
  0x0900: 'DC receive times',
  0x0910: 'DC system time',
  0x0918: 'DC receive time of the processing unit',
  0x0920: 'DC system time offset',
  0x0928: 'DC system time delay',
  0x092c: 'DC system time difference',
  0x0930: 'DC speed counter',
  0x0980: 'DC cyclic unit control',
  0x0981: 'DC activation',
  0x0990: 'DC start time',
  0x09a0: 'DC cycle time of SYNC0',
  0x09a4: 'DC cycle time of SYNC1',
};

export function registerName(address: number): string | undefined {
  const known = names[address];
  if (known !== undefined) return known;
  if (address >= 0x0600 && address < 0x0700) return `FMMU ${(address - 0x0600) >> 4}`;
  if (address >= 0x0800 && address < 0x0880) return `sync manager ${(address - 0x0800) >> 3}`;
  return address >= FIRST_OF_MEMORY ? 'memory' : undefined;
}

export const OPERATIONAL = 8;
export const BOOTSTRAP = 3;
const states: Readonly<Record<number, string>> = {
  1: 'Init',
  2: 'Pre-Operational',
  [BOOTSTRAP]: 'Bootstrap',
  4: 'Safe-Operational',
  [OPERATIONAL]: 'Operational',
};
export const STATE = 0x0f;
export const STATE_ERROR = 0x10;

/** Asked all at once, slaves lay their states one over the other. */
export function stateName(word: number): string {
  const state = word & STATE;
  const together = [1, 2, 4, OPERATIONAL].filter((one) => state & one).map((one) => states[one]);
  return states[state] ?? (together.join(' and ') || 'state 0');
}

/** ETG.1000.6, table 11. */
export const statusCodes: Readonly<Record<number, string>> = {
  0x0000: 'no error',
  0x0001: 'unspecified error',
  0x0002: 'no memory',
  0x0003: 'invalid device setup',
  0x0011: 'invalid requested state change',
  0x0012: 'unknown requested state',
  0x0013: 'bootstrap not supported',
  0x0014: 'no valid firmware',
  0x0015: 'invalid mailbox configuration in bootstrap',
  0x0016: 'invalid mailbox configuration',
  0x0017: 'invalid sync manager configuration',
  0x0018: 'no valid inputs available',
  0x0019: 'no valid outputs',
  0x001a: 'synchronization error',
  0x001b: 'sync manager watchdog',
  0x001c: 'invalid sync manager types',
  0x001d: 'invalid output configuration',
  0x001e: 'invalid input configuration',
  0x001f: 'invalid watchdog configuration',
  0x0020: 'needs cold start',
  0x0021: 'needs Init',
  0x0022: 'needs Pre-Operational',
  0x0023: 'needs Safe-Operational',
  0x002c: 'fatal synchronization error',
  0x002d: 'no synchronization error',
  0x0030: 'invalid DC configuration',
  0x0032: 'PLL error',
  0x0050: 'EEPROM not accessible',
  0x0051: 'EEPROM error',
  0x0060: 'restarted locally',
};

/** Companies as the EtherCAT Technology Group numbers them; those one meets most. */
export const vendors: Readonly<Record<number, string>> = {
  0x0000_0002: 'Beckhoff',
  0x0000_0083: 'Omron',
  0x0000_009a: 'Elmo Motion Control',
  0x0000_066f: 'Panasonic',
  0x0000_0539: 'Yaskawa',
  0x0000_001d: 'Festo',
  0x0000_0021: 'WAGO',
};

const BECKHOFF = 2;
/** Of Beckhoff's product codes the upper half is the number of the type, the lower which family it is of. */
const families: Readonly<Record<number, string>> = { 0x2c52: 'EK', 0x3052: 'EL', 0x3054: 'EP', 0x1052: 'ES' };

export function productName(vendor: number, code: number): string {
  const family = vendor === BECKHOFF ? families[code & 0xffff] : undefined;
  return family === undefined ? `0x${code.toString(16).padStart(8, '0')}` : `${family}${code >>> 16}`;
}
