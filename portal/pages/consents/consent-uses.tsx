import type { CaseConsent, ConsentUse, PublicationLine } from '@busbar/contract';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField } from '../../ui/field.tsx';

/** What items of the case go into, and whether it is stopped for want of consent. */
export function ConsentUses({
  items,
  uses,
  drafts,
  busy,
  mayAsk,
}: {
  items: readonly CaseConsent[];
  uses: readonly ConsentUse[];
  drafts: readonly Pick<PublicationLine, 'id' | 'ref' | 'title'>[];
  busy: boolean;
  mayAsk: boolean;
}) {
  const text = useText();
  const asked = new Map(items.flatMap((consent) => consent.items.map(({ part, says }) => [part, says])));
  const granted = new Set(
    items.flatMap((consent) =>
      consent.items.flatMap(({ part, state }) => (state === 'granted' ? [part] : [])),
    ),
  );
  if (asked.size === 0) return null;
  return (
    <section className="stack stack-s">
      <h2>{text('caseConsents.uses')}</h2>
      {uses.length === 0 && <p className="soft">{text('caseConsents.uses.none')}</p>}
      <ul className="plain-list lines">
        {uses.map(({ subject, title, parts }) => {
          const missing = parts.filter((part) => !granted.has(part)).length;
          return (
            <li key={subject.id}>
              <strong>{title ?? text('caseConsents.uses.unnamed')}</strong>{' '}
              <State standing={missing ? 'stopped' : 'done'}>
                {text('caseConsents.uses.missing', { count: missing })}
              </State>
              <ul>
                {parts.map((part) => (
                  <li key={part}>{asked.get(part)}</li>
                ))}
              </ul>
              {mayAsk && (
                <Form method="post">
                  <input type="hidden" name="kind" value={subject.kind} />
                  <input type="hidden" name="subject" value={subject.id} />
                  <Button type="submit" size="small" busy={busy}>
                    {text('caseConsents.uses.remove')}
                  </Button>
                </Form>
              )}
            </li>
          );
        })}
      </ul>
      {mayAsk && drafts.length > 0 && (
        <details className="panel more">
          <summary>{text('caseConsents.uses.set')}</summary>
          <Form method="post" className="stack stack-s measure">
            <input type="hidden" name="kind" value="publication" />
            <SelectField
              label={text('caseConsents.uses.subject')}
              name="subject"
              options={drafts.map(({ id, ref, title }) => ({ value: id, label: `${ref} ${title}` }))}
            />
            {[...asked].map(([part, says]) => (
              <Checkbox key={part} name="part" value={part} label={says} />
            ))}
            <p className="soft small">{text('caseConsents.uses.hint')}</p>
            <div>
              <Button type="submit" busy={busy}>
                {text('caseConsents.uses.set')}
              </Button>
            </div>
          </Form>
        </details>
      )}
    </section>
  );
}
