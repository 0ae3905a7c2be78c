import { type ClaimFact, claimContent, type ClaimProduct, type ClaimSubject, cut } from '../claims/claim.ts';
import { claimsOfCsaf, vulnerabilityId } from '../claims/of-csaf.ts';
import type { CsafDocument, Note, Vulnerability } from '../documents/document.ts';
import { normaliseOrderNumber } from '../products/order-number.ts';
import { repair } from '../text/repair.ts';
import { sameVersions } from '../versions/spans.ts';
import { type ChangeCode, changeSentences } from './sentences.ts';

export interface Change {
  readonly code: ChangeCode;
  readonly params: Readonly<Record<string, string>>;
  /** For those affected. What is only wording does not matter, and nobody is alerted again because of it. */
  readonly matters: boolean;
  /** Where the change is about one vulnerability. */
  readonly vulnerability: string | undefined;
}

export interface Difference {
  /** What matters first, otherwise in the order of the later document. */
  readonly changes: readonly Change[];
  /** Whether those affected have to look again: status, versions, scores, exploitation or remedies changed. */
  readonly matters: boolean;
}

/** What changed from one version of an advisory to another. */
export function diff(before: CsafDocument, after: CsafDocument): Difference {
  const changes = [...documentChanges(before, after), ...vulnerabilityChanges(before, after)];
  const matters = changes.filter((change) => change.matters);
  return {
    changes: [...matters, ...changes.filter((change) => !change.matters)],
    matters: matters.length > 0,
  };
}

/** The plain English sentence of a change. */
export function changeInEnglish({ code, params }: Pick<Change, 'code' | 'params'>): string {
  return changeSentences[code].replace(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(params, name) ? params[name]! : '?',
  );
}

function change(code: ChangeCode, matters: boolean, params: Readonly<Record<string, string>> = {}): Change {
  return { code, params, matters, vulnerability: params['vulnerability'] };
}

/* The document */

function* documentChanges(before: CsafDocument, after: CsafDocument): Generator<Change> {
  if (ended(after) && !ended(before)) yield change('withdrawn', true);
  const words = (text: string | undefined) => text ?? '–';
  const fromTo = (from: string | undefined, to: string | undefined) => ({ from: words(from), to: words(to) });
  if (plain(before.severity) !== plain(after.severity))
    yield change('severity-word-changed', true, fromTo(before.severity, after.severity));
  if (plain(before.title) !== plain(after.title)) yield change('title-changed', false, { to: after.title });
  if (plain(before.summary) !== plain(after.summary)) yield change('summary-changed', false);
  if (texts(before.notes, before.summary) !== texts(after.notes, after.summary))
    yield change('notes-changed', false);
  const links = ({ references }: CsafDocument) =>
    references
      .map(({ url, summary }) => `${url} ${plain(summary)}`)
      .toSorted()
      .join('\n');
  if (links(before) !== links(after)) yield change('references-changed', false);
  if (before.tlp !== after.tlp) yield change('label-changed', false, fromTo(before.tlp, after.tlp));
  if (plain(before.publisher.name) !== plain(after.publisher.name))
    yield change('publisher-changed', false, fromTo(before.publisher.name, after.publisher.name));
  if (before.tracking.status !== after.tracking.status)
    yield change('stage-changed', false, fromTo(before.tracking.status, after.tracking.status));
  if (before.language !== after.language)
    yield change('languages-changed', false, fromTo(before.language, after.language));
}

/** Profiles of CSAF 2.1 for documents that hold no longer (sections 4.6 and 4.7). */
function ended({ category }: CsafDocument): boolean {
  return /^csaf_(?:withdrawn|superseded)$/.test(category);
}

function plain(text: string | undefined): string {
  return repair(text ?? '').toLowerCase();
}

function texts(notes: readonly Note[], but?: string): string {
  return notes
    .filter(({ text }) => text !== but)
    .map(({ category, title, text }) => `${category}\n${plain(title)}\n${plain(text)}`)
    .toSorted()
    .join('\n');
}

/* Vulnerabilities */

function* vulnerabilityChanges(before: CsafDocument, after: CsafDocument): Generator<Change> {
  const [old, recent] = [byVulnerability(before), byVulnerability(after)];
  for (const [vulnerability, now] of recent) {
    const then = old.get(vulnerability);
    if (!then) {
      yield change('vulnerability-added', true, { vulnerability });
      continue;
    }
    yield* statusChanges(vulnerability, then.claims, now.claims);
    yield* scoreChanges(vulnerability, then.claims, now.claims);
    yield* exploitationChanges(vulnerability, then.claims, now.claims);
    yield* remedyChanges(vulnerability, then.claims, now.claims);
    yield* lesserChanges(vulnerability, then, now);
  }
  for (const vulnerability of old.keys())
    if (!recent.has(vulnerability)) yield change('vulnerability-removed', true, { vulnerability });
}

