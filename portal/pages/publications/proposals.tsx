import { apis, Language, type Proposal, PublicationKind } from '@busbar/contract';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/proposals';
import { FirstFields } from './first-fields.tsx';
import { ProposalStanding } from './standing.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const { after } = place(request);
  const found = await reader(context, request)(apis.publications.proposals, {
    query: { limit: 100, ...(after && { after }) },
  });
  return { proposals: found.items, next: found.next };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const answer = await attempt(() =>
    call(apis.publications.propose, {
      body: {
        kind: PublicationKind.parse(word(form, 'kind')),
        language: Language.parse(word(form, 'language')),
        title: word(form, 'title'),
        summary: word(form, 'summary'),
        impact: word(form, 'impact'),
        mitigation: word(form, 'mitigation'),
        references: word(form, 'references')
          .split('\n')
          .map((one) => one.trim())
          .filter(Boolean),
      },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(`/proposals/${answer.done.id}`);
}

export default function Proposals({ loaderData: { proposals, next }, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const { me } = useVisitor();
  const atTheDesk = may('draft publication');
  const { words, time } = useColumns();
  const columns: Column<Proposal>[] = [
    words('title', text('block.title'), ({ content }) => content.title),
    words('kind', text('publication.kind'), ({ content }) => text(`publicationKind.${content.kind}`)),
    ...(atTheDesk ? [words('organisation', text('proposal.from'), (one: Proposal) => one.organisation)] : []),
    { id: 'state', label: text('state'), cell: ({ state }) => <ProposalStanding state={state} /> },
    time('at', text('proposal.at'), ({ at }) => at, { style: 'short' }),
  ];
  return (
    <Page
      title={text('nav.proposals')}
      lead={text(atTheDesk ? 'proposals.lead.desk' : 'proposals.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
    >
      <div className={atTheDesk ? 'stack' : 'split'}>
        <div className="stack">
          <DataTable
            caption={text('nav.proposals')}
            rows={proposals}
            columns={columns}
            rowKey={({ id }) => id}
            href={({ id }) => `/proposals/${id}`}
            paged
            filter={false}
            empty={
              <Empty title={text('proposals.none')}>
                {text(atTheDesk ? 'proposals.none.desk' : 'proposals.none.why')}
              </Empty>
            }
          />
          <Pager next={next} />
        </div>
        {!atTheDesk && <Propose actionData={actionData} />}
      </div>
    </Page>
  );
}

function Propose({ actionData }: { actionData: Route.ComponentProps['actionData'] }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  return (
    <section className="panel stack stack-s" aria-labelledby="propose">
      <h2 id="propose">{text('proposals.propose')}</h2>
      <p className="soft">{text('proposals.propose.what')}</p>
      <Form method="post" className="stack">
        <RefusalNotice answer={actionData} />
        <FirstFields language={text('proposal.language')} error={fieldError('title')} />
        <TextArea label={text('proposal.summary')} name="summary" required maxLength={20_000} rows={6} />
        <TextArea label={text('block.impact')} name="impact" maxLength={20_000} rows={3} />
        <TextArea label={text('block.field.mitigation')} name="mitigation" maxLength={20_000} rows={3} />
        <TextArea
          label={text('publication.references')}
          hint={text('proposal.references.hint')}
          name="references"
          rows={2}
        />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('proposals.send')}
          </Button>
        </div>
      </Form>
    </section>
  );
}
