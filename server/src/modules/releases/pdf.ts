import type { PublishedText } from '@busbar/contract';

import { blocksOf } from '../../platform/markdown-blocks.ts';
import { labelColours, nodes, typeset } from '../../platform/typeset.ts';
import type { Snapshot } from './snapshot.ts';

export interface Letterhead {
  readonly publisher: string;
  readonly origin: string;
}

/** Longer texts have no PDF: setting one would hold up everybody else. */
const most = 400_000;

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
  const now = new Date();
  const data = {
    language: text.language,
    title: text.title,
    summary: blocksOf(text.summary),
    ref: snapshot.ref,
    version: snapshot.version,
    label: `TLP:${snapshot.label}`,
    colour: labelColours[snapshot.label],
    publisher,
    origin,
    day: now.toISOString().slice(0, 10),
    words: words[text.language as keyof typeof words] ?? words.en,
    note: text.basedOn,
    blocks: blocksOf(text.body),
  };
  return typeset(template, data, now);
}

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
${nodes}#heading(level: 1, data.title)
#if data.note != none { emph[#data.words.stale #data.note] }
#{ set text(size: 11.5pt); for block in data.summary { node(block) } }
#for block in data.blocks { node(block) }
`;
