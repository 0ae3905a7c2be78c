import type { Told } from '@busbar/contract';
import type { Detected } from '@busbar/dissect';

import type { HeldCapture } from './held-capture.ts';

/** What a capture shows, as `busbar analyse --json` writes it: the report, with what was found by comparing it. */
export function analysedJson(
  { file, engine, report, warnings }: Pick<HeldCapture, 'file' | 'engine' | 'report' | 'warnings'>,
  differences: readonly Detected[] | undefined,
): string {
  const places = new Map(report!.devices.map((device, place) => [device.id, { device, place }]));
  const found = warnings
    .flatMap((warning) => {
      const at = places.get(warning.device);
      return at ? [{ ...at, warning }] : [];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ device, warning: { advisory, named, certainty, because, lookUp } }) => ({
      device: device.addresses[0] ?? device.macs[0] ?? device.id,
      advisory: advisory.trackingId,
      title: advisory.title,
      product: named,
      cves: advisory.cves,
      certainty,
      because: because.map(inEnglish),
      lookUp: lookUp.map(inEnglish),
    }));
  return JSON.stringify({
    file: file.name,
    engine,
    ...report,
    warnings: found,
    ...(differences && { differences }),
  });
}

const inEnglish = ({ code, text }: Told) => ({ code, text });
