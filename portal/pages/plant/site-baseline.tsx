import { apis, type Baseline, urlOf } from '@busbar/contract';
import { Form, Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';

/** What was learnt as normal at a site, from which captures, and the way to forget it. */
export function SiteBaseline({ site, baseline }: { site: { id: string; name: string }; baseline: Baseline }) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { captures, seconds, devices, talks, operations, variables } = baseline;
  const count = captures.length;
  if (count === 0) return <p className="small soft">{text('baseline.none')}</p>;
  return (
    <div className="stack stack-s small site-baseline">
      <h4>{text('baseline.title')}</h4>
      <p>
        {text('baseline.sum', {
          captures: count,
          span: format.duration(seconds),
          devices,
          talks,
          operations,
          variables,
        })}
      </p>
      <details className="more">
        <summary>{text('baseline.captures')}</summary>
        <ul className="plain-list stack stack-s">
          {captures.map(({ capture, name, learntAt, learntBy }) => (
            <li key={`${capture} ${name} ${learntAt}`}>
              {capture ? (
                <Link to={`/captures/${capture}`}>{name}</Link>
              ) : (
                <>
                  {name} <span className="soft">({text('baseline.removed')})</span>
                </>
              )}{' '}
              <span className="soft">
                {learntBy} · <Time at={learntAt} style="short" />
              </span>
            </li>
          ))}
        </ul>
        <p>
          <a href={urlOf(apis.baselines.exportJson, { params: { id: site.id } })} download>
            {text('baseline.export')}
          </a>
        </p>
        {may('manage sites zones assets') && (
          <Form method="post">
            <input type="hidden" name="do" value="forget" />
            <input type="hidden" name="site" value={site.id} />
            <ConfirmButton
              size="small"
              icon="trash"
              kind="plain"
              question={text('baseline.forget.question', { site: site.name })}
              consequence={text('baseline.forget.consequence', { count })}
              confirm={text('baseline.forget')}
            >
              {text('baseline.forget')}
            </ConfirmButton>
          </Form>
        )}
      </details>
    </div>
  );
}
