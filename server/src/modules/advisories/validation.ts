import type { AdvisoryValidation } from '@busbar/contract';
import { validate } from '@busbar/csaf';

const severities = ['error', 'warning', 'information'] as const;
/** Whoever has seen so many has seen what kind of document it is. */
const mostListed = 200;

/** What the standard says of a stored document; asked for anew each time, for it takes less than to look it up. */
export function validationOf(text: string): AdvisoryValidation {
  const { version, valid, findings, runs } = validate(JSON.parse(text.replace(/^\uFEFF/, '')), {
    most: mostListed,
  });
  const countOf = (severity: (typeof severities)[number]) => {
    const own = findings.filter((finding) => finding.severity === severity);
    const sections = new Set(own.map(({ section }) => section));
    const unlisted = runs.filter(({ section }) => sections.has(section)).map(({ more = 0 }) => more);
    return unlisted.reduce((sum, more) => sum + more, own.length);
  };
  return {
    csaf: version,
    valid,
    errors: countOf('error'),
    warnings: countOf('warning'),
    informations: countOf('information'),
    findings: [...findings]
      .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
      .slice(0, mostListed)
      .map(({ section, name, kind, severity, path, params, message }) => ({
        section,
        severity,
        path: shorter(path, 500),
        told: {
          code: codeOf(section, name, kind),
          params: Object.fromEntries(
            Object.entries(params).map(([key, value]) => [
              key,
              typeof value === 'string' ? shorter(value, 300) : value,
            ]),
          ),
          text: shorter(message, 1000),
        },
      })),
  };
}

/** As the portal names its sentences: the section, or of the structure what does not fit; then which of several. */
function codeOf(section: string, name: string, kind: string | undefined): string {
  return [section, ...(section === 'structure' ? [name] : []), ...(kind === undefined ? [] : [kind])].join(
    '.',
  );
}

const shorter = (text: string, most: number) =>
  text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text;
