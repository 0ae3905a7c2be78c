import { useEffect, useId, useState } from 'react';

import { useText } from '../i18n/text.tsx';
import { Field } from './field.tsx';

/** Waits for the next letter before it asks. */
const PAUSE = 200;
/** Letters that are worth asking about. */
const LEAST = 2;

/**
 * A field that proposes while one types (ARIA combobox with a list): arrows choose, Enter takes, Escape closes. Without
 * scripts it is a plain field of its form.
 */
export function Combobox<Option>({
  label,
  hint,
  name,
  defaultValue = '',
  find,
  wordsOf,
  onPick,
}: {
  label: string;
  hint?: string;
  name: string;
  defaultValue?: string;
  find: (typed: string) => Promise<readonly Option[]>;
  wordsOf: (option: Option) => string;
  onPick: (option: Option) => void;
}) {
  const text = useText();
  const list = useId();
  const [typed, setTyped] = useState(defaultValue);
  const [asked, setAsked] = useState<string | null>(null);
  const [options, setOptions] = useState<readonly Option[]>([]);
  const [at, setAt] = useState(-1);
  const enough = asked !== null && asked.trim().length >= LEAST;
  const open = enough && options.length > 0;

  useEffect(() => {
    if (!enough) return;
    let current = true;
    const timer = setTimeout(() => {
      // A proposal that does not come is no harm: what was typed stays.
      find(asked).then(
        (found) => current && (setOptions(found), setAt(-1)),
        () => current && setOptions([]),
      );
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [asked, enough, find]);

  const close = () => setAsked(null);
  const take = (option: Option) => {
    setTyped(wordsOf(option));
    onPick(option);
    close();
  };

  return (
    <div className="combobox">
      <Field label={label} hint={hint}>
        {(wiring) => (
          <input
            type="text"
            className="input input-full"
            name={name}
            value={typed}
            autoComplete="off"
            maxLength={200}
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={open}
            aria-controls={list}
            aria-activedescendant={open && at >= 0 ? `${list}-${at}` : undefined}
            {...wiring}
            onChange={({ currentTarget: { value } }) => {
              setTyped(value);
              setAsked(value);
            }}
            onBlur={close}
            onKeyDown={(event) => {
              const down = event.key === 'ArrowDown';
              if (down || event.key === 'ArrowUp') {
                event.preventDefault();
                if (!open) return setAsked(typed);
                setAt((at + (down ? 1 : at < 0 ? 0 : -1) + options.length) % options.length);
              } else if (event.key === 'Escape' && open) {
                event.preventDefault();
                close();
              } else if (event.key === 'Enter' && open && at >= 0) {
                event.preventDefault();
                take(options[at]!);
              }
            }}
          />
        )}
      </Field>
      <ul id={list} role="listbox" aria-label={label} className="combobox-list" hidden={!open}>
        {options.map((option, place) => (
          <li
            key={wordsOf(option)}
            id={`${list}-${place}`}
            role="option"
            aria-selected={place === at}
            className="combobox-option"
            // Before the field loses its focus, which would close the list.
            onPointerDown={(event) => {
              event.preventDefault();
              take(option);
            }}
          >
            {wordsOf(option)}
          </li>
        ))}
      </ul>
      <p role="status" className="hidden-words">
        {open ? text('combobox.count', { count: options.length }) : ''}
      </p>
    </div>
  );
}
