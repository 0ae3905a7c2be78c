import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** The public advisories of a data folder: those of the archive, or the sample when there is no archive. */
export function advisoryFiles(dataDir: string): TextFile[] {
  const archive = join(dataDir, 'standards/csaf/cisa-ot-corpus.tar.gz');
  if (existsSync(archive))
    return tarFiles(gunzipSync(readFileSync(archive))).filter(({ name }) => name.endsWith('.json'));
  const sample = join(dataDir, 'standards/csaf/cisa-sample');
  return globSync('**/ics*.json', { cwd: sample }).map((name) => ({
    name: basename(name),
    text: readFileSync(join(sample, name), 'utf8'),
  }));
}

/** Plain files of a tar archive (POSIX ustar): 512-byte headers, the name at 0, the size in octal at 124, the type at 156. */
function tarFiles(bytes: Buffer): TextFile[] {
  const files: TextFile[] = [];
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const name = cString(bytes, at, 100);
    const size = Number.parseInt(cString(bytes, at + 124, 12), 8) || 0;
    const isFile = bytes[at + 156] === 0 || bytes[at + 156] === 0x30;
    if (isFile) files.push({ name, text: bytes.toString('utf8', at + 512, at + 512 + size) });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function cString(bytes: Buffer, at: number, length: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('latin1', at, end < 0 || end > at + length ? at + length : end);
}
