import {
  apis,
  type CaseFact,
  FindingEffort,
  FindingSeverity,
  Language,
  OperationEffect,
  unsupportedIn,
} from '@busbar/contract';
import { useRef, useState } from 'react';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { all, attempt, reader, signedIn, word } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/report-editor';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const report = await read(apis.investigations.report, { params: { id } });
  if (!report.mayWrite) return { ...report, facts: [], sources: [], recommendations: [] };
  const [facts, sources, recommendations] = await Promise.all([
    all((after) =>
      read(apis.investigations.facts, { params: { id }, query: { limit: 200, ...(after && { after }) } }),
    ),
    read(apis.investigations.sources, { params: { id } }),
    read(apis.findings.list, { query: { case: id, limit: 200 } }),
  ]);
  return {
    ...report,
    facts: facts.items,
    sources: sources.items,
    recommendations: recommendations.items.toReversed(),
  };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id };
  const answer = await attempt<unknown>(async () => {
    switch (word(form, 'do')) {
      case 'fact': {
        const [source, of] = word(form, 'evidence').split(' ');
        const evidence = of ? [{ source: source as 'message', id: of, place: word(form, 'place') }] : [];
        return call(apis.investigations.addFact, { params, body: { says: word(form, 'says'), evidence } });
      }
      case 'recommend':
        return call(apis.findings.add, {
          params,
          body: {
            title: word(form, 'what'),
            because: word(form, 'because'),
            kind: 'weakness',
            severity: FindingSeverity.parse(word(form, 'severity')),
            effort: FindingEffort.parse(word(form, 'effort')),
            effect: OperationEffect.parse(word(form, 'effect')),
            effectNote: word(form, 'effectNote'),
          },
        });
      case 'withdraw':
        return call(apis.investigations.withdrawFact, {
          params: { id, fact: word(form, 'fact') },
          body: { reason: word(form, 'reason') },
        });
      case 'check':
      case 'back':
        return call(apis.investigations.check, {
          params,
          body: {
            sha256: word(form, 'sha256'),
            agrees: word(form, 'do') === 'check',
            reason: word(form, 'reason'),
          },
        });
      default: {
        const headings = form.getAll('heading').map(typedIn);
        const texts = form.getAll('text').map(typedIn);
        const saved = await call(apis.investigations.save, {
          params,
          body: {
            revision: Number(word(form, 'revision')),
            language: Language.parse(word(form, 'language')),
            title: word(form, 'title'),
            sections: headings.flatMap((heading, at) =>
              heading.trim() || texts[at]?.trim() ? [{ heading: heading.trim(), text: texts[at] ?? '' }] : [],
            ),
          },
        });
        if (word(form, 'do') === 'submit')
          await call(apis.investigations.submit, { params, body: { revision: saved.revision } });
      }
    }
  });
  if (answer.refused) return answer;
  throw redirect(`/cases/${id}/report`);
}

