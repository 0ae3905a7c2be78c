import { type EditionPiece, editionOf, type ReportDocument, unsupportedIn } from '@busbar/contract';

import { type Block, blocksOf } from '../../platform/markdown-blocks.ts';
import type { Frame } from './investigation-service.ts';
import { reportWords } from './report-words.ts';

/** A report as one page without scripts, styles of others or pictures. Everything in it is escaped. */
export function reportHtml(document: ReportDocument, { words: language, isFinal, sha256 }: Frame): string {
  const edition = editionOf(document, language ?? document.language);
  const words = reportWords[edition.language];
  const written = ({ language: of, isOriginal }: EditionPiece) =>
    isOriginal ? ` lang="${of}" class="original"` : '';
  const mark = ({ language: of, isOriginal }: EditionPiece) =>
    isOriginal ? `<p class="mark" lang="${edition.language}">${words.original(of)}</p>` : '';
  const sections = edition.sections.map(
    (one) =>
      `<section${written(one)}><h2>${escaped(one.heading)}</h2>${mark(one)}${blocksOf(one.text).map(htmlOf).join('')}${
        isFinal
          ? ''
          : unsupportedIn(one.text)
              .map((flaw) => `<p class="flaw">${escaped(flaw.text)} – ${words.unsupported}</p>`)
              .join('')
      }</section>`,
  );
  const recommendations = edition.recommendations.map(
    (one) =>
      `<div${written(one)}><h3 id="R${one.number}">R${one.number} ${escaped(one.heading)}</h3>${mark(one)}${blocksOf(one.text).map(htmlOf).join('')}</div><p>${
        words.effort
      }: ${words.efforts[one.effort]} · ${words.effect}: ${escaped(
        [words.effects[one.effect], one.note].filter(Boolean).join(' – '),
      )}</p>`,
  );
  const facts = edition.facts.map(
    (one) =>
      `<li id="F${one.number}"><strong>F${one.number}</strong> <span${written(one)}>${escaped(one.text)}</span>${mark(one)}<ul>${one.evidence
        .map(({ source, name, place, sha256: hash }) => {
          const what = [name, place].filter(Boolean).join(' · ');
          return `<li>${words.sources[source]}: ${escaped(what)}${hash ? ` <code>${escaped(hash)}</code>` : ''}</li>`;
        })
        .join('')}</ul></li>`,
  );
  return `<!doctype html>
<html lang="${edition.language}"><head><meta charset="utf-8"><title>${escaped(edition.title.heading)}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}code{overflow-wrap:anywhere}.mark{font-size:.875rem;color:#555}.flaw{border-left:3px solid #b00020;padding-left:.5rem}ol{list-style:none;padding:0}</style></head>
<body><main><p>${escaped(document.publisher)} · ${escaped(document.case)} · ${words.version} ${document.version} · TLP:${document.label}</p>
<h1${written(edition.title)}>${escaped(edition.title.heading)}</h1>${edition.untranslated > 0 ? `<p class="mark">${words.untranslated(edition.untranslated, edition.pieces)}</p>` : ''}${isFinal ? '' : `<p class="flaw">${words.draft}</p>`}
${sections.join('\n')}
${recommendations.length > 0 ? `<section><h2>${words.recommendations}</h2>${recommendations.join('')}</section>` : ''}
<section><h2>${words.facts}</h2><ol>${facts.join('\n')}</ol></section>
${sha256 ? `<p>${words.hash}: <code>${sha256}</code></p>` : ''}</main></body></html>
`;
}

const tags = { strong: 'strong', emph: 'em', strike: 's', par: 'p', quote: 'blockquote' } as const;

function htmlOf(block: Block): string {
  const inside = 'c' in block ? block.c.map(htmlOf).join('') : '';
  switch (block.t) {
    case 'text':
      return escaped(block.v).replaceAll(/\[F(\d{1,4})\]/g, '<a href="#F$1">[F$1]</a>');
    case 'code':
      return `<code>${escaped(block.v)}</code>`;
    case 'pre':
      return `<pre>${escaped(block.v)}</pre>`;
    case 'break':
      return '<br>';
    case 'rule':
      return '<hr>';
    case 'heading':
      return `<h${block.level + 1}>${inside}</h${block.level + 1}>`;
    case 'link':
      return `<a href="${escaped(block.url)}" rel="noreferrer">${inside}</a>`;
    case 'list':
    case 'enum': {
      const items = block.c.map((item) => `<li>${htmlOf(item)}</li>`).join('');
      if (block.t !== 'enum') return `<ul>${items}</ul>`;
      return `<ol${block.start === 1 ? '' : ` start="${block.start}"`}>${items}</ol>`;
    }
    case 'table': {
      const rows: string[] = [];
      for (let at = 0; at < block.cells.length; at += block.columns)
        rows.push(
          `<tr>${block.cells
            .slice(at, at + block.columns)
            .map((cell) => `<td>${htmlOf(cell)}</td>`)
            .join('')}</tr>`,
        );
      return `<table><tr>${block.head.map((cell) => `<th>${htmlOf(cell)}</th>`).join('')}</tr>${rows.join('')}</table>`;
    }
    case 'group':
      return inside;
    default:
      return `<${tags[block.t]}>${inside}</${tags[block.t]}>`;
  }
}

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
