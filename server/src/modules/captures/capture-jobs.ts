import type { JobKind, Told } from '@busbar/contract';
import { plainCounts, summaryOf } from '@busbar/dissect';

import { record } from '../../platform/audit.ts';
import type { Blobs } from '../../platform/blobs.ts';
import { insertMany, storable } from '../../platform/bulk.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Worker } from '../../platform/jobs.ts';
import type { Keys } from '../../platform/keys.ts';
import { notFound } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import { version } from '../../platform/version.ts';
import type { PlantService } from '../plant/plant-service.ts';
import { type Analysed, analyseApart } from './analysis.ts';
import {
  conversationRow,
  credentialsRow,
  detectionRow,
  findingRow,
  operationRow,
  transferRow,
  variableRow,
} from './capture-findings.ts';
import { type CaptureRow, deleteResult, findCapture, lockCapture, setResult } from './capture-store.ts';
import { deleteDetections } from './detection-store.ts';
import { deleteObservations } from './observation-store.ts';

interface Parts {
  readonly database: Database;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly plant: PlantService;
}

const reading: Told = { code: 'reading-capture', params: {}, text: 'Reading the capture' };
const storing: Told = { code: 'storing-results', params: {}, text: 'Storing what it shows' };

export function captureWorkers({
  database,
  uploads,
  blobs,
  keys,
  plant,
}: Parts): Partial<Record<JobKind, Worker>> {
  return {
    async 'analyse-capture'({ job, actor, signal, progress }) {
      const { capture, evidence, key } = await database.as(actor, async (tx) => {
        const capture = (await findCapture(tx, job.subject)) ?? gone();
        return {
          capture,
          evidence: await uploads.open(tx, capture.evidence_id),
          key: await keys.of(tx, capture.owner_id, 'plant'),
        };
      });
      progress(reading, 0, evidence.size);
      const analysed = await analyseApart(evidence.read(), {
        signal,
        onProgress: (bytes) => progress(reading, bytes, evidence.size),
      });
      progress(storing, evidence.size, evidence.size);

      const report = crypto.randomUUID();
      await blobs.putDerived(actor, {
        id: report,
        owner: capture.owner_id,
        key,
        source: only(analysed.json),
      });
      return (tx) => store(tx, capture.id, report, analysed);
    },
  };

  /** Replaces what an earlier analysis stored. Runs once for a job, in the transaction that ends it. */
  async function store(tx: Db, id: string, reportBlob: string, { report }: Analysed): Promise<void> {
    const capture = (await lockCapture(tx, id)) ?? gone();
    const whose = { owner_id: capture.owner_id, capture_id: id };
    await deleteResult(tx, id);
    await deleteObservations(tx, id);
    await deleteDetections(tx, id);
    const assets = await plant.learn(tx, {
      owner: capture.owner_id,
      site: capture.site_id,
      capture: id,
      devices: report.devices,
    });
    const assetOf = (device: string | null) => (device === null ? null : (assets.get(device) ?? null));
    await insertMany(
      tx,
      'capture_conversation',
      report.conversations.map((conversation) => conversationRow(conversation, whose, assetOf)),
    );
    await insertMany(
      tx,
      'capture_operation',
      report.operations.map((operation) => operationRow(operation, whose, assetOf)),
    );
    await insertMany(
      tx,
      'capture_finding',
      [...report.malformed, ...report.anomalies].map((finding) => findingRow(finding, whose)),
    );
    await insertMany(
      tx,
      'capture_variable',
      report.variables.map((variable) => variableRow(variable, whose, assetOf)),
    );
    await insertMany(
      tx,
      'capture_transfer',
      report.transfers.map((transfer) => transferRow(transfer, whose, assetOf)),
    );
    await insertMany(
      tx,
      'capture_credentials',
      report.credentials.map((credentials) => credentialsRow(credentials, whose, assetOf)),
    );
    await insertMany(
      tx,
      'capture_detection',
      report.detections.map((detected) => detectionRow(detected, whose, assetOf)),
    );
    await blobs.spare(tx, reportBlob);
    const summary = summaryOf(report);
    await setResult(tx, id, {
      engine: version,
      summary: storable(summary),
      counts: storable(plainCounts(report)),
      report: reportBlob,
    });
    if (capture.report_id) await blobs.doom(tx, capture.report_id);
    await record(tx, 'capture analysed', traceOf(capture, summary));
  }
}

function traceOf(
  { id, name, owner_id }: CaptureRow,
  { packets, devices, operations }: ReturnType<typeof summaryOf>,
) {
  return {
    kind: 'capture',
    id,
    name,
    owner: owner_id,
    details: { engine: version, packets, devices, operations },
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function gone(): never {
  throw notFound('capture');
}
