import { apis, type Call, type Case, HandlingLimit } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { loadMessages } from '../../i18n/messages.ts';
import { makeText, useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/field.tsx';
import { attempt, type Refused, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';

type Limited = Pick<Case, 'id' | 'limit' | 'language'>;
export type LimitAnswer = { refused?: Refused['refused'] | undefined } | undefined;

/** Each limit includes the ones before it: to ask for more is to ask for the next one. */
const nextOf = (limit: HandlingLimit) =>
  limit === 'advise' ? 'analyse' : limit === 'analyse' ? 'shareIndicators' : undefined;

/** What `LimitForm` says. */
export function setLimit(call: Call, id: string, form: FormData) {
  const limit = HandlingLimit.parse(word(form, 'limit'));
  return attempt(() => call(apis.cases.allow, { params: { id }, body: { limit } }));
}

/** A message in the language of whoever reported, which says where it is decided. */
export async function askForMore(call: Call, { id, limit, language }: Limited) {
  const more = nextOf(limit);
  if (!more) return { refused: undefined };
  const said = makeText(language, await loadMessages(language));
  const body = said(`limit.ask.message.${more}`);
  return attempt(() =>
    call(apis.cases.write, { params: { id }, body: { body, internal: false, asIs: true } }),
  );
}

/** For whoever the case is from: more or less, at any time. */
export function LimitForm({ found, answer }: { found: Limited; answer: LimitAnswer }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <details className="more" open={answer?.refused !== undefined}>
      <summary>{text('limit.change')}</summary>
      <Form method="post" className="stack stack-s" key={found.limit}>
        <RefusalNotice answer={answer} />
        <input type="hidden" name="case" value={found.id} />
        <input type="hidden" name="do" value="allow" />
        <Choices
          label={text('report.limit')}
          hint={text('limit.change.means')}
          name="limit"
          options={HandlingLimit.options.map((value) => ({
            value,
            label: text(`report.limit.${value}`),
            hint: text(`report.limit.${value}.means`),
          }))}
          value={found.limit}
        />
        <div>
          <Button type="submit" busy={busy}>
            {text('limit.save')}
          </Button>
        </div>
      </Form>
    </details>
  );
}

/** For the CERT. */
export function AskForMore({ found: { limit }, answer }: { found: Limited; answer: LimitAnswer }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const more = nextOf(limit);
  if (!more) return null;
  return (
    <Form method="post" className="stack stack-s">
      <RefusalNotice answer={answer} />
      <div>
        <Button type="submit" name="do" value="ask-for-more" busy={busy}>
          {text('limit.ask')}
        </Button>
      </div>
      <p className="soft small">{text('limit.ask.means', { limit: text(`report.limit.${more}`) })}</p>
    </Form>
  );
}
