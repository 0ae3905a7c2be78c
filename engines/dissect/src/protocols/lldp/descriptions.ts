import type { FactField, Role } from '../../dissector.ts';

/** Facts that the free text of a system description holds, and what such a device usually is. */
export interface Described {
  readonly facts: readonly { readonly field: FactField; readonly value: string }[];
  readonly role?: Role | undefined;
}

/** One way to write a system description. Groups of the pattern are named after the facts they hold. */
interface Pattern {
  readonly pattern: RegExp;
  readonly vendor?: string;
}

const patterns: readonly Pattern[] = [
  // Siemens, SIMATIC S7, CPU-1200, 6ES7 214-1AG40-0XB0, HW: 7, FW: V.4.2.1, S V-K2C13707
  {
    pattern:
      /^(?<vendor>Siemens)(?: AG)?, [^,]{1,60}, (?<product>[^,]{1,60}), (?<orderNumber>6[A-Z0-9]{3} ?[A-Z0-9-]{8,16}), HW: ?(?<hardware>\w{1,8}), (?:FW|SW)[:.]? ?(?<firmware>V[. ]*[\w.]{1,16})(?:, (?<serial>S [\w -]{4,24}))?/,
  },
  // Siemens AG SIMATIC S7 MULTIPORT SCALANCE X 200 FAM
  { pattern: /^(?<vendor>Siemens)(?: AG)?[ ,].{0,40}?(?<product>SCALANCE [A-Z] ?[\w-]{1,12})/ },
  // Cisco IOS Software, C3560 Software (C3560-ADVIPSERVICESK9-M), Version 12.2(44)SE, RELEASE SOFTWARE (fc1)
  {
    pattern:
      /^(?<vendor>Cisco) (?<os>IOS(?:-XE| XE)?) Software,? .{0,60}?(?<product>[A-Z][\w-]{1,20}) Software .{1,60}?Version (?<firmware>[\w.()]{1,24})/,
  },
  // Cisco Internetwork Operating System Software IOS (tm) C2950 Software (C2950-I6K2L2Q4-M), Version 12.1(22)EA14
  {
    pattern:
      /^(?<vendor>Cisco) Internetwork Operating System Software (?<os>IOS) \(tm\) (?<product>[\w-]{1,20}) Software .{1,60}?Version (?<firmware>[\w.()]{1,24})/,
  },
  // Ruijie Full Gigabit Security & Intelligence Access Switch (XS-S1960-10GT2SFP-P-H) By Ruijie Networks
  { pattern: /\((?<product>[A-Z][\w-]{3,30})\) By (?<vendor>[A-Z][\w ]{1,30})$/ },
  // Summit300-48 - Version 7.4e.1 (Build 5) by Release_Master
  { pattern: /^(?<product>[A-Z][\w-]{2,30}) - Version (?<firmware>[\w.]{1,20})/ },
  // Hirschmann MACH / RS20, Moxa EDS-…, Phoenix Contact FL SWITCH …
  {
    pattern:
      /^(?<vendor>Hirschmann|Moxa|MOXA|Phoenix Contact|WAGO|Westermo|Beckhoff|Belden)[ ,:-]+(?<product>[\w-][\w /-]{1,40})/,
  },
  // Dell Inc. OptiPlex 990,01,G22XB2S: a computer with a PROFINET driver tells maker, model, version and serial number
  {
    pattern:
      /^(?<vendor>[A-Z][\w.&+-]{1,20}(?: [A-Z][\w.&+-]{1,20}){0,2}?(?: (?:Inc|INC|Corp|GmbH|AG|Ltd)\.?)?) (?<product>[\w -]{2,40}),(?<hardware>[\w.]{0,12}),(?<serial>[\w-]{5,24})(?: \+ [\w ]{1,20})?$/,
  },
];

/** What a device with such words in its description usually is. */
const roles: readonly [RegExp, Role][] = [
  [/\bSCALANCE [WX]\b|\bSCALANCE X/, 'switch'],
  [/\bSIMATIC HMI\b|\b[KM]?TP\d{3,4}\b/, 'hmi'],
  [/\bSIMATIC S7\b.*\bCPU|\bCPU[ -]?(?:3|4|12|15)\d\d/, 'controller'],
  [/\bET ?200/, 'io'],
];

const fields: readonly FactField[] = [
  'vendor',
  'product',
  'orderNumber',
  'hardware',
  'firmware',
  'serial',
  'os',
];

export function described(description: string): Described {
  if (description === '') return { facts: [] };
  const groups = patterns.map(({ pattern }) => pattern.exec(description)?.groups).find((found) => found);
  const facts = fields.flatMap((field) => {
    const value = groups?.[field]?.trim();
    return value ? [{ field, value: field === 'firmware' ? versionOf(value) : value }] : [];
  });
  return { facts, role: roles.find(([pattern]) => pattern.test(description))?.[1] };
}

/** `V.4.2.1` and `V 13.0.1` are V4.2.1 and V13.0.1. */
function versionOf(text: string): string {
  return text.replace(/^V[. ]+/, 'V');
}

// S7-1200                   6ES7 214-1AG40-0XB0  S V-K2C13707         7 V  4  2  1
const SYSTEM_IDENTIFICATION =
  /^(?<product>\S[^ ]*(?: \S+)*) +(?<orderNumber>6[A-Z0-9]{3} ?[A-Z0-9-]{8,16}) +(?<serial>S [\w-]{4,16}) +(?<hardware>\d{1,5}) (?<prefix>[A-Z]) +(?<major>\d{1,3}) +(?<minor>\d{1,3}) +(?<patch>\d{1,3})$/;

/** A PROFINET name of station: labels of letters, digits and hyphens. */
const STATION = /^[a-z0-9][a-z0-9.-]{0,239}$/;

/**
 * PROFINET stations put their name into the identifier of the chassis, or, since edition 2.3, all that their
 * nameplate says, and the name behind the port: `port-001.plcxb1d0ed`.
 */
export function stationOfChassis(chassis: string, port: string, profinet: boolean): Described['facts'] {
  if (!profinet || chassis.length > 255) return [];
  const plate = SYSTEM_IDENTIFICATION.exec(chassis)?.groups;
  const station = /^port-\d{3}(?:-\d{5})?\.(.+)$/.exec(port)?.[1];
  const named = station ? [{ field: 'station' as const, value: station }] : [];
  if (plate) {
    const { product = '', orderNumber = '', serial = '', hardware = '', prefix, major, minor, patch } = plate;
    return [
      ...named,
      { field: 'product', value: product },
      { field: 'orderNumber', value: orderNumber },
      { field: 'serial', value: serial },
      { field: 'hardware', value: hardware },
      { field: 'firmware', value: `${prefix}${major}.${minor}.${patch}` },
    ];
  }
  return STATION.test(chassis) && !/^([0-9a-f]{2}:){5}/.test(chassis)
    ? [...named, { field: 'station', value: chassis }]
    : named;
}
