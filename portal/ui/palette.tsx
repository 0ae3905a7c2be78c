import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate, useSubmit } from 'react-router';

import { localeNames, locales } from '../i18n/locale.ts';
import { useText } from '../i18n/text.tsx';
import { Icon, type IconName } from './icon.tsx';
import type { Place } from './shell.tsx';

interface Command {
  id: string;
  words: string;
  icon: IconName;
  run: () => void;
}

/** Ctrl K: go anywhere, do anything, by typing a few letters. */
export function Palette({ places }: { places: readonly Place[] }) {
  const text = useText();
  const navigate = useNavigate();
  const submit = useSubmit();
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const list = useId();

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      setTyped('');
      setActive(0);
      setOpen(true);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);

  const commands = useMemo((): Command[] => {
    const go = (to: string) => () => void navigate(to);
    const prefer = (name: string, value: string) => () => {
      const back = window.location.pathname + window.location.search;
      void submit({ [name]: value, back }, { method: 'post', action: '/preferences', navigate: true }).then(
        () => window.location.reload(),
      );
    };
    return [
      ...places.map(({ to, label, icon }): Command => ({ id: to, words: text(label), icon, run: go(to) })),
      { id: 'upload', words: text('palette.upload'), icon: 'upload', run: go('/plant#drop') },
      { id: 'report', words: text('report'), icon: 'alarm', run: go('/report') },
      { id: 'me', words: text('profile'), icon: 'key', run: go('/me') },
      { id: 'home', words: text('nav.home'), icon: 'arrowRight', run: go('/') },
      ...(['auto', 'light', 'dark'] as const).map((theme): Command => ({
        id: `theme-${theme}`,
        words: `${text('theme')}: ${text(`theme.${theme}`)}`,
        icon: 'theme',
        run: prefer('theme', theme),
      })),
      ...locales.map((locale): Command => ({
        id: `language-${locale}`,
        words: `${text('language')}: ${localeNames[locale]}`,
        icon: 'language',
        run: prefer('language', locale),
      })),
    ];
  }, [places, text, navigate, submit]);

  const wanted = typed.trim().toLowerCase();
  const found = commands.filter(({ words }) =>
    wanted.split(/\s+/).every((word) => words.toLowerCase().includes(word)),
  );
  const offered: Command[] =
    wanted === ''
      ? found
      : [
          ...found,
          {
            id: 'search',
            words: text('palette.search', { words: typed.trim() }),
            icon: 'search',
            run: () => void navigate(`/search?q=${encodeURIComponent(typed.trim())}`),
          },
        ];
  const at = Math.min(active, offered.length - 1);

  const run = (command: Command | undefined) => {
    setOpen(false);
    command?.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown') setActive((at + 1) % offered.length);
    else if (event.key === 'ArrowUp') setActive((at - 1 + offered.length) % offered.length);
    else if (event.key === 'Enter') run(offered[at]);
    else return;
    event.preventDefault();
  };

  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={dialog}
      className="dialog palette"
      aria-label={text('palette')}
      onClose={() => setOpen(false)}
      onClick={(event) => {
        if (event.target === dialog.current) setOpen(false);
      }}
    >
      {open && (
        <>
          <input
            className="palette-input"
            role="combobox"
            aria-expanded="true"
            aria-controls={list}
            aria-activedescendant={`${list}-${at}`}
            aria-label={text('palette')}
            placeholder={text('palette.placeholder')}
            value={typed}
            // The dialog was opened by a key in order to type.
            // oxlint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            onChange={(event) => {
              setTyped(event.target.value);
              setActive(0);
            }}
            onKeyDown={onKeyDown}
          />
          <ul id={list} role="listbox" className="palette-list" aria-label={text('palette')}>
            {offered.map((command, place) => (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
              <li
                key={command.id}
                id={`${list}-${place}`}
                role="option"
                aria-selected={place === at}
                className="menu-item"
                ref={place === at ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
                onPointerMove={() => setActive(place)}
                onClick={() => run(command)}
              >
                <Icon name={command.icon} /> {command.words}
              </li>
            ))}
          </ul>
        </>
      )}
    </dialog>
  );
}
