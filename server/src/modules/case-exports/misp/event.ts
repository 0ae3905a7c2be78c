import type { CaseState, Tlp } from '@busbar/contract';

import { uuid5 } from '../ids.ts';
import type { Observable } from '../observables.ts';
import type { CasePicture, EvidenceFile, Seen } from '../picture.ts';
import { limitSays, rsitTag, tlpTag } from '../words.ts';
import { eventReports } from './reports.ts';

/** Categories and types of the MISP core format (draft-dulaunoy-misp-core-format, section 2.2.2). */
const attributeOf: Readonly<Record<Observable['type'], readonly [category: string, type: string]>> = {
  ipv4: ['Network activity', 'ip-dst'],
  ipv6: ['Network activity', 'ip-dst'],
  mac: ['Network activity', 'mac-address'],
  domain: ['Network activity', 'domain'],
  url: ['Network activity', 'url'],
  md5: ['Payload delivery', 'md5'],
  sha1: ['Payload delivery', 'sha1'],
  sha256: ['Payload delivery', 'sha256'],
};

/** Section 2.2.1, `distribution`: 0 your organisation only, 1 this community, 3 all communities. */
const distributionOf: Readonly<Record<Tlp, string>> = {
  RED: '0',
  'AMBER+STRICT': '0',
  AMBER: '0',
  GREEN: '1',
  CLEAR: '3',
};

/** Section 2.2.1, `threat_level_id`. */
const threatLevel = { critical: '1', high: '1', medium: '2', low: '3', unknown: '4' } as const;

/** A type that MISP would take no longer value of. */
const longestComment = 2000;

/**
 * A case as an event (MISP core format), not published: whoever imports it looks at it first. Observables are attributes, and
 * only those of indicators are for detection; what was said is in its reports.
 */
export function mispEvent(picture: CasePicture) {
  const { told, at, publisher } = picture;
  const attributes = observed(picture);
  return {
    Event: {
      uuid: uuid5(`misp-event ${picture.id}`),
      info: [picture.reference, told?.title].filter(Boolean).join(': '),
      date: (told?.awareAt ?? at).slice(0, 10),
      timestamp: secondsOf(at),
      threat_level_id: threatLevel[told?.severity ?? 'unknown'],
      analysis: analysisOf(picture.state),
      distribution: distributionOf[picture.label],
      published: false,
      attribute_count: String(attributes.length + picture.files.length * 3),
      Orgc: { uuid: uuid5(`organisation ${publisher.origin}`), name: publisher.name },
      Tag: tagsOf(picture),
      Attribute: attributes,
      Object: picture.files.map((file) => fileObject(picture, file)),
      EventReport: eventReports(picture),
    },
  };
}

function tagsOf({ label, told, observations }: CasePicture): { name: string }[] {
  const techniques = new Map(
    observations.flatMap((one) => one.techniques.map(({ id, name }) => [id, name] as const)),
  );
  return [
    tlpTag(label),
    ...(told ? [rsitTag(told.rsit)] : []),
    ...[...techniques].map(([id, name]) => techniqueTag(id, name)),
  ].map((name) => ({ name }));
}

/** As the galaxy “mitre-attack-pattern” of MISP names it. */
const techniqueTag = (id: string, name: string): string =>
  `misp-galaxy:mitre-attack-pattern="${name.replaceAll('"', "'")} - ${id}"`;

/** The same value twice is one attribute: MISP takes no second. */
function observed(picture: CasePicture): object[] {
  const merged = new Map<string, { observable: Observable; seen: Seen[] }>();
  for (const one of picture.observations)
    for (const observable of one.observables) {
      const key = `${observable.type} ${observable.value}`;
      const known = merged.get(key) ?? { observable, seen: [] };
      known.seen.push(one);
      merged.set(key, known);
    }
  const values = [...merged].map(([key, { observable, seen }]) => {
    const [category, type] = attributeOf[observable.type];
    const firsts = seen.flatMap(({ from }) => from ?? []).toSorted();
    const lasts = seen.flatMap(({ from, to }) => to ?? from ?? []).toSorted();
    return {
      uuid: uuid5(`misp-attribute ${picture.id} ${key}`),
      category,
      type,
      value: observable.value,
      to_ids: seen.some(({ kind }) => kind === 'indicator'),
      comment: seen[0]!.text.slice(0, longestComment).toWellFormed(),
      timestamp: secondsOf(picture.at),
      distribution: '5',
      ...(firsts.length > 0 && { first_seen: firsts[0], last_seen: lasts.at(-1) }),
    };
  });
  const numbers = picture.vulnerabilities.map((value) => ({
    uuid: uuid5(`misp-attribute ${picture.id} ${value}`),
    category: 'External analysis',
    type: 'vulnerability',
    value,
    to_ids: false,
    timestamp: secondsOf(picture.at),
    distribution: '5',
  }));
  const { told } = picture;
  const limit = told && {
    uuid: uuid5(`misp-attribute ${picture.id} limit`),
    category: 'Internal reference',
    type: 'comment',
    value: limitSays[told.limit],
    to_ids: false,
    timestamp: secondsOf(picture.at),
    distribution: '5',
  };
  return [...values, ...numbers, ...(limit ? [limit] : [])];
}

/** The template “file” of misp-objects. */
function fileObject({ id, at }: CasePicture, file: EvidenceFile) {
  const of = (object_relation: string, type: string, category: string, value: string) => ({
    uuid: uuid5(`misp-attribute ${id} ${file.id} ${object_relation}`),
    object_relation,
    type,
    category,
    value,
    to_ids: false,
    timestamp: secondsOf(at),
    distribution: '5',
  });
  return {
    uuid: uuid5(`misp-object ${id} ${file.id}`),
    name: 'file',
    'meta-category': 'file',
    description: 'File object describing a file with meta-information',
    template_uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
    template_version: '24',
    comment: file.note.slice(0, longestComment).toWellFormed(),
    timestamp: secondsOf(at),
    distribution: '5',
    Attribute: [
      of('filename', 'filename', 'Payload delivery', file.name),
      of('size-in-bytes', 'size-in-bytes', 'Other', String(file.size)),
      of('sha256', 'sha256', 'Payload delivery', file.sha256),
    ],
  };
}

/** Section 2.2.1, `analysis`: 0 initial, 1 ongoing, 2 complete. */
function analysisOf(state: CaseState): string {
  if (state === 'received') return '0';
  return state === 'closed' || state === 'rejected' || state === 'duplicate' ? '2' : '1';
}

const secondsOf = (instant: string): string => String(Math.floor(Date.parse(instant) / 1000));
