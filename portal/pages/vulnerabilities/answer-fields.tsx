import { type Claim, type Fact, StatedVerification, type VerdictInput } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Choices, TextArea, TextField } from '../../ui/field.tsx';
import { word, words as wordsIn } from '../calls.ts';
import { useFactWords } from './fact-words.ts';

/** What somebody answers: the value of one of the sources or one of his own, how sure he is, and why. */
export function AnswerFields({
  about,
  claims,
  error,
  reason = false,
}: {
  about: Pick<Fact, 'kind' | 'aspect' | 'subject'>;
  claims: readonly Claim[];
  error: (path: string) => string | undefined;
  /** A dispute is resolved with a reason. */
  reason?: boolean;
}) {
  const text = useText();
  const words = useFactWords();
  const groups = [...Map.groupBy(claims, ({ group }) => group).values()];
  return (
    <>
      <fieldset className="field">
        <legend>{text('answer.value')}</legend>
        {groups.map((same) => (
          <div className="choice" key={same[0]!.id}>
            <input type="radio" name="pick" value={same[0]!.value} id={`pick-${same[0]!.id}`} />
            <label htmlFor={`pick-${same[0]!.id}`}>
              <span className="board-value">{words.value(about, same[0]!.value)}</span>
            </label>
            <p className="field-hint">{[...new Set(same.map(({ publisher }) => publisher))].join(', ')}</p>
          </div>
        ))}
        {groups.length > 0 && (
          <div className="choice">
            <input type="radio" name="pick" value="" id="pick-own" />
            <label htmlFor="pick-own">{text('answer.own')}</label>
          </div>
        )}
        <TextField
          name="own"
          label={text(groups.length > 0 ? 'answer.own.value' : 'answer.own.only')}
          error={error('value')}
          maxLength={1000}
        />
      </fieldset>
      <Choices
        name="verification"
        label={text('answer.verification')}
        options={StatedVerification.options.map((value) => ({
          value,
          label: text(`verification.${value}`),
          hint: text(`verification.${value}.means`),
        }))}
      />
      {claims.length > 0 && (
        <Choices
          name="claims"
          type="checkbox"
          label={text('answer.claims')}
          hint={error('claims') ?? text('answer.claims.hint')}
          options={claims.map((claim) => ({
            value: claim.id,
            label: `${claim.publisher}: ${words.value(about, claim.value)}`,
          }))}
        />
      )}
      <TextArea
        name="evidence"
        label={text(reason ? 'answer.reason' : 'answer.evidence')}
        hint={text(reason ? 'answer.reason.hint' : 'answer.evidence.hint')}
        error={error('evidence')}
        required={reason}
        maxLength={5000}
        rows={4}
      />
      <TextArea
        name="links"
        label={text('answer.links')}
        hint={text('answer.links.hint')}
        error={error('links')}
        rows={2}
      />
    </>
  );
}

export function answerIn(form: FormData): VerdictInput {
  return {
    value: word(form, 'own') || word(form, 'pick'),
    verification: StatedVerification.catch('unverified').parse(word(form, 'verification')),
    evidence: word(form, 'evidence'),
    links: word(form, 'links').split(/\s+/).filter(Boolean),
    claims: wordsIn(form, 'claims'),
  };
}
