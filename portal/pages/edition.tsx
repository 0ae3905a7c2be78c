import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { Form, useActionData, useLocation, useNavigation } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { Button, ButtonLink } from '../ui/button.tsx';
import { FormKey } from '../ui/form-key.tsx';
import { type Entries, entriesOf, useShelf } from '../ui/kept.ts';
import { Notice } from '../ui/notice.tsx';
import type { Refused } from './calls.ts';

/** For an action that refuses: what was typed goes back, for a page without scripts. */
export const typedIn = (form: FormData) => ({ typed: entriesOf(form) });

/** The edition that somebody changes, or the newer one that he has seen and writes over. */
export const revisionIn = (form: FormData) => Number(form.get('over') ?? form.get('revision'));

export interface Edition<Value> {
  /** Another one when the form begins anew; never because of what others do while somebody writes. */
  readonly key: string;
  readonly form: {
    readonly ref: RefObject<HTMLFormElement | null>;
    readonly onInput: () => void;
  };
  readonly name: string;
  /** What the form began with. */
  readonly revision: number;
  readonly value: Value;
  /** Somebody is at it: his words are to stay, whatever comes. */
  readonly isHeld: boolean;
  /** What others made of it meanwhile. */
  readonly theirs: { readonly revision: number; readonly value: Value } | undefined;
  /** What stands in the form was typed before the page was loaded. */
  readonly isKept: boolean;
  take(): void;
}

interface Answer extends Partial<Refused>, Partial<ReturnType<typeof typedIn>> {
  /** It was saved under this number, and something that was to come after it was refused. */
  readonly saved?: number | undefined;
}

interface Base<Value> {
  readonly key: number;
  readonly revision: number;
  readonly value: Value;
  /** Typed, and not saved. */
  readonly typed?: 'now' | 'before';
}

/**
 * A form over something that others change, too. While nobody is at it, it shows what is newest; whoever types keeps his
 * words, whether he is refused or a page that lives learns of another edition, and says which of the two it shall be.
 * @param name says which form of the page it is
 * @param read what the form says, as `value` has it
 * @param kept under which name what is typed outlives the page, if it should
 */
