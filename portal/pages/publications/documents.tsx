import { apis } from '@busbar/contract';
import { Link, useParams } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { reader } from '../calls.ts';
import { csafSentence } from '../csaf-sentence.ts';
import type { Route } from './+types/documents';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  return reader(context, request)(apis.publications.documents, { params: { id: params.id } });
}

const icons: Record<'error' | 'warning' | 'information', IconName> = {
  error: 'alarm',
  warning: 'question',
  information: 'info',
};

/** What machines get: the CSAF documents as they would go out now, and what the validator says of each. */
export default function Documents({ loaderData: { items } }: Route.ComponentProps) {
  const text = useText();
  const { id } = useParams();
  if (items.length === 0) return <Empty title={text('documents.none')}>{text('documents.none.why')}</Empty>;
  return (
    <div className="stack">
      {items.map(({ name, text: json, findings }) => (
        <section key={name} className="panel stack" aria-label={name}>
          <h2>
            <code>{name}</code>
          </h2>
          {findings.length === 0 ? (
            <p className="with-icon">
              <Icon name="check" size={14} /> {text('documents.valid')}
            </p>
          ) : (
            <ul className="plain-list lines">
              {findings.map(({ severity, path, block, told }) => (
                <li key={`${told.text} ${path}`} className="stack stack-s">
                  <span className={severity === 'error' ? 'with-icon alarm-words' : 'with-icon'}>
                    <Icon name={icons[severity]} size={14} />
                    {text(`documents.${severity}`)}
                  </span>
                  <span>{csafSentence(text, told)}</span>
                  <span className="row small">
                    <code className="soft">{path}</code>
                    {block && <Link to={`/drafts/${id}#block-${block}`}>{text('documents.toBlock')}</Link>}
                  </span>
                </li>
              ))}
            </ul>
          )}
          <details className="more">
            <summary>{text('documents.show')}</summary>
            <pre className="wrap">{json}</pre>
          </details>
        </section>
      ))}
    </div>
  );
}
