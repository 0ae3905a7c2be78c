import type { CweJson } from './csaf-json.ts';
import type { Path } from './rule.ts';
import type { Subject } from './subject.ts';

/** Every CWE of a document of version 2.1. */
export function* cwesOf({ vulnerabilities }: Subject): Generator<{ cwe: CweJson; at: Path }> {
  for (const [v, { cwes = [] }] of vulnerabilities.entries())
    for (const [i, cwe] of cwes.entries()) yield { cwe, at: ['vulnerabilities', v, 'cwes', i] };
}
