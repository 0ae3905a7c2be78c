import type { CaptureReader } from '../capture/capture-reader.ts';
import { layerNames, type Network } from '../network/network.ts';
import type { Counts } from './report.ts';
import type { Stage } from './stage.ts';

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

function talks(stage: Stage) {
  const { endpoints, protocols } = stage;
  return stage.talkFrames
    .map((frames, i) => ({
      src: endpoints.text(stage.talks.at(i, 0)),
      dst: endpoints.text(stage.talks.at(i, 1)),
      protocol: protocols[stage.talks.at(i, 2)]!,
      frames,
    }))
    .filter(({ protocol }) => isIndustrial(stage, protocol));
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
  227: 'CAN_SOCKETCAN',
  230: 'IEEE802_15_4_NOFCS',
  276: 'LINUX_SLL2',
};
