import { type ReactNode, useEffect, useRef } from 'react';
import { Form, Link, useSearchParams } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { ButtonLink } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import { Empty } from './notice.tsx';

/** Above a list that the service searches: its words, its choices, and once something is chosen the way back to `all`. */
export function Filters({
  search,
  filtered,
  all,
  children,
}: {
  search: string;
  filtered: boolean;
  all: string;
  children?: ReactNode;
}) {
  const text = useText();
  return (
    <Form method="get" className="row filters" role="search">
      <SearchBox label={search} wide />
      {children}
      <button className="button button-main button-normal">{text('search')}</button>
      {filtered && <Link to={all}>{text('table.clear')}</Link>}
    </Form>
  );
}

/** Instead of a list in which nothing is found: why that may be, and one step back to `all` of it. */
export function NothingFound({ title, all, children }: { title: string; all: string; children: ReactNode }) {
  const text = useText();
  return (
    <Empty title={title} action={<ButtonLink to={all}>{text('table.clear')}</ButtonLink>}>
      {children}
    </Empty>
  );
}

/** The words that a list is searched for, as they stand in the address. Part of a form. */
export function SearchBox({
  label,
  icon = 'search',
  wide = false,
  form,
}: {
  label: string;
  icon?: IconName;
  wide?: boolean;
  /** The id of its form, where it stands within another. */
  form?: string;
}) {
  const [query] = useSearchParams();
  const words = query.get('search') ?? '';
  const box = useRef<HTMLInputElement>(null);
  // The same field goes on: whoever searched by the keyboard is still in it.
  useEffect(() => {
    if (box.current) box.current.value = words;
  }, [words]);
  return (
    <div className={wide ? 'table-filter wide-filter' : 'table-filter'}>
      <Icon name={icon} />
      <input
        type="search"
        name="search"
        className="input"
        defaultValue={words}
        ref={box}
        form={form}
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

/** As `FilterChoice`, for what is either asked or not. */
export function FilterTick({ name, value = 'true', label }: { name: string; value?: string; label: string }) {
  const [query] = useSearchParams();
  return (
    <label className="row nowrap">
      <input
        type="checkbox"
        name={name}
        value={value}
        defaultChecked={query.get(name) === value}
        onChange={(event) => event.currentTarget.form?.requestSubmit()}
      />
      {label}
    </label>
  );
}
