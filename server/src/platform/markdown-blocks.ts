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
      readonly t: 'strong' | 'emph' | 'strike' | 'par' | 'quote' | 'list' | 'enum' | 'group';
      readonly c: readonly Block[];
    };

const reader = unified().use(remarkParse).use(remarkGfm);

/** Markdown as what it means. HTML in it is text; links other than https, http and mailto are only their words. */
export function blocksOf(markdown: string): Block[] {
  return inside(reader.parse(markdown) as Root);
}

const inside = (parent: Parents): Block[] => parent.children.flatMap((child) => blockOf(child as Nodes));

function blockOf(node: Nodes): Block[] {
  switch (node.type) {
    case 'text':
    case 'html':
      return [{ t: 'text', v: node.value }];
    case 'inlineCode':
      return [{ t: 'code', v: node.value }];
    case 'code':
      return [{ t: 'pre', v: node.value }];
    case 'strong':
      return [{ t: 'strong', c: inside(node) }];
    case 'emphasis':
      return [{ t: 'emph', c: inside(node) }];
    case 'delete':
      return [{ t: 'strike', c: inside(node) }];
    case 'break':
      return [{ t: 'break' }];
    case 'thematicBreak':
      return [{ t: 'rule' }];
    case 'link':
      return /^(?:https?:\/\/|mailto:)/i.test(node.url)
        ? [{ t: 'link', url: node.url, c: inside(node) }]
        : inside(node);
    case 'heading':
      return [{ t: 'heading', level: Math.min(node.depth + 1, 4), c: inside(node) }];
    case 'paragraph':
      return [{ t: 'par', c: inside(node) }];
    case 'blockquote':
      return [{ t: 'quote', c: inside(node) }];
    case 'list':
      return [
        {
          t: node.ordered ? 'enum' : 'list',
          c: node.children.map((item) => ({ t: 'group', c: inside(item) })),
        },
      ];
    case 'table': {
      const [head, ...rows] = node.children.map((row) =>
        row.children.map((cell): Block => ({ t: 'group', c: inside(cell) })),
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
        ? inside(node)
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
    case 'link': {
      const words = together(block.c, ' ');
      return words === block.url ? words : `${words} (${block.url})`;
    }
    case 'list':
    case 'enum':
      return block.c
        .map((item, place) => {
          const mark = block.t === 'list' ? '- ' : `${place + 1}. `;
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