export function useEdition<Value>({
  name,
  revision,
  value,
  read,
  kept,
}: {
  name: string;
  revision: number;
  value: Value;
  read: (form: FormData) => Value;
  kept?: string;
}): Edition<Value> {
  const answer = useActionData() as Answer | undefined;
  const navigation = useNavigation();
  const ref = useRef<HTMLFormElement>(null);
  const shelf = useShelf(kept ?? '');
  const [base, setBase] = useState<Base<Value>>(() => {
    const typed = answer?.refused && answer.typed && formOf(answer.typed);
    return typed?.get('edition') === name
      ? { key: 0, revision: answer?.saved ?? Number(typed.get('revision')), value: read(typed), typed: 'now' }
      : { key: 0, revision, value };
  });
  const [isTouched, setTouched] = useState(base.typed !== undefined);
  const begin = (next: Omit<Base<Value>, 'key'>) => {
    setBase((last) => ({ ...next, key: last.key + 1 }));
    setTouched(next.typed !== undefined);
  };
  const take = () => {
    shelf.forget();
    begin({ revision, value });
  };

  // Those of the last page, unless he has begun to type before the scripts came.
  useEffect(() => {
    const words = kept ? shelf.get() : null;
    if (words === null || base.typed || (ref.current && isTyped(ref.current))) return;
    const { revision: of, entries } = JSON.parse(words) as { revision: number; entries: Entries };
    const typed = read(formOf(entries));
    if (ref.current && same(typed, read(new FormData(ref.current)))) shelf.forget();
    else begin({ revision: of, value: typed, typed: 'before' });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [shelf]);

  const sent = useRef<{ readonly words: Value } | null>(null);
  const { formData } = navigation;
  useEffect(() => {
    if (formData?.get('edition') === name) sent.current = { words: read(formData) };
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [formData]);
  // Sent from here, and the page that answers is another one: it was taken.
  useEffect(
    () => () => {
      if (sent.current !== null) shelf.forget();
    },
    [shelf],
  );

  useEffect(() => {
    if (navigation.state !== 'idle') return;
    if (sent.current && (!answer?.refused || answer.saved !== undefined)) {
      shelf.forget();
      // What was typed while it was on its way is not saved yet.
      if (ref.current && !same(read(new FormData(ref.current)), sent.current.words))
        setBase(({ key }) => ({ key, revision, value }));
      else begin({ revision, value });
    } else if (revision !== base.revision && !base.typed) {
      if (ref.current && isAtIt(ref.current)) setTouched(true);
      else begin({ revision, value });
    }
    sent.current = null;
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [navigation.state, revision]);

  const isSending = navigation.state !== 'idle' && formData?.get('edition') === name;
  const onInput = () => {
    setTouched(true);
    if (kept && ref.current)
      shelf.put(JSON.stringify({ revision: base.revision, entries: entriesOf(new FormData(ref.current)) }));
  };
  return {
    key: `${name} ${base.key}`,
    form: { ref, onInput },
    name,
    revision: base.revision,
    value: base.value,
    isHeld: isTouched,
    // What I am sending may be there before I am told: that is not another's.
    theirs: isTouched && !isSending && revision !== base.revision ? { revision, value } : undefined,
    isKept: base.typed === 'before',
    take,
  };
}

/** A form that adds something: it is empty again after what it sent was taken, and at no other time. */
export function useAdding(name: string): Edition<null> {
  return useEdition({ name, revision: 0, value: null, read: () => null });
}

/**
 * Such a form, whole: its fields, its buttons, and what others made of it meanwhile, which stands last.
 * @param buttons none where it is only read
 */
export function EditionForm<Value>({
  of,
  by,
  lines,
  buttons,
  children,
}: Parameters<typeof Meanwhile<Value>>[0] & { buttons: ReactNode; children: ReactNode }) {
  return (
    <Form method="post" className="stack stack-s" key={of.key} {...of.form}>
      <EditionFields of={of} />
      {children}
      {buttons && <div className="row">{buttons}</div>}
      <Meanwhile of={of} {...(by !== undefined && { by })} {...(lines && { lines })} />
    </Form>
  );
}

/** First thing in such a form: which one it is, and what it began with. */
export function EditionFields({ of }: { of: Edition<unknown> }) {
  const text = useText();
  return (
    <>
      <FormKey />
      <input type="hidden" name="edition" value={of.name} />
      <input type="hidden" name="revision" value={of.revision} />
      {of.isKept && !of.theirs && (
        <Notice live title={text('edition.kept')}>
          <Button size="small" onClick={of.take}>
            {text('edition.drop')}
          </Button>
        </Notice>
      )}
    </>
  );
}

/**
 * Last thing in it: what others made of it meanwhile, and which of the two it shall be. Below the buttons of the form,
 * so that the Enter key never means to write over somebody.
 */
export function Meanwhile<Value>({
  of: { value, theirs, take },
  by = null,
  lines = () => [],
  over = true,
}: {
  of: Edition<Value>;
  /** Who changed it last. */
  by?: string | null;
  /** What an edition says, for people. Those lines are shown that others changed. */
  lines?: (value: Value) => readonly { readonly label: string; readonly says: string }[];
  /** May one write over what others wrote? */
  over?: boolean;
}) {
  const text = useText();
  const { search } = useLocation();
  if (!theirs) return null;
  const began = new Map(lines(value).map(({ label, says }) => [label, says]));
  const changed = lines(theirs.value).filter(({ label, says }) => began.get(label) !== says);
  return (
    <Notice kind="warn" live title={by ? text('edition.changed.by', { name: by }) : text('edition.changed')}>
      <div className="stack stack-s">
        {changed.length > 0 && (
          <dl className="facts facts-stacked">
            {changed.map(({ label, says }) => (
              <Line key={label} label={label}>
                {says || '–'}
              </Line>
            ))}
          </dl>
        )}
        <div className="row">
          {over && (
            <Button type="submit" name="over" value={theirs.revision}>
              {text('edition.over')}
            </Button>
          )}
          {/* A link: where no scripts run it is the page as it is now. */}
          <ButtonLink to={{ search }} replace preventScrollReset onClick={take}>
            {text('edition.take')}
          </ButtonLink>
        </div>
      </div>
    </Notice>
  );
}

function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd className="keeps-lines">{children}</dd>
    </>
  );
}

/** A conflict is told where its two editions stand; everything else that was refused, as anywhere. */
export function refusalOf<Said extends { refused?: Refused['refused'] | undefined }>(
  answer: Said | undefined | null,
  { theirs }: Edition<unknown>,
): Said | undefined {
  return theirs && answer?.refused?.code === 'changed-meanwhile' ? undefined : (answer ?? undefined);
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function formOf(entries: Entries): FormData {
  const form = new FormData();
  for (const [name, value] of entries) form.append(name, value);
  return form;
}

/** He writes there, or has his hand on it: also a question that is open in it. */
const isAtIt = (form: HTMLFormElement) => isTyped(form) || form.matches(':focus-within');

function isTyped(form: HTMLFormElement): boolean {
  return [...form.elements].some((field) => {
    if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
    if (field instanceof HTMLSelectElement) {
      const options = [...field.options];
      const first = Math.max(
        options.findIndex((option) => option.defaultSelected),
        0,
      );
      return field.selectedIndex !== first;
    }
    if (!(field instanceof HTMLInputElement) || field.type === 'hidden') return false;
    return field.type === 'checkbox' || field.type === 'radio'
      ? field.checked !== field.defaultChecked
      : field.value !== field.defaultValue;
  });
}
