import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

import type { Advisory, Scope, Severity, Tlp, Told } from '@busbar/contract';
import {
  advisoryFacts,
  type CsafDocument,
  type DocumentProblem,
  read,
  repair,
  vendorKeys,
} from '@busbar/csaf';

import { line, plain } from '../../platform/plain-text.ts';
import { searchedIn } from './searched.ts';
import { wordsOf } from './text.ts';

/** A document as it came, with what is kept beside it so that it is found and matched without being opened. */
export interface Received {
  readonly publisher: string;
  readonly trackingId: string;
  readonly version: string;
  readonly status: Advisory['status'];
  readonly title: string;
  readonly label: Tlp;
  /** The label stands in the document, and is not only what the unmarked is treated as. */
  readonly marked: boolean;
  readonly scope: Scope;
  readonly vendors: readonly string[];
  readonly vendorKeys: readonly string[];
  readonly cves: readonly string[];
  readonly severity: Severity;
  readonly score: number | null;
  readonly hasFix: boolean;
  readonly publishedAt: Date;
  readonly updatedAt: Date;
  readonly newestAt: Date;
  readonly problems: readonly Told[];
  /** Blank-separated. */
  readonly words: string;
  /** gzip of the JSON of the engine's AdvisoryFacts. */
  readonly facts: Buffer;
  /** gzip of the bytes as they came. */
  readonly document: Buffer;
  readonly sha256: Buffer;
  readonly size: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const mostProblems = 50;

/** Understands one document, or says why it is none. Whatever it gets wrong besides is kept with it. */
export function receive(bytes: Buffer, now = new Date()): Received | { readonly refused: Told } {
  let text;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { refused: told('not-utf8', 'This is not UTF-8 text; a CSAF document is a JSON file') };
  }
  const reading = read(text);
  if (!reading.ok) return { refused: problemOf(reading.problems[0]!) };
  const { document } = reading;
  const { tracking, publisher } = document;
  const trackingId = line(tracking.id, Infinity);
  if (trackingId.length > 200 || publisher.name.length > 500)
    return {
      refused: told('id-too-long', 'The tracking id or the name of the publisher is too long to be one'),
    };

  const label = document.tlp ?? 'AMBER+STRICT';
  const status = tracking.status === 'unknown' ? 'interim' : tracking.status;
  const first = dateOf(tracking.initialRelease);
  const updated = dateOf(tracking.currentRelease) ?? first ?? now;
  const vendors = unique(document.products.map(({ vendor }) => line(repair(vendor ?? ''), 120))).slice(
    0,
    200,
  );
  const score = worstScore(document);
  return {
    publisher: line(publisher.name) || '?',
    trackingId,
    version: line(tracking.version, 60) || '0',
    status,
    title: line(document.title) || trackingId,
    label,
    marked: document.tlp !== undefined,
    scope: scopeOf(label, status),
    vendors,
    vendorKeys: unique(vendors.flatMap(vendorKeys)),
    cves: unique(document.vulnerabilities.map(({ cve }) => line(cve ?? '', 40))),
    severity: score === null ? statedSeverity(document) : severityOf(score),
    score,
    hasFix: document.vulnerabilities.some(({ remediations }) =>
      remediations.some(({ category }) => category === 'vendor_fix'),
    ),
    publishedAt: first ?? updated,
    updatedAt: updated,
    newestAt: placeAmongNewest([updated, first], now),
    problems: [
      ...(document.tlp === undefined
        ? [told('no-tlp', 'The document carries no TLP label and is treated as TLP:AMBER+STRICT')]
        : []),
      // A few minutes of difference between clocks are nobody's mistake.
      ...(updated.getTime() > now.getTime() + 15 * 60_000
        ? [
            told('date-in-future', 'The date of the document lies in the future', {
              date: updated.toISOString(),
            }),
          ]
        : []),
      ...contradictions(document),
      ...vulnerabilitiesAsProducts(document),
      ...reading.problems.map(problemOf),
    ].slice(0, mostProblems),
    words: wordsOf(Object.values(searchedIn(document)).flat()).join(' '),
    facts: gzipSync(JSON.stringify(advisoryFacts(document)), { level: 4 }),
    document: gzipSync(bytes, { level: 5 }),
    sha256: createHash('sha256').update(bytes).digest(),
    size: bytes.length,
  };
}

