import { apis } from '@busbar/contract';
import { Form, Link, redirect, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useCert, useMay } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { useLasting, useLive, usePulse } from '../live.ts';
import { EvidenceTable } from '../evidence/evidence-table.tsx';
import { SendFiles } from '../evidence/send-files.tsx';
import type { Route } from './+types/part';
import { CaseState } from './case-state.tsx';
import { ExportPanel } from './export.tsx';
import { saidIn, Thread, useSeen, WriteForm, writeInto } from './thread.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const call = reader(context, request);
  const { pulse } = await call(apis.cases.pulse, { params: { id } });
  const [found, files] = await Promise.all([
    call(apis.guests.room, { params: { id }, query: saidIn(request) }),
    call(apis.evidence.list, { params: { id }, query: { ...place(request), limit: 100 } }),
  ]);
  return { found, files: files.items, next: files.next, pulse };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  if (word(form, 'do') === 'leave-case') {
    const left = await attempt(() => call(apis.guests.leave, { params: { id } }));
    if (left.refused) return left;
    throw redirect('/cases');
  }
  const written = await writeInto(call, id, form);
  if (written.refused) return written;
  throw redirect(`/cases/${id}/part?thread=${word(form, 'thread')}&sent=${written.sent}#newest`);
}

/** A guest’s part of a case: what is said with him, the files he gave and was given, and where it stands. */
export default function Part({
  loaderData: { found, files, next, pulse },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const cert = useCert();
  const may = useMay();
  const [query] = useSearchParams();
  const thread = found.threads.find(({ id }) => id === query.get('thread')) ?? found.threads[0];
  const messages = found.messages.filter((message) => message.thread === thread?.id);
  usePulse(found.id, pulse);
  useLive(files.some(({ state }) => state === 'receiving'));
  useSeen(found.id, thread?.id ?? null, thread && messages.at(-1)?.at);
  return (
    <Page
      title={found.reference}
      heading={text('part.title', { cert: found.participation.cert })}
      seen={{ scope: 'thread', label: found.label }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          {found.reference}
        </>
      }
      lead={
        <span className="row">
          <CaseState state={found.state} />
          <code>{found.reference}</code>
          <span className="soft">
            <Time at={found.since} style="short" />
          </span>
        </span>
      }
    >
      <div className="split">
        <section className="stack" aria-labelledby="messages">
          <h2 id="messages">{text('case.messages')}</h2>
          {found.threads.length > 1 && (
            <Tabs
              label={text('case.threads')}
              tabs={found.threads.map(({ id, title, unread }) => ({
                label: title,
                to: `/cases/${found.id}/part?thread=${id}`,
                current: id === thread?.id,
                ...(unread > 0 && id !== thread?.id && { count: unread, mark: 'warn' as const }),
              }))}
            />
          )}
          {thread ? (
            <>
              <Thread
                messages={messages}
                names={{
                  cert: cert?.shortName ?? found.participation.cert,
                  member: text('part.owner'),
                  reporter: text('case.reporter'),
                  guest: text('case.guest'),
                }}
                mine="guest"
                earlier={found.earlier}
              />
              <WriteForm
                key={`${thread.id} ${query.get('sent')}`}
                id={found.id}
                thread={thread.id}
                sent={query.get('sent') ?? ''}
                answer={actionData}
                audience={text(thread.ownerReads ? 'part.audience.owner' : 'part.audience', {
                  names: thread.readers.join(', '),
                })}
              />
            </>
          ) : (
            <Empty title={text('part.none')}>{text('part.none.why')}</Empty>
          )}
        </section>
        <section className="panel stack stack-s" aria-labelledby="mine">
          <h2 id="mine">{text('part.mine')}</h2>
          <dl className="facts facts-stacked">
            <dt>{text('invited.as')}</dt>
            <dd>{text(`guestRole.${found.participation.role}`)}</dd>
            <dt>{text('invited.ref')}</dt>
            <dd>
              <code>{found.participation.ref}</code>
            </dd>
          </dl>
          <Notice>{text('part.sees')}</Notice>
          <details className="more">
            <summary>{text('invited.terms')}</summary>
            <p className="keeps-lines small">{found.participation.terms}</p>
          </details>
          <p>
            <Link to={`/cases/${found.id}/access`}>{text('part.access')}</Link>
          </p>
          <Form method="post">
            <input type="hidden" name="do" value="leave-case" />
            <ConfirmButton
              kind="quiet"
              question={text('part.leave')}
              consequence={text('part.leave.means')}
              confirm={text('part.leave')}
            >
              {text('part.leave')}
            </ConfirmButton>
          </Form>
        </section>
      </div>
      <section className="stack" aria-labelledby="files">
        <h2 id="files">{text('part.files')}</h2>
        {may('add evidence to case') && <SendFiles id={found.id}>{text('part.files.drop')}</SendFiles>}
        <EvidenceTable
          files={files}
          href={({ id }) => `/cases/${found.id}/evidence/${id}`}
          empty={<Empty title={text('part.files.none')}>{text('part.files.none.why')}</Empty>}
        />
        <Pager next={next} />
      </section>
      <ExportPanel found={found} />
    </Page>
  );
}
