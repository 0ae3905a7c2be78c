import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Writes scripts and styles beside themselves as browsers fetch them: Brotli where the way is encrypted, gzip elsewhere. */
const folder = join(import.meta.dirname, 'build/client');
const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(?:css|js|svg)$/.test(name));
await Promise.all(names.map((name) => compressed(join(folder, name))));

async function compressed(file: string): Promise<void> {
  const bytes = await readFile(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}
