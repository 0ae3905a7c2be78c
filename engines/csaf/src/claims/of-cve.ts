import { type DocumentProblem, Place } from '../documents/values.ts';
import { fingerprint } from '../text/fingerprint.ts';
import { repair } from '../text/repair.ts';
import {
  ClaimList,
  type ClaimProduct,
  type Claims,
  type ClaimSubject,
  cut,
  mostClaims,
  nothingNamed,
  type StatusValue,
} from './claim.ts';
import { exploitationInWords, exploitationOfSsvc } from './exploitation.ts';

export type CveReading =
  | ({
      readonly ok: true;
      readonly cve: string;
      readonly state: 'PUBLISHED' | 'REJECTED' | 'RESERVED';
      readonly title: string | undefined;
      readonly updated: string | undefined;
      readonly references: readonly { readonly url: string; readonly tags: readonly string[] }[];
    } & Claims)
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/**
 * Reads a CVE record of format 5.x (https://github.com/CVEProject/cve-schema) from JSON text or a parsed value. The CNA
 * and each ADP are sources of their own: `by` is their short name. A rejected record claims nothing. Never throws.
 */
export function readCve(source: unknown): CveReading {
  const problems: DocumentProblem[] = [];
  const refuse = (code: DocumentProblem['code'], message: string): CveReading => ({
    ok: false,
    problems: [{ code, path: '', message }],
  });
  let value = source;
  if (typeof source === 'string') {
    if (source.length > largestText)
      return refuse('too-large', 'The record is larger than 16 MiB; this is no CVE record');
    try {
      value = JSON.parse(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source);
    } catch {
      return refuse(
        'not-json',
        'This is not JSON; a CVE record is a JSON file, check that the whole file arrived',
      );
    }
  }
  const root = new Place(value, '', problems);
  const metadata = root.at('cveMetadata');
  const id = metadata.at('cveId').value;
  if (typeof id !== 'string' || !cveId.test(id.trim()))
    return refuse('not-cve', 'This JSON is not a CVE record of format 5: it has no cveMetadata.cveId');
  const cve = id.trim().toUpperCase();
  const stated = metadata.at('state').text();
  const state = stated === 'REJECTED' || stated === 'RESERVED' ? stated : 'PUBLISHED';

  const list = new ClaimList();
  const cna = root.at('containers').at('cna');
  const containers = state === 'PUBLISHED' ? [cna, ...root.at('containers').at('adp').items(100)] : [];
  for (const container of containers) addContainer(list, container, cve, container === cna ? 'CNA' : 'ADP');
  const published = metadata.at('datePublished');
  const date = state === 'PUBLISHED' ? published.date() : undefined;
  if (date !== undefined) addDate(list, cve, undefined, 'disclosed', date, published.path);
  if (list.left)
    root.problem('too-many', `makes ${list.left + mostClaims} claims; the first ${mostClaims} are kept`);
  return {
    ok: true,
    cve,
    state,
    title: cna.at('title').text(),
    updated: metadata.at('dateUpdated').date(),
    references: containers
      .flatMap((container) => container.at('references').items(500))
      .flatMap((reference) => {
        const url = reference.at('url').link();
        return url === undefined ? [] : [{ url, tags: reference.at('tags').texts() }];
      }),
    claims: list.claims,
    problems,
  };
}

const largestText = 16 * 1024 * 1024;
export const cveId = /^CVE-\d{4}-\d{4,19}$/i;

