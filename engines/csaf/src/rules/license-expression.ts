/**
 * Identifiers of an SPDX license expression (SPDX 3.0.1, annex B) as CSAF narrows it: no DocumentRef (2.1
 * section 3.2.2.7). Undefined for what is no such expression.
 */
export function parseLicenseExpression(text: string): LicenseIdentifiers | undefined {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const licenses: string[] = [];
  const exceptions: string[] = [];
  let depth = 0;
  let wants: 'license' | 'operator' | 'exception' = 'license';
  let mayHaveException = false;
  for (const token of tokens) {
    if (wants === 'exception') {
      if (!/^(?:AdditionRef-)?[A-Za-z\d.-]+$/.test(token)) return undefined;
      exceptions.push(token);
      [wants, mayHaveException] = ['operator', false];
    } else if (wants === 'license') {
      if (token === '(') depth++;
      else if (isLicense(token)) {
        licenses.push(token.replace(/\+$/, ''));
        [wants, mayHaveException] = ['operator', true];
      } else return undefined;
    } else if (token === ')') {
      if (--depth < 0) return undefined;
      mayHaveException = false;
    } else if (isOperator(token, 'WITH') && mayHaveException) wants = 'exception';
    else if (isOperator(token, 'AND') || isOperator(token, 'OR')) wants = 'license';
    else return undefined;
  }
  return wants === 'operator' && depth === 0 ? { licenses, exceptions } : undefined;
}

export interface LicenseIdentifiers {
  readonly licenses: readonly string[];
  readonly exceptions: readonly string[];
}

/** All of one case, as the annex has it. */
function isOperator(token: string, operator: string): boolean {
  return token === operator || token === operator.toLowerCase();
}

/** A plus, for later versions, goes with identifiers of the SPDX list only; LicenseRef- is case-sensitive. */
function isLicense(token: string): boolean {
  if (/^licenseref-/i.test(token)) return /^LicenseRef-[A-Za-z\d.-]+$/.test(token);
  if (/^(?:with|and|or)$/i.test(token)) return false;
  return /^[A-Za-z\d.-]+\+?$/.test(token);
}
