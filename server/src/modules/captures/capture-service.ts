import {
  type Anomaly,
  type Capture,
  type CaptureTable,
  type Conversation,
  conversationTable,
  credentialsTable,
  detectionTable,
  type Device,
  deviceTable,
  done,
  type FileAnswer,
  Location,
  type Operation,
  type OperationSearch,
  operationTable,
  type Paging,
  transferTable,
  variableTable,
  warningTable,
} from '@busbar/contract';
import { isPrivate, skipsLevel, techniqueOf } from '@busbar/dissect';

import type { Actor } from '../../platform/actor.ts';
import { asFile, type Blobs } from '../../platform/blobs.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOf, type Jobs, lastJobs } from '../../platform/jobs.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import type { Completed, Evidence, Uploads } from '../../platform/uploads.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import { checkReport } from './analysis.ts';
import type { CaptureResults } from './capture-results.ts';
import {
  type CaptureRow,
  type ConversationRow,
  deleteCapture,
  findCapture,
  type FindingRow,
  insertCapture,
  linesBetween,
  type LineRow,
  listCaptures,
  listConversations,
  listFindings,
  listOperations,
  lockCapture,
  type OperationRow,
} from './capture-store.ts';
import { listDetections } from './detection-store.ts';
import { viewMessage, viewPacket } from './message-view.ts';
import { listCredentials, listTransfers, listVariables } from './observation-store.ts';
import { observationsFrom } from './observation-words.ts';
import { partiesFrom } from './parties.ts';

interface Parts {
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly plant: PlantService;
  readonly detections: Pick<DetectionService, 'inForce'>;
  readonly results: CaptureResults;
  readonly bundles: { names(tx: Db, ids: readonly string[]): Promise<Map<string, string>> };
  readonly onError: (error: unknown) => void;
}

type Whole<Query = unknown> = Ask<{ id: string }, Query>;
type CaptureSearch = Paging & { site?: string | undefined; search?: string | undefined };

const MOST_DRAWN = 400;
const MOST_EXPORTED = 100_000;

export type CaptureService = ReturnType<typeof captureService>;

