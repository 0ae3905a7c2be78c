import { apis, mayDo, SearchKind, type AnyRoute, type SearchAnswer } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf, type PageContext } from '../../context.ts';
import { useText, type Key } from '../../i18n/text.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/search';
import { BigSearch } from './big-search.tsx';
import { HitLines } from './hit-lines.tsx';
import { OwnResults, type Own } from './own-results.tsx';

const mostOwn = 5;

export async function loader({ request, context }: Route.LoaderArgs) {
  const visit = visitOf(context);
  const query = new URL(request.url).searchParams;
  const words = (query.get('q') ?? '').trim().slice(0, 200);
  const { data: kind } = SearchKind.safeParse(query.get('kind'));
  const { after } = place(request);
  if (!words) return { words, kind, found: null, own: null };
  const [found, own] = await Promise.all([
    attempt(() =>
      visit.call(apis.search.find, {
        query: { q: words, language: visit.locale, ...(kind && { kind }), ...(after && { after }) },
      }),
    ),
    kind ? null : ownOf(visit, words),
  ]);
  const instead = found.done?.corrected;
  const ownInstead = instead && own && isEmpty(own) ? await ownOf(visit, instead) : null;
  return { words, kind, found, own: ownInstead ?? own };
}

export default function Search({ loaderData: { words, kind, found, own } }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const answer = found?.done;
  return (
    <Page
      plain
      title={words ? text('search.title', { words }) : text('search')}
      seen={{ scope: me?.person ? 'me' : 'everyone' }}
      lead={words ? undefined : text('search.how')}
    >
      <BigSearch words={words} asked />
      {found?.refused && <RefusalNotice answer={found} />}
      {answer && (
        <>
          <Tabs
            label={text('search.kinds')}
            tabs={[
              { label: text('search.all'), to: addressOf(words), current: kind === undefined },
              ...SearchKind.options.map((one) => ({
                label: text(kindNames[one]),
                to: addressOf(words, one),
                current: kind === one,
                count: answer.groups.find((group) => group.kind === one && !group.isMore)?.count,
              })),
            ]}
          />
          <Instead words={words} answer={answer} kind={kind} />
          {own && <OwnResults own={own} words={answer.corrected ?? words} />}
          {answer.groups.map((group) => (
            <section key={group.kind} className="stack stack-s" aria-labelledby={`found-${group.kind}`}>
              <h2 id={`found-${group.kind}`}>{text(kindNames[group.kind])}</h2>
              <HitLines hits={group.items} />
              {!kind && (group.isMore || group.count > group.items.length) && (
                <Link to={addressOf(answer.corrected ?? words, group.kind)}>
                  {group.isMore ? text('search.more') : text('search.more.count', { count: group.count })}
                </Link>
              )}
            </section>
          ))}
          {kind && <Pager next={answer.next} />}
          {answer.groups.length === 0 && (!own || isEmpty(own)) && (
            <Nothing answer={answer} kind={kind} words={words} />
          )}
        </>
      )}
    </Page>
  );
}

const kindNames = {
  publication: 'nav.published',
  vulnerability: 'nav.vulnerabilities',
  advisory: 'nav.advisories',
} as const satisfies Record<SearchKind, Key>;

/** What was looked for instead of what was typed, and what would find more. */
function Instead({
  words,
  answer: { corrected, suggestion },
  kind,
}: {
  words: string;
  answer: SearchAnswer;
  kind: SearchKind | undefined;
}) {
  const text = useText();
  if (corrected !== null)
    return (
      <Notice>
        {text.rich('search.corrected', { typed: words, corrected: <strong>{corrected}</strong> })}
      </Notice>
    );
  if (suggestion === null) return null;
  return (
    <p>
      {text.rich('search.suggestion', { words: <Link to={addressOf(suggestion, kind)}>{suggestion}</Link> })}
    </p>
  );
}

function Nothing({
  answer,
  words,
  kind,
}: {
  answer: SearchAnswer;
  words: string;
  kind: SearchKind | undefined;
}) {
  const text = useText();
  return (
    <Empty title={text('search.none')}>
      <p>{answer.words.length === 0 ? text('search.none.letters') : text('search.none.why')}</p>
      {kind && <Link to={addressOf(words)}>{text('search.none.kinds')}</Link>}
      {answer.words.length > 1 && (
        <p>
          {text('search.none.fewer')}{' '}
          {answer.words.map((word, at) => (
            <span key={word}>
              {at > 0 && ' · '}
              <Link to={addressOf(word, kind)}>{word}</Link>
            </span>
          ))}
        </p>
      )}
    </Empty>
  );
}

function addressOf(words: string, kind?: SearchKind): string {
  return `/search?${new URLSearchParams({ q: words, ...(kind && { kind }) })}`;
}

/** What is the reader's own stands in lists of its own, each with its own rights and its own line in the ledger. */
async function ownOf({ call, me }: PageContext, words: string): Promise<Own> {
  const may = ({ action, serves }: AnyRoute) => mayDo(me?.roles ?? ['PUB'], action, serves);
  const query = { search: words, limit: mostOwn };
  const { assets, sites } = apis.plant;
  const [drafts, found, captures, places] = await Promise.all([
    may(apis.publications.list) ? attempt(() => call(apis.publications.list, { query })) : null,
    may(assets) ? attempt(() => call(assets, { query })) : null,
    may(apis.captures.list) ? attempt(() => call(apis.captures.list, { query })) : null,
    may(sites) ? attempt(() => call(sites)) : null,
  ]);
  const wanted = words.toLowerCase().split(/\s+/);
  return {
    drafts: drafts?.done ?? none,
    assets: found?.done ?? none,
    captures: captures?.done ?? none,
    sites: (places?.done?.items ?? []).filter(({ name }) =>
      wanted.every((word) => name.toLowerCase().includes(word)),
    ),
  };
}

const none = { items: [], next: null };

const isEmpty = ({ drafts, assets, captures, sites }: Own) =>
  [drafts.items, assets.items, captures.items, sites].every((items) => items.length === 0);
