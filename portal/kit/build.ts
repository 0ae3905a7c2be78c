import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { KitProgram } from '@busbar/contract';
import { build, type Rolldown } from 'vite';

import { locales, wordsOf } from '../i18n/word-files.ts';

/** Builds what every field kit is made of; `busbar kit` adds what is published, and signs it. */
const portal = join(import.meta.dirname, '..');

const [{ code: program, style }, { code: worker }] = [
  await bundled('kit/kit.tsx'),
  await bundled('here/worker.ts'),
];
const parts: KitProgram = {
  style,
  noScript: noScript(),
  worker: inMarkup(worker),
  program: inMarkup(program),
};
await mkdir(join(portal, 'build'), { recursive: true });
await writeFile(join(portal, 'build/kit.json'), JSON.stringify(parts));

/** One script, and one style with its fonts in it. */
async function bundled(entry: string): Promise<{ code: string; style: string }> {
  const made = await build({
    configFile: false,
    root: portal,
    publicDir: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    build: { write: false, lib: { entry: join(portal, entry), formats: ['iife'], name: 'kit' } },
  });
  const { output } = [made].flat()[0] as Rolldown.RolldownOutput;
  const [chunk, ...more] = output.filter((one) => one.type === 'chunk');
  if (!chunk || more.length > 0) throw new Error(`${entry} became ${more.length + 1} scripts; a kit has one`);
  const style = output.find((one) => one.type === 'asset' && one.fileName.endsWith('.css'));
  return { code: chunk.code, style: style?.type === 'asset' ? String(style.source) : '' };
}

/** A script in HTML ends at what looks like its end, wherever that stands; in strings it can be written otherwise. */
function inMarkup(code: string): string {
  return code.replaceAll(/<(?=!--|\/?script)/gi, '\\x3C');
}

function noScript(): string {
  return locales
    .map((locale) => `<p lang="${locale}">${wordsOf(locale)['kit.noScript']!.replaceAll('<', '&lt;')}</p>`)
    .join('');
}
