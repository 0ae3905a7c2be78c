import { apis, type Import } from '@busbar/contract';
import { Link, useRevalidator } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { DropZone } from '../../ui/drop-zone.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { fromBrowser, reader } from '../calls.ts';
import { isGoing, JobButton, JobProgress, JobState } from '../jobs/job-state.tsx';
import { useLive } from '../live.ts';
import type { Route } from './+types/import';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { items } = await reader(context, request)(apis.advisories.imports, { query: { limit: 50 } });
  return { imports: items };
}

export default function ImportPage({ loaderData: { imports } }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const revalidator = useRevalidator();
  useLive(imports.some(({ job }) => isGoing(job)));
  return (
    <Page
      title={text('import.title')}
      lead={text('import.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      crumbs={
        <>
          <Link to="/advisories">{text('nav.advisories')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('import')}</span>
        </>
      }
    >
      <DropZone
        id="drop"
        title={text('import.drop')}
        accept=".json,.zip,.tar,.gz,.tgz"
        begin={async (file) => {
          const begun = await fromBrowser(apis.advisories.beginImport, {
            body: { name: file.name, size: file.size },
          });
          return { id: begun.import, upload: begun.upload };
        }}
        finish={async () => revalidator.revalidate()}
      >
        {text('import.drop.lead')}
      </DropZone>
      <section className="stack" aria-labelledby="imports">
        <h2 id="imports">{text('imports')}</h2>
        {imports.length === 0 ? (
          <Empty title={text('imports.none')}>{text('imports.none.why')}</Empty>
        ) : (
          imports.map((one) => <OneImport key={one.id} one={one} />)
        )}
      </section>
    </Page>
  );
}

function OneImport({ one }: { one: Import }) {
  const text = useText();
  const format = useFormat();
  return (
    <article className="panel stack stack-s">
      <div className="row row-end">
        <h3>{one.name}</h3>
        <span className="soft small">
          <Time at={one.at} />
        </span>
      </div>
      {isGoing(one.job) ? (
        <JobProgress job={one.job} />
      ) : (
        <div className="row">
          <JobState job={one.job} />
          <span>
            {text('import.result', { added: one.added, updated: one.updated, unchanged: one.unchanged })}
          </span>
          <JobButton job={one.job} />
        </div>
      )}
      {one.job.problem && <p className="alarm-words">{text.coded('problem', one.job.problem)}</p>}
      {one.refused.length > 0 && (
        <details className="more">
          <summary>{text('import.refused', { count: one.refused.length })}</summary>
          <ul className="plain-list lines">
            {one.refused.map(({ name, why }) => (
              <li key={name}>
                <code>{name}</code>
                <br />
                <span className="soft">{text.coded('csafProblem', why)}</span>
              </li>
            ))}
          </ul>
          {one.refused.length >= 200 && (
            <p className="soft">{text('import.refused.cut', { most: format.number(200) })}</p>
          )}
        </details>
      )}
    </article>
  );
}
