import { uuid5 } from '../ids.ts';
import type { Observable } from '../observables.ts';
import type { AnalysisRun, CasePicture, Device, EvidenceFile, Seen } from '../picture.ts';
import { audienceOf, confidenceOf, leftOutSays, limitSays } from '../words.ts';
import {
  amount,
  classOf,
  contentFacet,
  context,
  dateTime,
  isHash,
  type Node,
  type Ref,
  typed,
} from './terms.ts';

/**
 * A case as an investigation in CASE 1 over UCO 1 (JSON-LD): files with where they came from, what was done with each, by
 * which tool, and what was seen in them. Every node has its id, so that graphs of two exports put themselves together.
 */
export function caseGraph(picture: CasePicture) {
  const { told, publisher } = picture;
  const nodes = new Map<string, Node>();
  const idOf = (type: string, name: string) => `kb:${type}-${uuid5(`${type} ${picture.id} ${name}`)}`;
  const marks = [audienceOf[picture.label], ...(told ? [limitSays[told.limit]] : [])].map(marking);

  const cert = organisation(publisher.name);
  if (told) organisation(told.owner.name || 'unknown', 'The organisation that the case belongs to.');
  const files = new Map(picture.files.map((file) => [file.id, received(file)]));
  for (const run of picture.runs) analysed(run);
  for (const { file, action, at, by } of picture.custody)
    investigative(`${file} ${action} ${at}`, {
      'uco-core:name': action,
      'uco-action:startTime': dateTime(at),
      'uco-action:object': refTo(files.get(file)?.file),
      ...(by && { 'uco-action:performer': organisation(by) }),
    });
  const devices = new Map(picture.devices.map((one) => [one.id, device(one)]));
  const seen = new Map(picture.observations.map((one) => [one.id, observed(one)]));
  const investigation: Ref = { '@id': idOf('Investigation', picture.id) };
  for (const { number, says, evidence } of picture.facts)
    annotation(
      `F${number}`,
      says,
      evidence.flatMap(({ id }) => seen.get(id) ?? files.get(id)?.file ?? []),
    );
  for (const { number, title, because } of picture.recommendations)
    annotation(`R${number}`, [title, because].filter(Boolean).join('\n'));
  for (const { id, title, does, doneAt } of picture.measures)
    add('uco-action', 'Action', id, {
      'uco-core:name': title,
      'uco-core:description': does,
      'uco-action:actionStatus': status(doneAt ? 'Complete/Finish' : 'Pending'),
      ...(doneAt && { 'uco-action:endTime': dateTime(doneAt) }),
    });
  if (picture.leftOut > 0) annotation('Left out', leftOutSays(picture.leftOut));
  add('case-investigation', 'Investigation', picture.id, {
    'uco-core:name': picture.reference,
    ...(told && {
      'uco-core:description': [told.title, told.sees].join('\n'),
      'case-investigation:focus': told.rsit,
      'uco-core:startTime': dateTime(told.awareAt),
    }),
    'case-investigation:investigationForm': typed('case-vocabulary:InvestigationFormVocab', 'incident'),
    'case-investigation:investigationStatus': picture.state,
    'uco-core:modifiedTime': dateTime(picture.at),
    'uco-core:createdBy': cert,
    'uco-core:object': [...nodes.keys()].map((id) => ({ '@id': id })),
  });
  return { '@context': context(publisher.origin), '@graph': [...nodes.values()] };

  function add(ontology: string, type: string, name: string, properties: object): Ref {
    const id = idOf(type, name);
    if (!nodes.has(id))
      nodes.set(id, {
        '@id': id,
        '@type': `${ontology}:${type}`,
        'uco-core:objectMarking': marks,
        ...properties,
      });
    return { '@id': id };
  }

  /** Statements: neither CASE nor UCO has a marking of its own for TLP. */
  function marking(statement: string): Ref {
    const id = idOf('MarkingDefinition', statement);
    nodes.set(id, {
      '@id': id,
      '@type': 'uco-marking:MarkingDefinition',
      'uco-marking:definitionType': 'statement',
      'uco-marking:definition': {
        '@id': idOf('StatementMarking', statement),
        '@type': 'uco-marking:StatementMarking',
        'uco-marking:definitionType': 'statement',
        'uco-marking:statement': statement,
      },
    });
    return { '@id': id };
  }

  function organisation(name: string, description?: string): Ref {
    return add('uco-identity', 'Organization', name, {
      'uco-core:name': name,
      ...(description && { 'uco-core:description': description }),
    });
  }

  function investigative(name: string, properties: object): Ref {
    return add('case-investigation', 'InvestigativeAction', name, properties);
  }

  /** A provenance record ties what an action gave to the action; the exhibit number is the id of the file in the case. */
  function provenance(name: string, of: Ref, properties: object): Ref {
    return add('case-investigation', 'ProvenanceRecord', name, { ...properties, 'uco-core:object': of });
  }

  function received({ id, name, note, size, sha256, addedAs, addedAt }: EvidenceFile) {
    const facetId = (type: string) => idOf(type, id);
    const file = add('uco-observable', 'File', id, {
      'uco-core:hasFacet': [
        {
          '@id': facetId('FileFacet'),
          '@type': 'uco-observable:FileFacet',
          'uco-observable:fileName': name,
          'uco-observable:sizeInBytes': size,
        },
        contentFacet(facetId, { type: 'sha256', value: sha256, size }),
      ],
    });
    const record = provenance(id, file, {
      ...(note && { 'uco-core:description': note }),
      'case-investigation:exhibitNumber': id,
    });
    const action = investigative(`received ${id}`, {
      'uco-core:name': 'received',
      'uco-core:description': `Added to the case by: ${addedAs}.`,
      'uco-action:endTime': dateTime(addedAt),
      'uco-action:result': [file, record],
    });
    return { file, record, action };
  }

  function analysed({ id, tool, version, input, output, program, state, at, endedAt }: AnalysisRun): void {
    const from = files.get(input.file);
    const result =
      output &&
      add('uco-observable', 'File', `output ${id}`, {
        'uco-core:hasFacet': contentFacet((type) => idOf(type, `output ${id}`), {
          type: 'sha256',
          value: output.sha256,
          size: output.size,
        }),
      });
    investigative(`run ${id}`, {
      'uco-core:name': `${tool} ${version}`,
      'uco-core:description': [
        `Read the file of SHA-256 ${input.sha256}.`,
        ...(program ? [`What ran, under ${program.runtime}, has SHA-256 ${program.sha256}.`] : []),
      ].join('\n'),
      'uco-action:startTime': dateTime(at),
      ...(endedAt && { 'uco-action:endTime': dateTime(endedAt) }),
      'uco-action:actionStatus': status(statusOf[state] ?? 'Unknown'),
      'uco-action:instrument': add('uco-tool', 'AnalyticTool', `${tool} ${version}`, {
        'uco-core:name': tool,
        'uco-tool:version': version,
      }),
      ...(from && {
        'uco-action:object': [from.file, from.record],
        'case-investigation:wasInformedBy': from.action,
      }),
      ...(result && { 'uco-action:result': [result, provenance(`run ${id}`, result, {})] }),
    });
  }

  function observed(one: Seen): Ref {
    const things = one.observables.map((observable) => thing(observable));
    const about = one.devices.flatMap((id) => devices.get(id) ?? []);
    const objects = [...things, ...about, ...refTo(one.file && files.get(one.file)?.file)];
    return add('uco-observable', 'Observation', one.id, {
      'uco-core:name': one.kind,
      'uco-core:description': [one.text, one.place].filter(Boolean).join('\n'),
      'uco-core:tag': one.techniques.map(({ id, name }) => `${id} ${name}`),
      ...(one.from && { 'uco-action:startTime': dateTime(one.from) }),
      ...(one.to && { 'uco-action:endTime': dateTime(one.to) }),
      'uco-action:actionCount': amount(one.count),
      'uco-action:object': objects,
      'uco-core:hasFacet': {
        '@id': idOf('ConfidenceFacet', one.id),
        '@type': 'uco-core:ConfidenceFacet',
        'uco-core:confidence': amount(confidenceOf[one.confidence]),
      },
    });
  }

  function thing(observable: Observable): Ref {
    const { type, value } = observable;
    const name = `${type} ${value}`;
    if (isHash(type))
      return add('uco-observable', 'File', name, {
        'uco-core:hasFacet': contentFacet((facet) => idOf(facet, name), { type, value }),
      });
    const [of, property] = classOf[type];
    return add('uco-observable', of, name, {
      'uco-core:hasFacet': {
        '@id': idOf(`${of}Facet`, name),
        '@type': `uco-observable:${of}Facet`,
        [`uco-observable:${property}`]: value,
      },
    });
  }

  function device({ id, name, role, vendor, product, firmware, addresses }: Device): Ref {
    for (const address of addresses) thing(address);
    const what = [role, vendor, product, firmware, ...addresses.map(({ value }) => value)];
    return add('uco-observable', 'Device', id, {
      'uco-core:name': name,
      'uco-core:description': what.filter(Boolean).join(', '),
      'uco-core:hasFacet': {
        '@id': idOf('DeviceFacet', id),
        '@type': 'uco-observable:DeviceFacet',
        ...(product && { 'uco-observable:model': product }),
      },
    });
  }

  function annotation(name: string, statement: string, about: readonly Ref[] = []): void {
    add('uco-core', 'Annotation', name, {
      'uco-core:name': name,
      'uco-core:statement': statement,
      'uco-core:object': about.length > 0 ? about : [investigation],
    });
  }
}

/** uco-vocabulary:ActionStatusTypeVocab */
const statusOf: Readonly<Record<string, string>> = {
  running: 'Ongoing',
  done: 'Success',
  failed: 'Fail',
  cancelled: 'Error',
};

const status = (value: string) => typed('uco-vocabulary:ActionStatusTypeVocab', value);

const refTo = (ref: Ref | null | undefined | ''): Ref[] => (ref ? [ref] : []);
