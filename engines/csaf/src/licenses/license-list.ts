import spdx from './data/spdx.json' with { type: 'json' };

export type LicenseStatus = 'current' | 'deprecated' | 'unknown';

/**
 * What is known of an identifier of a license or an exception in an SPDX license expression. Undefined where its list
 * is not at hand: licenses of AboutCode's ScanCode LicenseDB without `scancode`, and those of other parties.
 * Identifiers of SPDX compare without case (SPDX 3.0.1, annex B).
 * @param scancode what ScanCode knows of a key
 */
export function licenseStatus(
  id: string,
  is: 'license' | 'exception',
  scancode?: (key: string) => LicenseStatus,
): LicenseStatus | undefined {
  const key = scancodeKey(id);
  if (key !== undefined) return scancode?.(key);
  if (/^(?:DocumentRef|LicenseRef|AdditionRef)-/.test(id)) return undefined;
  return (is === 'license' ? licenses : exceptions).get(id.toLowerCase()) ?? 'unknown';
}

/** The key of a license in ScanCode's LicenseDB; undefined for those of others. */
export function scancodeKey(id: string): string | undefined {
  return /^(?:LicenseRef|AdditionRef)-scancode-(.+)$/.exec(id)?.[1];
}

const licenses = statuses(spdx.identifiers, spdx.deprecated);
const exceptions = statuses(spdx.exceptions, spdx.deprecatedExceptions);

function statuses(current: string, deprecated: string): Map<string, LicenseStatus> {
  const all = new Map<string, LicenseStatus>();
  for (const id of current.split(' ')) all.set(id.toLowerCase(), 'current');
  for (const id of deprecated.split(' ')) if (id) all.set(id.toLowerCase(), 'deprecated');
  return all;
}
