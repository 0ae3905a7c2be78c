import { useSearchParams } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { Icon, type IconName } from './icon.tsx';

/** The words that a list is searched for, as they stand in the address. Part of a form. */
export function SearchBox({
  label,
  icon = 'search',
  wide = false,
}: {
  label: string;
  icon?: IconName;
  wide?: boolean;
}) {
  const [query] = useSearchParams();
  const words = query.get('search') ?? '';
  return (
    <div className={wide ? 'table-filter wide-filter' : 'table-filter'}>
      <Icon name={icon} />
      <input
        type="search"
        name="search"
        className="input"
        defaultValue={words}
        key={words}
        placeholder={label}
        aria-label={label}
        maxLength={200}
      />
    </div>
  );
}

/** A filter that acts when it is changed, and by the button of its form without scripts. */
export function FilterChoice({
  name,
  label,
  options,
  any = true,
}: {
  name: string;
  label: string;
  options: readonly { value: string; label: string }[];
  /** May also be left open. */
  any?: boolean;
}) {
  const text = useText();
  const [query] = useSearchParams();
  return (
    <label className="row nowrap filter">
      <span className="soft small">{label}</span>
      <select
        name={name}
        className="input select"
        defaultValue={query.get(name) ?? (any ? '' : options[0]?.value)}
        onChange={(event) => event.currentTarget.form?.requestSubmit()}
      >
        {any && <option value="">{text('any')}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
