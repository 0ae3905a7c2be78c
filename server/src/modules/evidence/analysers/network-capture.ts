import type { Told } from '@busbar/contract';
import { analyse, type Detection, isPrivate, NotACapture, type Report, wordsFor } from '@busbar/dissect';

import { type Analyser, NotForThis, shown, type Suggested } from './analyser.ts';

const MOST_INDICATORS = 200;

/** What stands out in traffic, what was done to devices, what was carried over, who took part, and who is outside. */
export const networkCapture: Analyser = {
  id: 'network-capture',
  async analyse(file, _params, onProgress, detections) {
    const report = await analyse(file.all(), {
      detections,
      onProgress: ({ bytes }) => onProgress(bytes),
    }).catch((error: unknown) => {
      throw error instanceof NotACapture ? new NotForThis(error.message) : error;
    });
    return {
      observations: [
        ...detected(report, detections),
        ...done(report),
        ...carried(report),
        ...outside(report),
        ...present(report),
      ],
      notes: report.problems.map(({ code, params, text }) => ({ code, params, text })),
    };
  },
};

const packet = (at: { packet: number } | undefined) => (at ? `packet ${at.packet}` : '');
const seen = (first: number, last: number) => ({ from: first, to: last, precision: 'exact' as const });
const addressesOf = (...parties: readonly ({ address: string } | null)[]) => [
  ...new Set(parties.flatMap((party) => (party ? [party.address] : []))),
];

function detected(report: Report, detections: readonly Detection[]): Suggested[] {
  return report.detections.map(
    ({ id, certainty, techniques, source, target, first, last, count, params, evidence }) => ({
      kind: 'anomaly',
      ...seen(first, last),
      what: { code: `detection.${id}`, params: plain(params), text: wordsFor(id, 'en', detections).title },
      place: packet(evidence[0]?.at),
      addresses: addressesOf(source, target),
      techniques,
      confidence: certainty,
      count,
    }),
  );
}

/** What a sentence can be filled with. */
function plain(params: Report['detections'][number]['params']): Told['params'] {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === 'number' || typeof value === 'boolean' ? value : shown(String(value ?? '')),
    ]),
  );
}

function done({ operations }: Report): Suggested[] {
  return operations
    .filter(({ dangerous }) => dangerous)
    .map(({ access, code, text, source, target, techniques, first, last, count, samples }) => ({
      kind: access === 'program' ? 'plcBlock' : 'process',
      ...seen(first, last),
      what: { code: `operation.${code}`, params: {}, text },
      place: packet(samples[0]?.at),
      addresses: addressesOf(source, target),
      techniques,
      confidence: 'stated',
      count,
    }));
}

function carried({ transfers }: Report): Suggested[] {
  return transfers.map(({ kind, way, name, bytes, protocol, device, other, first, last, at }) => ({
    kind: kind === 'program' ? 'plcBlock' : 'file',
    ...seen(first, last),
    what: {
      code: `carried.${way}`,
      params: { name: shown(name), bytes, protocol, device: device.address },
      text: `${shown(name) || kind} was carried ${way} ${device.address}`,
    },
    place: packet(at),
    addresses: addressesOf(other, device),
    techniques: [],
    confidence: 'stated',
    count: 1,
  }));
}

/** Candidates only: that somebody outside took part is no crime. */
function outside({ conversations }: Report): Suggested[] {
  const found = new Map<string, Suggested>();
  for (const { from, to, first, last, at } of conversations)
    for (const { address } of [from, to]) {
      if (isPrivate(address) || found.has(address) || found.size === MOST_INDICATORS) continue;
      found.set(address, indicator(address, seen(first, last), packet(at)));
    }
  return [...found.values()];
}

export function indicator(
  address: string,
  when: Pick<Suggested, 'from' | 'to' | 'precision'>,
  place: string,
): Suggested {
  return {
    kind: 'indicator',
    ...when,
    what: { code: 'indicator.address', params: { address }, text: `${address} is outside the plant` },
    place,
    addresses: [address],
    techniques: [],
    confidence: 'guessed',
    count: 1,
  };
}

function present({ devices }: Report): Suggested[] {
  return devices.map(({ id, addresses, names, roles, protocols, firstSeen, lastSeen }) => ({
    kind: 'asset',
    ...seen(firstSeen, lastSeen),
    what: {
      code: 'seen.device',
      params: { device: shown(names[0] ?? addresses[0] ?? id), protocols: protocols.join(', ') },
      text: `${shown(names[0] ?? addresses[0] ?? id)} took part in the traffic`,
    },
    place: '',
    addresses: addresses.slice(0, 8),
    techniques: [],
    confidence: roles[0]?.certainty ?? 'inferred',
    count: 1,
  }));
}
