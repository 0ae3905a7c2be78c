import { type EditionPiece, editionOf, type ReportDocument, unsupportedIn } from '@busbar/contract';

import { blocksOf } from '../../platform/markdown-blocks.ts';
import { labelColours, nodes, typeset } from '../../platform/typeset.ts';
import type { Frame } from './investigation-service.ts';
import { reportWords } from './report-words.ts';

/** A report as PDF/A-2a: what is in the document and nothing else, so that the same version has the same bytes. */
export function reportPdf(document: ReportDocument, { words: language, isFinal, sha256, at }: Frame): Buffer {
  const edition = editionOf(document, language ?? document.language);
  const words = reportWords[edition.language];
  const written = ({ language: of, isOriginal }: EditionPiece) => ({
    language: of,
    mark: isOriginal ? words.original(of) : '',
  });
  const { untranslated, pieces } = edition;
  return typeset(
    template,
    {
      publisher: document.publisher,
      case: document.case,
      version: document.version,
      language: edition.language,
      title: { ...written(edition.title), says: edition.title.heading },
      untranslated: untranslated > 0 ? words.untranslated(untranslated, pieces) : '',
      words,
      isFinal,
      sha256: sha256 ?? '',
      day: at.toISOString().slice(0, 10),
      label: `TLP:${document.label}`,
      colour: labelColours[document.label],
      sections: edition.sections.map((one) => ({
        ...written(one),
        heading: one.heading,
        blocks: blocksOf(one.text),
        unsupported: isFinal ? [] : unsupportedIn(one.text).map((flaw) => flaw.text),
      })),
      facts: edition.facts.map((one) => ({
        ...written(one),
        number: `F${one.number}`,
        says: one.text,
        evidence: one.evidence.map(({ source, name, place, sha256: hash, at: seen }) => ({
          kind: words.sources[source],
          what: [name, place, seen?.slice(0, 19).replace('T', ' ').concat(' UTC')]
            .filter(Boolean)
            .join(' · '),
          hash: hash ?? '',
        })),
      })),
      recommendations: edition.recommendations.map((one) => ({
        ...written(one),
        title: one.heading,
        number: `R${one.number}`,
        because: blocksOf(one.text),
        effort: words.efforts[one.effort],
        effect: [words.effects[one.effect], one.note].filter(Boolean).join(' – '),
      })),
    },
    at,
  );
}

const template = `
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title.says, author: data.publisher)
#set page(
  paper: "a4",
  margin: (x: 24mm, top: 30mm, bottom: 26mm),
  header: context [
    #set text(size: 8.5pt, fill: luma(90))
    #data.publisher #h(1fr) #box(fill: black, inset: (x: 4pt, y: 2.5pt), text(fill: rgb(data.colour), weight: 600, data.label))
  ],
  footer: context [
    #set text(size: 8pt, fill: luma(90))
    #data.at("case"), #data.words.version #data.version · #data.day
    #h(1fr) #data.words.page #counter(page).display("1 / 1", both: true)
  ],
)
#set text(font: ("IBM Plex Sans", "Noto Sans Hans"), size: 10.5pt, lang: data.language)
#set par(leading: 0.72em, spacing: 1.1em)
#show heading.where(level: 1): set text(size: 19pt, weight: 600)
#show heading.where(level: 2): set text(size: 13pt, weight: 600)
#show heading.where(level: 3): set text(size: 11pt, weight: 600)
#show heading: set block(above: 1.6em, below: 0.8em)
#show link: underline
${nodes}
#data.words.report #h(1fr) #data.at("case")
#let mark(one) = if one.mark != "" { block(text(size: 8.5pt, fill: luma(90), lang: data.language, one.mark)) }
#heading(level: 1, text(lang: data.title.language, data.title.says))
#if data.untranslated != "" { block(text(size: 9pt, fill: luma(90), data.untranslated)) }
#if not data.isFinal { text(weight: 600, fill: rgb("#b00020"), data.words.draft) }
#for section in data.sections {
  heading(level: 2, text(lang: section.language, section.heading))
  mark(section)
  {
    set text(lang: section.language)
    for block in section.blocks { node(block) }
  }
  for sentence in section.unsupported {
    block(stroke: (left: 2pt + rgb("#b00020")), inset: (left: 6pt), text(size: 9pt)[#emph(sentence) – #data.words.unsupported])
  }
}
#if data.recommendations.len() > 0 {
  heading(level: 2, data.words.recommendations)
  for one in data.recommendations {
    heading(level: 3)[#one.number #text(lang: one.language, one.title)]
    mark(one)
    {
      set text(lang: one.language)
      for part in one.because { node(part) }
    }
    par[#data.words.effort: #one.effort · #data.words.effect: #one.effect]
  }
}
#heading(level: 2, data.words.facts)
#for fact in data.facts {
  block(above: 1.1em, below: 0.4em)[*#fact.number* #text(lang: fact.language, fact.says)]
  mark(fact)
  for one in fact.evidence {
    block(inset: (left: 14pt), above: 0.4em, below: 0.4em)[
      #set text(size: 9pt)
      #one.kind: #one.what
      #if one.hash != "" { linebreak(); text(size: 7.5pt, raw(one.hash)) }
    ]
  }
}
#if data.sha256 != "" { block(above: 2em, text(size: 8pt)[#data.words.hash: #raw(data.sha256)]) }
`;