/** What is a day ahead is of another time zone; farther ahead is nothing, and leads no list, on the day it comes or later. */
function placeAmongNewest(dates: readonly (Date | undefined)[], now: Date): Date {
  const tomorrow = now.getTime() + 86_400_000;
  const said = dates.find((date) => date && date.getTime() <= tomorrow) ?? new Date(0);
  return said < now ? said : now;
}

/**
 * How far a document goes by itself: as far as its label allows (roles.md, section 2). What nobody marked stays in the
 * house, and so does a draft, whatever it says.
 */
function scopeOf(label: Tlp, status: Advisory['status']): Scope {
  if (label === 'RED') return 'named';
  if (status === 'draft') return 'org';
  if (label === 'CLEAR') return 'public';
  return label === 'GREEN' ? 'partners' : 'org';
}

/** Outside these years neither JSON dates nor calendars mean anything. */
export function dateOf(text: string | undefined): Date | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  if (Number.isNaN(time) || time < Date.parse('0001-01-01') || time > Date.parse('9999-12-31T23:59:59.999Z'))
    return undefined;
  return new Date(time);
}

/** CVSS 2 counts only where nothing newer is given. */
function worstScore({ vulnerabilities }: CsafDocument): number | null {
  const scores = vulnerabilities
    .flatMap(({ scores }) => scores)
    .filter(({ base }) => base !== undefined && base >= 0 && base <= 10);
  const newer = scores.filter(({ system }) => system !== 'cvss2');
  const counted = (newer.length ? newer : scores).map(({ base }) => base!);
  return counted.length ? counted.reduce((worst, base) => Math.max(worst, base)) : null;
}

/** Qualitative severity rating scale, CVSS v4.0 section 6 (the same as v3.1 section 5). */
export function severityOf(score: number): Severity {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

function statedSeverity({ severity }: CsafDocument): Severity {
  const word = severity?.trim().toLowerCase() ?? '';
  return (
    (['none', 'low', 'medium', 'high', 'critical'] as const).find((known) => known === word) ?? 'unknown'
  );
}

/** CSAF 2.0 section 6.1.6: a product must not be in contradicting status groups of one vulnerability. */
function contradictions({ vulnerabilities }: CsafDocument): Told[] {
  return vulnerabilities.flatMap(({ cve, statuses }) => {
    const affected = new Set([
      ...(statuses.known_affected ?? []),
      ...(statuses.first_affected ?? []),
      ...(statuses.last_affected ?? []),
    ]);
    const both = [
      ...(statuses.known_not_affected ?? []),
      ...(statuses.fixed ?? []),
      ...(statuses.first_fixed ?? []),
    ].filter((product) => affected.has(product));
    if (both.length === 0) return [];
    const params = { cve: line(cve ?? '?', 40), product: line(both[0]!, 200), count: both.length };
    return [
      told(
        'contradicting-status',
        `${params.cve}: the product ${params.product} is listed as affected and as not affected or fixed`,
        params,
      ),
    ];
  });
}

/** Some generators fill the product tree with what the document is about instead of what it is about it in. */
function vulnerabilitiesAsProducts({ title, products, vulnerabilities }: CsafDocument): Told[] {
  const bare = (text: string | undefined) =>
    (text ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, ' ')
      .trim();
  const titles = new Set([title, ...vulnerabilities.map((one) => one.title)].map(bare).filter(Boolean));
  const misnamed = products.filter(({ name, productName }) =>
    [name, productName].some(
      (text) => text !== undefined && (titles.has(bare(text)) || /\bCVE-\d{4}-\d{4,}\b/i.test(text)),
    ),
  );
  if (misnamed.length === 0) return [];
  const params = {
    product: line(misnamed[0]!.productName ?? misnamed[0]!.name, 200),
    count: misnamed.length,
  };
  return [
    told(
      'vulnerability-as-product',
      `The product tree names vulnerabilities where products should stand, such as “${params.product}”; read the document before you rely on what it matches`,
      params,
    ),
  ];
}

function problemOf({ code, path, message }: DocumentProblem): Told {
  return told(code, line(message), { path: line(path, 200) });
}

export const told = (code: string, text: string, params: Told['params'] = {}): Told => ({
  code,
  params,
  text: plain(text),
});

const unique = (texts: readonly string[]) => [...new Set(texts)].filter(Boolean);
