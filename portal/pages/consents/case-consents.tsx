import { apis, Attribution, scopesOf, SubjectKind, Tlp as TlpLabel } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word, words } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { EditionFields, useAdding } from '../edition.tsx';
import { pulseOf } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/case-consents';
import { answerConsent, CaseConsentCard } from './case-consent-parts.tsx';
import { ConsentUses } from './consent-uses.tsx';
import { useSpans } from './consent-parts.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const consents = await read(apis.caseConsents.ofCase, { params: { id } });
  const drafts = consents.mayAsk ? (await read(apis.publications.list, { query: { limit: 100 } })).items : [];
  return { ...consents, drafts, pulse };
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
              items: says
                .split('\n')
                .map((line) => line.trim())
                .filter(Boolean)
                .map((line) => ({ kind: 'indicator' as const, says: line })),
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
export default function CaseConsents({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('ask');
  const { pulse, case: of, items, uses, drafts, left, mayAsk } = loaderData;
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
      {items.length === 0 && <p className="soft">{text('caseConsents.none')}</p>}
      {items.map((consent) => (
        <CaseConsentCard key={consent.id} consent={consent} busy={busy} />
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
            <TextArea
              label={text('caseConsents.items')}
              hint={text('caseConsents.items.hint')}
              name="says"
              required
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
      <section className="stack stack-s">
        <h2>{text('caseConsents.left')}</h2>
        {left.length === 0 ? (
          <p className="soft">{text('caseConsents.left.none')}</p>
        ) : (
          <SmallTable label={text('caseConsents.left')}>
            <thead>
              <tr>
                <th scope="col">{text('caseConsents.left.what')}</th>
                <th scope="col">{text('caseConsents.left.to')}</th>
                <th scope="col">{text('caseConsents.left.at')}</th>
              </tr>
            </thead>
            <tbody>
              {left.map((one) => (
                <tr key={one.release}>
                  <td>
                    {one.ref} {one.version} <Tlp label={one.label} />{' '}
                    {one.recalledAt && <span className="badge">{text('caseConsents.recalled')}</span>}
                  </td>
                  <td>
                    {text(`audience.${one.audience}`)} ·{' '}
                    {text('caseConsents.left.reach', { members: one.members, told: one.told })}
                  </td>
                  <td>
                    <Time at={one.at} style="short" />
                  </td>
                </tr>
              ))}
            </tbody>
          </SmallTable>
        )}
      </section>
    </Page>
  );
}
