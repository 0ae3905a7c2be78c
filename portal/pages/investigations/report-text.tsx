import {
  type CaseFact,
  type Finding,
  flawsOf,
  type InvestigationReport,
  Language,
  type ReportFlaw,
} from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, useNavigation } from 'react-router';

import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';

/** The text in sections, and below each what keeps it from being submitted, as one types. */
export function ReportText({
  of,
  report,
  facts,
  recommendations,
  writesIn,
}: {
  of: string;
  report: InvestigationReport | null;
  facts: readonly CaseFact[];
  recommendations: readonly Finding[];
  writesIn: (element: HTMLTextAreaElement) => void;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const [sections, setSections] = useState([...(report?.sections ?? []), { heading: '', text: '' }]);
  const flaws = flawsOf(sections, recommendations, facts);
  const ofRecommendations = Map.groupBy(
    flaws.filter((flaw) => flaw.recommendation !== undefined),
    (flaw) => flaw.recommendation!,
  );
  const typed = (at: number, written: string) =>
    setSections((all) => all.map((one, n) => (n === at ? { ...one, text: written } : one)));
  return (
    <Form method="post" className="stack">
      <input type="hidden" name="revision" value={report?.revision ?? 0} />
      <div className="investigation-head">
        <TextField
          label={text('investigation.title')}
          name="title"
          required
          maxLength={200}
          defaultValue={report?.title}
        />
        <SelectField
          label={text('language')}
          name="language"
          defaultValue={report?.language ?? 'en'}
          options={Language.options.map((one) => ({ value: one, label: languageName(one) }))}
        />
      </div>
      {sections.map((section, at) => (
        <fieldset key={at} className="stack stack-s investigation-section">
          <TextField
            label={text('investigation.heading', { number: at + 1 })}
            name="heading"
            maxLength={200}
            defaultValue={section.heading}
          />
          <TextArea
            label={text('investigation.section', { number: at + 1 })}
            name="text"
            rows={8}
            maxLength={40_000}
            defaultValue={section.text}
            onFocus={(event) => writesIn(event.currentTarget)}
            onInput={(event) => typed(at, event.currentTarget.value)}
          />
          <Flaws flaws={flaws.filter((flaw) => flaw.section === at)} />
        </fieldset>
      ))}
      <div>
        <Button onClick={() => setSections((all) => [...all, { heading: '', text: '' }])}>
          {text('investigation.addSection')}
        </Button>
      </div>
      {[...ofRecommendations].map(([number, found]) => (
        <Flaws key={number} of={`R${number}`} flaws={found} />
      ))}
      <div className="row">
        <Button type="submit" name="do" value="save" kind="main" busy={busy}>
          {text('investigation.save')}
        </Button>
        <Button type="submit" name="do" value="submit" busy={busy}>
          {text('investigation.submit')}
        </Button>
        {report && <Link to={`/cases/${of}/reports/${report.version}`}>{text('investigation.print')}</Link>}
        <span className={flaws.length > 0 ? 'warn-words' : 'soft'}>
          {text('investigation.flaws', { count: flaws.length })}
        </span>
      </div>
    </Form>
  );
}

/** What was closed, for somebody who did not write in it. */
export function ReportCheck({ of, report }: { of: string; report: InvestigationReport }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { version, title, sha256, mayDo } = report;
  return (
    <div className="panel stack">
      <p>{text('investigation.submitted')}</p>
      <Link to={`/cases/${of}/reports/${version}`}>{title}</Link>
      <code className="small">{sha256}</code>
      {mayDo.includes('check') && (
        <Form method="post" className="stack stack-s">
          <input type="hidden" name="sha256" value={sha256 ?? ''} />
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
  );
}

const mostShown = 20;

function Flaws({ flaws, of }: { flaws: readonly ReportFlaw[]; of?: string }) {
  const text = useText();
  if (flaws.length === 0) return null;
  return (
    <Notice
      kind="warn"
      title={[of, text('investigation.flaws', { count: flaws.length })].filter(Boolean).join(': ')}
    >
      <ul>
        {flaws.slice(0, mostShown).map((flaw, at) => (
          <li key={at}>
            {text(`reportFlaw.${flaw.kind}`, { fact: flaw.fact ?? 0, sentence: flaw.sentence?.text ?? '' })}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