function addContainer(list: ClaimList, container: Place, cve: string, role: 'CNA' | 'ADP'): void {
  const provider = container.at('providerMetadata').at('shortName').text();
  const by = provider === undefined ? role : `${role} ${cut(provider, 64)}`;
  const subject = addAffected(list, container.at('affected'), cve, by);
  for (const metric of container.at('metrics').items(200)) addMetric(list, metric, cve, by, subject);
  for (const type of container.at('problemTypes').items(100)) {
    for (const description of type.at('descriptions').items(100)) {
      const cwe = description.at('cweId').text();
      if (cwe === undefined) continue;
      const name = (description.at('description').text() ?? '').replace(/^CWE-\d+:?\s*/i, '');
      list.add(cwe, {
        kind: 'weakness',
        vulnerability: cve,
        by,
        subject: nothingNamed,
        value: { cwe, name: cut(name, 300) },
        quote: description.at('description').text() ?? cwe,
        pointer: description.path,
      });
    }
  }
  const texts = (name: string, use: (text: string, place: Place) => void) => {
    for (const place of inOneLanguage(container.at(name).items(100))) {
      const text = place.at('value').text()?.trim();
      if (text) use(text, place);
    }
  };
  const named = (text: string) => fingerprint(repair(text).toLowerCase());
  texts('workarounds', (text, { path: pointer }) =>
    list.add(`workaround|${named(text)}`, {
      kind: 'mitigation',
      vulnerability: cve,
      by,
      subject,
      value: { category: 'workaround', text: cut(text, 5000), url: undefined },
      quote: text,
      pointer,
    }),
  );
  texts('solutions', (text, { path: pointer }) =>
    list.add(`vendor_fix|${named(text)}`, {
      kind: 'remedy',
      vulnerability: cve,
      by,
      subject,
      value: { category: 'vendor_fix', text: cut(text, 5000), url: undefined, date: undefined },
      quote: text,
      pointer,
    }),
  );
  texts('exploits', (text, { path: pointer }) =>
    list.add('stated', {
      kind: 'exploitation',
      vulnerability: cve,
      by,
      subject: nothingNamed,
      value: { state: exploitationInWords(text) },
      quote: text,
      pointer,
    }),
  );
  const known = container.at('datePublic');
  const date = known.date();
  if (date !== undefined) addDate(list, cve, by, 'disclosed', date, known.path);
}

/** Texts come in several languages; English where there is one, else what comes first. */
function inOneLanguage(places: readonly Place[]): readonly Place[] {
  const english = places.filter((place) => /^en\b/i.test(place.at('lang').text() ?? ''));
  return english.length ? english : places.slice(0, 1);
}

function addDate(
  list: ClaimList,
  vulnerability: string,
  by: string | undefined,
  of: 'disclosed',
  date: string,
  pointer: string,
): void {
  list.add(of, {
    kind: 'date',
    vulnerability,
    by,
    subject: nothingNamed,
    value: { of, date },
    quote: date,
    pointer,
  });
}

/** Adds the statuses; answers with the affected products, which is what the rest of the container is about. */
function addAffected(list: ClaimList, affected: Place, cve: string, by: string): ClaimSubject {
  const byStatus = new Map<string, { value: StatusValue; products: ClaimProduct[]; quotes: string[] }>();
  for (const entry of affected.items(20_000)) {
    const identity = {
      vendor: entry.at('vendor').text() ?? '',
      product: cut(entry.at('product').text() ?? entry.at('packageName').text() ?? '', 300),
      orderNumbers: [],
      cpes: entry.at('cpes').texts().slice(0, 100),
      purls: [],
      partOf: undefined,
    };
    for (const [key, { value, versions, quotes }] of versionsOf(entry)) {
      let group = byStatus.get(key);
      if (!group) byStatus.set(key, (group = { value, products: [], quotes: [] }));
      group.products.push({ ...identity, versions });
      if (group.quotes.length < 20)
        group.quotes.push(`${identity.vendor} ${identity.product} ${quotes.join('; ')}`);
    }
  }
  for (const [name, { value, products, quotes }] of byStatus) {
    list.add(name, {
      kind: 'productStatus',
      vulnerability: cve,
      by,
      subject: { products },
      value,
      quote: quotes.join('\n'),
      pointer: affected.path,
    });
  }
  return { products: byStatus.get('affected')?.products ?? [] };
}

type OfStatus = { value: StatusValue; versions: string[]; quotes: string[] };

/** Status by status, the versions as expressions that our reader of versions understands. */
function versionsOf(entry: Place): Map<string, OfStatus> {
  const found = new Map<string, OfStatus>();
  const add = (status: Status, version: string, quote: string, byDefault = false) => {
    const key = byDefault ? `${status}|default` : status;
    let group = found.get(key);
    if (!group) {
      const value = { status: meaning[status], as: status, ...(byDefault && { byDefault }) };
      found.set(key, (group = { value, versions: [], quotes: [] }));
    }
    if (group.versions.at(-1) !== version) group.versions.push(version);
    if (group.quotes.length < 20) group.quotes.push(quote);
  };
  const listed: string[] = [];
  for (const place of entry.at('versions').items(5000)) {
    for (const [status, expression] of spansOf(place)) {
      listed.push(expression);
      add(status, expression, JSON.stringify(place.value).slice(0, 200));
    }
  }
  const byDefault = asStatus(entry.at('defaultStatus').text());
  if (byDefault !== undefined && (byDefault !== 'unknown' || listed.length === 0)) {
    const others = listed.length ? `* (excluding ${listed.join(' | ')})` : '*';
    add(byDefault, others, `defaultStatus: ${byDefault}`, listed.length > 0);
  }
  return found;
}

