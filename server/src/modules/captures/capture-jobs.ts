import type { JobKind, Told } from '@busbar/contract';

import type { Blobs } from '../../platform/blobs.ts';
import type { Database } from '../../platform/database.ts';
import type { Worker } from '../../platform/jobs.ts';
import type { Keys } from '../../platform/keys.ts';
import { notFound } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import { analyseApart } from './analysis.ts';
import type { CaptureResults } from './capture-results.ts';
import { findCapture } from './capture-store.ts';

interface Parts {
  readonly database: Database;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly results: CaptureResults;
  readonly detections: DetectionService;
}

const reading: Told = { code: 'reading-capture', params: {}, text: 'Reading the capture' };
const storing: Told = { code: 'storing-results', params: {}, text: 'Storing what it shows' };

export function captureWorkers({
  database,
  uploads,
  blobs,
  keys,
  results,
  detections,
}: Parts): Partial<Record<JobKind, Worker>> {
  return {
    async 'analyse-capture'({ job, actor, signal, progress }) {
      const { capture, evidence, key, watch } = await database.as(actor, async (tx) => {
        const capture = (await findCapture(tx, job.subject)) ?? gone();
        return {
          capture,
          evidence: await uploads.open(tx, capture.evidence_id),
          key: await keys.of(tx, capture.owner_id, 'plant'),
          watch: await detections.inForce(tx),
        };
      });
      progress(reading, 0, evidence.size);
      const analysed = await analyseApart(evidence.read(), watch.brought, {
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
      return (tx) =>
        results.store(tx, capture.id, { report: analysed.report, blob: report, engine: watch.engine });
    },
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function gone(): never {
  throw notFound('capture');
}
