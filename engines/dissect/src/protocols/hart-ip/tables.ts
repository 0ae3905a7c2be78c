// FieldComm Group: Common Tables Specification (HCF_SPEC-183), cited from memory.

/** Table 2: engineering units, those in use. */
export const units: Readonly<Record<number, string>> = {
  1: 'inH2O',
  2: 'inHg',
  3: 'ftH2O',
  4: 'mmH2O',
  5: 'mmHg',
  6: 'psi',
  7: 'bar',
  8: 'mbar',
  9: 'g/cm²',
  10: 'kg/cm²',
  11: 'Pa',
  12: 'kPa',
  13: 'Torr',
  14: 'atm',
  15: 'ft³/min',
  16: 'gal/min',
  17: 'l/min',
  19: 'm³/h',
  20: 'ft/s',
  21: 'm/s',
  22: 'gal/s',
  24: 'l/s',
  26: 'ft³/s',
  28: 'm³/s',
  29: 'm³/d',
  32: '°C',
  33: '°F',
  34: '°R',
  35: 'K',
  36: 'mV',
  37: 'Ω',
  38: 'Hz',
  39: 'mA',
  40: 'gal',
  41: 'l',
  43: 'm³',
  44: 'ft',
  45: 'm',
  46: 'bbl',
  47: 'in',
  48: 'cm',
  49: 'mm',
  50: 'min',
  51: 's',
  52: 'h',
  53: 'd',
  54: 'cSt',
  55: 'cP',
  57: '%',
  58: 'V',
  59: 'pH',
  60: 'g',
  61: 'kg',
  62: 't',
  63: 'lb',
  66: 'mS/cm',
  67: 'µS/cm',
  70: 'g/s',
  71: 'g/min',
  72: 'g/h',
  73: 'kg/s',
  74: 'kg/min',
  75: 'kg/h',
  76: 'kg/d',
  77: 't/min',
  78: 't/h',
  79: 't/d',
  80: 'lb/s',
  81: 'lb/min',
  82: 'lb/h',
  83: 'lb/d',
  91: 'g/cm³',
  92: 'kg/m³',
  93: 'lb/gal',
  94: 'lb/ft³',
  95: 'g/ml',
  96: 'kg/l',
  97: 'g/l',
  139: 'ppm',
  237: 'MPa',
  238: 'inH2O (4 °C)',
  239: 'mmH2O (4 °C)',
};

/** Not used, none, unknown, special. */
const FIRST_WITHOUT_UNIT = 250;

export function unitName(code: number): string {
  if (code >= FIRST_WITHOUT_UNIT) return '';
  return units[code] ?? `unit ${code}`;
}

/** Table 8: manufacturers, those whose number is beyond doubt. */
export const manufacturers: Readonly<Record<number, string>> = {
  0x11: 'Endress+Hauser',
  0x13: 'Fisher Controls',
  0x17: 'Honeywell',
  0x1a: 'ABB',
  0x1f: 'Micro Motion',
  0x26: 'Rosemount',
  0x2a: 'Siemens',
  0x37: 'Yokogawa',
};

/** Table 34: device variable codes that mean the same in every device. */
const variables: Record<number, string> = {
  244: 'percent of range',
  245: 'loop current',
  246: 'PV',
  247: 'SV',
  248: 'TV',
  249: 'QV',
};

export function variableName(code: number): string {
  return variables[code] ?? `variable ${code}`;
}
