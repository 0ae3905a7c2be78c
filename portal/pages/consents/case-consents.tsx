import { apis, Attribution, scopesOf, SubjectKind, Tlp as TlpLabel } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { all, attempt, reader, signedIn, word, words } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { EditionFields, useAdding } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/case-consents';
import { answerConsent, CaseConsentCard, KeptBack } from './case-consent-parts.tsx';
import { ConsentsLeft } from './consents-left.tsx';
import { ConsentUses } from './consent-uses.tsx';
import { useSpans } from './consent-parts.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const consents = await read(apis.caseConsents.ofCase, { params: { id } });
  const drafts = consents.mayAsk ? (await read(apis.publications.list, { query: { limit: 100 } })).items : [];
  const facts = consents.mayAsk
    ? (
        await all((after) =>
          read(apis.investigations.facts, { params: { id }, query: { limit: 200, ...(after && { after }) } }),
        )
      ).items
    : [];
  return { ...consents, drafts, facts, pulse };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const says = word(form, 'says');
  const answer = form.has('consent')
    ? await answerConsent(call, form)
    : form.has('subject')
      ? await attempt(() =>
          call(apis.caseConsents.use, {
            params: { id },
            body: {
              subject: { kind: SubjectKind.parse(word(form, 'kind')), id: word(form, 'subject') },
              parts: words(form, 'part'),
            },
          }),
        )
      : await attempt(() =>
          call(apis.caseConsents.ask, {
            params: { id },
            body: {
              purpose: word(form, 'purpose'),
              items: [
                ...words(form, 'fact').map((fact) => ({ kind: 'fact' as const, id: fact })),
                ...says
                  .split('\n')
                  .map((line) => line.trim())
                  .filter(Boolean)
                  .map((line) => ({ kind: 'indicator' as const, says: line })),
                ...(['lesson', 'name'] as const).flatMap((kind) =>
                  word(form, kind) ? [{ kind, says: word(form, kind) }] : [],
                ),
              ],
              audience: word(form, 'audience') as 'members',
              label: TlpLabel.parse(word(form, 'label')),
              attribution: Attribution.parse(word(form, 'attribution')),
              days: Number(word(form, 'days')),
            },
          }),
        );
  if (answer.refused) return answer;
  throw redirect(`/cases/${id}/consents`);
}

/** What of a case may leave, what it goes into, and what already left. */
export default function CaseConsents({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('ask');
  const { pulse, case: of, items, uses, drafts, left, kept, facts, mayAsk } = loaderData;
  const audiences = scopesOf('GREEN').filter((scope) => !['named', 'case', 'org', 'clients'].includes(scope));
  return (
    <Page
      title={text('caseConsents')}
      lead={text('caseConsents.lead')}
      seen={{ scope: 'receipt', label: of.label, owner: of.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${of.id}`}>{of.reference}</Link>
        </>
      }
    >
      <CaseTabs id={of.id} current="/consents" pulse={pulse} />
      <RefusalNotice answer={actionData} />
      <KeptBack kept={kept} />
      {items.length === 0 && <p className="soft">{text('caseConsents.none')}</p>}
      {items.map((consent) => (
        <CaseConsentCard key={consent.id} {...{ consent, uses, left, busy }} givesBack={mayAsk} />
      ))}
      {mayAsk && (
        <details className="panel more">
          <summary>{text('caseConsents.ask')}</summary>
          <Form method="post" className="stack measure" key={adding.key} {...adding.form}>
            <EditionFields of={adding} />
            <TextField
              label={text('consent.purpose')}
              hint={text('consent.purpose.hint')}
              name="purpose"
              maxLength={500}
              required
            />
            <TextArea label={text('caseConsents.items')} hint={text('caseConsents.items.hint')} name="says" />
            {facts.some(({ withdrawn }) => !withdrawn) && (
              <details className="more">
                <summary>{text('caseConsents.facts')}</summary>
                {facts
                  .filter(({ withdrawn }) => !withdrawn)
                  .map(({ id, number, says }) => (
                    <Checkbox key={id} name="fact" value={id} label={`F${number}: ${says}`} />
                  ))}
              </details>
            )}
            <TextField
              label={text('caseConsents.lesson')}
              hint={text('caseConsents.lesson.hint')}
              name="lesson"
              maxLength={500}
            />
            <TextField
              label={text('caseConsents.name')}
              hint={text('caseConsents.name.hint')}
              name="name"
              maxLength={500}
            />
            <SelectField
              label={text('caseConsents.audience')}
              name="audience"
              defaultValue="members"
              options={audiences.map((scope) => ({ value: scope, label: text(`audience.${scope}`) }))}
            />
            <SelectField
              label={text('caseConsents.label')}
              name="label"
              defaultValue="GREEN"
              options={TlpLabel.options.map((label) => ({ value: label, label: `TLP:${label}` }))}
            />
            <SelectField
              label={text('caseConsents.attribution')}
              name="attribution"
              defaultValue="anonymous"
              options={Attribution.options.map((one) => ({ value: one, label: text(`attribution.${one}`) }))}
            />
            <SelectField label={text('consent.span')} name="days" defaultValue="90" options={useSpans()} />
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('caseConsents.ask')}
              </Button>
            </div>
          </Form>
        </details>
      )}
      <ConsentUses {...{ items, uses, drafts, busy, mayAsk }} />
      <ConsentsLeft {...{ left, items }} />
    </Page>
  );
}
