import { isTangled } from '@busbar/contract';
import type { Nodes, Parents, Root } from 'mdast';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';

/** What the printing template knows. Everything in it is data. */
export type Block =
  | { readonly t: 'text' | 'code' | 'pre'; readonly v: string }
  | { readonly t: 'break' | 'rule' }
  | { readonly t: 'heading'; readonly level: number; readonly c: readonly Block[] }
  | { readonly t: 'link'; readonly url: string; readonly c: readonly Block[] }
  | {
      readonly t: 'table';
      readonly columns: number;
      readonly head: readonly Block[];
      readonly cells: readonly Block[];
    }
  | {
      readonly t: 'strong' | 'emph' | 'strike' | 'par' | 'quote' | 'list' | 'group';
      readonly c: readonly Block[];
    }
  /** Steps may go on behind what stands between them: the first is not always 1. */
  | { readonly t: 'enum'; readonly start: number; readonly c: readonly Block[] };

// One tilde is what it is, as on the pages of the portal.
const reader = unified().use(remarkParse).use(remarkGfm, { singleTilde: false });

/**
 * Markdown as what it means. HTML in it is text; links other than https, http and mailto are only their words. What nobody
 * could have typed stays as it is.
 */
export function blocksOf(markdown: string): Block[] {
  if (isTangled(markdown)) return [{ t: 'pre', v: markdown }];
  const tree = reader.parse(markdown) as Root;
  return inside(tree, addressesIn(tree));
}

/** Where links lead that name their address elsewhere in the text; of two the first counts (CommonMark 0.31, section 4.7). */
function addressesIn(node: Nodes, found = new Map<string, string>()): ReadonlyMap<string, string> {
  if (node.type === 'definition' && !found.has(node.identifier)) found.set(node.identifier, node.url);
  if ('children' in node) for (const child of node.children) addressesIn(child, found);
  return found;
}

type Addresses = ReturnType<typeof addressesIn>;

const inside = (parent: Parents, addresses: Addresses): Block[] =>
  parent.children.flatMap((child) => blockOf(child as Nodes, addresses));

function linkTo(url: string, c: readonly Block[]): readonly Block[] {
  return /^(?:https?:\/\/|mailto:)/i.test(url) ? [{ t: 'link', url, c }] : c;
}

function blockOf(node: Nodes, addresses: Addresses): readonly Block[] {
  switch (node.type) {
    case 'text':
    case 'html':
      return [{ t: 'text', v: node.value }];
    case 'inlineCode':
      return [{ t: 'code', v: node.value }];
    case 'code':
      return [{ t: 'pre', v: node.value }];
    case 'strong':
      return [{ t: 'strong', c: inside(node, addresses) }];
    case 'emphasis':
      return [{ t: 'emph', c: inside(node, addresses) }];
    case 'delete':
      return [{ t: 'strike', c: inside(node, addresses) }];
    case 'break':
      return [{ t: 'break' }];
    case 'thematicBreak':
      return [{ t: 'rule' }];
    case 'link':
      return linkTo(node.url, inside(node, addresses));
    case 'linkReference':
      return linkTo(addresses.get(node.identifier) ?? '', inside(node, addresses));
    case 'heading':
      return [{ t: 'heading', level: Math.min(node.depth + 1, 4), c: inside(node, addresses) }];
    case 'paragraph':
      return [{ t: 'par', c: inside(node, addresses) }];
    case 'blockquote':
      return [{ t: 'quote', c: inside(node, addresses) }];
    case 'list': {
      const c = node.children.map((item): Block => ({ t: 'group', c: inside(item, addresses) }));
      return [node.ordered ? { t: 'enum', start: node.start ?? 1, c } : { t: 'list', c }];
    }
    case 'table': {
      const [head, ...rows] = node.children.map((row) =>
        row.children.map((cell): Block => ({ t: 'group', c: inside(cell, addresses) })),
      );
      const columns = head?.length ?? 0;
      return columns === 0
        ? []
        : [
            {
              t: 'table',
              columns,
              head: head!,
              cells: rows.flatMap((row) =>
                Array.from({ length: columns }, (_, n) => row[n] ?? { t: 'group', c: [] }),
              ),
            },
          ];
    }
    default:
      return 'children' in node
        ? inside(node, addresses)
        : 'alt' in node && node.alt
          ? [{ t: 'text', v: node.alt }]
          : [];
  }
}

/** Markdown as plain text, for whoever shows none: lists keep their dashes and links their addresses. */
export function plainOf(markdown: string): string {
  return together(blocksOf(markdown), '\n\n').trim();
}

const standing: ReadonlySet<Block['t']> = new Set([
  'par',
  'heading',
  'quote',
  'list',
  'enum',
  'table',
  'pre',
  'rule',
]);

const together = (blocks: readonly Block[], between: string): string =>
  blocks.map(plainBlock).join(blocks.some(({ t }) => standing.has(t)) ? between : '');

function plainBlock(block: Block): string {
  switch (block.t) {
    case 'text':
    case 'code':
    case 'pre':
      return block.v;
    case 'break':
      return '\n';
    case 'rule':
      return '---';
    // Without its marks it would say what was taken back.
    case 'strike':
      return `~~${together(block.c, ' ')}~~`;
    case 'link': {
      const words = together(block.c, ' ');
      return words === block.url ? words : `${words} (${block.url})`;
    }
    case 'list':
    case 'enum':
      return block.c
        .map((item, place) => {
          const mark = block.t === 'enum' ? `${block.start + place}. ` : '- ';
          return mark + plainBlock(item).replaceAll('\n', `\n${' '.repeat(mark.length)}`);
        })
        .join('\n');
    case 'table':
      return [
        block.head,
        ...Array.from({ length: block.cells.length / block.columns }, (_, row) =>
          block.cells.slice(row * block.columns, (row + 1) * block.columns),
        ),
      ]
        .map((row) => row.map(plainBlock).join(' | '))
        .join('\n');
    default:
      return together(block.c, '\n');
  }
}
