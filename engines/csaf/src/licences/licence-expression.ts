import spdx from './data/spdx.json' with { type: 'json' };

/** A licence or an exception that an expression names. */
export interface LicencePart {
  /** As written, without the `+` for later versions. */
  readonly id: string;
  readonly exception: boolean;
}

/** The licences and exceptions in an SPDX license expression (SPDX 3.0.1, annex B), in order. Takes any text. */
export function licenceParts(expression: string): LicencePart[] {
  const parts: LicencePart[] = [];
  let afterWith = false;
  for (const token of expression.split(/[\s()]+/)) {
    if (token === '' || /^(?:AND|OR)$/i.test(token)) continue;
    if (/^WITH$/i.test(token)) {
      afterWith = true;
      continue;
    }
    parts.push({ id: token.replace(/\+$/, ''), exception: afterWith });
    afterWith = false;
  }
  return parts;
}

export type LicenceStatus = 'current' | 'deprecated' | 'unknown';

/** What is known of an identifier of AboutCode's ScanCode LicenseDB, which is asked without `LicenseRef-scancode-`. */
export type ScanCodeLicences = (key: string) => LicenceStatus;

export type LicenceList = 'spdx' | 'scancode' | 'other';

/** Who lists a licence; `other` are references to licences of somebody else's. */
export function listOf({ id }: LicencePart): LicenceList {
  if (id.startsWith(SCANCODE)) return 'scancode';
  return /^(?:DocumentRef-|LicenseRef-|AdditionRef-)/.test(id) ? 'other' : 'spdx';
}

/** Undefined where the list is not at hand. Identifiers compare without case (annex B.2). */
export function licenceStatus(part: LicencePart, scancode?: ScanCodeLicences): LicenceStatus | undefined {
  switch (listOf(part)) {
    case 'spdx':
      return (part.exception ? exceptions : licences).get(part.id.toLowerCase()) ?? 'unknown';
    case 'scancode':
      return scancode?.(part.id.slice(SCANCODE.length));
    case 'other':
      return undefined;
  }
}

const SCANCODE = 'LicenseRef-scancode-';

const licences = statuses(spdx.identifiers, spdx.deprecated);
const exceptions = statuses(spdx.exceptions, spdx.deprecatedExceptions);

function statuses(current: string, deprecated: string): Map<string, LicenceStatus> {
  const all = new Map<string, LicenceStatus>();
  for (const id of current.split(' ')) all.set(id.toLowerCase(), 'current');
  for (const id of deprecated.split(' ')) if (id) all.set(id.toLowerCase(), 'deprecated');
  return all;
}