interface Told {
  readonly claims: readonly ClaimFact[];
  readonly text: string;
}

function byVulnerability(document: CsafDocument): Map<string, Told> {
  const claims = Map.groupBy(claimsOfCsaf(document).claims, ({ vulnerability }) => vulnerability);
  const found = new Map<string, Told>();
  for (const [position, vulnerability] of document.vulnerabilities.entries()) {
    const id = vulnerabilityId(document, position);
    const text = `${found.get(id)?.text ?? ''}\n${textOf(vulnerability)}`;
    found.set(id, { claims: claims.get(id) ?? [], text });
  }
  return found;
}

function textOf({ title, notes, threats }: Vulnerability): string {
  const impact = threats
    .filter(({ category }) => category !== 'exploit_status')
    .map(({ text }) => plain(text));
  return [plain(title), texts(notes), ...impact].join('\n');
}

function of<K extends ClaimFact['kind']>(claims: readonly ClaimFact[], kind: K) {
  return claims.filter((claim): claim is Extract<ClaimFact, { kind: K }> => claim.kind === kind);
}

/** More than that of one vulnerability and kind is a number, not a list that somebody reads. */
const mostListed = 50;

function* statusChanges(
  vulnerability: string,
  before: readonly ClaimFact[],
  after: readonly ClaimFact[],
): Generator<Change> {
  const [old, recent] = [statements(before), statements(after)];
  const found: Change[] = [];
  for (const [key, { product, status, versions }] of recent) {
    const then = old.get(key);
    const told = { vulnerability, product: nameOf(product), status };
    if (!then) {
      found.push(change('status-added', true, { ...told, versions: versions.join(' | ') }));
    } else if (then.versions.join('\n') !== versions.join('\n')) {
      const same = sameVersions(then.versions, versions) === true;
      found.push(
        change(same ? 'range-respelled' : 'range-changed', !same, {
          ...told,
          from: then.versions.join(' | ') || '–',
          to: versions.join(' | ') || '–',
        }),
      );
    }
  }
  for (const [key, { product, status, versions }] of old) {
    if (!recent.has(key))
      found.push(
        change('status-removed', true, {
          vulnerability,
          product: nameOf(product),
          status,
          versions: versions.join(' | '),
        }),
      );
  }
  for (const [, ofCode] of Map.groupBy(found, ({ code }) => code)) {
    yield* ofCode.slice(0, mostListed);
    const rest = ofCode.length - mostListed;
    if (rest > 0) yield change('status-more', ofCode[0]!.matters, { vulnerability, count: String(rest) });
  }
}

/** By product and status, whatever list of the document it comes from. */
function statements(claims: readonly ClaimFact[]) {
  const found = new Map<string, { product: ClaimProduct; status: string; versions: readonly string[] }>();
  for (const { value, subject } of of(claims, 'productStatus')) {
    for (const product of subject.products) {
      const key = `${value.as}|${identity(product)}`;
      const earlier = found.get(key)?.versions ?? [];
      found.set(key, {
        product,
        status: value.as,
        versions: [...new Set([...earlier, ...product.versions])].toSorted(),
      });
    }
  }
  return found;
}

function identity({ vendor, product, orderNumbers, partOf }: ClaimProduct): string {
  return [plain(vendor), plain(product), orderNumbers.map(number).toSorted().join(), plain(partOf)].join('|');
}

/** "6ES7*" of CSAF 2.1 is what "6ES7" is in CSAF 2.0: all that begins so. */
function number(text: string): string {
  return normaliseOrderNumber(text).replace(/\*$/, '');
}

function nameOf({ vendor, product, orderNumbers }: ClaimProduct): string {
  const name = product.toLowerCase().startsWith(vendor.toLowerCase()) ? product : `${vendor} ${product}`;
  const shown = orderNumbers.slice(0, 3).filter((number) => !name.includes(number));
  return cut(shown.length ? `${name} (${shown.join(', ')})` : name, 200);
}

function* scoreChanges(
  vulnerability: string,
  before: readonly ClaimFact[],
  after: readonly ClaimFact[],
): Generator<Change> {
  const scores = (claims: readonly ClaimFact[]) =>
    Map.groupBy(of(claims, 'severity'), ({ value }) => value.system);
  const [old, recent] = [scores(before), scores(after)];
  for (const system of new Set([...old.keys(), ...recent.keys()])) {
    const [then, now] = [old.get(system) ?? [], recent.get(system) ?? []];
    const said = (claims: typeof then) =>
      claims
        .map((claim) => `${JSON.stringify(claim.value)} ${covered(claim.subject)}`)
        .toSorted()
        .join('\n');
    if (said(then) === said(now)) continue;
    const shown = (claims: typeof then) =>
      cut([...new Set(claims.map(({ quote }) => quote))].join('; '), 300);
    const told = { vulnerability, system: systemName(system), from: shown(then), to: shown(now) };
    if (then.length === 0) yield change('score-added', true, told);
    else if (now.length === 0) yield change('score-removed', true, told);
    else yield change('score-changed', true, told);
  }
}

