import { isTangled } from '@busbar/contract';
import type { Element, ElementContent, Root, RootContent } from 'hast';
import { defaultSchema } from 'rehype-sanitize';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

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
  if (isTangled(typed)) return undefined;
  try {
    const tree = reader.runSync(reader.parse(typed)) as Root;
    lowerHeadings(tree, under);
    return tree;
  } catch {
    return undefined;
  }
}

/** The page has headings of its own; those of a text begin below them. */
function lowerHeadings(node: Root | RootContent | ElementContent, under: number): void {
  const level = node.type === 'element' && /^h([1-6])$/.exec(node.tagName)?.[1];
  if (level) (node as Element).tagName = `h${Math.min(6, Number(level) + under)}`;
  if ('children' in node) for (const child of node.children) lowerHeadings(child, under);
}
