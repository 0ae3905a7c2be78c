import { apis, SourceSearch, SourceStanding, type Source } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice, Filters, NothingFound } from '../../ui/search-box.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { reader } from '../calls.ts';
import { isGoing } from '../jobs/job-state.tsx';
import { useLive } from '../live.ts';
import type { Route } from './+types/sources';
import { Health, kinds, SourceStandingBadge, wordsFor } from './source-parts.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const given = Object.fromEntries(
    [...new URL(request.url).searchParams].filter(
      ([name, value]) => value !== '' && name in SourceSearch.shape,
    ),
  );
  const search = SourceSearch.catch({ limit: 100 }).parse({ ...given, limit: 100 });
  const { items, next } = await reader(context, request)(apis.sources.list, { query: search });
  return {
    sources: items,
    next,
    filtered: Boolean(search.search || search.kind || search.standing || search.concerning),
  };
}

export default function Sources({ loaderData: { sources, next, filtered } }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const { me } = useVisitor();
  useLive(
    sources.some(({ job }) => isGoing(job)),
    3000,
  );
  const down = sources.filter(({ standing }) => standing === 'down');
  const columns: Column<Source>[] = [
    { id: 'name', label: text('name'), cell: ({ name }) => name },
    { id: 'kind', label: text('source.kind'), cell: ({ kind }) => text(`source.kind.${kind}`) },
    {
      id: 'standing',
      label: text('state'),
      cell: ({ standing }) => <SourceStandingBadge standing={standing} />,
    },
    {
      id: 'health',
      label: text('source.health'),
      cell: (source) => (
        <span>
          <Health source={source} />
          {source.concerns.map((told, place) => (
            <div key={`${told.code}-${place}`} className="soft small">
              {wordsFor(text, told)}
            </div>
          ))}
        </span>
      ),
    },
    {
      id: 'documents',
      label: text('source.documents'),
      number: true,
      cell: ({ documents, items }) => format.number(documents + items),
    },
    {
      id: 'errors',
      label: text('source.withErrors'),
      number: true,
      cell: ({ withErrors }) =>
        withErrors > 0 ? <strong className="alarm-words">{format.number(withErrors)}</strong> : '–',
    },
    {
      id: 'reliability',
      label: text('source.reliability'),
      cell: ({ reliability }) => <abbr title={text(`source.reliability.${reliability}`)}>{reliability}</abbr>,
    },
    { id: 'tlp', label: text('source.maxTlp'), cell: ({ maxTlp }) => <Tlp label={maxTlp} />, spare: true },
    {
      id: 'next',
      label: text('source.next'),
      cell: ({ nextAt }) => (nextAt ? <Time at={nextAt} style="short" /> : '–'),
      spare: true,
    },
  ];
  return (
    <Page
      title={text('nav.sources')}
      lead={text('sources.lead')}
      help={text('sources.help')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      actions={
        <ButtonLink to="/sources/add" icon="plus">
          {text('sources.add')}
        </ButtonLink>
      }
    >
      {down.length > 0 && (
        <Notice kind="warn" title={text('sources.down', { count: down.length })}>
          {format.list(down.slice(0, 8).map(({ name }) => name))}
        </Notice>
      )}
      <Filters search={text('sources.search')} filtered={filtered} all="/sources">
        <FilterChoice
          name="kind"
          label={text('source.kind')}
          options={kinds.map((value) => ({ value, label: text(`source.kind.${value}`) }))}
        />
        <FilterChoice
          name="standing"
          label={text('state')}
          options={SourceStanding.options.map((value) => ({
            value,
            label: text(`source.standing.${value}`),
          }))}
        />
        <FilterChoice
          name="concerning"
          label={text('home.attention')}
          options={[{ value: 'true', label: text('yes') }]}
        />
      </Filters>
      <DataTable
        caption={text('nav.sources')}
        rows={sources}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/sources/${id}`}
        paged
        filter={false}
        empty={
          filtered ? (
            <NothingFound title={text('sources.noMatch')} all="/sources">
              {text('sources.noMatch.why')}
            </NothingFound>
          ) : (
            <Empty
              title={text('sources.none')}
              action={
                <ButtonLink to="/sources/add" kind="main" icon="plus">
                  {text('sources.add')}
                </ButtonLink>
              }
            >
              {text('sources.none.why')}
            </Empty>
          )
        }
      />
      <Pager next={next} />
    </Page>
  );
}
