import { useEffect, useState } from 'react';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notice.tsx';

const LETTERS = 20_000;

/** The file itself, letter by letter; a long one in parts. */
export function Letter({ content, name }: { content: Blob; name: string }) {
  const text = useText();
  const [first, setFirst] = useState(1);
  const [shown, setShown] = useState<string | null>('');
  useEffect(() => {
    let left = false;
    content
      .slice(first - 1, first - 1 + LETTERS)
      .text()
      .then(
        (words) => {
          if (!left) setShown(words);
        },
        () => {
          if (!left) setShown(null);
        },
      );
    return () => {
      left = true;
    };
  }, [content, first]);
  return (
    <details className="more">
      <summary>{text('share.letter.open', { name })}</summary>
      {shown === null && <Unreadable name={name} />}
      {/* What scrolls must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className="file-text" tabIndex={0} aria-label={name}>
        {shown}
      </pre>
      <Pages {...{ first, setFirst }} size={LETTERS} total={content.size} label={name} />
    </details>
  );
}

/** Browsers keep large blobs on the disk, and let go of them when that is full: nobody is to take that for nothing. */
export function Unreadable({ name }: { name: string }) {
  const text = useText();
  return (
    <Notice kind="alarm" live title={text('share.unreadable', { name })}>
      {text('share.unreadable.do')}
    </Notice>
  );
}

/** From page to page of what is all here; every one of them can be looked at. */
export function Pages({
  first,
  setFirst,
  size,
  total,
  label,
}: {
  first: number;
  setFirst: (first: number) => void;
  size: number;
  total: number;
  label: string;
}) {
  const text = useText();
  const format = useFormat();
  if (total <= size) return null;
  const last = Math.min(total, first + size - 1);
  return (
    <nav className="row" aria-label={text('share.pages', { label })}>
      <Button size="small" disabled={first === 1} onClick={() => setFirst(Math.max(1, first - size))}>
        {text('share.previous')}
      </Button>
      <Button size="small" disabled={last >= total} onClick={() => setFirst(first + size)}>
        {text('share.next')}
      </Button>
      <span className="soft small" role="status">
        {text('share.page', {
          first: format.number(first),
          last: format.number(last),
          total: format.number(total),
        })}
      </span>
    </nav>
  );
}
