import { type ReactNode, useId, useState } from 'react';

import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';

export interface Tickable {
  readonly id: string;
  readonly label: ReactNode;
  /** What a filter looks in. */
  readonly words: string;
}

/** More are not drawn: the filter finds them. */
const MOST_SHOWN = 200;
const FEW = 8;

/** A list to tick things in: all, none, those that a word finds. */
export function TickList({
  title,
  hint,
  items,
  ticked,
  onTick,
  empty,
}: {
  title: ReactNode;
  hint?: ReactNode;
  items: readonly Tickable[];
  ticked: ReadonlySet<string>;
  onTick: (ticked: ReadonlySet<string>) => void;
  empty: ReactNode;
}) {
  const text = useText();
  const id = useId();
  const [wanted, setWanted] = useState('');
  const found = items.filter(({ words }) => words.toLowerCase().includes(wanted.trim().toLowerCase()));
  const shown = found.slice(0, MOST_SHOWN);
  const withFound = (add: boolean) => {
    const next = new Set(ticked);
    for (const one of found)
      if (add) next.add(one.id);
      else next.delete(one.id);
    onTick(next);
  };
  const toggle = (one: string) => {
    const next = new Set(ticked);
    if (!next.delete(one)) next.add(one);
    onTick(next);
  };
  return (
    <fieldset className="ticks stack stack-s">
      <legend>
        {title}{' '}
        <span className="soft">{text('share.ticked', { count: ticked.size, total: items.length })}</span>
      </legend>
      {hint !== undefined && <p className="field-hint">{hint}</p>}
      {items.length === 0 ? (
        <p className="soft">{empty}</p>
      ) : (
        <>
          <div className="row">
            {items.length > FEW && (
              <input
                type="search"
                className="input input-short"
                aria-label={text('share.find')}
                placeholder={text('share.find')}
                value={wanted}
                onChange={({ target }) => setWanted(target.value)}
              />
            )}
            <Button size="small" onClick={() => withFound(true)}>
              {text('share.all')}
            </Button>
            <Button size="small" onClick={() => withFound(false)}>
              {text('share.none')}
            </Button>
          </div>
          <ul className="plain-list tick-list">
            {shown.map((one) => (
              <li key={one.id} className="choice">
                <input
                  type="checkbox"
                  id={`${id}-${one.id}`}
                  checked={ticked.has(one.id)}
                  onChange={() => toggle(one.id)}
                />
                <label htmlFor={`${id}-${one.id}`}>{one.label}</label>
              </li>
            ))}
          </ul>
          {found.length > shown.length && (
            <p className="soft small">{text('share.more', { count: found.length - shown.length })}</p>
          )}
        </>
      )}
    </fieldset>
  );
}
