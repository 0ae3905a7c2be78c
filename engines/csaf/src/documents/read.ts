import type {
  Assessment,
  CsafDocument,
  Note,
  Reference,
  Remediation,
  Score,
  Tlp,
  Tracking,
  Vulnerability,
} from './document.ts';
import { productStatuses, remediationCategories } from './document.ts';
import { productGroups, readProducts } from './product-tree.ts';
import { type DocumentProblem, Place } from './values.ts';

export type Reading =
  | { readonly ok: true; readonly document: CsafDocument; readonly problems: readonly DocumentProblem[] }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/** Larger than any advisory seen in public by a factor of ten. */
const largestText = 64 * 1024 * 1024;

/**
 * Reads CSAF 2.0 and 2.1 (https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html, section 3) from
 * JSON text or from a value that was parsed already. Takes what it can and lists the rest as problems;
 * never throws. Whether a document keeps the standard's rules is another question, asked elsewhere.
 */
export function read(source: unknown): Reading {
  const problems: DocumentProblem[] = [];
  const refuse = (code: DocumentProblem['code'], message: string): Reading => ({
    ok: false,
    problems: [{ code, path: '', message }],
  });

  let value = source;
  if (typeof source === 'string') {
    if (source.length > largestText)
      return refuse('too-large', 'The document is larger than 64 MiB; split it or ask its publisher');
    try {
      value = JSON.parse(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source);
    } catch {
      return refuse(
        'not-json',
        'This is not JSON; a CSAF document is a JSON file, check that the whole file arrived',
      );
    }
  }

  const root = new Place(value, '', problems);
  const head = root.at('document');
  const id = head.at('tracking').at('id');
  if (
    typeof head.value !== 'object' ||
    head.value === null ||
    typeof id.value !== 'string' ||
    !id.value.trim()
  ) {
    return refuse('not-csaf', 'This JSON is not a CSAF document: it has no document.tracking.id');
  }
  return { ok: true, document: readDocument(root, head), problems };
}

/** Documents among the entries of an archive or folder, by name; what is not named .json is passed over. */
export function* documentsIn(
  entries: Iterable<{ readonly name: string; readonly text: string }>,
): Generator<{ readonly name: string; readonly reading: Reading }> {
  for (const { name, text } of entries) {
    if (/\.json$/i.test(name)) yield { name, reading: read(text) };
  }
}

function readDocument(root: Place, head: Place): CsafDocument {
  const notes = readNotes(head.at('notes'));
  const tree = root.at('product_tree');
  const groups = productGroups(tree);
  return {
    csafVersion: head.at('csaf_version').text() === '2.1' ? '2.1' : '2.0',
    category: head.at('category').text() ?? '',
    title: head.at('title').requiredText(),
    language: head.at('lang').text(),
    tlp: readTlp(head.at('distribution')),
    publisher: {
      name: head.at('publisher').at('name').requiredText(),
      category: head.at('publisher').at('category').text() ?? '',
      namespace: head.at('publisher').at('namespace').text() ?? '',
    },
    tracking: readTracking(head.at('tracking')),
    summary: notes.find(({ category }) => category === 'summary')?.text,
    severity: head.at('aggregate_severity').at('text').text(),
    notes,
    references: readReferences(head.at('references')),
    products: readProducts(tree),
    vulnerabilities: root
      .at('vulnerabilities')
      .items()
      .map((place) => readVulnerability(place, groups)),
  };
}

/** TLP 1 has no AMBER+STRICT: CSAF 2.0 labels such a document RED and says so in the text (2.1 section 9.1.18). */
function readTlp(distribution: Place): Tlp | undefined {
  const label = distribution.at('tlp').at('label');
  const text = label.text()?.trim().toUpperCase().replace(/^TLP:/, '');
  if (text === undefined) return undefined;
  const tlp = text === 'WHITE' ? 'CLEAR' : text;
  if (tlp === 'RED' && /TLP v2\.0: TLP:AMBER\+STRICT/.test(distribution.at('text').text() ?? ''))
    return 'AMBER+STRICT';
  if (['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'].includes(tlp)) return tlp as Tlp;
  label.problem('wrong-type', 'is no TLP label');
  return undefined;
}

function readTracking(place: Place): Tracking {
  const status = place.at('status').text();
  return {
    id: place.at('id').requiredText().trim(),
    aliases: place.at('aliases').texts(),
    version: place.at('version').requiredText(),
    status: status === 'draft' || status === 'interim' || status === 'final' ? status : 'unknown',
    initialRelease: place.at('initial_release_date').date(),
    currentRelease: place.at('current_release_date').date(),
    revisions: place
      .at('revision_history')
      .items()
      .map((revision) => ({
        number: revision.at('number').text() ?? '',
        date: revision.at('date').text() ?? '',
        summary: revision.at('summary').text() ?? '',
      })),
  };
}

function readNotes(place: Place): Note[] {
  return place.items().map((note) => ({
    category: note.at('category').text() ?? 'other',
    title: note.at('title').text(),
    text: note.at('text').text() ?? '',
  }));
}

function readReferences(place: Place): Reference[] {
  return place.items().map((reference) => {
    const url = reference.at('url').link();
    return {
      category: reference.at('category').text() ?? 'external',
      summary: reference.at('summary').text() ?? (url ? '' : (reference.at('url').text() ?? '')),
      url,
    };
  });
}

