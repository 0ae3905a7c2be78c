import { type DocumentProblem, Place } from '../documents/values.ts';
import { ClaimList, type Claims, cut, nothingNamed } from './claim.ts';
import { cveId } from './of-cve.ts';

export type ListReading =
  | ({ readonly ok: true; readonly date: string | undefined } & Claims)
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/** Reads the catalogue of known exploited vulnerabilities of CISA (JSON text or a parsed value). Never throws. */
export function readKev(source: unknown): ListReading {
  const problems: DocumentProblem[] = [];
  let value = source;
  if (typeof source === 'string') {
    try {
      value = JSON.parse(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source);
    } catch {
      return refuse(
        'not-json',
        'This is not JSON; the catalogue is a JSON file, check that the whole file arrived',
      );
    }
  }
  const root = new Place(value, '', problems);
  if (!Array.isArray(root.at('vulnerabilities').value))
    return refuse(
      'not-kev',
      'This JSON is not the catalogue of known exploited vulnerabilities: it has no list of vulnerabilities',
    );
  const claims = root
    .at('vulnerabilities')
    .items(100_000)
    .flatMap((entry) => kevEntry(entry));
  return { ok: true, date: root.at('dateReleased').date(), claims, problems };
}

function kevEntry(entry: Place) {
  const list = new ClaimList();
  const cve = entry.at('cveID').text()?.trim().toUpperCase();
  if (cve === undefined || !cveId.test(cve)) {
    entry.problem('missing', 'has no CVE and is left out');
    return [];
  }
  const subject = {
    products: [
      {
        vendor: entry.at('vendorProject').text() ?? '',
        product: cut(entry.at('product').text() ?? '', 300),
        versions: [],
        orderNumbers: [],
        cpes: [],
        purls: [],
        partOf: undefined,
      },
    ],
  };
  const common = { vulnerability: cve, by: undefined, subject };
  const added = entry.at('dateAdded').date();
  const ransomware = entry.at('knownRansomwareCampaignUse').text()?.toLowerCase() === 'known';
  list.add('kev', {
    ...common,
    kind: 'exploitation',
    value: { state: 'exploited', ...(added !== undefined && { since: added }), ransomware },
    quote: [entry.at('vulnerabilityName').text(), entry.at('shortDescription').text()]
      .filter(Boolean)
      .join('. '),
    pointer: entry.path,
  });
  const due = entry.at('dueDate').date();
  if (added !== undefined)
    list.add('listed', {
      ...common,
      kind: 'date',
      value: { of: 'knownExploitedListed', date: added },
      quote: added,
      pointer: entry.at('dateAdded').path,
    });
  if (due !== undefined)
    list.add('due', {
      ...common,
      kind: 'date',
      value: { of: 'remedyDue', date: due },
      quote: entry.at('requiredAction').text() ?? due,
      pointer: entry.at('dueDate').path,
    });
  for (const [i, cwe] of entry.at('cwes').texts().slice(0, 50).entries())
    list.add(cwe, {
      kind: 'weakness',
      vulnerability: cve,
      by: undefined,
      subject: nothingNamed,
      value: { cwe, name: '' },
      quote: cwe,
      pointer: `${entry.path}/cwes/${i}`,
    });
  return list.claims;
}

/**
 * Reads EPSS scores (CSV of https://www.first.org/epss/data_stats: a comment with model and date, then `cve,epss,percentile`).
 * The pointer of a claim is its line: "/17". `wanted` leaves out what nobody here speaks of.
 */
export function readEpss(text: string, wanted: (cve: string) => boolean = () => true): ListReading {
  const lines = text.matchAll(/[^\r\n]+/g);
  let date: string | undefined;
  let columns: string[] | undefined;
  const problems: DocumentProblem[] = [];
  const claims = [];
  let row = 0;
  for (const [line] of lines) {
    row++;
    if (line.startsWith('#')) {
      date = /score_date:([\dT:+Z.-]+)/.exec(line)?.[1] ?? date;
      continue;
    }
    if (!columns) {
      columns = line
        .replace(/^\uFEFF/, '')
        .toLowerCase()
        .split(',')
        .map((name) => name.trim());
      if (!columns.includes('cve') || !columns.includes('epss'))
        return refuse(
          'not-epss',
          'This is no list of EPSS scores: its first line does not name the columns cve and epss',
        );
      continue;
    }
    const cells = line.split(',', 10);
    const cell = (name: string) => cells[columns!.indexOf(name)]?.trim() ?? '';
    const cve = cell('cve').toUpperCase();
    const [probability, percentile] = [share(cell('epss')), share(cell('percentile'))];
    if (!cveId.test(cve) || probability === undefined) {
      if (problems.length < 100)
        problems.push({
          code: 'wrong-type',
          path: `/${row}`,
          message: `Line ${row} has no CVE or no score and is left out`,
        });
      continue;
    }
    if (!wanted(cve)) continue;
    const list = new ClaimList();
    list.add('epss', {
      kind: 'exploitation',
      vulnerability: cve,
      by: undefined,
      subject: nothingNamed,
      value: {
        state: 'predicted',
        probability,
        ...(percentile !== undefined && { percentile }),
        ...(date !== undefined && { since: date }),
      },
      quote: cut(line),
      pointer: `/${row}`,
    });
    for (const claim of list.claims) claims.push(claim);
  }
  if (!columns) return refuse('not-epss', 'This is no list of EPSS scores: it is empty');
  return { ok: true, date, claims, problems };
}

function share(text: string): number | undefined {
  const number = text === '' ? NaN : Number(text);
  return number >= 0 && number <= 1 ? number : undefined;
}

function refuse(code: DocumentProblem['code'], message: string): ListReading {
  return { ok: false, problems: [{ code, path: '', message }] };
}
