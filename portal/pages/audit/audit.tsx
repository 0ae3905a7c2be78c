import { apis, type AuditHead, type MonthInNumbers } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/audit';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [heads, months] = await Promise.all([
    read(apis.audit.heads, { query: { limit: 60 } }),
    read(apis.audit.numbers),
  ]);
  return { heads: heads.items, months: months.items };
}

export async function action({ context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  return attempt(() => call(apis.audit.verify));
}

/** Public: the heads anyone may keep, and what was done in numbers. For those who may: recompute the chain. */
export default function Audit({ loaderData: { heads, months }, actionData }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
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
  const { words, count } = useColumns();
  const monthColumns: Column<MonthInNumbers>[] = [
    words('month', text('audit.numbers.month'), ({ month }) => month),
    count('reports', text('audit.numbers.reports'), ({ reports }) => reports),
    count('answered', text('audit.numbers.answered'), ({ answered }) => answered),
    count('answer', text('audit.numbers.answer'), ({ firstAnswer }) => firstAnswer, {
      show: format.duration,
    }),
    count('releases', text('audit.numbers.releases'), ({ releases }) => releases),
    count('recalls', text('audit.numbers.recalls'), ({ recalls }) => recalls),
    count('breakGlass', text('audit.numbers.breakGlass'), ({ breakGlass }) => breakGlass),
    count('purges', text('audit.numbers.purges'), ({ purges }) => purges),
  ];
  return (
    <Page
      title={text('audit.title')}
      lead={text('audit.lead')}
      seen={{ scope: 'everyone' }}
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
      <section className="stack stack-s" aria-labelledby="numbers">
        <h2 id="numbers">{text('audit.numbers')}</h2>
        <p className="soft measure">{text('audit.numbers.lead')}</p>
        <DataTable
          name="months"
          caption={text('audit.numbers')}
          rows={months}
          columns={monthColumns}
          rowKey={({ month }) => month}
          order="-month"
          filter={false}
          empty={<Empty title={text('audit.numbers.none')}>{text('audit.numbers.none.why')}</Empty>}
        />
      </section>
      {may('see who accessed my case', ['own', 'Y', 'meta']) && (
        <p>
          <Link to="/access">{text('audit.accesses.open')}</Link>
        </p>
      )}
    </Page>
  );
}
