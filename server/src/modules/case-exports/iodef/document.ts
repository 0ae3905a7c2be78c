import type { CaseState, Tlp } from '@busbar/contract';

import { uuid5 } from '../ids.ts';
import type { Observable } from '../observables.ts';
import type { CasePicture, Device, EvidenceFile, Seen } from '../picture.ts';
import { audienceOf, leftOutSays, limitSays } from '../words.ts';
import { type Element, element, xmlOf } from './xml.ts';

/** RFC 7970 section 3.3.1. TLP 2.0 knows one label that this table does not, and it is the stricter one. */
const restrictionOf: Readonly<Record<Tlp, Record<string, string>>> = {
  CLEAR: { restriction: 'white' },
  GREEN: { restriction: 'green' },
  AMBER: { restriction: 'amber' },
  'AMBER+STRICT': { restriction: 'ext-value', 'ext-restriction': 'amber+strict' },
  RED: { restriction: 'red' },
};

/** Section 3.19. */
const addressOf = { ipv4: 'ipv4-addr', ipv6: 'ipv6-addr', mac: 'mac', url: 'site-uri' } as const;

/** Algorithms of XML Signature (RFC 9231) for the hashes of section 3.26. */
const digestOf = {
  md5: 'http://www.w3.org/2001/04/xmldsig-more#md5',
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
} as const;

const ratingOf: Readonly<Record<Seen['confidence'], string>> = {
  stated: 'high',
  inferred: 'medium',
  guessed: 'low',
};

/** A case as an incident (IODEF version 2, RFC 7970). The order of elements is that of the schema in section 8. */
export function iodefDocument(picture: CasePicture): string {
  const { told, publisher, observations, devices } = picture;
  const marks = restrictionOf[picture.label];
  const csirt = new URL(publisher.origin).hostname;
  const nameOf = new Map(devices.map(({ id, name }) => [id, name]));
  const withAddress = devices.filter(({ addresses }) => addresses.length > 0);
  const indicators = observations.filter(({ kind }) => kind === 'indicator').flatMap(indicatorsOf);
  const incident = element(
    'Incident',
    { purpose: 'reporting', status: statusOf(picture.state), 'xml:lang': 'en', ...marks },
    element('IncidentID', { name: csirt }, picture.reference),
    told ? element('DetectTime', {}, told.awareAt) : undefined,
    told ? element('ReportTime', {}, told.receivedAt) : undefined,
    element('GenerationTime', {}, picture.at),
    told ? [described(told.title), described(told.sees)] : undefined,
    told ? assessment(told) : undefined,
    method(picture),
    contact('creator', publisher.name),
    told ? contact('victim', told.owner.name || 'unknown') : undefined,
    observations.map((one) => eventOf(one)),
    withAddress.length > 0 ? plantOf(withAddress) : undefined,
    picture.files.length > 0 ? filesOf(picture.files) : undefined,
    picture.recommendations.length > 0 ? expected(picture.recommendations) : undefined,
    indicators.length > 0 ? element('IndicatorData', {}, indicators) : undefined,
    history(picture),
    [
      additional('TLP 2.0', audienceOf[picture.label]),
      told ? additional('handling limit', limitSays[told.limit]) : undefined,
      picture.leftOut > 0 ? additional('left out', leftOutSays(picture.leftOut)) : undefined,
      ...picture.facts.map(({ number, says }) => additional(`fact F${number}`, says)),
      ...devices
        .filter(({ addresses }) => addresses.length === 0)
        .map((one) => additional('device', aboutDevice(one))),
    ],
  );
  return xmlOf(
    element(
      'IODEF-Document',
      {
        version: '2.00',
        'xml:lang': 'en',
        xmlns: 'urn:ietf:params:xml:ns:iodef-2.0',
        'xmlns:ds': 'http://www.w3.org/2000/09/xmldsig#',
      },
      incident,
    ),
  );

  function eventOf(one: Seen): Element {
    const about = one.devices.flatMap((id) => nameOf.get(id) ?? []);
    const node = nodeOf(one.observables);
    const hashes = one.observables.flatMap((observable) => fileOf(observable) ?? []);
    return element(
      'EventData',
      marks,
      described([one.text, one.place, ...about].filter(Boolean).join('\n')),
      one.from ? element('StartTime', {}, one.from) : undefined,
      one.to ? element('EndTime', {}, one.to) : undefined,
      one.techniques.length > 0 ? element('Method', {}, one.techniques.map(reference)) : undefined,
      node ? element('Flow', {}, element('System', {}, node)) : undefined,
      hashes.length > 0 ? record(hashes) : undefined,
    );
  }

  /** What shares a name with the one who made it is told apart by its id; each observable is an indicator of its own. */
  function indicatorsOf(one: Seen): Element[] {
    return one.observables.map((observable) =>
      element(
        'Indicator',
        marks,
        element(
          'IndicatorID',
          { name: csirt, version: '1' },
          uuid5(`iodef ${one.id} ${observable.type} ${observable.value}`),
        ),
        described(one.text),
        one.from ? element('StartTime', {}, one.from) : undefined,
        element('Confidence', { rating: ratingOf[one.confidence] }),
        element('Observable', {}, observableOf(observable)),
      ),
    );
  }

  function plantOf(some: readonly Device[]): Element {
    return element(
      'EventData',
      marks,
      described('Devices that the case is about'),
      element(
        'Flow',
        {},
        some.map((one) =>
          element('System', { category: 'target' }, nodeOf(one.addresses), described(aboutDevice(one))),
        ),
      ),
    );
  }

  function filesOf(files: readonly EvidenceFile[]): Element {
    return element(
      'EventData',
      marks,
      described('Files of the case, by name, size and hash'),
      record(
        files.map(({ name, size, sha256 }) =>
          element(
            'File',
            {},
            element('FileName', {}, name),
            element('FileSize', {}, String(size)),
            hashData('sha256', sha256),
          ),
        ),
      ),
    );
  }

  function expected(recommendations: CasePicture['recommendations']): Element {
    return element(
      'EventData',
      marks,
      described('Recommendations'),
      recommendations.map(({ number, title, because }) =>
        element(
          'Expectation',
          { action: 'other' },
          described([`R${number} ${title}`, because].filter(Boolean).join('\n')),
        ),
      ),
    );
  }
}

