/** One device has a serial number, however it is written. */
export const serialKey = (serial: string): string => serial.replace(/[ \-_./:]/g, '').toUpperCase();

/** A number that no two devices share by chance: not `0`, `1`, `00000000`. */
export function isTelling(serial: string): boolean {
  const key = serialKey(serial);
  return key.length >= 4 && /\d/.test(key) && new Set(key).size >= 3;
}
