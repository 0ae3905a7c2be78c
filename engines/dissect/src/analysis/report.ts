import type { CaptureReader } from '../capture/capture-reader.ts';
import { layerNames, type Network } from '../network/network.ts';
import type { Stage } from './stage.ts';

export interface Report {
  readonly counts: Counts;
  readonly problems: readonly unknown[];
}

export type Counts = Readonly<Record<string, unknown>>;

export function reportOf(stage: Stage, network: Network, reader: CaptureReader): Report {
  return { counts: countsOf(stage, network, reader), problems: reader.problems.list };
}

/** Under the keys of the reference counts; see docs/truth.md. */
function countsOf(stage: Stage, network: Network, reader: CaptureReader): Counts {
  const { endpoints, protocols, frames, talks, talkFrames } = stage;
  const industrial = new Set(stage.dissectors.flatMap(({ industrial, name }) => (industrial ? [name] : [])));
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
    hosts: endpoints.hosts,
    tcp_streams: network.tcpStreams,
    protocol_frames: {} as Record<string, number>,
    ics_frames: Object.fromEntries(
      protocols.flatMap((name, i) => (frames[i]! > 0 && isIndustrial(name) ? [[name, frames[i]]] : [])),
    ),
    conversations: talkFrames
      .map((count, i) => ({
        src: endpoints.text(talks.at(i, 0)),
        dst: endpoints.text(talks.at(i, 1)),
        protocol: protocols[talks.at(i, 2)]!,
        frames: count,
      }))
      .filter(({ protocol }) => isIndustrial(protocol)),
  };
  for (const [layer, count] of Object.entries(network.layers.result())) {
    (counts['protocol_frames'] as Record<string, number>)[layerNames[Number(layer)]!] = count;
  }
  const arp = network.arp.result();
  if (network.arp.total > 0) counts['arp'] = arp;
  for (const [key, counter] of stage.counters) if (counter.total > 0) counts[key] = counter.result();
  return counts;

  /** What a dissector counts besides its own name is as industrial as itself. */
  function isIndustrial(name: string): boolean {
    return industrial.has(name) || !stage.dissectors.some((dissector) => dissector.name === name);
  }
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
