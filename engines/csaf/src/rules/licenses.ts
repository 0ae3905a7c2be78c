import { licenseStatus, type LicenseStatus, scancodeKey } from '../licenses/license-list.ts';
import { parseLicenseExpression } from './license-expression.ts';
import type { Resources } from './rule.ts';
import type { Subject } from './subject.ts';

export interface License {
  readonly id: string;
  /** `unlisted`: it is in no public list; undefined where nobody can say. */
  readonly status: LicenseStatus | 'unlisted' | undefined;
}

/** The licenses and exceptions that the license expression of a document names. */
export function licensesOf({ document }: Subject, { scancodeLicense }: Resources): License[] {
  const { licenses = [], exceptions = [] } = parseLicenseExpression(document.license_expression ?? '') ?? {};
  const of = (id: string, is: 'license' | 'exception'): License => ({
    id,
    status:
      licenseStatus(id, is, scancodeLicense) ?? (scancodeKey(id) === undefined ? 'unlisted' : undefined),
  });
  return [...licenses.map((id) => of(id, 'license')), ...exceptions.map((id) => of(id, 'exception'))];
}
