import { apis, Standing, type Vulnerability, VulnerabilitySearch } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice, Filters, NothingFound } from '../../ui/search-box.tsx';
import { useMay } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/vulnerabilities';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const given = Object.fromEntries(
    [...new URL(request.url).searchParams].filter(
      ([name, value]) => value !== '' && name in VulnerabilitySearch.shape,
    ),
  );
  const search = VulnerabilitySearch.catch({ limit: 100 }).parse({ ...given, limit: 100 });
  const found = await read(apis.vulnerabilities.list, { query: search });
  return { ...found, filtered: Boolean(search.search || search.standing) };
}

export default function Vulnerabilities({ loaderData: { items, next, filtered } }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const decide = may('check a claim (not its author)', ['Y']);
  const columns: Column<Vulnerability>[] = [
    { id: 'ref', label: text('advisory.tracking'), cell: ({ ref }) => <code className="nowrap">{ref}</code> },
    { id: 'title', label: text('advisory.title'), cell: ({ title }) => title },
    {
      id: 'vendors',
      label: text('asset.vendor'),
      cell: ({ vendors }) =>
        format.list(vendors.slice(0, 3)) + (vendors.length > 3 ? ` +${vendors.length - 3}` : ''),
    },
    {
      id: 'severity',
      label: text('severity'),
      cell: ({ severity, score, exploited }) => (
        <span className="row nowrap">
          <Severity level={severity} score={score} />
          {exploited && (
            <span className="with-icon exploited">
              <Icon name="alarm" size={13} /> {text('vulnerability.exploited')}
            </span>
          )}
        </span>
      ),
    },
    {
      id: 'sources',
      label: text('vulnerability.sourceList'),
      cell: ({ publishers }) =>
        format.list(publishers.slice(0, 2)) + (publishers.length > 2 ? ` +${publishers.length - 2}` : ''),
    },
    ...(decide
      ? [
          {
            id: 'standing',
            label: text('state'),
            cell: ({ standing }: Vulnerability) => <Standings standing={standing} />,
          },
        ]
      : []),
    {
      id: 'updated',
      label: text('advisory.updated'),
      cell: ({ updatedAt }) => <Time at={updatedAt} style="date" />,
    },
  ];
  return (
    <Page
      title={text('nav.vulnerabilities')}
      lead={text('vulnerabilities.lead')}
      seen={{ scope: 'everyone' }}
      help={text('vulnerabilities.help')}
      actions={
        decide && (
          <ButtonLink to="/verdicts?forMe=true" icon="check">
            {text('verdicts')}
          </ButtonLink>
        )
      }
    >
      <Filters search={text('vulnerabilities.search')} filtered={filtered} all="/vulnerabilities">
        {decide && (
          <FilterChoice
            name="standing"
            label={text('state')}
            options={Standing.options.map((standing) => ({
              value: standing,
              label: text(`standing.${standing}.name`),
            }))}
          />
        )}
      </Filters>
      <DataTable
        caption={text('nav.vulnerabilities')}
        rows={items}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ ref }) => `/vulnerabilities/${ref}`}
        paged
        filter={false}
        empty={
          filtered ? (
            <NothingFound title={text('vulnerabilities.noMatch')} all="/vulnerabilities">
              {text('vulnerabilities.noMatch.why')}
            </NothingFound>
          ) : (
            <Empty title={text('vulnerabilities.none')}>{text('advisories.none.why')}</Empty>
          )
        }
      />
      <Pager next={next} />
    </Page>
  );
}

function Standings({ standing }: Pick<Vulnerability, 'standing'>) {
  const text = useText();
  const some = Standing.options.filter((one) => standing && standing[one] > 0);
  if (!standing || some.length === 0) return <span className="faint">–</span>;
  return (
    <span className="tags">
      {some.map((one) => (
        <span key={one} className={one === 'checked' ? 'tag' : 'tag tag-warn'}>
          {text(`standing.${one}`, { count: standing[one] })}
        </span>
      ))}
    </span>
  );
}
