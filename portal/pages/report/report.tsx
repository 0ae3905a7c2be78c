import {
  apis,
  Control,
  Danger,
  HandlingLimit,
  IncidentReport,
  type Receipt,
  ReporterNaming,
  withoutSecrets,
} from '@busbar/contract';
import { useRef } from 'react';
import { data, Form, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Choices, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { newFormKey } from '../../ui/form-key.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { CopyButton, useVisitor } from '../../ui/shell.tsx';
import { attempt, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import { useLasting } from '../live.ts';
import type { Route } from './+types/report';
import { CallUs } from './call.tsx';
import { FileStep } from './file-step.tsx';
import { FirstThirty } from './first-thirty.tsx';
import { useForgotten, useKept } from '../../ui/kept.ts';
import { receiptCookie } from './receipt-cookie.ts';
import { SecretWarning } from './secret-warning.tsx';

/** In minutes. */
const ago = ['0', '15', '60', '240', '720', '1440', '4320'] as const;
const DRAFT = 'busbar.report';

/** A report is known by a key of its form: sent twice, it is one report. */
export function loader() {
  return { key: newFormKey() };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call, locale, requestTime } = visitOf(context);
  const form = await request.formData();
  const typed = (name: string) => word(form, name);
  const without = typed('do') === 'without';
  const said = (name: string) => (without ? withoutSecrets(typed(name)) : typed(name));
  const values = {
    key: typed('key'),
    danger: typed('danger'),
    control: typed('control'),
    sees: said('sees'),
    place: said('place'),
    details: said('details'),
    since: typed('since'),
    naming: typed('naming') || 'anonymous',
    name: typed('name'),
    reach: typed('reach'),
    limit: typed('limit') || 'advise',
  };
  const { since, name, reach, ...answers } = values;
  const answer = await attempt(() =>
    call(apis.cases.report, {
      // What is missing or too long is told by the service, in the place where it stands.
      body: {
        ...(answers as unknown as IncidentReport),
        ...(name && { name }),
        ...(reach && { reach }),
        awareAt: new Date(requestTime - (Number(since) || 0) * 60_000).toISOString(),
        language: locale,
        asIs: typed('do') === 'asIs',
        website: typed('website'),
      },
    }),
  );
  if (answer.refused) return { values, refused: answer.refused };
  const { token, ...receipt } = answer.done;
  // He has just reported: files can follow at once.
  return data({ receipt }, { headers: { 'set-cookie': receiptCookie(request, token) } });
}

/** Read once, frightened, on a phone: three questions, what to do meanwhile, and everything else if there is time. */
export default function Report({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  if (actionData && 'receipt' in actionData && actionData.receipt)
    return <ReceiptPage receipt={actionData.receipt} />;
  return <ReportForm formKey={loaderData.key} answer={actionData} />;
}

function ReportForm({ formKey, answer }: { formKey: string; answer: Route.ComponentProps['actionData'] }) {
  const text = useText();
  const { me } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  const form = useRef<HTMLFormElement>(null);
  useKept(DRAFT, form);
  const values = answer && 'values' in answer ? answer.values : undefined;
  const refusal = answer && 'refused' in answer ? answer : undefined;
  const error = useFieldError(refusal);
  const isMember = me?.roles.some((role) => role === 'MEM' || role === 'MAD');
  return (
    <Page
      plain
      title={text('report')}
      lead={text('report.lead')}
      seen={{ scope: 'receipt' }}
      help={text('report.help')}
    >
      <CallUs />
      {refusal?.refused?.code === 'holds-secret' ? (
        <SecretWarning form="report" />
      ) : (
        <RefusalNotice answer={refusal} />
      )}
      <Form method="post" id="report" ref={form} className="stack report-form">
        <input type="hidden" name="key" defaultValue={values?.key ?? formKey} />
        <section className="panel question stack stack-s">
          <Choices
            label={text('report.danger')}
            name="danger"
            options={Danger.options.map((value) => ({ value, label: text(`report.danger.${value}`) }))}
            value={values?.danger}
          />
          <FirstThirty after="danger" />
        </section>
        <section className="panel question stack stack-s">
          <Choices
            label={text('report.control')}
            name="control"
            options={Control.options.map((value) => ({ value, label: text(`report.control.${value}`) }))}
            value={values?.control}
          />
          <FirstThirty after="control" />
        </section>
        <section className="panel question stack stack-s">
          <TextArea
            label={text('report.sees')}
            hint={text('report.sees.hint')}
            error={error('sees')}
            name="sees"
            rows={4}
            required
            maxLength={8000}
            defaultValue={values?.sees}
          />
        </section>
        <details className="panel more" open={Boolean(values?.place || values?.details)}>
          <summary>{text('report.more')}</summary>
          <div className="stack">
            <TextField
              label={text('report.place')}
              name="place"
              maxLength={500}
              defaultValue={values?.place}
              error={error('place')}
            />
            <SelectField
              label={text('report.since')}
              name="since"
              defaultValue={values?.since ?? '0'}
              options={ago.map((value) => ({ value, label: text(`report.since.${value}`) }))}
            />
            <TextArea
              label={text('report.details')}
              hint={text('report.details.hint')}
              name="details"
              rows={6}
              maxLength={20_000}
              defaultValue={values?.details}
              error={error('details')}
            />
          </div>
        </details>
        <section className="panel stack">
          <Choices
            label={text('report.naming')}
            name="naming"
            options={ReporterNaming.options
              .filter((one) => one !== 'member' || isMember)
              .map((value) => ({
                value,
                label: text(`report.naming.${value}`),
                hint: text(`report.naming.${value}.means`),
              }))}
            value={values?.naming ?? (isMember ? 'member' : 'anonymous')}
          />
          <div className="stack name-fields">
            <TextField
              label={text('report.name')}
              name="name"
              maxLength={200}
              autoComplete="name"
              defaultValue={values?.name}
              error={error('name')}
            />
            <TextField
              label={text('report.reach')}
              hint={text('report.reach.hint')}
              name="reach"
              maxLength={300}
              defaultValue={values?.reach}
              error={error('reach')}
            />
          </div>
          <Choices
            label={text('report.limit')}
            hint={text('report.limit.hint')}
            name="limit"
            options={HandlingLimit.options.map((value) => ({
              value,
              label: text(`report.limit.${value}`),
              hint: text(`report.limit.${value}.means`),
            }))}
            value={values?.limit ?? 'advise'}
          />
        </section>
        {/* Programs fill in everything; people do not see it. */}
        <div className="left-empty" aria-hidden="true">
          <label>
            {text('report.leftEmpty')}
            <input name="website" tabIndex={-1} autoComplete="off" />
          </label>
        </div>
        <div>
          <Button type="submit" kind="main" size="large" busy={busy}>
            {text('report.send')}
          </Button>
        </div>
        <p className="soft">{text('report.send.what')}</p>
      </Form>
      <section className="stack" aria-labelledby="first">
        <h2 id="first">{text('report.first30')}</h2>
        <p className="soft">{text('report.first30.lead')}</p>
        <FirstThirty after="sees" />
      </section>
      <p>
        <Link to="/report/follow">{text('report.follow')}</Link>
      </p>
    </Page>
  );
}

function ReceiptPage({ receipt: { reference, words, lane, again } }: { receipt: Omit<Receipt, 'token'> }) {
  const text = useText();
  useForgotten(DRAFT);
  return (
    <Page plain title={text('receipt.title')} lead={text('receipt.lead')} seen={{ scope: 'receipt' }}>
      {again && <Notice title={text('receipt.again')}>{text('receipt.again.what')}</Notice>}
      {lane === 'slow' && (
        <Notice kind="warn" title={text('receipt.slow')}>
          {text('receipt.slow.do')}
        </Notice>
      )}
      <section className="panel stack receipt" aria-labelledby="receipt">
        <h2 id="receipt">{text('receipt.keep')}</h2>
        <dl className="receipt-facts">
          <dt>{text('receipt.reference')}</dt>
          <dd>
            <strong className="receipt-reference">{reference}</strong>
          </dd>
          <dt>{text('receipt.words')}</dt>
          <dd>
            <ol className="receipt-words" lang="en" translate="no">
              {words.map((one, place) => (
                // A word may come twice; its place is what it is.
                // oxlint-disable-next-line react/no-array-index-key
                <li key={place}>{one}</li>
              ))}
            </ol>
          </dd>
        </dl>
        <p>{text('receipt.once')}</p>
        <p className="row needs-scripts">
          <CopyButton words={`${reference}\n${words.join(' ')}`} label={text('receipt.copy')} />
        </p>
      </section>
      <FileStep files={[]} />
      <section className="stack stack-s" aria-labelledby="next">
        <h2 id="next">{text('receipt.next')}</h2>
        <ol className="next-steps">
          <li>{text('receipt.next.read')}</li>
          <li>{text('receipt.next.answer')}</li>
          <li>{text('receipt.next.urgent')}</li>
        </ol>
        <CallUs />
        <p className="row">
          <ButtonLink to="/report/follow" kind="main">
            {text('report.follow')}
          </ButtonLink>
          <Link to="/rfc2350">{text('rfc2350')}</Link>
        </p>
      </section>
      <section className="stack" aria-labelledby="first">
        <h2 id="first">{text('report.first30')}</h2>
        <FirstThirty after="sees" />
      </section>
    </Page>
  );
}
