import { apis } from '@busbar/contract';
import { Form, Link, redirect, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, word } from '../calls.ts';
import { useLasting } from '../live.ts';
import { CaseState } from '../cases/case-state.tsx';
import { ExportPanel } from '../cases/export.tsx';
import { LabelPanel, setLabel } from '../cases/label.tsx';
import { LimitForm, setLimit } from '../cases/limit.tsx';
import { saidIn, Thread, WriteForm, writeInto } from '../cases/thread.tsx';
import { TombstoneNotice } from '../retention/retention-parts.tsx';
import type { Route } from './+types/followed';
import { CallUs } from './call.tsx';
import { FileStep } from './file-step.tsx';
import { receiptCookie } from './receipt-cookie.ts';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { call } = visitOf(context);
  const listed = await attempt(() => call(apis.cases.list, { query: { limit: 1 } }));
  const params = { id: listed.done?.items[0]?.id ?? '' };
  const query = saidIn(request, params.id);
  const found = await attempt(() => call(apis.cases.get, { params, query }));
  if (found.done) {
    const [files, consents] = await Promise.all([
      call(apis.evidence.list, { params, query: { limit: 100 } }),
      call(apis.caseConsents.ofCase, { params }),
    ]);
    return { found: found.done, files: files.items, out: consents.left };
  }
  const left = await attempt(() => call(apis.retention.of, { params }));
  if (left.done?.tombstone) return { left: { ...left.done, tombstone: left.done.tombstone } };
  throw redirect('/report/follow?ended=1', { headers: { 'set-cookie': receiptCookie(request, '') } });
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  if (word(form, 'do') === 'leave')
    throw redirect('/report/follow', { headers: { 'set-cookie': receiptCookie(request, '') } });
  if (word(form, 'do') === 'label') {
    const labelled = await setLabel(call, word(form, 'case'), form);
    if (labelled.refused) return { labelled };
    throw redirect('/report/follow/case#newest');
  }
  if (word(form, 'do') === 'allow') {
    const limited = await setLimit(call, word(form, 'case'), form);
    if (limited.refused) return { limited };
    throw redirect('/report/follow/case#newest');
  }
  const answer = await writeInto(call, word(form, 'case'), form);
  if (answer.refused) return { written: answer };
  throw redirect(`/report/follow/case?sent=${answer.sent}#newest`);
}

/** One's report, as its holder sees it: where it stands, what was answered, what happens next; or what is left of it. */
export default function Followed({
  loaderData: { found, files, out, left },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const cert = useCert();
  const sent = useSearchParams()[0].get('sent') ?? '';
  if (!found)
    return (
      <Page plain title={left.reference} seen={{ scope: 'receipt' }}>
        <TombstoneNotice tombstone={left.tombstone} />
        <CallUs />
        <Leave />
      </Page>
    );
  return (
    <Page
      plain
      title={found.reference}
      seen={{ scope: 'receipt', ...(found.claimed && { owner: found.owner }) }}
      lead={
        <span className="row">
          <CaseState state={found.state} />
          <span className="soft">
            <Time at={found.since} style="short" />
          </span>
        </span>
      }
    >
      <Notice title={text('followed.next')}>
        <p>{text(`followed.next.${found.state}`)}</p>
        {found.partOf && (
          <p className="row">
            {text('followed.partOf')} <CaseState state={found.partOf.state} />
          </p>
        )}
        {found.stateReason && <p className="keeps-lines">{found.stateReason}</p>}
      </Notice>
      {found.lane === 'slow' && found.state === 'received' && (
        <Notice kind="warn" title={text('receipt.slow')}>
          {text('receipt.slow.do')}
        </Notice>
      )}
      <section className="stack" aria-labelledby="messages">
        <h2 id="messages">{text('case.messages')}</h2>
        <Thread
          opening={{
            by: text('case.reporter'),
            at: found.receivedAt,
            texts: [found.sees, found.details].filter(Boolean),
          }}
          messages={found.messages}
          names={{
            cert: cert?.shortName ?? '',
            member: found.owner,
            reporter: text('case.reporter'),
            guest: text('case.guest'),
          }}
          mine="reporter"
          earlier={found.earlier}
        />
        <WriteForm key={sent} id={found.id} sent={sent} answer={actionData?.written} />
        <p className="row">
          <ButtonLink to="/report/follow/case" icon="refresh">
            {text('followed.look')}
          </ButtonLink>
          <ButtonLink to="/report/follow/access" icon="eye">
            {text('accessLog.report')}
          </ButtonLink>
        </p>
      </section>
      <FileStep files={files} />
      <section className="stack stack-s" aria-labelledby="limit">
        <h2 id="limit">{text('report.limit')}</h2>
        <p>{text(`report.limit.${found.limit}`)}</p>
        {found.setsLimit && <LimitForm found={found} answer={actionData?.limited} />}
      </section>
      <LabelPanel found={found} left={out} consents="/report/follow/consents" answer={actionData?.labelled} />
      <p>
        <Link to="/report/follow/consents">{text('caseConsents')}</Link>
      </p>
      <p>
        <Link to="/report/follow/report">{text('investigation')}</Link>
      </p>
      <ExportPanel found={found} byWords />
      <CallUs />
      <Leave />
    </Page>
  );
}

function Leave() {
  const text = useText();
  return (
    <Form method="post" className="row">
      <Button type="submit" name="do" value="leave">
        {text('followed.leave')}
      </Button>
      <Link to="/report/claim">{text('claim.title')}</Link>
    </Form>
  );
}
