import type { CaptureReader } from '../capture/capture-reader.ts';
import { layerNames, type Network } from '../network/network.ts';
import type { Endpoint } from '../dissector.ts';
import type { Stage } from './stage.ts';
import type { Triples } from './triples.ts';

export type Counts = Readonly<Record<string, unknown>>;

/** Under the keys of the reference counts, so that anyone can hold one against the other. */
export function countsOf(stage: Stage, network: Network, reader: CaptureReader): Counts {
  const counts: Record<string, unknown> = {
    format: reader.format,
    link_types: [...network.linkTypes.keys()].map(linkTypeName),
    packets: stage.packet,
    captured_bytes: stage.capturedBytes,
    truncated_frames: stage.truncated,
    first_ts: stage.firstTime / 1_000_000,
    last_ts: stage.lastTime / 1_000_000,
    duration_s: (stage.lastTime - stage.firstTime) / 1_000_000,
    timestamps_backwards: stage.backwards,
    hosts: stage.endpoints.hosts,
    tcp_streams: network.tcpStreams,
    protocol_frames: layerFrames(network),
    ics_frames: protocolFrames(stage),
    conversations: talks(stage),
  };
  if (network.arp.total > 0) counts['arp'] = network.arp.result();
  for (const [key, counter] of stage.counters) if (counter.total > 0) counts[key] = counter.result();
  for (const [key, rows] of stage.tables) {
    const found = rows();
    if (found.length > 0) counts[key] = found;
  }
  return counts;
}

function layerFrames(network: Network): Record<string, number> {
  const byNumber = Object.entries(network.layers.result());
  return Object.fromEntries(byNumber.map(([layer, count]) => [layerNames[Number(layer)]!, count]));
}

function protocolFrames(stage: Stage): Record<string, number> {
  const { protocols, frames } = stage;
  const seen = protocols.flatMap((name, i): [string, number][] =>
    frames[i]! > 0 && isIndustrial(stage, name) ? [[name, frames[i]!]] : [],
  );
  return Object.fromEntries(seen);
}

/** By addresses of hosts; stations of field buses and radio networks are nobody here, as in the reference counts. */
function talks(stage: Stage) {
  const { endpoints, protocols } = stage;
  const rows = (talksOf: Triples, frames: readonly number[]) =>
    frames.map((count, i) => ({
      source: talksOf.at(i, 0),
      src: textOf(talksOf.at(i, 0)),
      dst: textOf(talksOf.at(i, 1)),
      protocol: protocols[talksOf.at(i, 2)]!,
      frames: count,
    }));
  const textOf = (endpoint: Endpoint) => (endpoint < 0 ? '' : endpoints.text(endpoint));
  const ofHosts = rows(
    stage.talks,
    stage.talkNotes.map(({ frames }) => frames),
  ).filter(({ source }) => endpoints.isHost(source));
  const merged = new Map<string, { src: string; dst: string; protocol: string; frames: number }>();
  for (const { source: _, ...row } of [...ofHosts, ...rows(stage.carriedTalks, stage.carriedFrames)]) {
    if (!isIndustrial(stage, row.protocol)) continue;
    const key = `${row.src} ${row.dst} ${row.protocol}`;
    const before = merged.get(key);
    if (before) before.frames += row.frames;
    else merged.set(key, row);
  }
  return [...merged.values()];
}

/** What a dissector counts besides its own name is as industrial as itself. */
function isIndustrial(stage: Stage, protocol: string): boolean {
  return stage.dissectors.find(({ name }) => name === protocol)?.industrial ?? true;
}

/** As the tcpdump project's link-layer header types are called. */
export function linkTypeName(linkType: number): string {
  return linkTypeNames[linkType] ?? String(linkType);
}

const linkTypeNames: Record<number, string> = {
  0: 'NULL',
  1: 'EN10MB',
  7: 'ARCNET',
  101: 'RAW',
  108: 'LOOP',
  113: 'LINUX_SLL',
  195: 'IEEE802_15_4',
  197: 'ERF',
  227: 'CAN_SOCKETCAN',
  230: 'IEEE802_15_4_NOFCS',
  240: 'NETANALYZER',
  241: 'NETANALYZER_TRANSPARENT',
  276: 'LINUX_SLL2',
};
