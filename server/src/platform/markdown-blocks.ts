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
