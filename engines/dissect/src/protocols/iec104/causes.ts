/** IEC 60870-5-101:2003, 7.2.3. */
export const ACTIVATION = 6;
export const ACTIVATION_CONFIRMED = 7;
export const DEACTIVATION = 8;
export const DEACTIVATION_CONFIRMED = 9;
export const TERMINATED = 10;
export const REQUESTED = 5;
export const FIRST_INTERROGATED = 20;
export const LAST_INTERROGATED = 36;
export const FIRST_COUNTED = 37;
export const LAST_COUNTED = 41;
export const FIRST_UNKNOWN = 44;
export const LAST_UNKNOWN = 47;

export const NEGATIVE = 0x40;
export const TEST = 0x80;
export const CAUSE = 0x3f;

const names: Readonly<Record<number, string>> = {
  1: 'periodic',
  2: 'background scan',
  3: 'spontaneous',
  4: 'initialized',
  [REQUESTED]: 'requested',
  [ACTIVATION]: 'activation',
  [ACTIVATION_CONFIRMED]: 'activation confirmed',
  [DEACTIVATION]: 'deactivation',
  [DEACTIVATION_CONFIRMED]: 'deactivation confirmed',
  [TERMINATED]: 'activation terminated',
  11: 'return information, remote command',
  12: 'return information, local command',
  13: 'file transfer',
  14: 'authentication',
  15: 'session key maintenance',
  16: 'user role and update key maintenance',
  20: 'interrogated by station interrogation',
  37: 'requested by counter interrogation',
  44: 'unknown type',
  45: 'unknown cause',
  46: 'unknown common address',
  47: 'unknown object address',
};

export function causeName(cause: number): string | undefined {
  if (cause > FIRST_INTERROGATED && cause <= LAST_INTERROGATED) return `interrogated by group ${cause - 20}`;
  if (cause > FIRST_COUNTED && cause <= LAST_COUNTED) return `requested by counter group ${cause - 37}`;
  return names[cause];
}
