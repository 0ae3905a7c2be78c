/** SLMP Reference Manual (SH(NA)-080956ENG), 5.2: device codes. */
interface Device {
  readonly name: string;
  /** Numbers are hexadecimal on the wire, in ASCII, and as engineers write them. */
  readonly hexadecimal?: boolean;
  readonly bits?: boolean;
}

const devices: Readonly<Record<number, Device>> = {
  0x91: { name: 'SM', bits: true },
  0xa9: { name: 'SD' },
  0x9c: { name: 'X', bits: true, hexadecimal: true },
  0x9d: { name: 'Y', bits: true, hexadecimal: true },
  0x90: { name: 'M', bits: true },
  0x92: { name: 'L', bits: true },
  0x93: { name: 'F', bits: true },
  0x94: { name: 'V', bits: true },
  0xa0: { name: 'B', bits: true, hexadecimal: true },
  0xa8: { name: 'D' },
  0xb4: { name: 'W', hexadecimal: true },
  0xc1: { name: 'TS', bits: true },
  0xc0: { name: 'TC', bits: true },
  0xc2: { name: 'TN' },
  0xc7: { name: 'SS', bits: true },
  0xc6: { name: 'SC', bits: true },
  0xc8: { name: 'SN' },
  0xc4: { name: 'CS', bits: true },
  0xc3: { name: 'CC', bits: true },
  0xc5: { name: 'CN' },
  0x51: { name: 'LTS', bits: true },
  0x50: { name: 'LTC', bits: true },
  0x52: { name: 'LTN' },
  0x59: { name: 'LSTS', bits: true },
  0x58: { name: 'LSTC', bits: true },
  0x5a: { name: 'LSTN' },
  0x55: { name: 'LCS', bits: true },
  0x54: { name: 'LCC', bits: true },
  0x56: { name: 'LCN' },
  0xa1: { name: 'SB', bits: true, hexadecimal: true },
  0xb5: { name: 'SW', hexadecimal: true },
  0xa2: { name: 'DX', bits: true, hexadecimal: true },
  0xa3: { name: 'DY', bits: true, hexadecimal: true },
  0x98: { name: 'S', bits: true },
  0xcc: { name: 'Z' },
  0x62: { name: 'LZ' },
  0xaf: { name: 'R' },
  0xb0: { name: 'ZR' },
  0x2c: { name: 'RD' },
};

const codes = new Map(Object.entries(devices).map(([code, { name }]) => [name, Number(code)]));
/** `ZR` alone is hexadecimal in ASCII and decimal everywhere else. */
const FILE_REGISTER = 'ZR';

export function deviceCode(name: string): number | undefined {
  return codes.get(name);
}

export function isHexadecimalInAscii(code: number): boolean {
  return devices[code]?.hexadecimal === true || devices[code]?.name === FILE_REGISTER;
}

export function holdsBits(code: number): boolean {
  return devices[code]?.bits === true;
}

/** `D100`, `X1F`. */
export function deviceName(code: number, number: number): string {
  const device = devices[code];
  if (!device) return `0x${code.toString(16)}:${number}`;
  return `${device.name}${device.hexadecimal ? number.toString(16).toUpperCase() : number}`;
}
