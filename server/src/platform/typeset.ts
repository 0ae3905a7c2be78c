import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

import type { Tlp } from '@busbar/contract';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

/** Latin and Cyrillic, then Chinese. */
const fonts: readonly (readonly [name: string, file: string])[] = [
  ['@expo-google-fonts/ibm-plex-sans', '400Regular/IBMPlexSans_400Regular.ttf'],
  ['@expo-google-fonts/ibm-plex-sans', '400Regular_Italic/IBMPlexSans_400Regular_Italic.ttf'],
  ['@expo-google-fonts/ibm-plex-sans', '600SemiBold/IBMPlexSans_600SemiBold.ttf'],
  ['@embedpdf/fonts-sc', 'fonts/NotoSansHans-Regular.otf'],
  ['@embedpdf/fonts-sc', 'fonts/NotoSansHans-Bold.otf'],
];

let compiler: NodeCompiler | undefined;

/**
 * Sets data as PDF/A-2a (ISO 19005-2, tagged), with the fonts it uses cut to what it uses. The data is never read as markup,
 * and a template opens no file and no package. The same data at the same instant gives the same bytes.
 */
export function typeset(template: string, data: unknown, at: Date): Buffer {
  compiler ??= NodeCompiler.create({ fontArgs: [{ fontBlobs: fonts.map(fontFile) }] });
  try {
    return compiler.pdf(
      { mainFileContent: template, inputs: { data: JSON.stringify(data) } },
      { pdfStandard: 'a-2a', pdfTags: true, creationTimestamp: Math.floor(at.getTime() / 1000) },
    );
  } finally {
    compiler.evictCache(10);
  }
}

function fontFile([name, file]: readonly [string, string]): Buffer {
  return readFileSync(join(dirname(findPackageJSON(name, import.meta.url)!), file));
}

/** FIRST, TLP 2.0: always on black. */
export const labelColours: Readonly<Record<Tlp, string>> = {
  CLEAR: '#ffffff',
  GREEN: '#33ff00',
  AMBER: '#ffc000',
  'AMBER+STRICT': '#ffc000',
  RED: '#ff2b2b',
};

/** For templates: what `blocksOf` makes of Markdown. */
export const nodes = `#let node(n) = {
  let inside = n.at("c", default: ()).map(node)
  let all = inside.join()
  if n.t == "text" { n.v }
  else if n.t == "strong" { strong(all) }
  else if n.t == "emph" { emph(all) }
  else if n.t == "strike" { strike(all) }
  else if n.t == "code" { raw(n.v) }
  else if n.t == "break" { linebreak() }
  else if n.t == "link" { link(n.url, all) }
  else if n.t == "heading" { heading(level: n.level, all) }
  else if n.t == "par" { par(all) }
  else if n.t == "pre" { block(fill: luma(243), inset: 8pt, width: 100%, radius: 2pt, raw(n.v, block: true)) }
  else if n.t == "quote" { quote(block: true, all) }
  else if n.t == "list" { list(..inside) }
  else if n.t == "enum" { enum(start: n.start, ..inside) }
  else if n.t == "rule" { line(length: 100%, stroke: 0.5pt + luma(180)) }
  else if n.t == "table" {
    table(columns: n.columns, stroke: 0.5pt + luma(180), inset: 5pt, table.header(..n.head.map(node).map(strong)), ..n.cells.map(node))
  }
  else if n.t == "group" { all }
}
`;
