import type { AssetPage } from '@busbar/contract';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';

/** What may belong together, what a person joined, and what can be taken apart. */
export function Merging({ asset, busy }: { asset: AssetPage; busy: boolean }) {
  const text = useText();
  const { id, same, merges, sources } = asset;
  return (
    <>
      {same.map(({ other, because }) => (
        <Notice key={other.id} title={text('same.ask', { other: other.name })}>
          <p>{because.map((told) => text.coded('same', told)).join(' · ')}</p>
          <Form method="post" className="row">
            <input type="hidden" name="other" value={other.id} />
            <ButtonLink to={`/assets/${id}/merge/${other.id}`} size="small">
              {text('same.compare')}
            </ButtonLink>
            <Button type="submit" name="do" value="apart" size="small" kind="quiet" busy={busy}>
              {text('same.apart')}
            </Button>
          </Form>
        </Notice>
      ))}
      {merges.length > 0 && (
        <section className="stack stack-s" aria-labelledby="merges">
          <h2 id="merges">{text('merges')}</h2>
          <p className="soft measure">{text('merges.undo.what')}</p>
          <ul className="plain-list lines">
            {merges.map((merge) => (
              <li key={merge.id} className="row row-end">
                <span>
                  {merge.name}{' '}
                  <span className="soft small">
                    {merge.by} · <Time at={merge.at} style="short" />
                  </span>
                </span>
                <Form method="post">
                  <input type="hidden" name="merge" value={merge.id} />
                  <Button type="submit" name="do" value="unmerge" size="small" busy={busy}>
                    {text('merges.undo')}
                  </Button>
                </Form>
              </li>
            ))}
          </ul>
        </section>
      )}
      {sources.length > 1 && (
        <details className="panel more">
          <summary>{text('split')}</summary>
          <Form method="post" className="stack stack-s">
            <p className="soft measure">{text('split.lead')}</p>
            {sources.map(({ kind, id: source, name, facts }) => (
              <Checkbox
                key={source}
                name={kind}
                value={source}
                label={name}
                hint={text('split.facts', { count: facts })}
              />
            ))}
            <div>
              <Button type="submit" name="do" value="split" busy={busy}>
                {text('split.do')}
              </Button>
            </div>
          </Form>
        </details>
      )}
    </>
  );
}
