import { apis, type Release } from '@busbar/contract';
import { Form, Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/releases';
import { Outcome, ReleaseStanding } from './outcome.tsx';

const views = ['open', 'closed'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const view = new URL(request.url).searchParams.get('view') === 'closed' ? 'closed' : 'open';
  const found = await reader(context, request)(apis.releases.list, {
    query: { open: view === 'open' ? 'true' : 'false', ...place(request), limit: pageRows },
  });
  return { view, releases: found.items, next: found.next, owner: acting?.organisation.name ?? '' };
}

/** Proposes the publication whose page asked for it; without one, the description of the CERT itself. */
export async function action({ request, context }: Route.ActionArgs) {
  const { acting } = signedIn(context, request);
  const { call } = visitOf(context);
  const publication = word(await request.formData(), 'publication');
  const subject = publication
    ? { kind: 'publication' as const, id: publication }
    : { kind: 'profile' as const, id: acting?.organisation.id ?? '' };
  const answer = await attempt(() => call(apis.releases.propose, { body: { subject } }));
  if (answer.refused) return answer;
  throw redirect(`/releases/${answer.done.id}`);
}

export default function Releases({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { view, releases, next, owner } = loaderData;
  const { words, time } = useColumns();
  const paged = usePaged(next);
  const columns: Column<Release>[] = [
    {
      id: 'title',
      label: text('release.what'),
      sort: ({ title }) => title,
      cell: ({ id, title, ref, version }) => (
        <>
          <Link to={`/releases/${id}`}>{title}</Link>
          <br />
          <span className="small soft">
            <code>{ref}</code> {text('release.version', { version })}
          </span>
        </>
      ),
    },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      cell: ({ state }) => <ReleaseStanding state={state} />,
    },
    {
      id: 'checks',
      label: text('release.checks'),
      sort: ({ outcome }) => outcome,
      cell: ({ outcome }) => <Outcome outcome={outcome} />,
    },
    {
      id: 'reviewed',
      label: text('release.second'),
      sort: ({ reviewed }) => String(reviewed),
      cell: ({ reviewed }) => text(reviewed ? 'release.second.done' : 'release.second.missing'),
    },
    { id: 'label', label: 'TLP', sort: ({ label }) => label, cell: ({ label }) => <Tlp label={label} /> },
    words('proposer', text('release.proposer'), ({ proposer }) => proposer),
    view === 'open'
      ? time('sendAt', text('release.sendAt'), ({ sendAt }) => sendAt, { style: 'short' })
      : time('sentAt', text('release.sentAt'), ({ sentAt }) => sentAt, { style: 'short' }),
  ];
  return (
    <Page
      title={text('releases')}
      lead={text('releases.lead')}
      seen={{ scope: 'own', owner }}
      help={text('releases.help')}
      actions={
        <>
          <ButtonLink to="/signing-keys" icon="key">
            {text('signingKeys')}
          </ButtonLink>
          <Form method="post">
            <Button type="submit" icon="document">
              {text('releases.profile')}
            </Button>
          </Form>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      <Tabs
        label={text('releases.views')}
        tabs={views.map((one) => ({
          label: text(`releases.${one}`),
          to: `/releases?view=${one}`,
          current: one === view,
        }))}
      />
      {paged && <LongSearch label={text('releases.search')} />}
      <DataTable
        name="releases"
        caption={text('releases')}
        rows={releases}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty title={text(view === 'open' ? 'releases.none' : 'releases.noneSent')}>
            {text('releases.none.why')}
          </Empty>
        }
      />
      <Pager next={next} />
    </Page>
  );
}
