import type { Told } from '@busbar/contract';
import {
  type CarriedFile,
  type Conversation,
  type Credentials,
  type Detected,
  type Evidence,
  type Finding,
  instant,
  type Operation,
  type Refusal,
  severities,
  toldParams,
  type Variable,
} from '@busbar/dissect';

import { cut } from '../../platform/search.ts';
import type { Sample } from './capture-store.ts';
import type { KeptEvidence } from './detection-store.ts';

/** Where the engine's report becomes rows: its devices are assets by now, its times are instants. */

interface Whose {
  readonly owner_id: string;
  readonly capture_id: string;
}
type AssetOf = (device: string | null) => string | null;

export function conversationRow(conversation: Conversation, whose: Whose, assetOf: AssetOf) {
  const { from, to, protocol, transport, port, packets, packetsBack, bytes, bytesBack, messages } =
    conversation;
  return {
    ...whose,
    from_asset: assetOf(from.device),
    from_address: from.address,
    to_asset: assetOf(to.device),
    to_address: to.address,
    protocol: protocol ?? transport,
    transport,
    port: port || null,
    packets: packets + packetsBack,
    bytes: bytes + bytesBack,
    messages,
    first_seen: instant(conversation.first),
    last_seen: instant(conversation.last),
  };
}

export function operationRow(operation: Operation, whose: Whose, assetOf: AssetOf) {
  const { source, target, protocol, code, text, access, dangerous, techniques, count, samples } = operation;
  const refused = operation.refused.reduce((total, reason) => total + reason.count, 0);
  const kept = samples.map((sample): Sample => ({
    what: { code, params: toldParams(sample.params), text: sample.text },
    at: sample.at as Sample['at'],
    refused: sample.refused ? refusalOf(sample.refused) : null,
  }));
  const words = [code, text, protocol, source.address, target.address, ...techniques];
  return {
    ...whose,
    code,
    title: text,
    protocol,
    access,
    dangerous,
    techniques: [...techniques],
    source_asset: assetOf(source.device),
    source_address: source.address,
    target_asset: assetOf(target.device),
    target_address: target.address,
    count,
    refused,
    first_seen: instant(operation.first),
    last_seen: instant(operation.last),
    samples: kept,
    search: cut([...words, ...kept.map(({ what }) => what.text)].join(' ').toLowerCase(), MOST_SEARCHED),
  };
}

/** In bytes: the words stand in an entry of an index, which takes 2,704. */
const MOST_SEARCHED = 2400;

export function findingRow(finding: Finding, whose: Whose) {
  const { code, protocol, field, count, samples } = finding;
  return {
    ...whose,
    code,
    protocol,
    field,
    params: toldParams(samples[0]?.params ?? {}),
    count,
    location: samples[0]?.at ?? null,
  };
}

export function variableRow(variable: Variable, whose: Whose, assetOf: AssetOf) {
  const { device, protocol, name, count, sets, changes, first, last, range, setRange, points } = variable;
  return {
    ...whose,
    asset_id: assetOf(device.device),
    address: device.address,
    protocol,
    name,
    count,
    sets,
    changes,
    first: first.value,
    last: last.value,
    least: range[0],
    most: range[1],
    least_set: setRange?.[0] ?? null,
    most_set: setRange?.[1] ?? null,
    first_seen: instant(first.time),
    last_seen: instant(last.time),
    points,
    search: `${name} ${protocol} ${device.address}`.toLowerCase(),
  };
}

export function transferRow(transfer: CarriedFile, whose: Whose, assetOf: AssetOf) {
  const { device, other, protocol, way, kind, name, bytes, complete, first, last, at, pieces } = transfer;
  return {
    ...whose,
    asset_id: assetOf(device.device),
    address: device.address,
    other_asset: assetOf(other.device),
    other_address: other.address,
    protocol,
    way,
    kind,
    name,
    bytes,
    complete,
    first_seen: instant(first),
    last_seen: instant(last),
    location: at,
    pieces,
  };
}

export function credentialsRow(credentials: Credentials, whose: Whose, assetOf: AssetOf) {
  const { source, target, protocol, scheme, user, secret, count, first, last, at } = credentials;
  return {
    ...whose,
    source_asset: assetOf(source.device),
    source_address: source.address,
    target_asset: assetOf(target.device),
    target_address: target.address,
    protocol,
    scheme,
    user_name: user,
    secret,
    count,
    first_seen: instant(first),
    last_seen: instant(last),
    location: at,
  };
}

/** @param titles in every language, so that it is found by the words its reader reads */
export function detectionRow(detected: Detected, whose: Whose, assetOf: AssetOf, titles: readonly string[]) {
  const { id, severity, certainty, techniques, source, target, count, refused, first, last } = detected;
  const evidence = detected.evidence.map(keptEvidence);
  const words = [
    id,
    ...titles,
    ...techniques,
    source?.address ?? '',
    target?.address ?? '',
    ...evidence.map(({ what }) => what.text),
  ];
  return {
    ...whose,
    code: id,
    severity,
    rank: severities.indexOf(severity),
    certainty,
    techniques: [...techniques],
    source_asset: assetOf(source?.device ?? null),
    source_address: source?.address ?? null,
    target_asset: assetOf(target?.device ?? null),
    target_address: target?.address ?? null,
    count,
    refused,
    first_seen: instant(first),
    last_seen: instant(last),
    params: toldParams(detected.params),
    evidence,
    search: words.join(' ').toLowerCase(),
  };
}

export function keptEvidence({ step, code = '', text, params, refused, at }: Evidence): KeptEvidence {
  return {
    step: step ?? null,
    what: { code, params: toldParams(params), text },
    refused: refused ? refusalOf(refused) : null,
    at: at as KeptEvidence['at'],
  };
}

function refusalOf({ code, params, text }: Refusal): Told {
  return { code, params: toldParams(params), text };
}
