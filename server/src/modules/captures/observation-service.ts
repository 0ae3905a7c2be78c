import type { Credentials, FileAnswer, Transfer, Variable } from '@busbar/contract';

import type { Ask } from '../../platform/http.ts';
import { malformed, notFound } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import type { PlantService } from '../plant/plant-service.ts';
import { contentOf } from './capture-bytes.ts';
import { findCapture } from './capture-store.ts';
import {
  type CredentialsRow,
  findTransfer,
  listCredentials,
  listTransfers,
  listVariables,
  type TransferRow,
  type VariableRow,
  type Within,
} from './observation-store.ts';
import { type PartyOf, partiesFrom } from './parties.ts';

interface Parts {
  readonly uploads: Uploads;
  readonly plant: PlantService;
}

type Whole = Ask<{ id: string }, Within>;

/** A packed capture is unpacked from its beginning, and what is wanted of it is held. */
const MOST_CONTENT = 256 << 20;

export type ObservationService = ReturnType<typeof observationService>;

export function observationService({ uploads, plant }: Parts) {
  const parties = partiesFrom(plant);

  return {
    async variables(ask: Whole) {
      const { rows, ...rest } = await listVariables(ask.tx, await known(ask), ask.query);
      const party = await parties(
        ask.tx,
        rows.map(({ asset_id }) => asset_id),
      );
      return { items: rows.map((row) => toVariable(row, party)), ...rest };
    },

    async transfers(ask: Whole) {
      const { rows, ...rest } = await listTransfers(ask.tx, await known(ask), ask.query);
      const party = await parties(
        ask.tx,
        rows.flatMap(({ asset_id, other_asset }) => [asset_id, other_asset]),
      );
      return { items: rows.map((row) => toTransfer(row, party)), ...rest };
    },

    async credentials(ask: Whole) {
      const { rows, ...rest } = await listCredentials(ask.tx, await known(ask), ask.query);
      const party = await parties(
        ask.tx,
        rows.flatMap(({ source_asset, target_asset }) => [source_asset, target_asset]),
      );
      return { items: rows.map((row) => toCredentials(row, party)), ...rest };
    },

    async content({ tx, params, trail }: Ask<{ id: string; transfer: string }>): Promise<FileAnswer> {
      const capture = (await findCapture(tx, params.id)) ?? missing();
      const transfer = (await findTransfer(tx, capture.id, params.transfer)) ?? missing();
      const size = transfer.pieces.reduce((total, [, length]) => total + length, 0);
      if (size > MOST_CONTENT)
        throw malformed(
          'content-too-large',
          'This file is larger than what is taken out of a capture here. Download the capture and use busbar analyse',
        );
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

  async function known({ tx, params, trail }: Whole): Promise<string> {
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

function toVariable(row: VariableRow, party: PartyOf): Variable {
  const { id, asset_id, address, protocol, name, count, sets, changes, first, last, points } = row;
  const { least, most, least_set, most_set } = row;
  return {
    id,
    device: party(asset_id, address),
    protocol,
    name,
    count,
    sets,
    changes,
    first,
    last,
    range: [least, most],
    setRange: least_set === null || most_set === null ? null : [least_set, most_set],
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    points,
  };
}

function toTransfer(row: TransferRow, party: PartyOf): Transfer {
  const { id, protocol, way, kind, name, bytes, complete, location } = row;
  return {
    id,
    device: party(row.asset_id, row.address),
    other: party(row.other_asset, row.other_address),
    protocol,
    way,
    kind,
    name,
    bytes,
    complete,
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    at: location,
  };
}

function toCredentials(row: CredentialsRow, party: PartyOf): Credentials {
  const { id, protocol, scheme, user_name: user, secret, count, location } = row;
  return {
    id,
    source: party(row.source_asset, row.source_address),
    target: party(row.target_asset, row.target_address),
    protocol,
    scheme,
    user,
    secret,
    count,
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    at: location,
  };
}

function missing(): never {
  throw notFound('capture');
}
