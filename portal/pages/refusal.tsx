import { useText } from '../i18n/text.tsx';
import { FormError } from '../ui/field.tsx';
import type { Refused } from './calls.ts';

export type Answer = { refused?: Refused['refused'] | undefined } | undefined | null;

/** What the service said no to, in the reader's words, first thing in the form. */
export function RefusalNotice({ answer }: { answer: Answer }) {
  const text = useText();
  if (!answer?.refused) return null;
  const { refused } = answer;
  return (
    <FormError>
      <p>{text.coded('problem', refused)}</p>
      {refused.requestId && (
        <p className="small soft">
          {text('error.requestId')} <code>{refused.requestId}</code>
        </p>
      )}
    </FormError>
  );
}

/** What is wrong with one field, if anything. */
export function useFieldError(answer: Answer): (path: string) => string | undefined {
  const text = useText();
  return (path) => {
    const found = answer?.refused?.fields.find(
      (field) => field.path === path || field.path.endsWith(`.${path}`),
    );
    return found
      ? text.coded('fieldProblem', { code: found.message, text: text('fieldProblem') })
      : undefined;
  };
}
