import { apis } from '@busbar/contract';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { FilterChoice } from '../../ui/search-box.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/changes';
import { PublicationStanding } from './standing.tsx';
import { ChangeList } from './word-changes.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const asked = new URL(request.url).searchParams;
  const versionIn = (name: string) =>
    /^[1-9]\d{0,5}$/.test(asked.get(name) ?? '') ? Number(asked.get(name)) : undefined;
  const [from, to] = [versionIn('from'), versionIn('to')];
  const [changes, { items: versions }] = await Promise.all([
    read(apis.publications.changes, {
      params: { id: params.id },
      query: { ...(from && { from }), ...(to && { to }) },
    }),
    read(apis.publications.versions, { params: { id: params.id } }),
  ]);
  return {
    changes,
    versions: versions.map(({ version, state, publishedAt, sha256 }) => ({
      version,
      state,
      publishedAt,
      sha256,
    })),
  };
}

export default function Changes({ loaderData: { changes, versions } }: Route.ComponentProps) {
  const text = useText();
  const options = versions.map(({ version }) => ({
    value: String(version),
    label: text('publication.version', { version }),
  }));
  return (
    <div className="stack">
      {versions.length > 0 && (
        <Form method="get" className="row filters">
          <FilterChoice name="from" label={text('changes.from')} options={options} />
          <FilterChoice name="to" label={text('changes.to')} options={options} />
          <button className="button button-normal">{text('changes.compare')}</button>
        </Form>
      )}
      {changes.from === null ? (
        <Empty title={text('changes.first')}>{text('changes.first.why')}</Empty>
      ) : changes.items.length === 0 ? (
        <Empty title={text('changes.none')}>
          {text('changes.none.why', { from: changes.from, to: changes.to })}
        </Empty>
      ) : (
        <section className="stack" aria-labelledby="changed">
          <h2 id="changed">{text('changes.title', { from: changes.from, to: changes.to })}</h2>
          <ChangeList changes={changes.items} />
        </section>
      )}
      {versions.length > 0 && (
        <section className="panel" aria-labelledby="versions">
          <h2 id="versions">{text('changes.versions')}</h2>
          <ol className="plain-list lines">
            {versions.map(({ version, state, publishedAt, sha256 }) => (
              <li key={version}>
                <div className="row">
                  <strong>{text('publication.version', { version })}</strong>
                  <PublicationStanding state={state} />
                  <span className="soft small">
                    <Time at={publishedAt} />
                  </span>
                </div>
                <code className="small keep">{sha256}</code>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  );
}
