import type { AdvisoryFacts } from './advisory-index.ts';

/** How a document counts its versions (CSAF 2.1 section 3.1.11): 1, 2, 3 or major.minor.patch. */
export function versioningOf(version: string): 'integer' | 'semantic' {
  return /^\d+$/.test(version.trim()) ? 'integer' : 'semantic';
}

/**
 * Whether a newer version of a document has to be compared with the assets again (CSAF 2.1 section 9.1.13): when its
 * major version changes, and also, because not every publisher counts like that, when it says something else about products.
 */
export function asksNewRun(before: AdvisoryFacts, after: AdvisoryFacts): boolean {
  return majorOf(before.version) !== majorOf(after.version) || substance(before) !== substance(after);
}

function majorOf(version: string): string {
  return versioningOf(version) === 'integer' ? version.trim() : version.trim().split(/[.+-]/, 1)[0]!;
}

/** What matching rests on. Titles and the order of entries change nothing. */
function substance({ products, vulnerabilities }: AdvisoryFacts): string {
  const names = vulnerabilities.map(({ cve, title }) => cve ?? title);
  return products
    .map(({ statuses, ...product }) =>
      JSON.stringify([
        product.id,
        product.vendor,
        product.name,
        product.version,
        product.versionIs,
        product.models,
        product.hosted,
        statuses.map(([vulnerability, status]) => `${names[vulnerability]} ${status}`).sort(),
      ]),
    )
    .sort()
    .join('\n');
}