const described = (text: string): Element => element('Description', {}, text);

const additional = (name: string, text: string): Element =>
  element('AdditionalData', { name, dtype: 'string' }, text);

const contact = (role: string, name: string): Element =>
  element('Contact', { role, type: 'organization' }, element('ContactName', {}, name));

function assessment({
  rsit,
  severity,
  spread,
  impact,
  rootCause,
}: NonNullable<CasePicture['told']>): Element {
  const effects = Object.entries(impact).map(([on, effect]) => `${on}: ${effect}`);
  return element(
    'Assessment',
    { occurrence: 'actual' },
    element('IncidentCategory', {}, `rsit:${rsit}`),
    element(
      'BusinessImpact',
      { severity: severity === 'critical' ? 'high' : severity, type: 'unknown' },
      described(`Severity: ${severity}. Reach: ${spread}. Effect on ${effects.join(', ')}.`),
    ),
    rootCause ? element('Cause', {}, rootCause) : undefined,
  );
}

function method({ observations, vulnerabilities }: CasePicture): Element | undefined {
  const techniques = new Map(observations.flatMap((one) => one.techniques.map((shown) => [shown.id, shown])));
  const references = [
    ...vulnerabilities.map((number) =>
      element(
        'Reference',
        {},
        element('URL', {}, `https://www.cve.org/CVERecord?id=${number}`),
        described(number),
      ),
    ),
    ...[...techniques.values()].map(reference),
  ];
  return references.length > 0 ? element('Method', {}, references) : undefined;
}

const reference = ({ id, name }: Seen['techniques'][number]): Element =>
  element(
    'Reference',
    {},
    element('URL', {}, `https://attack.mitre.org/techniques/${id.replace('.', '/')}`),
    described(`${id} ${name}`),
  );

function history({ steps, measures }: CasePicture): Element | undefined {
  const items = [
    ...steps.map(({ to, at }) => ({ at, action: 'other', says: `The case became: ${to}` })),
    ...measures.flatMap(({ title, does, doneAt }) =>
      doneAt ? [{ at: doneAt, action: 'remediate-other', says: `${title}\n${does}` }] : [],
    ),
  ].toSorted((a, b) => (a.at < b.at ? -1 : 1));
  if (items.length === 0) return undefined;
  return element(
    'History',
    {},
    items.map(({ at, action, says }) =>
      element('HistoryItem', { action }, element('DateTime', {}, at), described(says)),
    ),
  );
}

/** Hosts and their addresses in one node; nothing where there is neither (section 3.18). */
function nodeOf(observables: readonly Observable[]): Element | undefined {
  const parts = observables.filter(({ type }) => type in addressOf || type === 'domain').map(observableOf);
  return parts.length > 0 ? element('Node', {}, parts) : undefined;
}

function observableOf(observable: Observable): Element {
  const { type, value } = observable;
  if (type === 'domain')
    return element(
      'DomainData',
      { 'system-status': 'unknown', 'domain-status': 'unknown' },
      element('Name', {}, value),
    );
  const file = fileOf(observable);
  if (file) return element('FileData', {}, file);
  return element('Address', { category: addressOf[type as keyof typeof addressOf] }, value);
}

const fileOf = ({ type, value }: Observable): Element | undefined =>
  type in digestOf ? element('File', {}, hashData(type as keyof typeof digestOf, value)) : undefined;

const hashData = (type: keyof typeof digestOf, hex: string): Element =>
  element(
    'HashData',
    { scope: 'file-contents' },
    element(
      'Hash',
      {},
      element('ds:DigestMethod', { Algorithm: digestOf[type] }),
      element('ds:DigestValue', {}, Buffer.from(hex, 'hex').toString('base64')),
    ),
  );

const record = (files: readonly Element[]): Element =>
  element('Record', {}, element('RecordData', {}, element('FileData', {}, files)));

const aboutDevice = ({ name, role, vendor, product, firmware }: Device): string =>
  [name, role, vendor, product, firmware].filter(Boolean).join(', ');

/** Section 3.2, `status`. */
function statusOf(state: CaseState): string {
  if (state === 'received') return 'new';
  return state === 'closed' || state === 'rejected' || state === 'duplicate' ? 'resolved' : 'in-progress';
}
