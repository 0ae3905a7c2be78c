import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

import { type Plugin, rolldown } from 'rolldown';

// Runs in a process of its own: makes one file of a program. Others may be making the same, and running it.

/** What a module reads beside itself it still finds beside its source, by whichever word it asks where it is. */
const whereItWas: Plugin = {
  name: 'where-it-was',
  transform: {
    filter: { code: /import\.meta\.(url|dirname)|__(file|dir)name/ },
    handler(code, id) {
      const told = code
        .replace(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(id).href))
        .replace(/\bimport\.meta\.dirname\b/g, JSON.stringify(dirname(id)));
      // Some modules make the words of CommonJS for themselves.
      if (/\b(const|let|var) __(file|dir)name\b/.test(code)) return told;
      return told
        .replace(/\b__filename\b/g, JSON.stringify(id))
        .replace(/\b__dirname\b/g, JSON.stringify(dirname(id)));
    },
  },
};

/** What is compiled for this machine cannot become JavaScript, and is loaded from where it is. */
const compiled = /^@myriaddreamin\/typst-ts-node-compiler$/;

const [, , program, file] = process.argv as [string, string, string, string];
const bundle = await rolldown({
  input: program,
  platform: 'node',
  plugins: [whereItWas],
  external: compiled,
});
const unfinished = `${file}.${randomUUID()}`;
await bundle.write({ file: unfinished, format: 'esm', codeSplitting: false });
await rename(unfinished, file);
