/** What has this name: the last of its 16 bytes. Group names are marked as such elsewhere. */
export const WORKSTATION = 0x00;
export const SERVER = 0x20;
export const DOMAIN_MASTER = 0x1b;
export const DOMAIN_CONTROLLERS = 0x1c;
export const suffixes: Readonly<Record<number, string>> = {
  [WORKSTATION]: 'workstation or group',
  0x01: 'messenger or master browser',
  0x03: 'messenger',
  [DOMAIN_MASTER]: 'domain master browser',
  [DOMAIN_CONTROLLERS]: 'domain controllers',
  0x1d: 'master browser',
  0x1e: 'browser elections',
  [SERVER]: 'file server',
};

export interface NetbiosName {
  readonly name: string;
  readonly suffix: number;
}

/** RFC 1001, 14.1: each half of a byte is a letter from A to P. */
export function netbiosName(encoded: string): NetbiosName | undefined {
  const [letters = ''] = encoded.split('.');
  if (!/^[A-P]{32}$/.test(letters)) return undefined;
  const half = (i: number) => letters.charCodeAt(i) - 0x41;
  const bytes = Array.from({ length: 16 }, (_, i) => half(2 * i) * 16 + half(2 * i + 1));
  const name = String.fromCharCode(...bytes.slice(0, 15));
  return { name: trimmed(name), suffix: bytes[15]! };
}

/** Padded with spaces or NULs. `*` asks for everything, and `\x01\x02__MSBROWSE__\x02` is a group of all. */
export function trimmed(name: string): string {
  const [text = ''] = name.split('\0');
  return /^[\x20-\xff]*$/.test(text) ? text.trim() : '';
}
