import { AdvisorySearch, apis, Severity as SeverityShape, type Advisory } from '@busbar/contract';
import { useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useMay } from '../../ui/shell.tsx';
import { FilterChoice, FilterTick, Filters, NothingFound } from '../../ui/search-box.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader } from '../calls.ts';
import type { Route } from './+types/advisories';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const given = Object.fromEntries(
    [...new URL(request.url).searchParams].filter(
      ([name, value]) => value !== '' && name in AdvisorySearch.shape,
    ),
  );
  const search = AdvisorySearch.catch({ limit: 100, sort: 'newest' }).parse({ ...given, limit: 100 });
  const { call } = visitOf(context);
  const [found, vendors] = await Promise.all([
    read(apis.advisories.list, { query: search }),
    attempt(() => call(apis.advisories.vendors, { query: {} })),
  ]);
  return {
    advisories: found.items,
    next: found.next,
    total: found.total,
    vendors: vendors.done?.items ?? [],
    filtered: Boolean(search.search || search.vendor || search.severity || search.mine),
  };
}

export default function Advisories({
  loaderData: { advisories, next, total, vendors, filtered },
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const [query] = useSearchParams();
  const mine = may('see matches of assets and advisories');
  const columns: Column<Advisory>[] = [
    { id: 'title', label: text('advisory.title'), cell: ({ title }) => title },
    {
      id: 'tracking',
      label: text('advisory.tracking'),
      cell: ({ trackingId }) => <code className="nowrap">{trackingId}</code>,
    },
    {
      id: 'vendors',
      label: text('asset.vendor'),
      cell: ({ vendors: names }) =>
        format.list(names.slice(0, 3)) + (names.length > 3 ? ` +${names.length - 3}` : ''),
    },
    {
      id: 'severity',
      label: text('severity'),
      cell: ({ severity, score }) => <Severity level={severity} score={score} />,
    },
    {
      id: 'cves',
      label: text('advisory.cves'),
      cell: ({ cves }) =>
        cves.length === 0 ? (
          <span className="faint">–</span>
        ) : (
          <span className="mono nowrap">
            {cves[0]}
            {cves.length > 1 && ` +${cves.length - 1}`}
          </span>
        ),
    },
    {
      id: 'fix',
      label: text('advisory.fix'),
      cell: ({ hasFix }) =>
        hasFix ? (
          <span className="with-icon">
            <Icon name="check" size={13} /> {text('advisory.hasFix')}
          </span>
        ) : (
          <span className="soft">{text('advisory.noFix')}</span>
        ),
    },
    ...(mine
      ? [
          {
            id: 'mine',
            label: text('advisory.mine'),
            number: true,
            cell: ({ myMatches }: Advisory) =>
              myMatches > 0 ? <strong>{format.number(myMatches)}</strong> : '–',
          },
        ]
      : []),
    { id: 'publisher', label: text('advisory.publisher'), cell: ({ publisher }) => publisher, spare: true },
    {
      id: 'published',
      label: text('advisory.published'),
      cell: ({ publishedAt }) => <Time at={publishedAt} style="date" />,
      spare: true,
    },
    {
      id: 'updated',
      label: text('advisory.updated'),
      cell: ({ updatedAt }) => <Time at={updatedAt} style="date" />,
    },
  ];

  return (
    <Page
      title={text('nav.advisories')}
      lead={text('advisories.lead')}
      seen={{ scope: 'everyone' }}
      help={text('advisories.help')}
      actions={
        may('import advisories of others') && (
          <ButtonLink to="/advisories/import" icon="upload">
            {text('import')}
          </ButtonLink>
        )
      }
    >
      <Filters search={text('advisories.search')} filtered={filtered} all="/advisories">
        <label className="row nowrap filter">
          <span className="soft small">{text('asset.vendor')}</span>
          <input
            name="vendor"
            list="vendors"
            className="input"
            defaultValue={query.get('vendor') ?? ''}
            maxLength={200}
          />
          <datalist id="vendors">
            {vendors.slice(0, 500).map(({ name }) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </label>
        <FilterChoice
          name="severity"
          label={text('severity')}
          options={SeverityShape.options.map((severity) => ({
            value: severity,
            label: text(`severity.${severity}`),
          }))}
        />
        <FilterChoice
          name="sort"
          label={text('advisories.order')}
          any={false}
          options={[
            { value: 'newest', label: text('advisories.newest') },
            { value: 'severity', label: text('advisories.severest') },
          ]}
        />
        {mine && <FilterTick name="mine" label={text('advisories.mine')} />}
      </Filters>
      <DataTable
        caption={text('nav.advisories')}
        rows={advisories}
        total={total}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/advisories/${id}`}
        paged
        filter={false}
        empty={
          filtered ? (
            <NothingFound title={text('advisories.noMatch')} all="/advisories">
              {text('advisories.noMatch.why')}
            </NothingFound>
          ) : (
            <Empty
              title={text('advisories.none')}
              action={
                may('import advisories of others') && (
                  <ButtonLink to="/advisories/import" kind="main" icon="upload">
                    {text('import')}
                  </ButtonLink>
                )
              }
            >
              {text('advisories.none.why')}
            </Empty>
          )
        }
      />
      <Pager next={next} />
    </Page>
  );
}
