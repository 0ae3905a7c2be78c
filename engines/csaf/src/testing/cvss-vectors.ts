import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ScoredVector {
  readonly file: string;
  readonly vector: string;
  /** Base, temporal and environmental score, or the one of 4.0; undefined where they gave none. */
  readonly scores: readonly (number | undefined)[];
}

/** Vectors with the scores that other calculators gave: `vector - (base, temporal, environmental)` in a line. */
export function scoredVectors(dataDir: string): ScoredVector[] {
  const folder = join(dataDir, 'standards/cvss');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith('vectors_'))
    .toSorted()
    .flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .flatMap((line) => {
          const [vector, scores] = line.split(' - ');
          return vector && scores ? [{ file, vector, scores: numbers(scores) }] : [];
        }),
    );
}

function numbers(text: string): (number | undefined)[] {
  return text
    .replaceAll(/[()\s]/g, '')
    .split(',')
    .filter((one) => one !== '')
    .map((one) => (one === 'None' ? undefined : Math.abs(Number(one))));
}
