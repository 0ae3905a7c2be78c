import { plainCounts, type Report, summaryOf, titlesOf } from '@busbar/dissect';

import { record } from '../../platform/audit.ts';
import type { Blobs } from '../../platform/blobs.ts';
import { insertMany, storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import { notFound } from '../../platform/problem.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import {
  conversationRow,
  credentialsRow,
  detectionRow,
  findingRow,
  operationRow,
  transferRow,
  variableRow,
} from './capture-findings.ts';
import { type CaptureRow, deleteResult, lockCapture, setResult } from './capture-store.ts';
import { deleteDetections } from './detection-store.ts';
import { deleteObservations } from './observation-store.ts';

export type CaptureResults = ReturnType<typeof captureResults>;

interface Parts {
  readonly blobs: Blobs;
  readonly plant: PlantService;
  readonly detections: Pick<DetectionService, 'inForce'>;
}

/** Where a report becomes rows, whoever read the capture. */
export function captureResults({ blobs, plant, detections }: Parts) {
  return { store };

  /** Replaces what an earlier analysis stored. Runs once for a job, in the transaction that ends it. */
  async function store(
    tx: Db,
    id: string,
    { report, blob, engine }: { report: Report; blob: string; engine: string },
  ): Promise<void> {
    const capture = (await lockCapture(tx, id)) ?? gone();
    const whose = { owner_id: capture.owner_id, capture_id: id };
    const { all } = await detections.inForce(tx);
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
      report.detections.map((detected) => detectionRow(detected, whose, assetOf, titlesOf(detected.id, all))),
    );
    await blobs.spare(tx, blob);
    const summary = summaryOf(report);
    await setResult(tx, id, {
      engine,
      summary: storable(summary),
      counts: storable(plainCounts(report)),
      report: blob,
    });
    if (capture.report_id) await blobs.doom(tx, capture.report_id);
    await record(tx, 'capture analysed', traceOf(capture, engine, summary));
  }
}

function traceOf(
  { id, name, owner_id }: CaptureRow,
  engine: string,
  { packets, devices, operations }: ReturnType<typeof summaryOf>,
) {
  return {
    kind: 'capture',
    id,
    name,
    owner: owner_id,
    details: { engine, packets, devices, operations },
  };
}

function gone(): never {
  throw notFound('capture');
}
