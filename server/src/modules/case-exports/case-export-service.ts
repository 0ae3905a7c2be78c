import {
  type AnyRoute,
  caseConcernApi,
  type caseExportApi,
  evidenceApi,
  investigationApi,
  mayDo,
  type FileAnswer,
  mostExported,
  type Route,
  type CaseObservation,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { Trail } from '../../platform/audit.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { CaseService, EnteredCase } from '../cases/case-service.ts';
import type { GuestService } from '../cases/guest-service.ts';
import type { CaseworkService } from '../casework/casework-service.ts';
import type { ConcernService } from '../concerns/concern-service.ts';
import type { EvidenceService } from '../evidence/evidence-service.ts';
import type { RunService } from '../evidence/run-service.ts';
import type { TimelineService } from '../evidence/timeline-service.ts';
import type { FindingService } from '../investigations/finding-service.ts';
import type { InvestigationService } from '../investigations/investigation-service.ts';
import { formats } from './formats.ts';
import { addressed, observablesOf } from './observables.ts';
import {
  type CasePicture,
  type CustodyStep,
  type Device,
  type Fact,
  plain,
  type Recommendation,
  type Seen,
} from './picture.ts';

type AskOf<Name extends keyof typeof caseExportApi> =
  (typeof caseExportApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;
type InCase = Ask<{ id: string }, {}, {}>;

export interface CaseExportParts {
  readonly cases: Pick<CaseService, 'entered' | 'get'>;
  readonly guests: Pick<GuestService, 'room'>;
  readonly timeline: Pick<TimelineService, 'list'>;
  readonly evidence: Pick<EvidenceService, 'list' | 'custody'>;
  readonly runs: Pick<RunService, 'list'>;
  readonly concerns: Pick<ConcernService, 'list'>;
  readonly casework: Pick<CaseworkService, 'measures'>;
  readonly investigations: Pick<InvestigationService, 'facts' | 'report' | 'version'>;
  readonly findings: Pick<FindingService, 'list'>;
  readonly publisher: (tx: Db) => Promise<string>;
  readonly origin: string;
}

export type CaseExportService = ReturnType<typeof caseExportService>;

/** Of files, runs, facts and recommendations; a case holds no more facts than this either. */
const mostOther = 2000;
/** Files whose custody is carried, the newest, and steps of each. */
const mostInHand = 200;
const mostSteps = 200;
const cve = /\bCVE-\d{4}-\d{4,19}\b/gi;

/**
 * A case in a standard of the field. What is in it is what the room answers to the same person: each part is asked of
 * whoever keeps it, in his name, so that no rule about who may see what is written twice.
 */
export function caseExportService(parts: CaseExportParts) {
  return {
    async download(ask: AskOf<'download'>): Promise<FileAnswer> {
      const { tx, actor, params, query, trail } = ask;
      const entered = await parts.cases.entered(tx, actor, params.id);
      const { type, ending, write, custody = false } = formats[query.format];
      const picture = plain(await pictureOf(ask, entered, custody));
      trail.on({
        kind: 'case',
        id: entered.id,
        name: entered.reference,
        owner: entered.owner,
        details: { format: query.format, label: picture.label, observations: picture.observations.length },
      });
      return { name: `${entered.reference}.${ending}`, type, content: write(picture) };
    },
  };

  async function pictureOf(
    within: AskOf<'download'>,
    entered: EnteredCase,
    withCustody: boolean,
  ): Promise<CasePicture> {
    // The parts write no lines of their own: it is one reading, and the line of the export tells of it.
    const ask: InCase = { ...within, query: {}, body: {}, trail: new Trail('') };
    const isGuest = entered.as === 'guest';
    const head = isGuest ? await parts.guests.room({ ...ask, query: {} }) : undefined;
    const whole = isGuest ? undefined : await parts.cases.get({ ...ask, query: {} });
    const { reference, kind, state, label } = (head ?? whole)!;
    const { observations, leftOut } = await observationsOf(ask);
    const may = ({ action, serves }: AnyRoute) => mayDo(rolesOf(ask.actor), action, serves);
    const { facts, recommendations } = isGuest
      ? { facts: [], recommendations: [] }
      : await reported(ask, may(investigationApi.facts));
    const files = await filesOf(ask);
    return {
      id: entered.id,
      reference,
      kind,
      state,
      label,
      at: new Date().toISOString(),
      publisher: { name: (await parts.publisher(ask.tx)) || 'CERT', origin: parts.origin },
      told: whole
        ? {
            title: whole.title,
            sees: whole.sees,
            owner: { id: entered.owner, name: whole.owner },
            limit: whole.limit,
            severity: whole.severity,
            rsit: whole.rsit,
            spread: whole.spread,
            impact: whole.impact,
            rootCause: whole.rootCause,
            receivedAt: whole.receivedAt,
            awareAt: whole.awareAt,
          }
        : null,
      steps: whole ? whole.steps.map(({ to, at }) => ({ to, at })) : [],
      observations,
      leftOut,
      devices: !isGuest && may(caseConcernApi.list) ? await devicesOf(ask) : [],
      vulnerabilities: cvesIn([
        ...observations.map(({ text }) => text),
        ...facts.map(({ says }) => says),
        ...recommendations.flatMap(({ title, because }) => [title, because]),
      ]),
      facts,
      recommendations,
      measures: isGuest ? [] : await measuresOf(ask),
      files,
      runs: await runsOf(ask),
      custody: withCustody && may(evidenceApi.custody) ? await custodyOf(ask, files) : [],
    };
  }

  async function observationsOf(ask: InCase) {
    const { items, fits } = await parts.timeline.list({
      ...ask,
      query: { state: 'accepted', order: 'oldest', limit: mostExported, language: 'en' },
    });
    return { observations: items.map(toSeen), leftOut: Math.max((fits ?? 0) - items.length, 0) };
  }

  /** The team’s facts are its own until a report is final; everybody else has those that stand in one. */
  async function reported(ask: InCase, all: boolean) {
    const { items } = await parts.findings.list({ ...ask, query: { case: ask.params.id, limit: mostOther } });
    const open = items
      .filter(({ state }) => state !== 'drafted')
      .map(({ number, title, because, severity, state }): Recommendation => ({
        number,
        title,
        because,
        severity,
        state,
      }));
    const recommendations = open.toSorted((a, b) => a.number - b.number);
    if (all) {
      const facts = await parts.investigations.facts({ ...ask, query: { limit: mostOther } });
      return { facts: facts.items.filter(({ withdrawn }) => !withdrawn).map(toFact), recommendations };
    }
    const [newest] = (await parts.investigations.report(ask)).versions;
    if (!newest) return { facts: [], recommendations };
    const params = { id: ask.params.id, version: newest.version };
    const { document } = await parts.investigations.version({ ...ask, params });
    return { facts: document.facts.map(toFact), recommendations };
  }

  async function devicesOf(ask: InCase): Promise<Device[]> {
    const { items, told } = await parts.concerns.list(ask);
    const named = items.flatMap(({ id, kind, name, device }): Device[] => {
      if (device) return [toDevice(device)];
      return kind === 'site' ? [] : [{ ...unknownDevice, id, name }];
    });
    return [...named, ...told.map(({ device }) => toDevice(device))];
  }

  async function measuresOf(ask: InCase): Promise<CasePicture['measures']> {
    const { items } = await parts.casework.measures({ ...ask, query: {} });
    return items
      .filter(({ state }) => state !== 'dropped')
      .map(({ id, title, does, effect, state, history }) => ({
        id,
        title: title.en,
        does: does.en,
        effect,
        state,
        doneAt: state === 'done' ? (history.findLast(({ to }) => to === 'done')?.at ?? null) : null,
      }));
  }

  async function filesOf(ask: InCase): Promise<CasePicture['files']> {
    const { items } = await parts.evidence.list({ ...ask, query: { limit: mostOther } });
    return items.flatMap(({ id, name, note, type, size, sha256, addedBy, addedAt, state }) =>
      sha256 ? [{ id, name, note, type, size, sha256, addedAs: addedBy.as, addedAt, state }] : [],
    );
  }

  async function custodyOf(ask: InCase, files: CasePicture['files']): Promise<CasePicture['custody']> {
    const steps: CustodyStep[] = [];
    for (const { id } of files.slice(0, mostInHand)) {
      const params = { id: ask.params.id, evidence: id };
      const { items } = await parts.evidence.custody({ ...ask, params, query: { limit: mostSteps } });
      for (const { action, at, organisation } of items.toReversed())
        steps.push({ file: id, action, at, by: organisation.id && organisation.name });
    }
    return steps;
  }

  async function runsOf(ask: InCase): Promise<CasePicture['runs']> {
    const { items } = await parts.runs.list({ ...ask, query: { limit: mostOther } });
    return items.map(({ id, tool, version, input, output, program, state, at, endedAt }) => ({
      id,
      tool,
      version,
      input: { file: input.evidence, sha256: input.sha256 },
      output,
      program,
      state,
      at,
      endedAt,
    }));
  }
}

const rolesOf = ({ roles }: Actor) => roles.filter((role) => role !== 'FOUNDER');

const toSeen = (one: CaseObservation): Seen => ({
  id: one.id,
  kind: one.kind,
  text: one.what.text,
  from: one.from,
  to: one.to,
  precision: one.precision,
  uncertainty: one.uncertainty,
  place: one.place,
  file: one.source?.evidence ?? null,
  run: one.run,
  observables: observablesOf(one.what.text, one.addresses),
  devices: one.assets.map(({ id }) => id),
  techniques: one.techniques,
  confidence: one.confidence,
  count: one.count,
  at: one.decided?.at ?? null,
});

const toFact = ({ number, says, evidence }: Fact): Fact => ({
  number,
  says,
  evidence: evidence.map(({ source, id, name, place, sha256 }) => ({ source, id, name, place, sha256 })),
});

const unknownDevice = { role: null, vendor: null, product: null, firmware: null, addresses: [] };

function toDevice(device: Omit<Device, 'addresses'> & { readonly addresses: readonly string[] }): Device {
  const { id, name, role, vendor, product, firmware } = device;
  const addresses = device.addresses.flatMap((address) => [...addressed(address)]);
  return { id, name, role, vendor, product, firmware, addresses };
}

const cvesIn = (texts: readonly string[]): string[] => {
  const named = texts.flatMap((text) => [...text.matchAll(cve)].map(([one]) => one.toUpperCase()));
  return [...new Set(named)].toSorted().slice(0, mostOther);
};
