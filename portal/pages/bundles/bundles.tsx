import { apis, type Bundle } from '@busbar/contract';
import { Link, useNavigate } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { DropZone } from '../../ui/drop-zone.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager, usePaged } from '../../ui/pager.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { fromBrowser, place, reader } from '../calls.ts';
import { isGoing, JobState } from '../jobs/job-state.tsx';
import { useLive } from '../live.ts';
import type { Route } from './+types/bundles';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [bundles, sites] = await Promise.all([
    read(apis.bundles.list, { query: { ...place(request), limit: 50 } }),
    read(apis.plant.sites),
  ]);
  return { ...bundles, sites: sites.items };
}

/** What was saved in a field kit is brought here. */
export default function Bundles({ loaderData: { items, next, sites, visibility } }: Route.ComponentProps) {
  const text = useText();
  const navigate = useNavigate();
  useLive(items.some(({ job }) => isGoing(job)));
  const paged = usePaged(next);
  const { words, count, time } = useColumns();
  const columns: Column<Bundle>[] = [
    words('name', text('bundle'), ({ name }) => name),
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      cell: (bundle) => <BundleState bundle={bundle} />,
    },
    count('files', text('bundle.files'), ({ files }) => files.length),
    time('madeAt', text('bundle.madeAt'), ({ madeAt }) => madeAt, { style: 'short' }),
    words('site', text('site'), ({ site }) => site.name, { spare: sites.length < 2 }),
    words('by', text('captures.by'), ({ by }) => by),
    time('at', text('captures.at'), ({ at }) => at, { style: 'short' }),
  ];
  return (
    <Page
      title={text('bundles')}
      lead={text('bundles.lead')}
      seen={visibility}
      help={text('bundles.help')}
      crumbs={
        <>
          <Link to="/plant">{text('nav.plant')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('bundles')}</span>
        </>
      }
    >
      {sites.length === 0 ? (
        <Empty title={text('bundles.noSite')}>
          <Link to="/plant">{text('bundles.noSite.do')}</Link>
        </Empty>
      ) : (
        <DropZone
          id="drop"
          title={text('bundles.drop')}
          accept=".age"
          begin={async (chosen) => {
            const site = document.querySelector<HTMLSelectElement>('[data-site]')?.value;
            const { bundle, upload } = await fromBrowser(apis.bundles.begin, {
              body: { name: chosen.name, size: chosen.size, ...(site && { site }) },
            });
            return { id: bundle.id, upload };
          }}
          resume={async (id) => (await fromBrowser(apis.bundles.get, { params: { id } })).sha256 === null}
          finish={async (id, _sha256, last) => {
            if (last) await navigate(`/bundles/${id}`);
          }}
        >
          {text('bundles.drop.lead')}
        </DropZone>
      )}
      {sites.length > 1 && (
        <div className="measure">
          <SelectField
            id="site"
            label={text('bundles.site')}
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
            data-site=""
          />
        </div>
      )}
      <section className="stack stack-s" aria-labelledby="bundles">
        <h2 id="bundles">{text('bundles.all')}</h2>
        <DataTable
          caption={text('bundles.all')}
          rows={items}
          columns={columns}
          rowKey={({ id }) => id}
          href={({ id }) => `/bundles/${id}`}
          order="-at"
          paged={paged}
          empty={<Empty title={text('bundles.none')}>{text('bundles.none.why')}</Empty>}
        />
        <Pager next={next} />
      </section>
    </Page>
  );
}

const standings: Record<Bundle['state'], Standing> = { receiving: 'running', imported: 'done' };

export function BundleState({ bundle: { state, job } }: { bundle: Bundle }) {
  const text = useText();
  if (state !== 'imported' && job) return <JobState job={job} />;
  return <State standing={standings[state]}>{text(`bundle.state.${state}`)}</State>;
}
