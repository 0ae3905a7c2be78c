import type { Credentials, Detection, Language, Transfer, Variable } from '@busbar/contract';
import { type DetectionWords, techniqueOf, wordsFor } from '@busbar/dissect';

import type { Db } from '../../platform/database.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import type { DetectionRow } from './detection-store.ts';
import type { CredentialsRow, TransferRow, VariableRow } from './observation-store.ts';
import { type PartyOf, partiesFrom } from './parties.ts';

/** Turns rows into our words, with the names that devices have today. */
export function observationsFrom(
  plant: Pick<PlantService, 'assetsById'>,
  { inForce }: Pick<DetectionService, 'inForce'>,
) {
  const parties = partiesFrom(plant);
  return {
    async detections(tx: Db, rows: readonly DetectionRow[], language: Language): Promise<Detection[]> {
      const party = await parties(
        tx,
        rows.flatMap(({ source_asset, target_asset }) => [source_asset, target_asset]),
      );
      const { all } = await inForce(tx);
      return rows.map((row) => toDetection(row, party, (code) => wordsFor(code, language, all)));
    },

    async variables(tx: Db, rows: readonly VariableRow[]): Promise<Variable[]> {
      const party = await parties(
        tx,
        rows.map(({ asset_id }) => asset_id),
      );
      return rows.map((row) => toVariable(row, party));
    },

    async transfers(tx: Db, rows: readonly TransferRow[]): Promise<Transfer[]> {
      const party = await parties(
        tx,
        rows.flatMap(({ asset_id, other_asset }) => [asset_id, other_asset]),
      );
      return rows.map((row) => toTransfer(row, party));
    },

    async credentials(tx: Db, rows: readonly CredentialsRow[]): Promise<Credentials[]> {
      const party = await parties(
        tx,
        rows.flatMap(({ source_asset, target_asset }) => [source_asset, target_asset]),
      );
      return rows.map((row) => toCredentials(row, party));
    },
  };
}

function toDetection(row: DetectionRow, party: PartyOf, words: (code: string) => DetectionWords): Detection {
  const { id, code, severity, certainty, techniques, count, refused, params, evidence } = row;
  return {
    id,
    code,
    ...words(code),
    severity,
    certainty,
    techniques: techniques.map(techniqueOf),
    source: row.source_address === null ? null : party(row.source_asset, row.source_address),
    target: row.target_address === null ? null : party(row.target_asset, row.target_address),
    count,
    refused,
    firstSeen: row.first_seen.toISOString(),
    lastSeen: row.last_seen.toISOString(),
    params,
    evidence,
  };
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
