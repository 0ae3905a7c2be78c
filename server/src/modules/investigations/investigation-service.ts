import { createHash, randomUUID } from 'node:crypto';

import {
  type EvidencePointer,
  type EvidenceReference,
  type EvidenceSource,
  type CaseFact,
  factsOfReport,
  type FileAnswer,
  flawsOf,
  type InvestigationReport,
  type investigationApi,
  type Language,
  ReportDocument,
  type ReportVersion,
  type Route,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey } from '../../platform/keys.ts';
import { conflict, forbidden, malformed, notFound } from '../../platform/problem.ts';
import { hasWords } from '../../platform/search.ts';
import { type CaseDoor, type OpenedCase, traceOfCase } from '../cases/opened-case-service.ts';
import type { FindingService } from './finding-service.ts';
import * as store from './investigation-store.ts';
import type { FactContent, FactRow, ReportRow } from './investigation-store.ts';
import { reportHtml } from './report-html.ts';
import { reportPdf } from './report-pdf.ts';

type AskOf<Name extends keyof typeof investigationApi> =
  (typeof investigationApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

/** Something that facts of a case may stand on, as whoever keeps it tells of it. */
export type Cited = Omit<EvidenceReference, 'source' | 'place'>;

/** The newest of a case, or these, or the newest with such words; what the actor may not read is not among them. */
export type CitedIn = (
  tx: Db,
  room: OpenedCase,
  ids?: readonly string[],
  matches?: (name: string) => boolean,
) => Promise<readonly Cited[]>;

export interface InvestigationParts {
  readonly cases: Pick<CaseDoor, 'open'>;
  readonly findings: Pick<FindingService, 'ofCase' | 'open'>;
  readonly evidence: Partial<Record<EvidenceSource, CitedIn>>;
  /** Name of the CERT. */
  readonly publisher: (tx: Db) => Promise<string>;
}

export type InvestigationService = ReturnType<typeof investigationService>;

const mostFacts = 2000;
const mostSources = 200;

/** What happened, fact by fact, and a report in which each sentence names them. */
export function investigationService({ cases, findings, evidence, publisher }: InvestigationParts) {
  return {
    async facts({ tx, params, query: { search, after, limit }, trail }: AskOf<'facts'>) {
      const room = await cases.open(tx, params.id);
      trail.on(traceOfCase(room));
      const found = hasWords(search);
      const rows = await store.factsOf(tx, room.id, { from: Number(after) || 0 });
      const all = rows
        .map((row) => toFact(room.key, row))
        .filter(({ number, says, evidence: cited }) =>
          found([`F${number}`, says, ...cited.map(({ name }) => name)].join(' ')),
        );
      const items = all.slice(0, limit);
      return { items, next: all.length > limit ? String(items.at(-1)!.number) : null };
    },

    async addFact({ tx, actor, params, body, trail }: AskOf<'addFact'>) {
      const room = await cases.open(tx, params.id);
      await store.holdNumbers(tx, room.id);
      const id = room.key.idOf('case_fact', actor, body);
      const [sentBefore] = await store.factsOf(tx, room.id, { ids: [id] });
      if (sentBefore) {
        trail.on({ ...traceOfCase(room), details: { fact: sentBefore.number, again: true } });
        return toFact(room.key, sentBefore);
      }
      const number = await store.nextNumber(tx, 'case_fact', room.id);
      if (number > mostFacts) throw conflict('facts-too-many', `A case holds ${mostFacts} facts at most`);
      const content = { says: body.says, evidence: await cited(tx, room, body.evidence) };
      const row = await store.insertFact(tx, {
        id,
        case_id: room.id,
        number,
        sealed: store.factContent.seal(room.key, id, content),
        person_id: actor.person!,
        person_name: actor.name,
      });
      trail.on({ ...traceOfCase(room), details: { fact: number } });
      return toFact(room.key, row);
    },

    async changeFact({ tx, params, body, trail }: AskOf<'changeFact'>) {
      const { room, row, content } = await factToChange(tx, params);
      if (row.revision !== body.revision) throw changedMeanwhile();
      const changed = await store.changeFact(tx, row, {
        sealed: store.factContent.seal(room.key, row.id, {
          says: body.says,
          evidence: await cited(tx, room, body.evidence, content.evidence),
        }),
      });
      trail.on({ ...traceOfCase(room), details: { fact: row.number } });
      return toFact(room.key, changed);
    },

    async withdrawFact({ tx, actor, params, body: { reason }, trail }: AskOf<'withdrawFact'>) {
      const { room, row, content } = await factToChange(tx, params);
      const changed = await store.changeFact(tx, row, {
        sealed: store.factContent.seal(room.key, row.id, { ...content, reason }),
        withdrawn_at: new Date(),
        withdrawn_by: actor.name,
      });
      trail.on({ ...traceOfCase(room), details: { fact: row.number } });
      return toFact(room.key, changed);
    },

    async sources({ tx, params, query: { source, search }, trail }: AskOf<'sources'>) {
      const room = await cases.open(tx, params.id);
      trail.on(traceOfCase(room));
      const found = hasWords(search);
      const items: Omit<EvidenceReference, 'place'>[] = [];
      for (const [kind, all] of Object.entries(evidence) as [EvidenceSource, CitedIn][])
        if (!source || source === kind)
          items.push(
            ...(await all(tx, room, undefined, search ? found : undefined)).map((one) => ({
              source: kind,
              ...one,
            })),
          );
      return { items: items.slice(0, mostSources) };
    },

    /** For what else speaks of facts: their number and what they say. */
    async factsNamed(tx: Db, caseId: string, ids: readonly string[]) {
      if (ids.length === 0) return new Map<string, { number: number; says: string }>();
      const { key } = await cases.open(tx, caseId);
      return new Map(
        (await store.factsOf(tx, caseId, { ids }))
          .filter(({ withdrawn_at }) => withdrawn_at === null)
          .map((row) => [row.id, { number: row.number, says: store.factContent.open(key, row).says }]),
      );
    },

    async report({ tx, actor, params, trail }: AskOf<'report'>) {
      const room = await cases.open(tx, params.id);
      trail.on(traceOfCase(room));
      const rows = await store.reportsOf(tx, room.id);
      const current = rows.find(({ state }) => state !== 'final');
      return {
        case: { id: room.id, reference: room.reference, label: room.label, owner: room.owner },
        current: current ? toReport(room.key, current, actor) : null,
        versions: rows.filter((row) => row !== current).map((row) => toVersion(room.key, row, actor)),
        mayWrite: isStaff(actor),
      };
    },

    async save({ tx, actor, params, body, trail }: AskOf<'save'>) {
      const room = await cases.open(tx, params.id);
      await store.holdNumbers(tx, room.id);
      const row = await store.lockCurrent(tx, room.id);
      const content = { title: body.title, sections: body.sections, sentBack: null };
      if ((row?.revision ?? 0) !== body.revision) throw changedMeanwhile();
      if (row && row.state !== 'draft') throw closed(row);
      trail.on({ ...traceOfCase(room), details: { version: row?.version } });
      if (!row) {
        const [last] = await store.reportsOf(tx, room.id);
        const id = randomUUID();
        const begun = await store.insertReport(tx, {
          id,
          case_id: room.id,
          version: (last?.version ?? 0) + 1,
          language: body.language,
          sealed: store.reportContent.seal(room.key, id, content),
          authors: [actor.person!],
          names: [actor.name],
        });
        return toReport(room.key, begun, actor);
      }
      const { sentBack } = store.reportContent.open(room.key, row);
      const isNew = !row.authors.includes(actor.person!);
      const changed = await store.changeReport(tx, row, {
        language: body.language,
        sealed: store.reportContent.seal(room.key, row.id, { ...content, sentBack }),
        ...(isNew && { authors: [...row.authors, actor.person!], names: [...row.names, actor.name] }),
      });
      return toReport(room.key, changed, actor);
    },

    async submit({ tx, actor, params, body, trail }: AskOf<'submit'>) {
      const room = await cases.open(tx, params.id);
      const row = (await store.lockCurrent(tx, room.id)) ?? missing();
      if (row.state !== 'draft') throw closed(row);
      if (row.revision !== body.revision) throw changedMeanwhile();
      const document = await draftOf(tx, room, row);
      const facts = await store.factsOf(tx, room.id);
      const flaws = flawsOf(
        document.sections,
        document.recommendations,
        facts.map((fact) => toFact(room.key, fact)),
      );
      if (flaws.length > 0)
        throw conflict(
          'report-has-flaws',
          `${flaws.length} places are not supported yet: each sentence names a fact that stands and has evidence`,
          { count: flaws.length },
        );
      // Whoever wrote a fact or a recommendation in it wrote in it, and does not check it.
      const named = factsOfReport(document.sections, document.recommendations);
      const hands = new Map([
        ...facts
          .filter(({ number }) => named.has(number))
          .map((one) => [one.person_id, one.person_name] as const),
        ...(await findings.ofCase(tx, room)).flatMap(({ authors }) => authors),
        ...row.authors.map((id, at) => [id, row.names[at]!] as const),
        [actor.person!, actor.name] as const,
      ]);
      const json = JSON.stringify(document);
      const closedNow = await store.changeReport(tx, row, {
        state: 'submitted',
        snapshot: store.snapshotText.seal(room.key, row.id, json),
        sha256: createHash('sha256').update(json).digest(),
        authors: [...hands.keys()],
        names: [...hands.values()],
      });
      trail.on({ ...traceOfCase(room), details: { version: row.version } });
      return toReport(room.key, closedNow, actor);
    },

    async check({ tx, actor, params, body, trail }: AskOf<'check'>) {
      const room = await cases.open(tx, params.id);
      const row = (await store.lockCurrent(tx, room.id)) ?? missing();
      if (row.state !== 'submitted') throw closed(row);
      if (row.sha256!.toString('hex') !== body.sha256)
        throw conflict(
          'report-other-snapshot',
          'This is another text than the one you looked at. Look at this one first',
        );
      const { version } = row;
      if (!body.agrees) {
        if (!body.reason)
          throw malformed('reason-needed', 'Say what is to be changed; its authors read it', {}, [
            { path: 'reason', message: 'must say why' },
          ]);
        const content = store.reportContent.open(room.key, row);
        await store.changeReport(tx, row, {
          state: 'draft',
          snapshot: null,
          sha256: null,
          sealed: store.reportContent.seal(room.key, row.id, { ...content, sentBack: body.reason }),
        });
        trail.on({ ...traceOfCase(room), details: { version, agrees: false } });
        return { version, state: 'draft' as const };
      }
      // The database holds the same line against races; this is the sentence for it.
      if (row.authors.includes(actor.person!))
        throw forbidden('checker-wrote', 'You wrote in this version; the check is for somebody else');
      await store.changeReport(tx, row, { state: 'final', checker_id: actor.person!, checker: actor.name });
      await findings.open(tx, room, actor);
      trail.on({ ...traceOfCase(room), details: { version, agrees: true, sha256: body.sha256 } });
      return { version, state: 'final' as const };
    },

    async version(ask: AskOf<'version'>) {
      const { room, row, document } = await versionOf(ask);
      return { ...toVersion(room.key, row, ask.actor), case: { id: room.id, owner: room.owner }, document };
    },

    async pdf(ask: AskOf<'pdf'>): Promise<FileAnswer> {
      const { row, document, room } = await versionOf(ask);
      const content = reportPdf(document, frameOf(row, ask.query.language));
      return { name: `${nameOf(room, row)}.pdf`, type: 'application/pdf', size: content.length, content };
    },

    async html(ask: AskOf<'html'>): Promise<FileAnswer> {
      const { row, document, room } = await versionOf(ask);
      const content = reportHtml(document, frameOf(row, ask.query.language));
      return { name: `${nameOf(room, row)}.html`, type: 'text/html; charset=utf-8', content };
    },

    async json(ask: AskOf<'json'>): Promise<FileAnswer> {
      const { row, document, room } = await versionOf(ask);
      const content = row.snapshot ? store.snapshotText.open(room.key, row) : JSON.stringify(document);
      return { name: `${nameOf(room, row)}.json`, type: 'application/json', content };
    },
  };

  async function factToChange(tx: Db, params: { id: string; fact: string }) {
    const room = await cases.open(tx, params.id);
    const row = (await store.lockFact(tx, room.id, params.fact)) ?? missing('fact');
    if (row.withdrawn_at)
      throw conflict(
        'fact-withdrawn',
        'This fact was withdrawn. Write down a new one; it gets a number of its own',
      );
    return { room, row, content: store.factContent.open(room.key, row) };
  }

  /** What is pointed to, as it is now; what was cited before and is gone stays as it was. */
  async function cited(
    tx: Db,
    room: OpenedCase,
    pointers: readonly EvidencePointer[],
    before: readonly EvidenceReference[] = [],
  ): Promise<EvidenceReference[]> {
    const found = new Map<string, Cited>(before.map((one) => [`${one.source} ${one.id}`, one]));
    for (const [source, wanted] of Map.groupBy(pointers, (pointer) => pointer.source))
      for (const one of (await evidence[source]?.(
        tx,
        room,
        wanted.map(({ id }) => id),
      )) ?? [])
        found.set(`${source} ${one.id}`, one);
    return pointers.map(({ source, id, place }) => {
      const { name, sha256, at } = found.get(`${source} ${id}`) ?? missing('evidence');
      return { source, id, place, name, sha256, at };
    });
  }

  async function versionOf({ tx, params, trail }: Pick<AskOf<'version'>, 'tx' | 'params' | 'trail'>) {
    const room = await cases.open(tx, params.id);
    const rows = await store.reportsOf(tx, room.id);
    const row = rows.find(({ version }) => version === params.version) ?? missing('report');
    trail.on({ ...traceOfCase(room), details: { version: row.version } });
    const document = row.snapshot
      ? ReportDocument.parse(JSON.parse(store.snapshotText.open(room.key, row)))
      : await draftOf(tx, room, row);
    return { room, row, document };
  }

  /** What would be closed now. */
  async function draftOf(tx: Db, room: OpenedCase, row: ReportRow): Promise<ReportDocument> {
    const { title, sections } = store.reportContent.open(room.key, row);
    const recommendations = (await findings.ofCase(tx, room)).map(({ recommendation }) => recommendation);
    const named = factsOfReport(sections, recommendations);
    return {
      format: 'busbar investigation report 1',
      case: room.reference,
      publisher: await publisher(tx),
      label: room.label,
      version: row.version,
      language: row.language,
      title,
      sections: [...sections],
      facts: (await store.factsOf(tx, room.id))
        .filter(({ number }) => named.has(number))
        .map((fact) => {
          const { says, evidence: references } = store.factContent.open(room.key, fact);
          return { number: fact.number, says, evidence: [...references] };
        }),
      recommendations,
    };
  }
}

/** What is printed beside the document: what became of it, and when. */
export interface Frame {
  readonly words: Language | undefined;
  readonly isFinal: boolean;
  readonly sha256: string | null;
  readonly at: Date;
}

const frameOf = (row: ReportRow, words: Language | undefined): Frame => ({
  words,
  isFinal: row.state === 'final',
  sha256: row.sha256?.toString('hex') ?? null,
  at: row.at,
});

const nameOf = ({ reference }: OpenedCase, { version, state }: ReportRow) =>
  `${reference}-report-${version}${state === 'final' ? '' : '-draft'}`;

function toFact(key: DataKey, row: FactRow): CaseFact {
  const { says, evidence, reason = '' }: FactContent = store.factContent.open(key, row);
  return {
    id: row.id,
    number: row.number,
    says,
    evidence: [...evidence],
    revision: row.revision,
    changedBy: row.changed_name,
    withdrawn: row.withdrawn_at && { reason, by: row.withdrawn_by!, at: row.withdrawn_at.toISOString() },
    by: row.person_name,
    at: row.at.toISOString(),
  };
}

function toVersion(key: DataKey, row: ReportRow, actor: Actor): ReportVersion {
  return {
    version: row.version,
    state: row.state,
    title: store.reportContent.open(key, row).title,
    language: row.language,
    authors: isStaff(actor) ? row.names : [],
    checker: isStaff(actor) ? row.checker : null,
    sha256: row.sha256?.toString('hex') ?? null,
    at: row.at.toISOString(),
  };
}

/** For the CERT: what is being written is nobody else's. */
function toReport(key: DataKey, row: ReportRow, actor: Actor): InvestigationReport {
  const { sections, sentBack } = store.reportContent.open(key, row);
  const wrote = row.authors.includes(actor.person!);
  return {
    ...toVersion(key, row, actor),
    revision: row.revision,
    changedBy: row.changed_name,
    sections: [...sections],
    sentBack,
    mayDo: row.state === 'draft' ? ['save', 'submit'] : wrote ? [] : ['check'],
  };
}

const isStaff = ({ roles }: Actor) => roles.some((role) => role === 'ANA' || role === 'LEAD');

const changedMeanwhile = () =>
  conflict(
    'changed-meanwhile',
    'Somebody else changed this meanwhile. Keep your text, reload the page and put it in',
  );

const closed = ({ state }: ReportRow) =>
  conflict('report-closed', `The report is ${state} by now. Look at it again`, { state });

function missing(what = 'report'): never {
  throw notFound(what);
}
