import type { AdvisoryConversion } from '@busbar/contract';
import { conversionInEnglish, convert } from '@busbar/csaf';

import { line } from '../../platform/plain-text.ts';
import { conflict } from '../../platform/problem.ts';

const mostListed = 200;

/** What the converter asks a person to look at. */
export function conversionOf(text: string): AdvisoryConversion {
  const { ok, warnings } = convert(text);
  return {
    converted: ok,
    notes: warnings
      .toSorted((a, b) => Number(b.error) - Number(a.error))
      .slice(0, mostListed)
      .map(({ code, params, error, path }) => ({
        error,
        path: line(path),
        told: {
          code,
          params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, line(value)])),
          text: line(conversionInEnglish({ code, params })),
        },
      })),
    more: Math.max(0, warnings.length - mostListed),
  };
}

export function convertedText(text: string): string {
  const conversion = convert(text);
  if (!conversion.ok)
    throw conflict('not-csaf-2.0', 'Only documents of CSAF 2.0 are converted; download this one as it is');
  return `${JSON.stringify(conversion.document, null, 2)}\n`;
}
