import { Form, useSearchParams } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { ButtonLink } from './button.tsx';
import { SearchBox } from './search-box.tsx';

/** How many rows a page of a long list has. */
export const pageRows = 200;

/** Is the list longer than what is shown of it? Then the service searches and orders, not the table. */
export function usePaged(next: string | null): boolean {
  const [query] = useSearchParams();
  return next !== null || query.has('after') || query.has('search');
}

/** To the next page of a long list, and back to the first. */
export function Pager({ next }: { next: string | null }) {
  const text = useText();
  const [query] = useSearchParams();
  if (next === null && !query.has('after')) return null;
  return (
    <nav className="row" aria-label={text('pages')}>
      {query.has('after') && (
        <ButtonLink to={`?${changed(query, null)}`} icon="arrowUp">
          {text('pages.first')}
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink to={`?${changed(query, next)}`} icon="arrowRight">
          {text('pages.next')}
        </ButtonLink>
      )}
    </nav>
  );
}

/** Searches the whole list, where the table holds only a page of it. Other filters in the address stay. */
export function LongSearch({ label }: { label: string }) {
  const text = useText();
  const [query] = useSearchParams();
  return (
    <Form method="get" role="search" className="row" aria-label={label}>
      {[...query]
        .filter(([name]) => name !== 'search' && name !== 'after')
        .map(([name, value]) => (
          <input key={`${name}-${value}`} type="hidden" name={name} value={value} />
        ))}
      <SearchBox label={label} />
      <button className="button button-plain button-normal">{text('search')}</button>
    </Form>
  );
}

function changed(query: URLSearchParams, after: string | null): URLSearchParams {
  const next = new URLSearchParams(query);
  if (after === null) next.delete('after');
  else next.set('after', after);
  return next;
}
