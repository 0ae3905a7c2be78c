import type { Language } from '@busbar/contract';
import PostalMime from 'postal-mime';

import { line } from '../../platform/plain-text.ts';
import { isFeedback } from './abuse-report.ts';
import { headBytes, longestHead } from './mime-parts.ts';

/** What stands above a letter: who wrote, what it answers, and whether a person wrote it. */
export interface Head {
  /** Lower case; empty when it names none that could be answered. */
  readonly address: string;
  readonly name: string;
  readonly subject: string;
  /** As it stands there. */
  readonly date: string;
  /** Without angle brackets; empty when it has none. */
  readonly id: string;
  /** Ids of the letters that it answers, the nearest first; of one that comes back, of the letter that did not arrive. */
  readonly answers: readonly string[];
  /** Of cases, as the subject names them. */
  readonly references: readonly string[];
  /** A program wrote it: it is never answered and opens no case (RFC 3834 section 2). */
  readonly isAutomatic: boolean;
  /** By its form, also where no more than this head can be read: it opens a case, and is never answered. */
  readonly reportsAbuse: boolean;
  /** An OpenPGP key of the writer in base64, as his program gives it (Autocrypt 1.1 section 2.1). */
  readonly autocrypt: string;
  readonly language: Language;
}

const mostAnswers = 50;
const longestReturned = 256 * 1024;

/** Reads the head of a letter, whatever it is made of; throws nothing. */
export async function headOf(source: Buffer): Promise<Head> {
  const email = await PostalMime.parse(headBytes(source), { maxHeadersSize: 2 * longestHead }).catch(
    () => undefined,
  );
  const values = new Map<string, string>();
  for (const { key, value } of email?.headers ?? []) if (!values.has(key)) values.set(key, value);
  const header = (name: string) => values.get(name) ?? '';
  const from = email?.from?.group?.[0] ?? email?.from;
  const address = plainAddress(from?.address);
  const subject = line(email?.subject ?? '', 300);
  const reportsAbuse = isFeedback.test(header('content-type')) || values.has('x-xarf') || values.has('x-arf');
  return {
    address,
    name: line(from?.name ?? '', 120),
    subject,
    date: line(header('date'), 100),
    id: idsIn(header('message-id'))[0] ?? '',
    answers: [
      ...new Set([
        ...idsIn(header('in-reply-to')),
        ...idsIn(header('references')).toReversed(),
        ...(isReport(header('content-type')) && !reportsAbuse ? idsReturned(source) : []),
      ]),
    ].slice(0, mostAnswers),
    references: [...subject.toUpperCase().matchAll(/\b[A-Z]{3}(?:-\d{4}){4}\b/g)]
      .map(([reference]) => reference)
      .slice(0, 3),
    isAutomatic: reportsAbuse || isAutomatic(values, address),
    reportsAbuse,
    autocrypt: keyIn(header('autocrypt'), address),
    language: languageOf(subject),
  };
}

/** Of the writing that a text is in, for whom a language is not named. */
export function languageOf(text: string): Language {
  if (/\p{Script=Han}/u.test(text)) return 'zh';
  return /\p{Script=Cyrillic}/u.test(text) ? 'ru' : 'en';
}

function plainAddress(address: string | undefined): string {
  const plain = address?.trim().toLowerCase() ?? '';
  return plain.length <= 254 && /^[^\s@<>(),;:"\\[\]]+@[\p{L}\p{N}.-]+$/u.test(plain) ? plain : '';
}

const idsIn = (text: string) =>
  [...text.slice(0, 20_000).matchAll(/<([^<>\s]{1,300})>/g)].map(([, id]) => id!);

const isReport = (contentType: string) => /^multipart\/report\b/i.test(contentType.trim());

/** A bounce holds the head of what it could not deliver (RFC 3464 section 2, RFC 6522 section 3). */
const idsReturned = (source: Buffer) =>
  [
    ...source
      .subarray(headBytes(source).length, longestReturned)
      .toString('latin1')
      .matchAll(/^message-id:[ \t]*(<[^<>\s]{1,300}>)/gim),
  ]
    .slice(0, 5)
    .flatMap(([, id]) => idsIn(id!));

/** RFC 3834 section 2 and 5, RFC 2919, RFC 3464, and what programs of before these say. */
function isAutomatic(headers: ReadonlyMap<string, string>, address: string): boolean {
  const said = (name: string) => headers.get(name)?.trim().toLowerCase();
  const submitted = said('auto-submitted');
  return (
    (submitted !== undefined && !/^no\b/.test(submitted)) ||
    ['list-id', 'list-unsubscribe', 'x-autoreply', 'x-autorespond', 'x-loop', 'feedback-id'].some((name) =>
      headers.has(name),
    ) ||
    /^(?:bulk|junk|list|auto_reply)\b/.test(said('precedence') ?? '') ||
    said('return-path') === '<>' ||
    isReport(headers.get('content-type') ?? '') ||
    /^(?:mailer-daemon|postmaster|no-?reply|do-?not-?reply)@/.test(address)
  );
}

function keyIn(autocrypt: string, address: string): string {
  const attributes = new Map(
    autocrypt
      .slice(0, 100_000)
      .split(';')
      .map((one) => {
        const at = one.indexOf('=');
        return [one.slice(0, at).trim().toLowerCase(), one.slice(at + 1).replaceAll(/\s/g, '')] as const;
      }),
  );
  return attributes.get('addr')?.toLowerCase() === address ? (attributes.get('keydata') ?? '') : '';
}