function systemName(system: string): string {
  return system.replace(/^cvss/, 'CVSS ').replace('ssvc', 'SSVC');
}

/** Which products, whatever their versions: a changed range is told where statuses are. */
function covered({ products }: ClaimSubject): string {
  return [...new Set(products.map(identity))].toSorted().join('\n');
}

const graver = ['exploited', 'proofOfConcept', 'unclear', 'noneKnown'];

function* exploitationChanges(
  vulnerability: string,
  before: readonly ClaimFact[],
  after: readonly ClaimFact[],
): Generator<Change> {
  const said = (claims: readonly ClaimFact[]) =>
    of(claims, 'exploitation').filter(({ value }) => value.state !== 'predicted');
  const gravest = (claims: readonly ClaimFact[]) =>
    graver.find((state) => said(claims).some(({ value }) => value.state === state)) ?? '–';
  const [from, to] = [gravest(before), gravest(after)];
  if (from !== to) yield change('exploitation-changed', true, { vulnerability, from, to });
  else if (quotes(said(before)) !== quotes(said(after)))
    yield change('exploitation-reworded', false, { vulnerability });
}

function quotes(claims: readonly ClaimFact[]): string {
  return claims
    .map(({ quote }) => plain(quote))
    .toSorted()
    .join('\n');
}

type Remedy = Extract<ClaimFact, { kind: 'remedy' | 'mitigation' }>;

function* remedyChanges(
  vulnerability: string,
  before: readonly ClaimFact[],
  after: readonly ClaimFact[],
): Generator<Change> {
  const remedies = (claims: readonly ClaimFact[]): Remedy[] => [
    ...of(claims, 'mitigation'),
    ...of(claims, 'remedy'),
  ];
  const [old, recent] = [remedies(before), remedies(after)];
  const told = ({ value }: Remedy) => ({
    vulnerability,
    category: value.category,
    text: cut(value.text, 300),
  });
  const thens = new Map(old.map((claim) => [claim.key, claim]));
  const added: Remedy[] = [];
  for (const now of recent) {
    const then = thens.get(now.key);
    thens.delete(now.key);
    if (!then) added.push(now);
    else if (covered(then.subject) !== covered(now.subject)) yield change('remedy-products', true, told(now));
  }
  // What is left on both sides with the same numbers and addresses in it is the same remedy in other words.
  const removed = [...thens.values()];
  for (const now of added) {
    const sameKind = removed.filter(({ value }) => value.category === now.value.category);
    const reworded = sameKind.find((then) => substance(then) === substance(now));
    const changed = reworded ?? sameKind.find((then) => covered(then.subject) === covered(now.subject));
    if (changed) removed.splice(removed.indexOf(changed), 1);
    if (reworded) yield change('remedy-reworded', false, told(now));
    else yield change(changed ? 'remedy-changed' : 'remedy-added', true, told(now));
  }
  for (const then of removed) yield change('remedy-removed', true, told(then));
}

/** Versions, ports, addresses and files that a text names, and for which products. */
function substance({ value, subject }: Remedy): string {
  const named =
    `${value.text} ${value.url ?? ''}`.toLowerCase().match(/https?:\/\/[^\s<>"]+|[\w./:-]*\d[\w./:-]*/g) ??
    [];
  return [...named.map((one) => one.replace(/[.,;:]+$/, '')).toSorted(), covered(subject)].join('\n');
}

function* lesserChanges(vulnerability: string, before: Told, after: Told): Generator<Change> {
  const content = (claims: readonly ClaimFact[]) => claims.map(claimContent).toSorted().join('\n');
  const [oldWeakness, weakness] = [of(before.claims, 'weakness'), of(after.claims, 'weakness')];
  if (content(oldWeakness) !== content(weakness))
    yield change('weakness-changed', false, {
      vulnerability,
      to: weakness.map(({ value }) => value.cwe).join(', ') || '–',
    });
  const dates = (claims: readonly ClaimFact[]) =>
    new Map(of(claims, 'date').map(({ value }) => [value.of, value.date]));
  const [oldDates, newDates] = [dates(before.claims), dates(after.claims)];
  for (const name of new Set([...oldDates.keys(), ...newDates.keys()]))
    if (oldDates.get(name) !== newDates.get(name))
      yield change('date-changed', false, { vulnerability, of: name });
  if (before.text !== after.text) yield change('vulnerability-text-changed', false, { vulnerability });
}