/** Facts on the left, the text that names them on the right; who may not write reads the versions that are final. */
export default function ReportEditor({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { case: of, current, versions, mayWrite, facts, sources, recommendations } = loaderData;
  const area = useRef<HTMLTextAreaElement | null>(null);
  /** Puts the reference where one writes, as if it had been typed. */
  const insert = ({ number }: CaseFact) => {
    const at = area.current;
    if (!at) return;
    at.focus();
    at.setRangeText(` [F${number}]`, at.selectionStart, at.selectionEnd, 'end');
    at.dispatchEvent(new Event('input', { bubbles: true }));
  };
  return (
    <Page
      title={text('investigation')}
      lead={text('investigation.lead')}
      seen={{ scope: 'receipt', label: of.label, owner: of.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${of.id}`}>{of.reference}</Link>
        </>
      }
    >
      <CaseTabs id={of.id} current="/report" />
      <RefusalNotice answer={actionData} />
      {versions.length > 0 && (
        <section className="stack stack-s" aria-labelledby="versions">
          <h2 id="versions">{text('investigation.final')}</h2>
          <ul className="plain-list lines">
            {versions.map(({ version, title, at }) => (
              <li key={version}>
                <Link to={`/cases/${of.id}/reports/${version}`}>{title}</Link>{' '}
                <span className="soft">
                  {text('investigation.version', { version })} · <Time at={at} style="short" />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {!mayWrite && versions.length === 0 && <p className="soft">{text('investigation.none')}</p>}
      {mayWrite && (
        <div className="split">
          <section className="stack" aria-labelledby="facts">
            <h2 id="facts">{text('investigation.facts')}</h2>
            <ol className="plain-list lines">
              {facts.map((fact) => (
                <li key={fact.id} id={`F${fact.number}`} className={fact.withdrawn ? 'soft' : undefined}>
                  <Button
                    size="small"
                    kind="quiet"
                    onClick={() => insert(fact)}
                    disabled={fact.withdrawn !== null}
                    aria-label={text('investigation.insert', { number: fact.number })}
                  >
                    {`F${fact.number}`}
                  </Button>{' '}
                  {fact.says}
                  {fact.withdrawn && ` – ${text('investigation.withdrawn')}: ${fact.withdrawn.reason}`}
                  {fact.evidence.map((one) => (
                    <div key={`${one.id} ${one.place}`} className="soft small">
                      {text(`evidenceSource.${one.source}`)}: {one.name} {one.place}
                    </div>
                  ))}
                  {fact.evidence.length === 0 && (
                    <div className="small">{text('investigation.noEvidence')}</div>
                  )}
                </li>
              ))}
            </ol>
            <details className="panel more" open={facts.length === 0}>
              <summary>{text('investigation.addFact')}</summary>
              <Form method="post" className="stack stack-s" key={facts.length}>
                <TextArea label={text('investigation.says')} name="says" required maxLength={2000} rows={3} />
                <SelectField
                  label={text('investigation.evidence')}
                  name="evidence"
                  defaultValue=""
                  options={[
                    { value: '', label: text('investigation.noEvidence') },
                    ...sources.map(({ source, id, name }) => ({
                      value: `${source} ${id}`,
                      label: `${text(`evidenceSource.${source}`)}: ${name.slice(0, 80)}`,
                    })),
                  ]}
                />
                <TextField label={text('investigation.place')} name="place" maxLength={200} width="short" />
                <div>
                  <Button type="submit" name="do" value="fact" busy={busy}>
                    {text('investigation.addFact')}
                  </Button>
                </div>
              </Form>
            </details>
            <h2>{text('investigation.recommendations')}</h2>
            <ol className="plain-list lines">
              {recommendations.map(({ id, number, title }) => (
                <li key={id}>
                  <strong>{`R${number}`}</strong> {title}
                </li>
              ))}
            </ol>
            <details className="panel more">
              <summary>{text('investigation.recommend')}</summary>
              <Form method="post" className="stack stack-s" key={recommendations.length}>
                <TextField label={text('investigation.what')} name="what" required maxLength={200} />
                <TextArea
                  label={text('investigation.because')}
                  name="because"
                  maxLength={4000}
                  rows={2}
                  onFocus={(event) => (area.current = event.currentTarget)}
                />
                <SelectField
                  label={text('findings.severity')}
                  name="severity"
                  defaultValue="medium"
                  options={FindingSeverity.options.map((value) => ({
                    value,
                    label: text(`findingSeverity.${value}`),
                  }))}
                />
                <SelectField
                  label={text('findings.effort')}
                  name="effort"
                  defaultValue="days"
                  options={FindingEffort.options.map((value) => ({
                    value,
                    label: text(`findingEffort.${value}`),
                  }))}
                />
                <SelectField
                  label={text('findings.effect')}
                  name="effect"
                  defaultValue="none"
                  options={OperationEffect.options.map((value) => ({
                    value,
                    label: text(`findingEffect.${value}`),
                  }))}
                />
                <TextField label={text('findings.effectNote')} name="effectNote" maxLength={500} />
                <div>
                  <Button type="submit" name="do" value="recommend" busy={busy}>
                    {text('investigation.recommend')}
                  </Button>
                </div>
              </Form>
            </details>
          </section>
          <section className="stack" aria-labelledby="text">
            <h2 id="text">{text('investigation.text')}</h2>
            {current?.sentBack && (
              <Notice kind="warn" title={text('investigation.sentBack')}>
                {current.sentBack}
              </Notice>
            )}
            {current?.state === 'submitted' ? (
              <div className="panel stack">
                <p>{text('investigation.submitted')}</p>
                <Link to={`/cases/${of.id}/reports/${current.version}`}>{current.title}</Link>
                <code className="small">{current.sha256}</code>
                {current.mayDo.includes('check') && (
                  <Form method="post" className="stack stack-s">
                    <input type="hidden" name="sha256" value={current.sha256 ?? ''} />
                    <TextArea label={text('investigation.reason')} name="reason" maxLength={2000} rows={2} />
                    <div className="row">
                      <Button type="submit" name="do" value="check" kind="main" busy={busy}>
                        {text('investigation.makeFinal')}
                      </Button>
                      <Button type="submit" name="do" value="back" busy={busy}>
                        {text('investigation.back')}
                      </Button>
                    </div>
                  </Form>
                )}
              </div>
            ) : (
              <Form method="post" className="stack" key={current?.revision ?? 0}>
                <input type="hidden" name="revision" value={current?.revision ?? 0} />
                <TextField
                  label={text('investigation.title')}
                  name="title"
                  required
                  maxLength={200}
                  defaultValue={current?.title}
                />
                <SelectField
                  label={text('language')}
                  name="language"
                  defaultValue={current?.language ?? 'en'}
                  options={Language.options.map((one) => ({ value: one, label: languageName(one) }))}
                />
                {[...(current?.sections ?? []), { heading: '', text: '' }].map((section, at) => (
                  <Section key={at} {...section} onFocus={(element) => (area.current = element)} />
                ))}
                <div className="row">
                  <Button type="submit" name="do" value="save" kind="main" busy={busy}>
                    {text('investigation.save')}
                  </Button>
                  <Button type="submit" name="do" value="submit" busy={busy}>
                    {text('investigation.submit')}
                  </Button>
                  {current && (
                    <Link to={`/cases/${of.id}/reports/${current.version}`}>
                      {text('investigation.print')}
                    </Link>
                  )}
                </div>
              </Form>
            )}
          </section>
        </div>
      )}
    </Page>
  );
}

const typedIn = (value: FormDataEntryValue) =>
  typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';

/** One section; below it the sentences that name no fact, as one types. */
function Section({
  heading,
  text: written,
  onFocus,
}: {
  heading: string;
  text: string;
  onFocus: (element: HTMLTextAreaElement) => void;
}) {
  const text = useText();
  const [typed, setTyped] = useState(written);
  const flagged = unsupportedIn(typed);
  return (
    <fieldset className="stack stack-s">
      <TextField
        label={text('investigation.heading')}
        name="heading"
        maxLength={200}
        defaultValue={heading}
      />
      <TextArea
        label={text('investigation.section')}
        name="text"
        rows={8}
        maxLength={40_000}
        defaultValue={written}
        onFocus={(event) => onFocus(event.currentTarget)}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      {flagged.length > 0 && (
        <Notice kind="warn" title={text('investigation.flagged', { count: flagged.length })}>
          <ul>
            {flagged.slice(0, 20).map((one) => (
              <li key={one.start}>{one.text}</li>
            ))}
          </ul>
        </Notice>
      )}
    </fieldset>
  );
}
