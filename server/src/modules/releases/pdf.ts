import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';

import type { PublishedText } from '@busbar/contract';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';

import { blocksOf } from './markdown-blocks.ts';
import type { Snapshot } from './snapshot.ts';

export interface Letterhead {
  readonly publisher: string;
  readonly origin: string;
}

/** Latin and Cyrillic, then Chinese. */
const fonts: readonly (readonly [name: string, file: string])[] = [
  ['@expo-google-fonts/ibm-plex-sans', '400Regular/IBMPlexSans_400Regular.ttf'],
  ['@expo-google-fonts/ibm-plex-sans', '400Regular_Italic/IBMPlexSans_400Regular_Italic.ttf'],
  ['@expo-google-fonts/ibm-plex-sans', '600SemiBold/IBMPlexSans_600SemiBold.ttf'],
  ['@embedpdf/fonts-sc', 'fonts/NotoSansHans-Regular.otf'],
  ['@embedpdf/fonts-sc', 'fonts/NotoSansHans-Bold.otf'],
];

/** Longer texts have no PDF: setting one would hold up everybody else. */
const most = 400_000;

let compiler: NodeCompiler | undefined;

/**
 * Sets one language of a snapshot as PDF/A-2a (ISO 19005-2, tagged). The text reaches typst as data and is never read
 * as its markup; there is nothing in the template that opens a file or a package.
 */
export function pdfOf(
  snapshot: Snapshot,
  text: PublishedText,
  { publisher, origin }: Letterhead,
): Buffer | undefined {
  if (text.body.length + text.summary.length > most) return undefined;
  compiler ??= NodeCompiler.create({
    fontArgs: [{ fontBlobs: fonts.map(fontFile) }],
  });
  const now = new Date();
  const data = {
    language: text.language,
    title: text.title,
    summary: blocksOf(text.summary),
    ref: snapshot.ref,
    version: snapshot.version,
    label: `TLP:${snapshot.label}`,
    colour: colours[snapshot.label],
    publisher,
    origin,
    day: now.toISOString().slice(0, 10),
    words: words[text.language as keyof typeof words] ?? words.en,
    note: text.basedOn,
    blocks: blocksOf(text.body),
  };
  try {
    return compiler.pdf(
      { mainFileContent: template, inputs: { data: JSON.stringify(data) } },
      { pdfStandard: 'a-2a', pdfTags: true, creationTimestamp: Math.floor(now.getTime() / 1000) },
    );
  } finally {
    compiler.evictCache(10);
  }
}

function fontFile([name, file]: readonly [string, string]): Buffer {
  return readFileSync(join(dirname(findPackageJSON(name, import.meta.url)!), file));
}

/** FIRST, TLP 2.0: always on black. */
const colours: Record<Snapshot['label'], string> = {
  CLEAR: '#ffffff',
  GREEN: '#33ff00',
  AMBER: '#ffc000',
  'AMBER+STRICT': '#ffc000',
  RED: '#ff2b2b',
};

const words = {
  en: {
    version: 'version',
    page: 'Page',
    verify: 'Verify this file at',
    stale: 'Translates an earlier state, version',
  },
  ru: {
    version: 'версия',
    page: 'Страница',
    verify: 'Проверить этот файл:',
    stale: 'Перевод прежнего состояния, версия',
  },
  zh: { version: '版本', page: '第', verify: '验证此文件：', stale: '译自较早内容，版本' },
};

const template = `
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title, author: data.publisher)
#set page(
  paper: "a4",
  margin: (x: 24mm, top: 30mm, bottom: 26mm),
  header: context [
    #set text(size: 8.5pt, fill: luma(90))
    #data.publisher #h(1fr) #box(fill: black, inset: (x: 4pt, y: 2.5pt), text(fill: rgb(data.colour), weight: 600, data.label))
  ],
  footer: context [
    #set text(size: 8pt, fill: luma(90))
    #data.ref, #data.words.version #data.version · #data.day · #data.words.verify #data.origin/verify
    #h(1fr) #data.words.page #counter(page).display("1 / 1", both: true)
  ],
)
#set text(font: ("IBM Plex Sans", "Noto Sans Hans"), size: 10.5pt, lang: data.language)
#set par(leading: 0.72em, spacing: 1.1em)
#set heading(numbering: none)
#show heading.where(level: 1): set text(size: 19pt, weight: 600)
#show heading.where(level: 2): set text(size: 13pt, weight: 600)
#show heading.where(level: 3): set text(size: 11pt, weight: 600)
#show heading: set block(above: 1.6em, below: 0.8em)
#show link: underline
#let node(n) = {
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
  else if n.t == "enum" { enum(..inside) }
  else if n.t == "rule" { line(length: 100%, stroke: 0.5pt + luma(180)) }
  else if n.t == "table" {
    table(columns: n.columns, stroke: 0.5pt + luma(180), inset: 5pt, table.header(..n.head.map(node).map(strong)), ..n.cells.map(node))
  }
  else if n.t == "group" { all }
}
#heading(level: 1, data.title)
#if data.note != none { emph[#data.words.stale #data.note] }
#{ set text(size: 11.5pt); for block in data.summary { node(block) } }
#for block in data.blocks { node(block) }
`;
