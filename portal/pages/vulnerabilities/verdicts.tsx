import { apis, type Verdict, VerdictState } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows } from '../../ui/pager.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { place, reader, signedIn } from '../calls.ts';
import type { Route } from './+types/verdicts';
import { useFactWords, verdictStanding } from './fact-words.ts';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const read = reader(context, request);
  const query = new URL(request.url).searchParams;
  const state = VerdictState.safeParse(query.get('state')).data;
  const forMe = query.get('forMe') === 'true';
  const found = await read(apis.vulnerabilities.verdicts, {
    query: {
      ...place(request),
      ...(state && { state }),
      ...(forMe && { forMe: 'true' as const }),
      limit: pageRows,
    },
  });
  return { ...found, state, forMe, owner: acting?.organisation.name ?? '' };
}

export default function Verdicts({ loaderData: { items, next, state, forMe, owner } }: Route.ComponentProps) {
  const text = useText();
  const words = useFactWords();
  const columns: Column<Verdict>[] = [
    {
      id: 'fact',
      label: text('board.fact'),
      words: (verdict) =>
        `${words.full(verdict)} ${verdict.vulnerability.ref} ${verdict.vulnerability.title}`,
      cell: (verdict) => (
        <span>
          {words.full(verdict)}
          <br />
          <span className="soft">
            {!verdict.vulnerability.title.startsWith(verdict.vulnerability.ref) && (
              <code>{verdict.vulnerability.ref}</code>
            )}{' '}
            {verdict.vulnerability.title}
          </span>
        </span>
      ),
    },
    {
      id: 'state',
      label: text('state'),
      cell: (verdict) => (
        <State standing={verdictStanding[verdict.state]}>{text(`verdict.${verdict.state}`)}</State>
      ),
    },
    { id: 'by', label: text('verdicts.openedBy'), cell: ({ openedBy }) => openedBy },
    { id: 'at', label: text('verdicts.since'), cell: ({ openedAt }) => <Time at={openedAt} style="ago" /> },
  ];
  const views = [
    { label: text('verdicts.forMe'), to: '/verdicts?forMe=true', current: forMe },
    ...VerdictState.options.map((one) => ({
      label: text(`verdict.${one}`),
      to: `/verdicts?state=${one}`,
      current: !forMe && state === one,
    })),
    { label: text('warnings.all'), to: '/verdicts', current: !forMe && !state },
  ];
  return (
    <Page
      title={text('verdicts')}
      lead={text('verdicts.lead')}
      seen={{ scope: 'own', owner }}
      help={text('verdicts.help')}
    >
      <Tabs label={text('verdicts')} tabs={views} />
      <LongSearch label={text('verdicts.search')} />
      <DataTable
        caption={text('verdicts')}
        rows={items}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/verdicts/${id}`}
        paged
        filter={false}
        empty={
          <Empty
            title={text('verdicts.none')}
            action={
              <ButtonLink to="/vulnerabilities?standing=disagreeing">
                {text('verdicts.disagreements')}
              </ButtonLink>
            }
          >
            {text('verdicts.none.why')}
          </Empty>
        }
      />
      <Pager next={next} />
    </Page>
  );
}