function readVulnerability(place: Place, groups: ReadonlyMap<string, readonly string[]>): Vulnerability {
  // CSAF 2.0 has one weakness, CSAF 2.1 a list.
  const cwes = [place.at('cwe'), ...place.at('cwes').items()];
  const statuses: { -readonly [K in keyof Vulnerability['statuses']]: Vulnerability['statuses'][K] } = {};
  for (const status of productStatuses) {
    const ids = place.at('product_status').at(status).texts();
    if (ids.length) statuses[status] = ids;
  }
  return {
    cve: place.at('cve').text()?.trim(),
    ids: place
      .at('ids')
      .items()
      .map((id) => ({ system: id.at('system_name').text() ?? '', text: id.at('text').text() ?? '' })),
    title: place.at('title').text(),
    cwes: onlyObjects(cwes).map((cwe) => ({
      id: cwe.at('id').text() ?? '',
      name: cwe.at('name').text() ?? '',
    })),
    notes: readNotes(place.at('notes')),
    references: readReferences(place.at('references')),
    scores: [...place.at('scores').items(), ...place.at('metrics').items()].flatMap(readScores),
    statuses,
    remediations: place
      .at('remediations')
      .items()
      .map((remediation) => readRemediation(remediation, groups)),
    threats: place
      .at('threats')
      .items()
      .map((threat) => ({
        category: threat.at('category').text() ?? '',
        text: threat.at('details').text() ?? '',
        date: threat.at('date').date(),
        products: productsOf(threat, groups),
      })),
    flags: place
      .at('flags')
      .items()
      .map((flag) => ({ label: flag.at('label').text() ?? '', products: productsOf(flag, groups) })),
    assessments: place.at('metrics').items().flatMap(readAssessments),
    firstExploited: place
      .at('first_known_exploitation_dates')
      .items()
      .flatMap((known) => {
        const date = known.at('exploitation_date').date();
        return date === undefined ? [] : [{ date, products: productsOf(known, groups) }];
      }),
    released: place.at('release_date').date(),
    discovered: place.at('discovery_date').date(),
    disclosed: place.at('disclosure_date').date(),
  };
}

function onlyObjects(places: Place[]): Place[] {
  return places.filter(({ value }) => typeof value === 'object' && value !== null);
}

/** CSAF 2.0 section 3.2.3.13 lays CVSS beside the products, CSAF 2.1 section 3.2.4.13 under "content". */
function readScores(place: Place): Score[] {
  const products = place.at('products').texts();
  const content = place.at('content').value === undefined ? place : place.at('content');
  return (['v2', 'v3', 'v4'] as const).flatMap((generation) => {
    const cvss = content.at(`cvss_${generation}`);
    if (typeof cvss.value !== 'object' || cvss.value === null) return [];
    return [
      {
        system: `cvss${generation[1] as '2' | '3' | '4'}` as const,
        version: cvss.at('version').text() ?? '',
        vector: cvss.at('vectorString').text(),
        base: cvss.at('baseScore').number(),
        severity: cvss.at('baseSeverity').text(),
        source: place.at('source').link(),
        products,
        pointer: cvss.path,
      },
    ];
  });
}

function readAssessments(place: Place): Assessment[] {
  const content = place.at('content');
  const common = { source: place.at('source').link(), products: place.at('products').texts() };
  const found: Assessment[] = [];
  const rating = content.at('qualitative_severity_rating');
  const severity = rating.text();
  if (severity) found.push({ ...common, is: 'rating', severity, pointer: rating.path });
  const epss = content.at('epss');
  const probability = epss.at('probability').number();
  if (probability !== undefined)
    found.push({
      ...common,
      is: 'epss',
      probability,
      percentile: epss.at('percentile').number(),
      date: epss.at('timestamp').date(),
      pointer: epss.path,
    });
  for (const name of ['ssvc_v1', 'ssvc_v2']) {
    const ssvc = content.at(name);
    const selections = ssvc
      .at('selections')
      .items()
      .map((selection) => ({
        point: selection.at('name').text() ?? selection.at('key').text() ?? '',
        values: selection
          .at('values')
          .items()
          .map((value) =>
            typeof value.value === 'string'
              ? value.value
              : (value.at('name').text() ?? value.at('key').text() ?? ''),
          ),
      }));
    if (selections.length) found.push({ ...common, is: 'ssvc', selections, pointer: ssvc.path });
  }
  return found;
}

function readRemediation(place: Place, groups: ReadonlyMap<string, readonly string[]>): Remediation {
  const category = place.at('category').text();
  return {
    category: remediationCategories.find((known) => known === category) ?? 'unknown',
    text: place.at('details').text() ?? '',
    url: place.at('url').link(),
    date: place.at('date').date(),
    restart: place.at('restart_required').at('category').text(),
    products: productsOf(place, groups),
  };
}

function productsOf(place: Place, groups: ReadonlyMap<string, readonly string[]>): string[] {
  const inGroups = place
    .at('group_ids')
    .texts()
    .flatMap((id) => groups.get(id) ?? []);
  return [...new Set([...place.at('product_ids').texts(), ...inGroups])];
}
