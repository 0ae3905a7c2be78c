import { apis, type AuditEvent, type AuditHead } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { all, attempt, reader } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/audit';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { call, me } = visitOf(context);
  const heads = await reader(context, request)(apis.audit.heads, { query: { limit: 60 } });
  const accesses = me?.person
    ? await attempt(() =>
        all((after) => call(apis.audit.accesses, { query: { limit: 200, ...(after && { after }) } }), 600),
      )
    : null;
  return {
    heads: heads.items,
    accesses: accesses?.done?.items ?? null,
    moreAccesses: accesses?.done?.more ?? false,
  };
}

export async function action({ context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  return attempt(() => call(apis.audit.verify));
}

/** Public: the heads anyone may keep. For those who may: recompute the chain, and who saw what of ours. */
export default function Audit({
  loaderData: { heads, accesses, moreAccesses },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const { me } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  const verdict = actionData?.done;
  const headColumns: Column<AuditHead>[] = [
    { id: 'day', label: text('audit.day'), sort: ({ day }) => day, cell: ({ day }) => day },
    {
      id: 'seq',
      label: text('audit.seq'),
      number: true,
      sort: ({ seq }) => seq,
      cell: ({ seq }) => format.number(seq),
    },
    {
      id: 'hash',
      label: text('audit.hash'),
      sort: ({ hash }) => hash,
      cell: ({ hash }) => <code>{hash}</code>,
    },
    {
      id: 'published',
      label: text('audit.published'),
      cell: ({ publishedAt }) => <Time at={publishedAt} style="short" />,
    },
  ];
  const eventColumns: Column<AuditEvent>[] = [
    {
      id: 'at',
      label: text('audit.at'),
      sort: ({ at }) => at,
      words: () => '',
      cell: ({ at }) => <Time at={at} style="short" />,
    },
    {
      id: 'person',
      label: text('audit.person'),
      sort: ({ person }) => person.name,
      cell: ({ person }) => person.name,
    },
    {
      id: 'organisation',
      label: text('audit.organisation'),
      sort: ({ organisation }) => organisation.name,
      cell: ({ organisation }) => organisation.name,
    },
    {
      id: 'action',
      label: text('audit.action'),
      sort: (event) => text.coded('audit.did', { code: event.action }),
      cell: (event) => text.coded('audit.did', { code: event.action }),
    },
    {
      id: 'object',
      label: text('audit.object'),
      sort: ({ object }) => object.name,
      cell: ({ object }) => object.name || object.kind,
    },
    {
      id: 'reason',
      label: text('audit.reason'),
      sort: ({ reason }) => reason,
      cell: ({ reason }) => reason ?? '–',
      spare: true,
    },
    {
      id: 'seq',
      label: text('audit.seq'),
      number: true,
      sort: ({ seq }) => seq,
      words: () => '',
      cell: ({ seq }) => (seq === null ? text('audit.pending') : format.number(seq)),
      spare: true,
    },
  ];
  return (
    <Page
      title={text('audit.title')}
      lead={text('audit.lead')}
      seen={{ scope: accesses ? 'own' : 'everyone', owner: me?.acting?.organisation.name ?? '' }}
      help={text('audit.help')}
    >
      {may('verify audit chain') && (
        <section className="stack" aria-labelledby="verify">
          <h2 id="verify">{text('audit.verify')}</h2>
          <p className="soft measure">{text('audit.verify.lead')}</p>
          <RefusalNotice answer={actionData} />
          {verdict?.whole && (
            <Notice kind="good" live title={text('audit.whole')}>
              {text('audit.whole.numbers', {
                events: verdict.events,
                heads: verdict.headsChecked,
                pending: verdict.pending,
                time: format.duration(verdict.tookMs / 1000),
              })}
            </Notice>
          )}
          {verdict?.broken && (
            <Notice
              kind="alarm"
              live
              title={text('audit.broken', { seq: format.number(verdict.broken.seq) })}
            >
              <p>{text(`audit.broken.${verdict.broken.kind}`)}</p>
              <p>{text('audit.broken.do')}</p>
            </Notice>
          )}
          <Form method="post">
            <Button type="submit" kind="main" icon="chain" busy={busy}>
              {text(busy ? 'audit.verifying' : 'audit.verify.do')}
            </Button>
          </Form>
        </section>
      )}
      <section className="stack stack-s" aria-labelledby="heads">
        <h2 id="heads">{text('audit.heads')}</h2>
        <p className="soft measure">{text('audit.heads.lead')}</p>
        <DataTable
          name="heads"
          caption={text('audit.heads')}
          rows={heads}
          columns={headColumns}
          rowKey={({ day }) => day}
          order="-day"
          filter={heads.length > 20}
          empty={<Empty title={text('audit.heads.none')}>{text('audit.heads.none.why')}</Empty>}
        />
      </section>
      {accesses && (
        <section className="stack stack-s" aria-labelledby="accesses">
          <h2 id="accesses">{text('audit.accesses')}</h2>
          <p className="soft measure">
            {text('audit.accesses.lead', { organisation: me?.acting?.organisation.name ?? '' })}
          </p>
          {moreAccesses && <Notice>{text('table.cut', { count: accesses.length })}</Notice>}
          <DataTable
            name="accesses"
            caption={text('audit.accesses')}
            rows={accesses}
            columns={eventColumns}
            rowKey={({ id }) => id}
            order="-at"
            empty={<Empty title={text('audit.accesses.none')}>{text('audit.accesses.none.why')}</Empty>}
          />
        </section>
      )}
    </Page>
  );
}
