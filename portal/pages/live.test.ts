import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { it } from 'node:test';

const here = import.meta.dirname;
const read = (file: string) => readFileSync(file, 'utf8');

/** This file, and what it shows of the pages beside it. */
function shownBy(file: string, known = new Set<string>()): Set<string> {
  if (known.has(file)) return known;
  known.add(file);
  for (const [, path] of read(file).matchAll(/ from '(\.[^']+\.tsx)'/g)) {
    const part = join(dirname(file), path!);
    if (part.startsWith(here) && existsSync(part)) shownBy(part, known);
  }
  return known;
}

it('every page that asks for itself anew keeps what it was answered', () => {
  const pages = globSync('**/*.tsx', { cwd: here })
    .map((name) => join(here, name))
    .filter((file) =>
      /^ {2}actionData\b[^}]*\}: Route\.ComponentProps|\bactionData\b[^;]{0,40}: Route\.ComponentProps/m.test(
        read(file),
      ),
    );
  const alive = pages.filter((file) =>
    [...shownBy(file)].some((part) => /\buse(?:Revalidator|Live|Pulse)\(/.test(read(part))),
  );
  assert.ok(alive.length > 20, `${alive.length} pages live`);
  assert.deepEqual(
    alive.filter((file) => !read(file).includes('useLasting(')).map((file) => relative(here, file)),
    [],
  );
});
