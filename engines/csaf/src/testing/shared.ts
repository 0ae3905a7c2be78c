import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Data of others, for trying; not part of the project. */
export const sharedData = join(
  process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../../../shared'),
  'data',
);

/** For the options of a test: the sentence says what is missing. */
export function needs(path: string): { skip?: string } {
  const file = join(sharedData, path);
  return existsSync(file) ? {} : { skip: `There is no ${path} in the shared data` };
}
