import { createHash } from 'node:crypto';

import {
  inLanguage,
  type Impact,
  type Language,
  type Law,
  type NoticeField,
  type Translated,
} from '@busbar/contract';

import { noticeWords } from './notice-words.ts';

/** What of a law is sent at one stage. */
export interface Form {
  readonly id: string;
  readonly name: Translated;
  readonly source: string;
  readonly fields: readonly NoticeField[];
}

/** Every form of a law: its stages, and what is sent meanwhile while it is still going on. */
export const formsOf = ({ stages }: Law): readonly Form[] =>
  stages.flatMap((stage) => (stage.meanwhile ? [stage, stage.meanwhile] : [stage]));

export interface Prefill {
  readonly organisation: string;
  readonly contact: string;
  readonly reference: string;
  readonly awareAt: Date;
  readonly zone: string;
  readonly sees: string;
  readonly place: string;
  readonly impact: Impact;
  readonly measures: readonly string[];
  readonly previous: readonly string[];
}

/** What stands in the form at first. */
export function prefilled(form: Form, from: Prefill, language: Language): Record<string, string> {
  const words = noticeWords[language];
  const values: Record<NonNullable<NoticeField['from']>, string> = {
    organisation: from.organisation,
    contact: from.contact,
    reference: from.reference,
    awareAt: timeIn(from.awareAt, from.zone),
    sees: from.sees,
    place: from.place,
    impact: (Object.keys(words.impact) as (keyof Impact)[])
      .map((one) => `${words.impact[one]}: ${words.effect[from.impact[one]]}`)
      .join('\n'),
    measures: from.measures.join('\n'),
    previous: from.previous.join('\n'),
  };
  return Object.fromEntries(form.fields.map(({ id, from: source }) => [id, source ? values[source] : '']));
}

/** The letters that leave: UTF-8, lines of text, nothing that has to be rendered. The same fields are the same letters. */
export function letterOf(
  law: Law,
  form: Form,
  values: Readonly<Record<string, string>>,
  language: Language,
): string {
  const title = `${inLanguage(form.name, language)} – ${inLanguage(law.name, language)}`;
  const parts = form.fields.map(({ id, name, options }) => {
    const value = values[id] ?? '';
    const chosen = options?.find((option) => option.id === value);
    const said = chosen ? inLanguage(chosen.name, language) : value;
    return `${inLanguage(name, language)}\n${indented(said || noticeWords[language].nothing)}`;
  });
  return `${title}\n${law.source}; ${form.source}\n\n${parts.join('\n\n')}\n`;
}

export const hashOf = (letter: string): string => createHash('sha256').update(letter, 'utf8').digest('hex');

/** On the wall of the zone, with UTC beside it. */
export function timeIn(at: Date, zone: string): string {
  const here = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  const local = `${here.toPlainDate().toString()} ${here.toPlainTime().toString({ smallestUnit: 'minute' })}`;
  return `${local} ${here.offset} ${zone} (${at.toISOString().slice(0, 16).replace('T', ' ')} UTC)`;
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