export function captureService({
  jobs,
  uploads,
  blobs,
  plant,
  results,
  bundles,
  onError,
  detections,
}: Parts) {
  const parties = partiesFrom(plant);
  const observed = observationsFrom(plant, detections);
  const all = { limit: MOST_EXPORTED };
  const tables: Record<CaptureTable, (tx: Db, capture: string) => Promise<string>> = {
    async detections(tx, capture) {
      const { rows } = await listDetections(tx, capture, all);
      return detectionTable(await observed.detections(tx, rows, 'en'));
    },
    async devices(tx, capture) {
      const { items } = await plant.devicesIn(tx, capture, all);
      return deviceTable(items);
    },
    async conversations(tx, capture) {
      const { rows } = await listConversations(tx, capture, all);
      return conversationTable(await conversationsOf(tx, rows));
    },
    async operations(tx, capture) {
      const { rows } = await listOperations(tx, capture, all);
      return operationTable(await operationsOf(tx, rows));
    },
    async variables(tx, capture) {
      const { rows } = await listVariables(tx, capture, all);
      return variableTable(await observed.variables(tx, rows));
    },
    async transfers(tx, capture) {
      const { rows } = await listTransfers(tx, capture, all);
      return transferTable(await observed.transfers(tx, rows));
    },
    async credentials(tx, capture) {
      const { rows } = await listCredentials(tx, capture, all);
      return credentialsTable(await observed.credentials(tx, rows));
    },
    async warnings(tx, capture) {
      const { items } = await plant.devicesIn(tx, capture, all);
      return warningTable(
        await plant.warningsOf(
          tx,
          items.map(({ asset }) => asset),
        ),
      );
    },
  };

  return {
    async list({ tx, query }: Ask<unknown, CaptureSearch>) {
      const { rows, ...rest } = await listCaptures(tx, query);
      return { items: await shown(tx, rows), ...rest };
    },

    async begin({ tx, actor, body, trail }: Ask<unknown, unknown, NewCapture>) {
      const site = await plant.siteFor(tx, actor, body.site);
      const id = crypto.randomUUID();
      const { name, size, sha256 } = body;
      const upload = await uploads.announce(tx, actor, {
        purpose: 'capture',
        subject: { id, name },
        size,
        sha256,
      });
      const row = await insertCapture(tx, {
        id,
        owner_id: actor.organisation!,
        site_id: site.id,
        evidence_id: upload.id,
        name,
      });
      trail.on({ ...traceOf(row), details: { evidence: upload.id, size } });
      const [capture] = await shown(tx, [row]);
      return { capture: capture!, upload: upload.address };
    },

    async claimHash({ tx, params, body, trail }: Ask<{ id: string }, unknown, { sha256: string }>) {
      const row = (await findCapture(tx, params.id)) ?? missing();
      const { state } = await uploads.claim(tx, row.evidence_id, body.sha256);
      trail.on({ ...traceOf(row), details: { claimed: body.sha256, state } });
      const [capture] = await shown(tx, [row]);
      return capture!;
    },

    async get({ tx, actor, params, trail }: Whole) {
      const row = (await findCapture(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      const [capture] = await shown(tx, [row]);
      return { ...capture!, visibility: await plant.visibility(tx, actor) };
    },

    async devices(ask: Whole<Paging & { search?: string | undefined }>) {
      const row = await known(ask);
      return plant.devicesIn(ask.tx, row.id, ask.query);
    },

    async conversations(ask: Whole<Paging & { protocol?: string | undefined; asset?: string | undefined }>) {
      const row = await known(ask);
      const { rows, ...rest } = await listConversations(ask.tx, row.id, ask.query);
      return { items: await conversationsOf(ask.tx, rows), ...rest };
    },

    async map(ask: Whole) {
      const row = await known(ask);
      const { items, total = 0 } = await plant.devicesIn(ask.tx, row.id, { limit: MOST_DRAWN });
      const drawn = new Map(items.map((device) => [device.asset, device]));
      const lines = await linesBetween(ask.tx, row.id, [...drawn.keys()]);
      return {
        devices: items,
        lines: lines.map((line) => toLine(line, drawn)),
        leftOut: total - items.length,
      };
    },

    async operations(ask: Whole<OperationSearch>) {
      const row = await known(ask);
      const { rows, ...rest } = await listOperations(ask.tx, row.id, ask.query);
      return { items: await operationsOf(ask.tx, rows), ...rest };
    },

    async anomalies(ask: Whole<Paging>) {
      const row = await known(ask);
      const { rows, ...rest } = await listFindings(ask.tx, row.id, ask.query);
      return { items: rows.map(toAnomaly), ...rest };
    },

    async counts(ask: Whole) {
      return (await known(ask)).counts ?? {};
    },

    async message({
      tx,
      params,
      query,
      trail,
    }: Ask<{ id: string; packet: number }, { at?: string | undefined }>) {
      const row = (await findCapture(tx, params.id)) ?? missing();
      trail.on({ ...traceOf(row), details: { packet: params.packet } });
      const capture = await packetsOf(tx, row);
      const at = query.at ? locationIn(query.at) : await plant.locationOf(tx, row.id, params.packet);
      return at ? viewMessage(capture, at) : viewPacket(capture, params.packet);
    },

    async analyse({ tx, actor, params, trail, afterCommit }: Whole) {
      const row = (await lockCapture(tx, params.id)) ?? missing();
      const last = (await lastJobs(tx, [row.id])).get(row.id);
      if (last && ['queued', 'running'].includes(last.state))
        throw conflict(
          'analysis-running',
          'This capture is being analysed already; wait for it, or cancel that job',
        );
      // Says what to do when the bytes are not all there.
      await packetsOf(tx, row);
      const job = await jobs.enqueue(tx, actor, analysisOf(row));
      trail.on({ ...traceOf(row), details: { job: job.id } });
      afterCommit(() => jobs.wake());
      return job;
    },

    async remove({ tx, params, trail, afterCommit }: Whole) {
      const row = (await lockCapture(tx, params.id)) ?? missing();
      await cancelJobsOf(tx, row.id);
      await plant.forget(tx, row.id);
      await deleteCapture(tx, row.id);
      if (row.report_id) await blobs.doom(tx, row.report_id);
      const evidence = await uploads.remove(tx, row.evidence_id);
      trail.on({ ...traceOf(row), details: { sha256: evidence?.sha256, size: evidence?.size } });
      afterCommit(() => void tidy(evidence).catch(onError));
      return done;
    },

    async exportJson({ tx, params, trail }: Whole): Promise<FileAnswer> {
      const row = (await findCapture(tx, params.id)) ?? missing();
      const report = row.report_id ? await blobs.open(tx, row.report_id) : undefined;
      if (!report) throw notAnalysed();
      trail.on({ ...traceOf(row), details: { export: 'json' } });
      return {
        name: `${row.name}.json`,
        type: 'application/json',
        size: report.size,
        content: report.read(),
      };
    },

    async exportCsv({ tx, params, trail }: Ask<{ id: string; table: CaptureTable }>): Promise<FileAnswer> {
      const row = (await findCapture(tx, params.id)) ?? missing();
      if (!row.summary) throw notAnalysed();
      trail.on({ ...traceOf(row), details: { export: params.table } });
      return {
        name: `${row.name}.${params.table}.csv`,
        type: 'text/csv; charset=utf-8',
        content: await tables[params.table](tx, row.id),
      };
    },

    async download({ tx, params, trail }: Whole): Promise<FileAnswer> {
      const row = (await findCapture(tx, params.id)) ?? missing();
      const evidence = await packetsOf(tx, row);
      trail.on({ ...traceOf(row), details: { evidence: row.evidence_id, size: evidence.size } });
      return asFile(evidence, row.name);
    },

    checkReport,

    /** Takes over packets that came in a bundle: they are analysed here. */
    async adopt(tx: Db, actor: Actor, capture: Adopted): Promise<void> {
      await insertCapture(tx, capture);
      await jobs.enqueue(tx, actor, analysisOf(capture));
    },

    /** Takes over what was read elsewhere: it stands where an analysed capture stands. */
    async adoptReport(
      tx: Db,
      capture: Adopted & { readonly bundle_id: string },
      read: Parameters<CaptureResults['store']>[2],
    ): Promise<void> {
      await insertCapture(tx, capture);
      await results.store(tx, capture.id, read);
    },

    /** A capture has arrived whole: it is analysed. */
    completed: (async (_tx, _actor, { subject }) => analysisOf(subject)) satisfies Completed,
  };

  /** The bytes it was read from, where they are here. */
  async function packetsOf(tx: Db, { bundle_id, evidence_id }: CaptureRow) {
    if (bundle_id) throw packetsElsewhere();
    return uploads.open(tx, evidence_id);
  }

  async function known({ tx, params, trail }: Whole): Promise<CaptureRow> {
    const row = (await findCapture(tx, params.id)) ?? missing();
    trail.on(traceOf(row));
    return row;
  }

  async function shown(tx: Db, rows: readonly CaptureRow[]): Promise<Capture[]> {
    const ids = rows.map(({ id }) => id);
    const sites = await plant.siteNames(tx);
    const evidence = await uploads.find(
      tx,
      rows.map(({ evidence_id }) => evidence_id),
    );
    const people = await plant.people(
      tx,
      [...evidence.values()].map(({ uploadedBy }) => uploadedBy),
    );
    const last = await lastJobs(tx, ids);
    const warnings = await plant.openWarningsIn(tx, ids);
    const broughtIn = await bundles.names(
      tx,
      rows.flatMap(({ bundle_id }) => bundle_id ?? []),
    );
    return rows.map((row) => {
      const { id, state, size, received, sha256, uploadedBy, at } = evidence.get(row.evidence_id)!;
      return {
        id: row.id,
        site: { id: row.site_id, name: sites.get(row.site_id) ?? '' },
        name: row.name,
        evidence: {
          id,
          state,
          size,
          received,
          sha256,
          uploadedBy: people.get(uploadedBy ?? '') ?? '',
          uploadedAt: at.toISOString(),
        },
        bundle: row.bundle_id ? { id: row.bundle_id, name: broughtIn.get(row.bundle_id) ?? '' } : null,
        job: last.get(row.id) ?? null,
        engine: row.engine,
        summary: row.summary && { ...row.summary, warnings: warnings.get(row.id) ?? 0 },
      };
    });
  }

  async function conversationsOf(tx: Db, rows: readonly ConversationRow[]): Promise<Conversation[]> {
    const party = await parties(
      tx,
      rows.flatMap(({ from_asset, to_asset }) => [from_asset, to_asset]),
    );
    return rows.map((row) => ({
      id: row.id,
      from: party(row.from_asset, row.from_address),
      to: party(row.to_asset, row.to_address),
      protocol: row.protocol,
      transport: row.transport,
      port: row.port,
      packets: row.packets,
      bytes: row.bytes,
      messages: row.messages,
      firstSeen: row.first_seen.toISOString(),
      lastSeen: row.last_seen.toISOString(),
    }));
  }

  async function operationsOf(tx: Db, rows: readonly OperationRow[]): Promise<Operation[]> {
    const party = await parties(
      tx,
      rows.flatMap(({ source_asset, target_asset }) => [source_asset, target_asset]),
    );
    return rows.map((row) => ({
      id: row.id,
      code: row.code,
      what: { code: row.code, params: {}, text: row.title },
      protocol: row.protocol,
      access: row.access as Operation['access'],
      dangerous: row.dangerous,
      techniques: row.techniques.map(techniqueOf),
      source: party(row.source_asset, row.source_address),
      target: party(row.target_asset, row.target_address),
      count: row.count,
      refused: row.refused,
      firstSeen: row.first_seen.toISOString(),
      lastSeen: row.last_seen.toISOString(),
      samples: row.samples,
    }));
  }

  /** What is removed leaves the disk at once; should that fail, the next sweep does it. */
  async function tidy(evidence: Evidence | undefined): Promise<void> {
    if (evidence) await uploads.forget(evidence);
    await blobs.sweep();
  }
}

type Adopted = Pick<CaptureRow, 'id' | 'owner_id' | 'site_id' | 'evidence_id' | 'name'>;

interface NewCapture {
  site?: string | undefined;
  name: string;
  size: number;
  sha256?: string | undefined;
}

const analysisOf = ({ id, name }: { id: string; name: string }) => ({
  kind: 'analyse-capture' as const,
  subject: { kind: 'capture' as const, id, name },
});

function traceOf({ id, name, owner_id }: CaptureRow) {
  return { kind: 'capture', id, name, owner: owner_id };
}

function locationIn(text: string): Location {
  try {
    return Location.parse(JSON.parse(text));
  } catch {
    throw malformed(
      'location-not-understood',
      'This address of a message is damaged; open it from the list again',
    );
  }
}

function toAnomaly({ id, code, field, params, protocol, count, location }: FindingRow): Anomaly {
  const text = field ? `${code} in ${field}` : code;
  return { id, what: { code, params: { ...params, field }, text }, protocol, count, at: location };
}

type DrawnDevice = Pick<Device, 'level' | 'zone'>;

function toLine(line: LineRow, devices: ReadonlyMap<string, DrawnDevice>) {
  const [from, to] = [devices.get(line.from_asset)!, devices.get(line.to_asset)!];
  return {
    from: line.from_asset,
    to: line.to_asset,
    protocols: line.protocols,
    packets: line.packets,
    dangerous: line.dangerous,
    crossesZones: from.zone !== to.zone,
    unexpected: skipsLevel([from.level, to.level]) || !line.addresses.every(isPrivate),
  };
}

export const packetsElsewhere = () =>
  conflict(
    'packets-elsewhere',
    'This capture was read by a field kit, and its packets stayed where they were. Open it in the kit to see them',
  );

const notAnalysed = () =>
  conflict('not-analysed', 'This capture has not been analysed yet; wait for its job to end');

function missing(): never {
  throw notFound('capture');
}
