import { uuid5 } from '../ids.ts';
import type { CasePicture, Device, Seen } from '../picture.ts';
import { confidenceOf, leftOutSays, limitSays, rsitTag } from '../words.ts';
import { cyberObservable, fileObject, patternOf } from './cyber-observables.ts';
import { tlpMarking } from './markings.ts';

interface StixObject {
  readonly type: string;
  readonly id: string;
}

/**
 * A case as a bundle (OASIS STIX 2.1): an incident, a grouping of all there is to it, and a note for each thing that was
 * said. Ids are made of the case, so that a later export brings newer versions of the same objects.
 */
export function stixBundle(picture: CasePicture) {
  const { told, at, publisher } = picture;
  const marking = tlpMarking(picture.label);
  const limit = told && {
    type: 'marking-definition',
    spec_version: '2.1',
    id: idOf('marking-definition', `limit ${told.limit}`),
    created: '2026-01-01T00:00:00.000Z',
    definition_type: 'statement',
    definition: { statement: limitSays[told.limit] },
  };
  const marks = [marking.id, ...(limit ? [limit.id] : [])];
  const author = idOf('identity', publisher.origin);
  const objects = new Map<string, StixObject>();
  const begun = told?.receivedAt ?? at;

  const put = <T extends StixObject>(object: T): string => {
    if (!objects.has(object.id)) objects.set(object.id, { ...object, object_marking_refs: marks });
    return object.id;
  };
  const add = (type: string, name: string, properties: object, created = begun) =>
    put({
      type,
      spec_version: '2.1',
      id: idOf(type, `${picture.id} ${name}`),
      created_by_ref: author,
      created: created < at ? created : at,
      modified: at,
      ...properties,
    });
  const relate = (source: string, relationship_type: string, target: string, created = begun) =>
    add(
      'relationship',
      `${source} ${relationship_type} ${target}`,
      { relationship_type, source_ref: source, target_ref: target },
      created,
    );
  const note = (name: string, abstract: string, content: string, refs: readonly string[], created = begun) =>
    add('note', name, { abstract, content: content || abstract, object_refs: distinct(refs) }, created);

  put({
    type: 'identity',
    spec_version: '2.1',
    id: author,
    created: begun,
    modified: at,
    name: publisher.name,
    identity_class: 'organization',
  } as StixObject);
  const incident = add('incident', 'incident', {
    name: told?.title || picture.reference,
    ...(told?.sees && { description: told.sees }),
    labels: [
      `case-state:${picture.state}`,
      ...(told ? [rsitTag(told.rsit), `severity:${told.severity}`] : []),
    ],
    external_references: [{ source_name: publisher.name, external_id: picture.reference }],
  });
  if (told) {
    const owner = put({
      type: 'identity',
      spec_version: '2.1',
      id: idOf('identity', told.owner.id),
      created_by_ref: author,
      created: begun,
      modified: at,
      name: told.owner.name || 'unknown',
      identity_class: 'organization',
    } as StixObject);
    relate(incident, 'related-to', owner);
    note('assessment', 'Assessment', assessed(told), [incident]);
  }
  if (picture.leftOut > 0) note('left out', 'Left out', leftOutSays(picture.leftOut), [incident]);

  const devices = new Map(picture.devices.map((device) => [device.id, infrastructure(device)]));
  const patterns = new Map<string, string>();
  const seen = new Map(picture.observations.map((one) => [one.id, observed(one)]));
  for (const number of picture.vulnerabilities)
    relate(
      incident,
      'related-to',
      add('vulnerability', number, {
        name: number,
        external_references: [{ source_name: 'cve', external_id: number }],
      }),
    );
  const files = new Map(
    picture.files.map((file) => {
      const id = put(fileObject({ hashes: { 'SHA-256': file.sha256 }, name: file.name, size: file.size }));
      const says = [file.note, `Added ${file.addedAt} by ${file.addedAs}; ${file.state}.`].filter(Boolean);
      note(`file ${file.id}`, 'Evidence', says.join('\n'), [id, incident], file.addedAt);
      return [file.id, id] as const;
    }),
  );
  for (const fact of picture.facts) {
    const cited = fact.evidence.flatMap(({ id }) => seen.get(id) ?? files.get(id) ?? []);
    note(`fact ${fact.number}`, `F${fact.number}`, fact.says, [incident, ...cited]);
  }
  for (const { id, title, does, effect, state, doneAt } of picture.measures)
    relate(
      add(
        'course-of-action',
        `measure ${id}`,
        { name: title, description: does, labels: [`measure:${state}`, `process-effect:${effect}`] },
        doneAt ?? begun,
      ),
      'related-to',
      incident,
    );
  for (const { number, title, because, severity, state } of picture.recommendations)
    relate(
      add('course-of-action', `recommendation ${number}`, {
        name: title,
        ...(because && { description: because }),
        labels: [`recommendation:R${number}`, `severity:${severity}`, ...(state ? [`finding:${state}`] : [])],
      }),
      'related-to',
      incident,
    );
  add('grouping', 'grouping', {
    name: picture.reference,
    context: 'suspicious-activity',
    object_refs: [...objects.keys()],
  });
  return {
    type: 'bundle',
    id: idOf('bundle', `${picture.id} ${at}`),
    objects: [marking, ...(limit ? [limit] : []), ...objects.values()],
  };

  /** One observation; the id of the note that tells it. */
  function observed(one: Seen): string {
    const when = one.at ?? begun;
    const things = one.observables.map((observable) => put(cyberObservable(observable)));
    const refs = [incident, ...one.devices.flatMap((id) => devices.get(id) ?? [])];
    const data =
      things.length > 0 && one.from
        ? add(
            'observed-data',
            `observation ${one.id}`,
            {
              first_observed: one.from,
              last_observed: one.to ?? one.from,
              number_observed: Math.min(Math.max(one.count, 1), 999_999_999),
              object_refs: things,
              confidence: confidenceOf[one.confidence],
            },
            when,
          )
        : undefined;
    if (data) refs.push(data);
    const shows = one.techniques.map(technique);
    if (one.kind === 'indicator' && things.length > 0) {
      const indicator = add(
        'indicator',
        `indicator ${one.id}`,
        {
          name: one.observables
            .map(({ value }) => value)
            .join(', ')
            .slice(0, 200),
          description: one.text,
          indicator_types: ['unknown'],
          pattern: patternOf(one.observables),
          pattern_type: 'stix',
          valid_from: one.from ?? when,
          confidence: confidenceOf[one.confidence],
        },
        when,
      );
      if (data) relate(indicator, 'based-on', data, when);
      for (const pattern of shows) relate(indicator, 'indicates', pattern, when);
      refs.push(indicator);
    }
    return note(`observation ${one.id}`, one.kind, toldOf(one), [...refs, ...shows], when);
  }

  function technique({ id, name }: Seen['techniques'][number]): string {
    const known = patterns.get(id);
    if (known) return known;
    const pattern = add('attack-pattern', id, {
      name,
      external_references: [
        {
          source_name: 'mitre-attack',
          external_id: id,
          url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}`,
        },
      ],
    });
    patterns.set(id, pattern);
    relate(incident, 'related-to', pattern);
    return pattern;
  }

  function infrastructure({ id, name, role, vendor, product, firmware, addresses }: Device): string {
    const what = [vendor, product, firmware, role].filter(Boolean).join(', ');
    const device = add('infrastructure', `device ${id}`, { name, ...(what && { description: what }) });
    relate(incident, 'related-to', device);
    for (const address of addresses) relate(device, 'consists-of', put(cyberObservable(address)));
    return device;
  }
}

const idOf = (type: string, name: string): string => `${type}--${uuid5(`${type} ${name}`)}`;

const distinct = (refs: readonly string[]): string[] => [...new Set(refs)];

/** What a note says of the time besides: how fine it is, and how far the clock of its source may be wrong. */
function toldOf({ text, from, to, precision, uncertainty, place }: Seen): string {
  if (!from) return [text, place].filter(Boolean).join('\n');
  const span = to && to !== from ? `${from} to ${to}` : from;
  const doubt = uncertainty > 0 ? `, the clock of its source to ${uncertainty} seconds` : '';
  return [text, place, `${span} (to the ${precision}${doubt})`].filter(Boolean).join('\n');
}

function assessed({
  impact,
  spread,
  severity,
  rootCause,
  awareAt,
}: NonNullable<CasePicture['told']>): string {
  return [
    `Severity: ${severity}. Reach: ${spread}. Noticed: ${awareAt}.`,
    `Effect on safety: ${impact.safety}, production: ${impact.production}, environment: ${impact.environment}, data: ${impact.data}.`,
    ...(rootCause ? [`Root cause: ${rootCause}.`] : []),
  ].join('\n');
}
