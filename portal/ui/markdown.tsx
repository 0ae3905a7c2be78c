import { useMemo } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import rehypeReact from 'rehype-react';
import { unified } from 'unified';

import { markdownTree } from './markdown-tree.ts';

const writer = unified().use(rehypeReact, {
  Fragment,
  jsx,
  jsxs,
  components: {
    a: ({ href, children }) => (
      <a href={href} rel="noopener noreferrer nofollow">
        {children}
      </a>
    ),
    table: ({ children }) => (
      // A region that scrolls must be reachable by keyboard.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <div className="small-table" tabIndex={0}>
        <table className="samples wide-on-phones">{children}</table>
      </div>
    ),
  },
});

/** Text that our own people wrote, below a heading of the level `under`. See `markdownTree` for what is let through. */
export function Markdown({ text: typed, under = 2 }: { text: string; under?: 1 | 2 | 3 }) {
  const shown = useMemo(() => {
    const tree = markdownTree(typed, under);
    return tree ? writer.stringify(tree) : <pre className="wrap">{typed.slice(0, 200_000)}</pre>;
  }, [typed, under]);
  return <div className="prose">{shown}</div>;
}
