import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';

import { type AdvisoryDraft, writeAdvisory } from '@busbar/csaf';
import { pack } from 'tar-stream';

/** Data of others, for trying; not part of the project. */
export const shared = process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../../shared');
export const realAdvisories = join(shared, 'data/standards/csaf/cisa-ot-corpus.tar.gz');
export const needsRealAdvisories = existsSync(realAdvisories)
  ? {}
  : { skip: 'There are no real advisories: ../shared is missing' };

/** A valid document of a vendor that does not exist: Nordbruk PX 200 below 2.4.1 has a fixed password. */
export function csaf(changes: Partial<AdvisoryDraft> = {}): Record<string, any> {
  const draft: AdvisoryDraft = {
    id: 'NBC-2026-001',
    title: 'Hard-coded password in Nordbruk PX pump controllers',
    version: '1',
    tlp: 'CLEAR',
    published: '2026-03-01T09:00:00Z',
    publisher: { name: 'Nordbruk', namespace: 'https://nordbruk.example', category: 'vendor' },
    summary: 'Anyone on the network can stop the pump.',
    products: [
      { key: 'old', vendor: 'Nordbruk', name: 'PX 200', range: '<2.4.1', orderNumbers: ['NB-PX-200'] },
      { key: 'new', vendor: 'Nordbruk', name: 'PX 200', version: '2.4.1' },
    ],
    vulnerabilities: [
      {
        cve: 'CVE-2026-10001',
        title: 'Hard-coded password',
        description: 'The service account has a fixed password.',
        cwe: { id: 'CWE-798', name: 'Use of Hard-coded Credentials' },
        cvss: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, severity: 'CRITICAL' },
        affected: ['old'],
        fixed: ['new'],
        remediations: [
          { category: 'vendor_fix', text: 'Install 2.4.1.', url: 'https://nordbruk.example/px' },
          { category: 'mitigation', text: 'Allow port 502 from the control room only.' },
        ],
      },
    ],
    ...changes,
  };
  return structuredClone(writeAdvisory(draft)) as Record<string, any>;
}

export const json = (value: unknown) => Buffer.from(JSON.stringify(value));

export async function* bytes(...chunks: Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

/** An archive of these files. Names may be as bad as they like. */
export async function tar(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, Buffer.from(content));
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

interface Zipped {
  readonly name: string;
  readonly content: Uint8Array;
  /** As compressed by method 8, when not stored. */
  readonly deflated?: Uint8Array;
  readonly encrypted?: boolean;
}

/** A zip archive, written field by field (APPNOTE 6.3.10), so that it can lie where a test wants it to. */
export function zip(files: readonly Zipped[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, deflated, encrypted } of files) {
    const data = Buffer.concat([Buffer.alloc(encrypted ? 12 : 0), deflated ?? content]);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(encrypted ? 1 : 0, 2);
    common.writeUInt16LE(deflated ? 8 : 0, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), data]);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, entry, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end]);
}

/** A workbook (ECMA-376) with this on its first sheet. */
export function workbook(
  cells: readonly (readonly (string | number)[])[],
  { merged = 0, sheets = 1 }: { merged?: number; sheets?: number } = {},
): Buffer {
  const rows = cells
    .map(
      (row, r) =>
        `<row r="${r + 1}">${row
          .map((cell, c) => {
            const at = `${String.fromCharCode(65 + c)}${r + 1}`;
            return typeof cell === 'number'
              ? `<c r="${at}"><v>${cell}</v></c>`
              : `<c r="${at}" t="inlineStr"><is><t>${cell}</t></is></c>`;
          })
          .join('')}</row>`,
    )
    .join('');
  return zip(
    Object.entries({
      ...bookOf(sheets),
      'xl/worksheets/sheet1.xml': `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows}</sheetData><mergeCells>${'<mergeCell ref="A1:A1"/>'.repeat(merged)}</mergeCells></worksheet>`,
    }).map(([name, content]) => ({ name, content: Buffer.from(content) })),
  );
}

export function bookOf(sheets: number): Record<string, string> {
  const ids = Array.from({ length: sheets }, (_, n) => n + 1);
  return {
    '[Content_Types].xml':
      '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"></Types>',
    'xl/workbook.xml': `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>${ids.map((id) => `<sheet name="S${id}" sheetId="${id}" r:id="rId1"/>`).join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
  };
}
