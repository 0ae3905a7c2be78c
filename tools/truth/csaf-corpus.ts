import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { validate } from '@busbar/csaf';

import { advisoryFiles } from '../corpus.ts';
import type { Difference, TruthResult, TruthSuite } from './suite.ts';

/**
 * What the rules say of the public advisories of CISA: how many fail each test. Nobody else has said that, so
 * the figures are those that were looked at when they were written down (`--accept` writes them); a change is a difference.
 */
export const suite: TruthSuite = {
  name: 'csaf-corpus',
  run: async (dataDir, { accept = false } = {}) => {
    const files = advisoryFiles(dataDir);
    const archive = join(dataDir, 'standards/csaf/cisa-ot-corpus.tar.gz');
    if (!existsSync(archive))
      return { total: 0, equal: 0, differences: [], skipped: `there is no ${archive}` };
    const counted = count(files.map(({ text }) => JSON.parse(text) as unknown));
    const file = join(import.meta.dirname, 'csaf-corpus.known.json');
    if (accept) writeFileSync(file, `${JSON.stringify(Object.fromEntries(counted), null, 2)}\n`);
    const known = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;

    const sections = [...new Set([...Object.keys(known), ...counted.keys()])];
    const differences = sections.flatMap((section): Difference[] => {
      const [ours, theirs] = [counted.get(section) ?? 0, known[section] ?? 0];
      return ours === theirs ? [] : [{ where: section, ours, theirs }];
    });
    const result: TruthResult = {
      total: files.length,
      equal: differences.length === 0 ? files.length : 0,
      differences,
      parts: [...counted].map(([section, failed]) => ({
        name: section === 'valid' ? 'valid' : `pass ${section}`,
        total: files.length,
        equal: section === 'valid' ? failed : files.length - failed,
      })),
    };
    return result;
  },
};

/** How many documents are valid, and how many fail each test. */
function count(documents: readonly unknown[]): Map<string, number> {
  const counted = new Map<string, number>([['valid', 0]]);
  for (const document of documents) {
    const { valid, runs } = validate(document);
    if (valid) counted.set('valid', counted.get('valid')! + 1);
    for (const { section, name, outcome } of runs)
      if (outcome === 'failed')
        counted.set(`${section} ${name}`, (counted.get(`${section} ${name}`) ?? 0) + 1);
  }
  return counted;
}
