/** Numbers as Thomas Wiens found them out: his dissector for Wireshark, and S7CommPlusDriver. */
export const SESSION_USER = 296;
export const SESSION_APPLICATION = 297;
export const SESSION_HOST = 298;
export const CLIENT_COMMENT = 301;
export const SESSION_RESPONSE = 304;
export const SESSION_VERSION = 306;
export const CLIENT_PASSWORD = 309;
/** Member of the version of a session: `1;6ES7 511-1AK00-0AB0;V1.0`. */
export const VERSION_TEXT = 319;
export const OPERATING_STATE = 2167;
export const SESSION_CLASS = 287;
export const SUBSCRIPTION_CLASS = 1001;
export const REFERENCE_LIST = 1048;

const ids: Readonly<Record<number, string>> = {
  3: 'PLC program',
  52: 'CPU execution unit',
  80: 'inputs',
  81: 'outputs',
  82: 'memory bits',
  83: 'counters',
  84: 'timers',
  201: 'root',
  211: 'new, on the server',
  233: 'name',
  284: 'class of session containers',
  285: 'session container',
  287: 'class of sessions',
  288: 'no session',
  289: 'client of the session',
  [SESSION_USER]: 'user of the session',
  [SESSION_APPLICATION]: 'application of the session',
  [SESSION_HOST]: 'host of the session',
  299: 'role of the session',
  300: 'identifier at the client',
  [CLIENT_COMMENT]: 'comment of the client',
  302: 'time limit of the session',
  303: 'challenge',
  [SESSION_RESPONSE]: 'response to the challenge',
  305: 'roles of the session',
  [SESSION_VERSION]: 'version of the session',
  [CLIENT_PASSWORD]: 'password',
  315: 'system, version',
  316: 'project, version',
  [VERSION_TEXT]: 'system',
  320: 'project',
  [SUBSCRIPTION_CLASS]: 'class of subscriptions',
  [REFERENCE_LIST]: 'list of references',
  1049: 'cycle time',
  1051: 'disabled',
  1053: 'credit limit',
  1256: 'object qualifier',
  [OPERATING_STATE]: 'requested operating state',
  2521: 'number of the block',
  2533: 'body of the block',
  2550: 'actual values',
  2580: 'code',
  3736: 'actual values',
};

export const idName = (id: number): string | undefined => ids[id];

/** Of objects that are part of the program. */
export const classes: Readonly<Record<number, string>> = {
  2520: 'program',
  2574: 'DB',
  2578: 'FB',
  2579: 'FC',
  2592: 'functional object',
  2610: 'OB',
};

/** Of areas with fixed places: then byte, bytes, bit. */
const CLASSIC = 3;
const DATA_BLOCK = 0x8a0e;
const areas: Readonly<Record<number, string>> = { 80: 'I', 81: 'Q', 82: 'M', 83: 'C', 84: 'T' };

export function isDataBlock(object: number): boolean {
  return object >>> 16 === DATA_BLOCK;
}

/** As an engineer would look for it: `DB3`, with the numbers that the compiler gave to the variable in it. */
export function addressName(area: number, locals: readonly number[]): string {
  const place = isDataBlock(area) ? `DB${area & 0xffff}` : (areas[area] ?? `object 0x${area.toString(16)}`);
  const [kind, byte, size, bit] = locals;
  if (kind === CLASSIC && size === 1 && bit !== undefined && area in areas) return `${place}${byte}.${bit}`;
  return locals.length === 0 ? place : `${place} LID ${locals.join('.')}`;
}
