import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { AdvisoryIndex, type Asset, inEnglish, match, read } from '@busbar/csaf';
import type { Device, Report } from '@busbar/dissect';

import { UsageError } from './usage.ts';

/** What an advisory says about a device of a capture. */
export interface Finding {
  readonly device: string;
  readonly advisory: string;
  readonly title: string;
  readonly product: string;
  readonly cves: readonly string[];
  readonly certainty: 'exact' | 'likely' | 'unsure';
  readonly because: readonly { readonly code: string; readonly text: string }[];
  readonly lookUp: readonly { readonly code: string; readonly text: string }[];
}

/** Reads a document, or every .json below a folder. What is no advisory is passed over with a line to the side. */
export async function advisoriesIn(path: string): Promise<AdvisoryIndex> {
  const index = new AdvisoryIndex();
  for (const file of await jsonFiles(path)) {
    const reading = read(await readFile(file, 'utf8'));
    if (reading.ok) index.add(reading.document);
    else console.error(`${file}: ${reading.problems[0]?.message ?? 'not read as an advisory'}`);
  }
  if (index.advisories.length === 0) throw new UsageError(`There is no CSAF document in ${path}.`);
  return index;
}

async function jsonFiles(path: string): Promise<string[]> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() !== true) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** What the advisories say about the devices of a report: affected, or not to be told from what was seen. */
export function warningsFor(report: Report, index: AdvisoryIndex): Finding[] {
  return report.devices.flatMap((device) =>
    match(assetOf(device), index)
      .filter(({ verdict }) => verdict !== 'notAffected')
      .map((verdict) => {
        const { id, title, vulnerabilities } = index.advisories[verdict.advisory]!;
        return {
          device: device.addresses[0] ?? device.macs[0] ?? device.id,
          advisory: id,
          title,
          product: verdict.path.product,
          cves: vulnerabilities.flatMap(({ cve }) => cve ?? []),
          certainty: verdict.certainty,
          because: verdict.because.map((reason) => ({ code: reason.code, text: inEnglish(reason) })),
          lookUp: verdict.lookUp.map((advice) => ({ code: advice.code, text: inEnglish(advice) })),
        };
      }),
  );
}

function assetOf(device: Device): Asset {
  const stated = (field: string) => device.facts.find((fact) => fact.field === field)?.value;
  return {
    vendor: stated('vendor'),
    product: stated('product'),
    model: stated('model'),
    orderNumber: stated('orderNumber'),
    hardware: stated('hardware'),
    firmware: stated('firmware'),
    serial: stated('serial'),
  };
}
