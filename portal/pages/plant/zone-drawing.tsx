import type { DrawnDevice, ProposedZone, Zone } from '@busbar/contract';
import { useEffect, useMemo } from 'react';
import { useFetcher } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import type { MapLine, MapZone } from '../../ui/plant-layout.ts';
import { PlantMap } from '../../ui/plant-map.tsx';
import type { MapWay } from '../../ui/plant-ways.ts';

export interface DrawingData {
  devices: DrawnDevice[];
  lines: MapLine[];
  leftOut: number;
}

const NONE = 'none';
const OUTSIDE = 'outside';

/** For the drawing: zones that are, that are proposed, and what stands in none. */
export function useMapZones(zones: readonly Zone[], proposals: readonly ProposedZone[]) {
  const text = useText();
  return useMemo(
    () =>
      new Map<string, MapZone>([
        [OUTSIDE, { name: text('zones.outside'), level: 'enterprise', kind: 'outside' }],
        ...zones
          .filter(({ state }) => state === 'accepted')
          .map(
            ({ id, name, level, place }) => [id, { name, level, place, kind: 'accepted' as const }] as const,
          ),
        ...proposals.map(
          ({ proposal, name, level }) =>
            [proposal, { name: text.coded('zoneName', name), level, kind: 'proposed' as const }] as const,
        ),
        [NONE, { name: text('zones.none'), level: 'unknown', kind: 'none' }],
      ]),
    [text, zones, proposals],
  );
}

/** Conduits that are accepted, the way out of the plant among them. */
export function useMapWays(conduits: readonly Zone[]): readonly MapWay[] {
  return useMemo(
    () =>
      conduits
        .filter(({ state }) => state === 'accepted')
        .map(({ id, name, connects, outside }) => ({
          id,
          name,
          connects: [...(outside ? [OUTSIDE] : []), ...connects.map((zone) => zone.id)],
        })),
    [conduits],
  );
}

export function toMapDevices(devices: readonly DrawnDevice[]) {
  return devices.map(({ zone, proposal, outside, product, addresses, ...device }) => ({
    ...device,
    detail: product || (device.name === addresses[0] ? '' : (addresses[0] ?? '')),
    search: addresses.join(' '),
    zone: zone ?? (outside ? OUTSIDE : (proposal ?? NONE)),
  }));
}

/** A site at a glance, with one zone marked; fetched once the page around it stands. */
export function ZonesSmall({ site, zone }: { site: string; zone: string }) {
  const { load, data } = useFetcher<{
    plan: { zones: Zone[]; conduits: Zone[]; proposals: ProposedZone[] } | null;
    drawing: DrawingData | null;
  }>();
  useEffect(() => void load(`/zones?site=${site}`), [load, site]);
  const zones = useMapZones(data?.plan?.zones ?? nothing, data?.plan?.proposals ?? nothing);
  const devices = useMemo(() => toMapDevices(data?.drawing?.devices ?? nothing), [data]);
  const ways = useMapWays(data?.plan?.conduits ?? nothing);
  const marked = useMemo(() => new Set([zone]), [zone]);
  if (!data?.drawing) return null;
  return (
    <PlantMap
      small
      devices={devices}
      lines={data.drawing.lines}
      zones={zones}
      ways={ways}
      marked={marked}
      hrefOf={(id) => `/assets/${id}`}
    />
  );
}

const nothing: readonly never[] = [];
