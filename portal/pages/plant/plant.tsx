import { apis, type Capture } from '@busbar/contract';
import { Form, Link, useNavigate, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { DropZone } from '../../ui/drop-zone.tsx';
import { captureFiles } from '../../ui/file-drop.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, usePaged } from '../../ui/pager.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { attempt, fromBrowser, place, reader, word } from '../calls.ts';
import { JobState } from '../jobs/job-state.tsx';
import { useLasting, useLive } from '../live.ts';
import { revisionIn, typedIn } from '../edition.tsx';
import type { Route } from './+types/plant';
import { CaptureWays } from './capture-ways.tsx';
import { ChangeSite, siteIn, SiteFields } from './site-fields.tsx';
import { SiteBaseline } from './site-baseline.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [summary, sites, captures] = await Promise.all([
    read(apis.plant.summary),
    read(apis.plant.sites),
    read(apis.captures.list, { query: { ...place(request), limit: 100 } }),
  ]);
  const baselines = await Promise.all(
    sites.items.map(({ id }) => read(apis.baselines.get, { params: { id } })),
  );
  return {
    summary,
    sites: sites.items.map((site, place) => ({ ...site, baseline: baselines[place]! })),
    captures: captures.items,
    total: captures.total,
    next: captures.next,
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id: word(form, 'site') };
  const what = word(form, 'do');
  if (what === 'forget') return attempt<unknown>(() => call(apis.baselines.forget, { params }));
  if (what === 'remove')
    return { of: params.id, ...(await attempt(() => call(apis.plant.removeSite, { params }))) };
  const body = siteIn(form);
  if (what !== 'change') return attempt<unknown>(() => call(apis.plant.addSite, { body }));
  const changed = await attempt(() =>
    call(apis.plant.changeSite, { params, body: { ...body, revision: revisionIn(form) } }),
  );
  return { of: params.id, ...changed, ...(changed.refused && typedIn(form)) };
}

