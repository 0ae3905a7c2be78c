import type { AdvisoryPage, Tlp as TlpLabel } from '@busbar/contract';

import { useText } from '../i18n/text.tsx';
import { Tlp } from './badge.tsx';
import { Menu } from './menu.tsx';

type Visibility = AdvisoryPage['visibility'];

/** Who can see a page. The service says it of objects (`Visibility`); pages without an object say it of themselves. */
export type Seen =
  | Visibility
  | { scope: 'everyone' }
  | { scope: 'me' }
  | { scope: 'own'; owner: string }
  | { scope: 'administrators' }
  /** Worked out in this browser, and nowhere else. */
  | { scope: 'here' }
  | { scope: 'thread'; label: TlpLabel }
  | { scope: 'receipt'; owner?: string; label?: TlpLabel };

/** A chip that opens into a sentence with numbers. */
export function SeenBy({ seen }: { seen: Seen }) {
  const text = useText();
  const { short, sentence, label } = useWords(seen);
  return (
    <span className="row seen">
      {label && <Tlp label={label} />}
      <Menu
        icon="eye"
        label={<span className="clip">{short}</span>}
        hint={text('seen.by', { who: short })}
        className="menu-chip"
      >
        <p className="strong">{text('seen.title')}</p>
        <p>{sentence}</p>
        {'organisations' in seen && seen.organisations.length > 1 && (
          <ul className="plain-list soft">
            {seen.organisations.slice(0, 12).map((name) => (
              <li key={name}>{name}</li>
            ))}
          </ul>
        )}
        {label && <p className="soft small">{text(`tlp.${label}`)}</p>}
      </Menu>
    </span>
  );
}

function useWords(seen: Seen): { short: string; sentence: string; label?: TlpLabel } {
  const text = useText();
  switch (seen.scope) {
    case 'everyone':
      return { short: text('seen.everyone'), sentence: text('seen.everyone.sentence') };
    case 'me':
      return { short: text('seen.me'), sentence: text('seen.me.sentence') };
    case 'own':
      return {
        short: text('seen.own', { owner: seen.owner }),
        sentence: text('seen.own.sentence', { owner: seen.owner }),
      };
    case 'here':
      return { short: text('seen.here'), sentence: text('seen.here.sentence') };
    case 'thread':
      return {
        short: text('seen.thread'),
        sentence: text('seen.thread.sentence'),
        label: seen.label,
      };
    case 'administrators':
      return { short: text('seen.administrators'), sentence: text('seen.administrators.sentence') };
    case 'receipt': {
      const { owner, label } = seen;
      return {
        short: owner ? text('seen.receipt.owner', { owner }) : text('seen.receipt'),
        sentence: owner ? text('seen.receipt.owner.sentence', { owner }) : text('seen.receipt.sentence'),
        ...(label && { label }),
      };
    }
    default: {
      const about = { owner: seen.owner, people: seen.people, organisations: seen.organisations.length };
      return {
        short: seen.scope === 'public' ? text('seen.everyone') : text('seen.people', about),
        sentence: text(`seen.scope.${seen.scope}`, about),
        label: seen.label,
      };
    }
  }
}
