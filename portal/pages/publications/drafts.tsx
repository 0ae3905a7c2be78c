import {
  apis,
  Language,
  PublicationKind,
  type PublicationLine,
  PublicationSearch,
  PublicationState,
  Tlp as TlpLabel,
} from '@busbar/contract';
import { Form, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Tag, Tlp } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice, FilterTick, Filters, NothingFound } from '../../ui/search-box.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/drafts';
import { FirstFields } from './first-fields.tsx';
import { PublicationStanding } from './standing.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const given = Object.fromEntries(
    [...new URL(request.url).searchParams].filter(
      ([name, value]) => value !== '' && name in PublicationSearch.shape,
    ),
  );
  const search = PublicationSearch.catch({ limit: 100 }).parse({ ...given, limit: 100 });
  const read = reader(context, request);
  const [found, proposals] = await Promise.all([
    read(apis.publications.list, { query: search }),
    read(apis.publications.proposals, { query: { state: 'proposed', limit: 200 } }),
  ]);
  return {
    publications: found.items,
    next: found.next,
    waiting: proposals.items.length,
    filtered: Boolean(search.search || search.state || search.kind || search.label || search.mine),
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt(() =>
    call(apis.publications.create, {
      body: {
        kind: PublicationKind.parse(word(form, 'kind')),
        language: Language.parse(word(form, 'language')),
        title: word(form, 'title'),
        ...(word(form, 'vulnerability') && { vulnerability: word(form, 'vulnerability') }),
      },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(`/drafts/${answer.done.id}`);
}

export default function Drafts({
  loaderData: { publications, next, waiting, filtered },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const [query] = useSearchParams();
  const columns: Column<PublicationLine>[] = [
    { id: 'title', label: text('block.title'), cell: ({ title }) => title || text('publication.untitled') },
    { id: 'ref', label: text('publication.ref'), cell: ({ ref }) => <code className="nowrap">{ref}</code> },
    { id: 'kind', label: text('publication.kind'), cell: ({ kind }) => text(`publicationKind.${kind}`) },
    {
      id: 'state',
      label: text('state'),
      cell: ({ state, variants }) => (
        <span className="row">
          <PublicationStanding state={state} />
          {variants > 0 && (
            <span className="with-icon small">
              <Icon name="alarm" size={13} /> {text('drafts.twoVersions')}
            </span>
          )}
        </span>
      ),
    },
    { id: 'label', label: text('publication.label'), cell: ({ label }) => <Tlp label={label} /> },
    {
      id: 'version',
      label: text('publication.versions'),
      number: true,
      cell: ({ version }) => version,
      spare: true,
    },
    {
      id: 'languages',
      label: text('publication.languages'),
      cell: ({ language, languages, stale }) => (
        <span className="row">
          {[language, ...languages].map((one) => (
            <Tag key={one}>{one}</Tag>
          ))}
          {stale > 0 && (
            <span className="with-icon small stale">
              <Icon name="clock" size={13} /> {text('drafts.stale', { count: stale })}
            </span>
          )}
        </span>
      ),
    },
    { id: 'authors', label: text('publication.authors'), cell: ({ authors }) => authors.join(', ') },
    {
      id: 'updated',
      label: text('publication.changed'),
      cell: ({ updatedAt }) => <Time at={updatedAt} style="ago" />,
    },
  ];
  return (
    <Page
      title={text('nav.publications')}
      lead={text('drafts.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      help={text('draft.help')}
      actions={
        <ButtonLink to="/proposals" icon="people">
          {text('drafts.proposals', { count: waiting })}
        </ButtonLink>
      }
    >
      <Begin
        actionData={actionData}
        open={(publications.length === 0 && !filtered) || query.has('vulnerability')}
      />
      <Filters search={text('drafts.search')} filtered={filtered} all="/drafts">
        <FilterChoice
          name="state"
          label={text('state')}
          options={PublicationState.options
            .filter((state) => state !== 'revised')
            .map((value) => ({ value, label: text(`publicationState.${value}`) }))}
        />
        <FilterChoice
          name="kind"
          label={text('publication.kind')}
          options={PublicationKind.options.map((value) => ({
            value,
            label: text(`publicationKind.${value}`),
          }))}
        />
        <FilterChoice
          name="label"
          label={text('publication.label')}
          options={TlpLabel.options.map((value) => ({ value, label: `TLP:${value}` }))}
        />
        <FilterTick name="mine" label={text('drafts.mine')} />
      </Filters>
      <DataTable
        caption={text('nav.publications')}
        rows={publications}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/drafts/${id}`}
        paged
        filter={false}
        empty={
          filtered ? (
            <NothingFound title={text('drafts.noMatch')} all="/drafts">
              {text('drafts.noMatch.why')}
            </NothingFound>
          ) : (
            <Empty title={text('drafts.none')}>{text('drafts.none.why')}</Empty>
          )
        }
      />
      <Pager next={next} />
    </Page>
  );
}

function Begin({ actionData, open }: { actionData: Route.ComponentProps['actionData']; open: boolean }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const vulnerability = useSearchParams()[0].get('vulnerability')?.slice(0, 100);
  return (
    <details className="panel" open={open || actionData !== undefined}>
      <summary>{text('drafts.begin')}</summary>
      <Form method="post" className="stack">
        <RefusalNotice answer={actionData} />
        {vulnerability && (
          <>
            <p>{text('drafts.begin.about', { vulnerability })}</p>
            <input type="hidden" name="vulnerability" value={vulnerability} />
          </>
        )}
        <FirstFields language={text('publication.original')} error={fieldError('title')} />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('drafts.begin.do')}
          </Button>
        </div>
      </Form>
    </details>
  );
}
