import {
  type CaseFact,
  type Finding,
  flawsOf,
  type InvestigationReport,
  Language,
  type ReportFlaw,
  type ReportSection,
} from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, useNavigation } from 'react-router';

import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { word } from '../calls.ts';
import { EditionFields, Meanwhile, useEdition } from '../edition.tsx';

/** What the form of the report says. */
export function reportIn(form: FormData): { language: Language; title: string; sections: ReportSection[] } {
  // As it was typed; browsers send line ends of their own.
  const typed = (value: FormDataEntryValue) =>
    typeof value === 'string' ? value.replaceAll('\r\n', '\n') : '';
  const texts = form.getAll('text').map(typed);
  const numbers = form.getAll('section').map(Number);
  return {
    language: Language.parse(word(form, 'language')),
    title: word(form, 'title'),
    sections: form
      .getAll('heading')
      .map(typed)
      .flatMap((heading, at) =>
        heading.trim() || texts[at]?.trim()
          ? [
              {
                heading: heading.trim(),
                text: texts[at] ?? '',
                ...(numbers[at] && { number: numbers[at] }),
              },
            ]
          : [],
      ),
  };
}

interface Beside {
  readonly facts: readonly CaseFact[];
  readonly recommendations: readonly Finding[];
  readonly writesIn: (element: HTMLTextAreaElement) => void;
}

/** The text of the report while it is written. Once it is closed, it is checked; whoever still typed keeps his words. */
export function ReportText({
  of,
  report,
  last,
  ...beside
}: {
  of: string;
  report: InvestigationReport | null;
  /** The last final one, with which the next version begins. */
  last: ReturnType<typeof reportIn> | null;
} & Beside) {
  const text = useText();
  const edition = useEdition({
    name: 'report',
    revision: report?.revision ?? 0,
    value: {
      language: (report ?? last)?.language ?? ('en' as const),
      title: (report ?? last)?.title ?? '',
      sections: (report ?? last)?.sections ?? [],
    },
    read: reportIn,
    kept: `report of ${of}`,
  });
  const isClosed = report?.state === 'submitted';
  return (
    <>
      {isClosed && <ReportCheck of={of} report={report} />}
      {(!isClosed || edition.isHeld) && (
        <Form method="post" className="stack" key={edition.key} {...edition.form}>
          <EditionFields of={edition} />
          <ReportFields of={of} report={report} begun={edition.value} {...beside} />
          <Meanwhile
            of={edition}
            by={report?.changedBy ?? null}
            lines={({ title, language, sections }) => [
              { label: text('investigation.title'), says: title },
              { label: text('language'), says: languageName(language) },
              ...sections.flatMap(({ heading, text: says }, at) => [
                { label: text('investigation.heading', { number: at + 1 }), says: heading },
                { label: text('investigation.section', { number: at + 1 }), says },
              ]),
            ]}
          />
        </Form>
      )}
    </>
  );
}

/** The text in sections, and below each what keeps it from being submitted, as one types. */
function ReportFields({
  of,
  report,
  begun,
  facts,
  recommendations,
  writesIn,
}: {
  of: string;
  report: InvestigationReport | null;
  begun: ReturnType<typeof reportIn>;
} & Beside) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const [sections, setSections] = useState<readonly ReportSection[]>([
    ...begun.sections,
    { heading: '', text: '' },
  ]);
  const flaws = flawsOf(sections, recommendations, facts);
  const ofRecommendations = Map.groupBy(
    flaws.filter((flaw) => flaw.recommendation !== undefined),
    (flaw) => flaw.recommendation!,
  );
  const typed = (at: number, written: string) =>
    setSections((all) => all.map((one, n) => (n === at ? { ...one, text: written } : one)));
  return (
    <>
      <div className="investigation-head">
        <TextField
          label={text('investigation.title')}
          name="title"
          required
          maxLength={200}
          defaultValue={begun.title}
        />
        <SelectField
          label={text('language')}
          name="language"
          defaultValue={begun.language}
          options={Language.options.map((one) => ({ value: one, label: languageName(one) }))}
        />
      </div>
      {sections.map((section, at) => (
        <fieldset key={at} className="stack stack-s investigation-section">
          <input type="hidden" name="section" value={section.number ?? ''} />
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
        <ConfirmButton
          kind="plain"
          name="do"
          value="submit"
          busy={busy}
          question={text('investigation.submit.question')}
          consequence={text('investigation.submit.consequence')}
          confirm={text('investigation.submit')}
        >
          {text('investigation.submit')}
        </ConfirmButton>
        {report && <Link to={`/cases/${of}/reports/${report.version}`}>{text('investigation.print')}</Link>}
        {report &&
          Language.options
            .filter((one) => one !== report.language)
            .map((one) => (
              <Link key={one} to={`/cases/${of}/report/translations/${one}`}>
                {text('reportTranslation', { language: text(`languageName.${one}`) })}
              </Link>
            ))}
        <span className={flaws.length > 0 ? 'warn-words' : 'soft'}>
          {text('investigation.flaws', { count: flaws.length })}
        </span>
      </div>
    </>
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
            <ConfirmButton
              name="do"
              value="check"
              kind="plain"
              busy={busy}
              question={text('investigation.final.question', { version })}
              consequence={text('investigation.final.consequence')}
              confirm={text('investigation.makeFinal')}
            >
              {text('investigation.makeFinal')}
            </ConfirmButton>
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

export function Flaws({ flaws, of }: { flaws: readonly ReportFlaw[]; of?: string }) {
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
