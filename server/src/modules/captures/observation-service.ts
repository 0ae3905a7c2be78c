import type { FileAnswer, Language } from '@busbar/contract';
import { contentOf } from '@busbar/dissect';

import type { Ask } from '../../platform/http.ts';
import { malformed, notFound } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import { packetsElsewhere } from './capture-service.ts';
import { findCapture } from './capture-store.ts';
import { type DetectionSearch, listDetections } from './detection-store.ts';
import {
  findTransfer,
  listCredentials,
  listTransfers,
  listVariables,
  type TransferRow,
  type Within,
} from './observation-store.ts';
import { observationsFrom } from './observation-words.ts';

interface Parts {
  readonly uploads: Uploads;
  readonly plant: PlantService;
  readonly detections: Pick<DetectionService, 'inForce'>;
}

type Whole<Query = Within> = Ask<{ id: string }, Query>;

/** A packed capture is unpacked from its beginning, and what is wanted of it is held. */
const MOST_CONTENT = 256 << 20;

export type ObservationService = ReturnType<typeof observationService>;

export function observationService({ uploads, plant, detections }: Parts) {
  const shown = observationsFrom(plant, detections);

  return {
    async detections(ask: Whole<DetectionSearch & { language: Language }>) {
      const { rows, ...rest } = await listDetections(ask.tx, await known(ask), ask.query);
      return { items: await shown.detections(ask.tx, rows, ask.query.language), ...rest };
    },

    async variables(ask: Whole) {
      const { rows, ...rest } = await listVariables(ask.tx, await known(ask), ask.query);
      return { items: await shown.variables(ask.tx, rows), ...rest };
    },

    async transfers(ask: Whole) {
      const { rows, ...rest } = await listTransfers(ask.tx, await known(ask), ask.query);
      return { items: await shown.transfers(ask.tx, rows), ...rest };
    },

    async credentials(ask: Whole) {
      const { rows, ...rest } = await listCredentials(ask.tx, await known(ask), ask.query);
      return { items: await shown.credentials(ask.tx, rows), ...rest };
    },

    async content({ tx, params, trail }: Ask<{ id: string; transfer: string }>): Promise<FileAnswer> {
      const capture = (await findCapture(tx, params.id)) ?? missing();
      const transfer = (await findTransfer(tx, capture.id, params.transfer)) ?? missing();
      const size = transfer.pieces.reduce((total, [, length]) => total + length, 0);
      if (size > MOST_CONTENT)
        throw malformed(
          'content-too-large',
          'This file is larger than what is taken out of a capture here. Download the capture itself; the report says where in it the file lies',
        );
      if (capture.bundle_id) throw packetsElsewhere();
      const evidence = await uploads.open(tx, capture.evidence_id);
      trail.on({
        ...traceOf(capture),
        details: { evidence: capture.evidence_id, file: transfer.name, size },
      });
      return {
        name: nameOf(transfer),
        type: 'application/octet-stream',
        size,
        content: contentOf(evidence, transfer.pieces),
      };
    },
  };

  async function known({ tx, params, trail }: Whole<unknown>): Promise<string> {
    const row = (await findCapture(tx, params.id)) ?? missing();
    trail.on(traceOf(row));
    return row.id;
  }
}

function traceOf({ id, name, owner_id }: { id: string; name: string; owner_id: string }) {
  return { kind: 'capture', id, name, owner: owner_id };
}

/** Names of files come from the traffic: the last part of a path, and something that is no path. */
function nameOf({ name, kind, protocol }: TransferRow): string {
  const last = name.split(/[\\/]/).at(-1)!.trim();
  return (last || `${protocol} ${kind}`).slice(0, 200);
}

function missing(): never {
  throw notFound('capture');
}
