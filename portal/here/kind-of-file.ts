import { isCycloneDxAsXml } from '@busbar/csaf';

export type KindOfFile = 'capture' | 'list' | 'baseline';

const START = 4096;

/** What a dropped file is, by its first bytes and never by its name; what nobody knows is tried as a capture, which tells why not. */
export async function kindOfFile(file: Blob): Promise<KindOfFile> {
  const start = new Uint8Array(
    await file
      .slice(0, START)
      .arrayBuffer()
      .catch(() => new ArrayBuffer()),
  );
  const magic = [...start.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  // A workbook, of today (a ZIP) or of old: why the latter is not read is for the reader of tables to say.
  if (magic === '504b0304' || magic === 'd0cf11e0') return 'list';
  // UTF-16, as spreadsheets write it.
  if (magic.startsWith('fffe') || magic.startsWith('feff')) return 'list';
  if (start.length === 0 || start.some((byte) => byte < 9 || (byte > 13 && byte < 32))) return 'capture';
  const words = new TextDecoder().decode(start).trimStart();
  // Else a page that a sign-in put in place of a download, often.
  if (words.startsWith('<')) return isCycloneDxAsXml(words) ? 'list' : 'capture';
  return words.startsWith('{') && /"(?:observed|talks)"/.test(words) && !/"bomFormat"/.test(words)
    ? 'baseline'
    : 'list';
}
