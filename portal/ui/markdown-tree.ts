import type { Element, ElementContent, Root, RootContent } from 'hast';
import { defaultSchema } from 'rehype-sanitize';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

/** Longer or deeper than a person writes it, Markdown is shown as it was typed. A block holds half as much. */
const LENGTH_MOST = 40_000;
const NESTED_MOST = 24;
const MARKS_MOST = 600;

const schema: typeof defaultSchema = {
  tagNames:
    'p br hr blockquote ul ol li pre code em strong del a h1 h2 h3 h4 h5 h6 table thead tbody tr th td'.split(
      ' ',
    ),
  attributes: { a: ['href'], ol: ['start'], th: ['align'], td: ['align'] },
  protocols: { href: ['http', 'https', 'mailto'] },
  strip: ['script', 'style'],
};

const reader = unified()
  .use(remarkParse)
  .use(remarkGfm, { singleTilde: false })
  // Raw HTML of the text is dropped here; what is left is cut down to the list above all the same.
  .use(remarkRehype)
  .use(rehypeSanitize, schema);

/**
 * CommonMark with the tables of GFM, as a tree of elements that are safe to show: no raw HTML, no pictures, links only
 * to http, https and mailto. Its headings stand below one of the level `under`. Undefined for what nobody could have
 * typed, which would take too long to read.
 */
export function markdownTree(typed: string, under = 2): Root | undefined {
  if (typed.length > LENGTH_MOST || isTangled(typed)) return undefined;
  try {
    const tree = reader.runSync(reader.parse(typed)) as Root;
    lowerHeadings(tree, under);
    return tree;
  } catch {
    return undefined;
  }
}

/** Lists in lists in lists, or a paragraph of nothing but asterisks: what readers of Markdown take the square of time for. */
function isTangled(typed: string): boolean {
  let marks = 0;
  for (const line of typed.split('\n')) {
    const [lead] = /^(?:[\s>*+-]|\d{1,9}[.)]\s)*/.exec(line)!;
    const isRule = /^\s*([-*])(?:\s*\1)*\s*$/.test(line);
    if (!isRule && (lead.replace(/\s/g, '').length > NESTED_MOST || /^\s{200}/.test(line))) return true;
    // Marks for emphasis, code and links reach no further than their paragraph, list item or row.
    if (line.trim() === '' || /^\s*(?:\||(?:[-+*>]|\d{1,9}[.)])\s)/.test(line)) marks = 0;
    marks += line.match(/[[\]*_~`<]/g)?.length ?? 0;
    if (marks > MARKS_MOST) return true;
  }
  return false;
}

/** The page has headings of its own; those of a text begin below them. */
function lowerHeadings(node: Root | RootContent | ElementContent, under: number): void {
  const level = node.type === 'element' && /^h([1-6])$/.exec(node.tagName)?.[1];
  if (level) (node as Element).tagName = `h${Math.min(6, Number(level) + under)}`;
  if ('children' in node) for (const child of node.children) lowerHeadings(child, under);
}