export default function Plant({
  loaderData: { summary, sites, captures, total, next },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { me } = useVisitor();
  const navigate = useNavigate();
  const busy = useNavigation().state === 'submitting';
  const ofSite = actionData && 'of' in actionData ? actionData.of : undefined;
  const added = ofSite === undefined ? actionData : undefined;
  const edit = may('manage sites zones assets');
  useLive(captures.some(({ job }) => job?.state === 'queued' || job?.state === 'running'));

  const paged = usePaged(next);
  const { words, count, time } = useColumns();
  const columns: Column<Capture>[] = [
    words('name', text('captures.name'), ({ name }) => name),
    {
      id: 'state',
      label: text('state'),
      sort: (capture) => capture.job?.state ?? capture.evidence.state,
      cell: (capture) => <CaptureState capture={capture} />,
    },
    count('devices', text('captures.devices'), ({ summary: s }) => s?.devices),
    count(
      'detections',
      text('captures.detections'),
      ({ summary: s }) => s?.detections && grave(s.detections),
    ),
    count('operations', text('captures.operations'), ({ summary: s }) => s?.operations),
    count('warnings', text('nav.warnings'), ({ summary: s }) => s?.warnings),
    count('size', text('captures.size'), ({ evidence }) => evidence.size, { show: format.bytes }),
    words('site', text('site'), ({ site }) => site.name, { spare: sites.length < 2 }),
    words('by', text('captures.by'), ({ evidence }) => evidence.uploadedBy, { spare: true }),
    time('at', text('captures.at'), ({ evidence }) => evidence.uploadedAt, { style: 'short' }),
  ];

  return (
    <Page
      title={text('nav.plant')}
      seen={summary.visibility}
      help={text('plant.help')}
      lead={me?.acting ? text('plant.lead', { organisation: me.acting.organisation.name }) : undefined}
    >
      <div className="figures">
        <Figure
          to="/assets?state=accepted"
          value={summary.assets.accepted}
          label={text('plant.accepted', { count: summary.assets.accepted })}
        />
        <Figure
          to="/assets?state=proposed"
          value={summary.assets.proposed}
          label={text('plant.proposed', { count: summary.assets.proposed })}
          ask={summary.assets.proposed > 0 ? text('plant.proposed.ask') : undefined}
        />
        <Figure
          to="/warnings"
          value={summary.warnings.open}
          label={text('plant.warnings', { count: summary.warnings.open })}
          ask={
            summary.warnings.open > 0
              ? text('plant.warnings.split', {
                  exact: summary.warnings.exact,
                  likely: summary.warnings.likely,
                  unsure: summary.warnings.unsure,
                })
              : undefined
          }
        />
      </div>

      {edit && sites.length > 0 && (
        <CaptureWays>
          <DropZone
            title={text('captures.drop')}
            accept={captureFiles}
            begin={async (file) => {
              const { capture, upload } = await fromBrowser(apis.captures.begin, {
                body: {
                  name: file.name,
                  size: file.size,
                  ...(sites.length > 1 && { site: chosenSite() ?? sites[0]!.id }),
                },
              });
              return { id: capture.id, upload };
            }}
            resume={async (id) =>
              (await fromBrowser(apis.captures.get, { params: { id } })).evidence.state === 'receiving'
            }
            finish={async (id, sha256, last) => {
              await fromBrowser(apis.captures.claimHash, { params: { id }, body: { sha256 } });
              if (last) await navigate(`/captures/${id}`);
            }}
          >
            {text('captures.drop.lead')}
          </DropZone>
          {sites.length > 1 && (
            <div className="measure">
              <SelectField
                id="site"
                label={text('captures.site')}
                options={sites.map(({ id, name }) => ({ value: id, label: name }))}
                data-site=""
              />
            </div>
          )}
        </CaptureWays>
      )}

      {edit && sites.length > 0 && (
        <p className="soft">
          {text.rich('bundles.here', { bundles: <Link to="/bundles">{text('bundles')}</Link> })}
        </p>
      )}

      <section className="stack stack-s" aria-labelledby="captures">
        <h2 id="captures">{text('captures')}</h2>
        {paged && <LongSearch label={text('captures.search')} />}
        <DataTable
          paged={paged}
          caption={text('captures')}
          rows={captures}
          total={total}
          columns={columns}
          rowKey={({ id }) => id}
          href={({ id }) => `/captures/${id}`}
          order="-at"
          empty={
            <Empty title={text('captures.none')}>
              {text(sites.length > 0 ? 'captures.none.why' : 'captures.none.noSite')}
            </Empty>
          }
        />
        <Pager next={next} />
      </section>

      <section className="stack stack-s" aria-labelledby="sites">
        <h2 id="sites">{text('sites')}</h2>
        <ul className="grid plain-list">
          {sites.map((site) => (
            <li key={site.id} className="panel">
              <h3>{site.name}</h3>
              <p className="soft">
                {[site.sector, site.country && format.country(site.country)].filter(Boolean).join(' · ')}
              </p>
              {site.process && <p>{site.process}</p>}
              <p className="small">
                <Link to={`/assets?site=${site.id}`}>{text('sites.assets', { count: site.assets })}</Link> ·{' '}
                {text('sites.captures', { count: site.captures })}
              </p>
              <SiteBaseline site={site} baseline={site.baseline} />
              {edit && (
                <ChangeSite
                  isEmpty={site.assets + site.captures + site.baseline.captures.length === 0}
                  site={site}
                  answer={ofSite === site.id ? actionData : undefined}
                />
              )}
            </li>
          ))}
        </ul>
        {edit && (
          <details className="more" open={sites.length === 0 || added?.refused !== undefined}>
            <summary>{text('sites.add')}</summary>
            <Form method="post" className="stack measure" key={sites.length}>
              <SiteFields answer={added} />
              <div>
                <Button type="submit" kind={sites.length === 0 ? 'main' : 'plain'} busy={busy}>
                  {text('sites.add')}
                </Button>
              </div>
            </Form>
          </details>
        )}
      </section>
    </Page>
  );
}

/** What somebody has to look at; the lesser are there for following up. */
function grave({ critical, high, medium }: Record<'critical' | 'high' | 'medium', number>): number {
  return critical + high + medium;
}

function chosenSite(): string | undefined {
  return document.querySelector<HTMLSelectElement>('[data-site]')?.value;
}

function Figure({
  to,
  value,
  label,
  ask,
}: {
  to: string;
  value: number;
  label: string;
  ask?: string | undefined;
}) {
  const format = useFormat();
  return (
    <Link to={to} className="figure" prefetch="intent">
      <strong className="figure-value">{format.number(value)}</strong>
      <span>{label}</span>
      {ask && <span className="small soft">{ask}</span>}
    </Link>
  );
}

function CaptureState({ capture }: { capture: Capture }) {
  const text = useText();
  const format = useFormat();
  const { evidence, job } = capture;
  if (evidence.state === 'receiving')
    return (
      <span className="soft">
        {text('captures.receiving', {
          share: format.percent(evidence.size ? evidence.received / evidence.size : 0),
        })}
      </span>
    );
  if (evidence.state !== 'stored') return <span>{text(`evidence.${evidence.state}`)}</span>;
  return job ? <JobState job={job} /> : <span>{text('evidence.stored')}</span>;
}