type Status = 'affected' | 'unaffected' | 'unknown';
const meaning = { affected: 'affected', unaffected: 'notAffected', unknown: 'unknown' } as const;

function asStatus(text: string | undefined): Status | undefined {
  return text === 'affected' || text === 'unaffected' || text === 'unknown' ? text : undefined;
}

/**
 * "version" alone is one version; with "lessThan" or "lessThanOrEqual" it begins a range, within which "changes" say
 * where the status becomes another (CVE record format, docs/versions.md).
 */
function spansOf(place: Place): (readonly [Status, string])[] {
  const from = place.at('version').text()?.trim() ?? '';
  const status = asStatus(place.at('status').text()) ?? 'unknown';
  const below = place.at('lessThan').text()?.trim();
  const upTo = place.at('lessThanOrEqual').text()?.trim();
  const end = below ?? upTo;
  if (end === undefined) return [[status, from || '*']];
  const lower = beginning.test(from) ? '' : `>=${from}`;
  const changes = place
    .at('changes')
    .items(100)
    .flatMap((change) => {
      const at = change.at('at').text()?.trim();
      return at ? [{ at, status: asStatus(change.at('status').text()) ?? ('unknown' as const) }] : [];
    });
  const spans: (readonly [Status, string])[] = [];
  let [start, current] = [lower, status as Status];
  for (const { at, status: next } of changes) {
    spans.push([current, join(start, `<${at}`)]);
    [start, current] = [`>=${at}`, next];
  }
  const upper = /^\*+$/.test(end) ? '' : `${below === undefined ? '<=' : '<'}${end}`;
  return [...spans, [current, join(start, upper)]];
}

/** What CVE records write for the beginning of all versions. */
const beginning = /^(?:0|\*|unspecified|n\/?a|-|)$/i;

function join(lower: string, upper: string): string {
  return [lower, upper].filter(Boolean).join('|') || '*';
}

function addMetric(list: ClaimList, metric: Place, cve: string, by: string, subject: ClaimSubject): void {
  for (const [field, system] of cvssFields) {
    const cvss = metric.at(field);
    if (typeof cvss.value !== 'object' || cvss.value === null) continue;
    const vector = cvss.at('vectorString').text();
    const base = cvss.at('baseScore').number();
    const severity = cvss.at('baseSeverity').text();
    const version = cvss.at('version').text() ?? '';
    list.add(`${system}|${version}`, {
      kind: 'severity',
      vulnerability: cve,
      by,
      subject,
      value: { system, version, vector, base, severity },
      quote: [vector, base, severity].filter((part) => part !== undefined).join(' '),
      pointer: cvss.path,
    });
  }
  const other = metric.at('other');
  const content = other.at('content');
  const common = { vulnerability: cve, by, subject: nothingNamed, pointer: other.path };
  switch (other.at('type').text()) {
    case 'ssvc': {
      const selections = content
        .at('options')
        .items(50)
        .flatMap((option) =>
          typeof option.value === 'object' && option.value !== null
            ? Object.entries(option.value)
                .filter((pair): pair is [string, string] => typeof pair[1] === 'string')
                .map(([point, value]) => ({ point: cut(point, 100), values: [cut(value, 100)] }))
            : [],
        );
      const quote = selections.map(({ point, values }) => `${point}: ${values[0]}`).join('; ');
      list.add('ssvc', { ...common, kind: 'severity', value: { system: 'ssvc', selections }, quote });
      const state = exploitationOfSsvc(selections);
      const since = content.at('timestamp').date();
      if (state)
        list.add('ssvc', {
          ...common,
          kind: 'exploitation',
          value: { state, ...(since !== undefined && { since }) },
          quote,
        });
      break;
    }
    case 'kev': {
      const since = content.at('dateAdded').date();
      list.add('kev', {
        ...common,
        kind: 'exploitation',
        value: { state: 'exploited', ...(since !== undefined && { since }) },
        quote: JSON.stringify(content.value ?? 'kev'),
      });
      break;
    }
  }
}

const cvssFields = [
  ['cvssV4_0', 'cvss4'],
  ['cvssV3_1', 'cvss3'],
  ['cvssV3_0', 'cvss3'],
  ['cvssV2_0', 'cvss2'],
] as const;
