import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';

/** Searches everything; large, for readers who come here first. */
export function BigSearch({ words = '', asked = false }: { words?: string; asked?: boolean }) {
  const text = useText();
  return (
    <Form action="/search" method="get" role="search" className="big-search" aria-label={text('home.search')}>
      <label htmlFor="big-search" className={asked ? 'hidden-words' : 'strong'}>
        {text('home.search')}
      </label>
      <div className="row nowrap-row">
        <input
          id="big-search"
          className="input"
          type="search"
          name="q"
          defaultValue={words}
          key={words}
          placeholder={text('home.search.placeholder')}
          maxLength={200}
        />
        <Button type="submit" kind="main" icon="search">
          {text('search')}
        </Button>
      </div>
    </Form>
  );
}
