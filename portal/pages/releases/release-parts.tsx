import { CheckName, type CheckResult, type PublishedText } from '@busbar/contract';
import { Form, useNavigation, useSearchParams } from 'react-router';

import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices, TextArea, TextField } from '../../ui/field.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { word } from '../calls.ts';
import { csafSentence } from '../csaf-sentence.ts';
import { PublicationText } from '../publication-text.tsx';

/** What a second checker looks at and says of a release, inside the CERT or invited from outside. */
interface Reviewed {
  readonly snapshot: string;
  readonly texts: readonly PublishedText[];
  readonly checks: readonly CheckResult[];
}

/** As the world will read it, a language at a time. */
export function AsItWillLook({ release: { texts } }: { release: Pick<Reviewed, 'texts'> }) {
  const text = useText();
  const [query] = useSearchParams();
  const shown = texts.find(({ language }) => language === query.get('language')) ?? texts[0];
  return (
    <section className="stack stack-s" aria-labelledby="look">
      <h2 id="look">{text('release.look')}</h2>
      <p className="soft measure">{text('release.look.lead')}</p>
      {texts.length > 1 && (
        <Tabs
          label={text('language')}
          tabs={texts.map(({ language }) => ({
            label: languageName(language),
            to: `?language=${language}`,
            current: language === shown?.language,
          }))}
        />
      )}
      {shown && (
        <div className="panel stack">
          <h3 className="publication-title" lang={shown.language}>
            {shown.title}
          </h3>
          <PublicationText published={shown} under={3} />
        </div>
      )}
    </section>
  );
}

/** What one check found. */
export function Found({ check }: { check: CheckResult }) {
  const text = useText();
  if (check.findings.length === 0) return <span className="soft">{text(`check.${check.name}.passed`)}</span>;
  return (
    <div className="stack stack-s">
      <ul className="plain-list">
        {check.findings.slice(0, 10).map(({ told, where }, place) => (
          <li key={`${where}-${told.code}-${place}`}>
            {check.name === 'validator' ? csafSentence(text, told) : text.coded('finding', told)}{' '}
            {where && <code className="small soft">{where}</code>}
          </li>
        ))}
      </ul>
      {check.findings.length > 10 && (
        <p className="small soft">{text('release.check.more', { count: check.findings.length - 10 })}</p>
      )}
      {check.answer && (
        <p className="small">
          <strong>{text('release.answer')}</strong> {check.answer}
        </p>
      )}
    </div>
  );
}

/** Where the second checker answers each warning, and says whether it could prepare an attack. */
export function Review({ release }: { release: Pick<Reviewed, 'snapshot' | 'checks'> }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const warnings = release.checks.filter(({ outcome }) => outcome === 'warning');
  return (
    <section className="panel stack" aria-labelledby="review">
      <h2 id="review">{text('release.review')}</h2>
      <p className="soft">{text('release.review.lead')}</p>
      <Form method="post" className="stack">
        <input type="hidden" name="do" value="review" />
        <input type="hidden" name="snapshot" value={release.snapshot} />
        {warnings.map(({ name }) => (
          <TextField
            key={name}
            name={`answer-${name}`}
            label={text('release.answer.of', { check: text(`check.${name}`) })}
            maxLength={2000}
          />
        ))}
        <Choices
          label={text('release.harm')}
          name="couldHarm"
          value="no"
          options={[
            { value: 'no', label: text('release.harm.choose.no') },
            { value: 'yes', label: text('release.harm.choose.yes') },
          ]}
        />
        <TextArea label={text('release.reason')} name="reason" required maxLength={2000} rows={3} />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('release.review.do')}
          </Button>
        </div>
      </Form>
    </section>
  );
}

/** What he said, of `Review`. */
export function reviewIn(form: FormData) {
  const given = CheckName.options.map((name) => [name, word(form, `answer-${name}`)] as const);
  return {
    snapshot: word(form, 'snapshot'),
    reason: word(form, 'reason'),
    couldHarm: word(form, 'couldHarm') === 'yes',
    answers: Object.fromEntries(given.filter(([, answer]) => answer !== '')),
  };
}
