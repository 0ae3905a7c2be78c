import { csvLine, type SharedReport } from '@busbar/contract';
import type { Report, SliceChoice } from '@busbar/dissect';

import type { HeldCapture } from './held-capture.ts';
import { warningsOf } from './service.ts';
import type { Shown } from './shown.ts';
import { boundsOf, isWrong } from './time-bounds.ts';
import type { Wish } from './work.ts';

/** What somebody ticked. */
export interface Ticks {
  readonly devices: ReadonlySet<string>;
  readonly findings: ReadonlySet<string>;
  readonly warnings: ReadonlySet<string>;
  readonly packets: boolean;
  readonly tickedHosts: boolean;
  /** None of them means all. */
  readonly protocols: ReadonlySet<string>;
  readonly conversations: ReadonlySet<string>;
  /** From the beginning of the capture, as it was written; empty where there is no bound. */
  readonly from: string;
  readonly to: string;
  readonly pseudonyms: boolean;
  readonly vendors: boolean;
  readonly times: boolean;
}

/** As nobody asked for: the devices and what stands out, under pseudonyms, and no packets. */
export function firstTicks({ shown }: HeldCapture): Ticks {
  const none: ReadonlySet<string> = new Set();
  return {
    devices: new Set(shown?.devices.map(({ asset }) => asset)),
    findings: new Set(shown?.detected.map((_, place) => `d${place}`)),
    warnings: none,
    packets: false,
    tickedHosts: false,
    protocols: none,
    conversations: none,
    from: '',
    to: '',
    pseudonyms: true,
    vendors: true,
    times: false,
  };
}

/** What the worker is asked to make of it. */
export function wishOf(capture: HeldCapture, ticks: Ticks): Wish {
  const shown = capture.shown!;
  const report = capture.report!;
  return {
    report: {
      format: 'busbar-share-1',
      madeAt: new Date().toISOString(),
      engine: capture.engine,
      capture: {
        name: capture.file.name,
        packets: report.packets,
        firstSeen: report.packets > 0 ? new Date(report.first / 1000).toISOString() : null,
        lastSeen: report.packets > 0 ? new Date(report.last / 1000).toISOString() : null,
      },
      devices: devicesOf(shown, ticks),
      findings: findingsOf(shown, ticks),
      warnings: warningsOf(capture)
        .filter(({ id }) => ticks.warnings.has(id))
        .map(({ asset, advisory: { trackingId, title, publisher, cves }, product, certainty }) => ({
          device: { name: asset.name, address: asset.addresses[0] ?? '' },
          advisory: { trackingId, title, publisher, cves },
          product,
          certainty,
        })),
    },
    choice: ticks.packets ? choiceOf(report, shown, ticks) : undefined,
    pseudonyms: ticks.pseudonyms ? { vendors: ticks.vendors, times: ticks.times } : undefined,
    ...wordsOf(report),
  };
}

function devicesOf({ devices }: Shown, ticks: Ticks): SharedReport['devices'] {
  return devices
    .filter(({ asset }) => ticks.devices.has(asset))
    .map(({ asset: _, state: __, toldBy: ___, warnings: ____, ...device }) => device);
}

function findingsOf({ detected, party }: Shown, ticks: Ticks): SharedReport['findings'] {
  const called = (one: (typeof detected)[number]['source']) => {
    if (!one) return null;
    const { name, address } = party(one);
    return { name, address };
  };
  return detected
    .filter((_, place) => ticks.findings.has(`d${place}`))
    .map(({ id: code, severity, certainty, techniques, source, target, count, refused, first, last }) => ({
      code,
      severity,
      certainty,
      techniques: [...techniques],
      source: called(source),
      target: called(target),
      count,
      refused,
      firstSeen: new Date(first / 1000).toISOString(),
      lastSeen: new Date(last / 1000).toISOString(),
    }));
}

export function choiceOf(report: Report, { devices }: Shown, ticks: Ticks): SliceChoice {
  const ticked = devices.filter(({ asset }) => ticks.devices.has(asset));
  const bounds = boundsOf(report, ticks);
  // The page does not come to this; whatever does must not share more than somebody meant.
  if (isWrong(bounds)) throw new Error('The times cannot be understood');
  const [from, to] = [bounds.from, bounds.to].map(
    (seconds) => seconds !== undefined && report.first + seconds * 1e6,
  );
  const some = ticks.protocols.size > 0 || ticks.conversations.size > 0;
  const talks = report.conversations
    .filter(
      ({ protocol, transport }, place) =>
        (ticks.protocols.size === 0 || ticks.protocols.has(protocol ?? transport)) &&
        (ticks.conversations.size === 0 || ticks.conversations.has(`c${place}`)),
    )
    .map((one) => ({
      from: one.from.address,
      to: one.to.address,
      transport: one.transport,
      port: one.port,
    }));
  return {
    ...(ticks.tickedHosts && { hosts: ticked.flatMap(({ addresses, macs }) => [...addresses, ...macs]) }),
    ...(some && { talks }),
    ...(typeof from === 'number' && { from }),
    ...(typeof to === 'number' && { to }),
  };
}

/** What devices tell of their make is nobody's name; everything else that they are called is. */
const makes = new Set([
  'vendor',
  'product',
  'model',
  'orderNumber',
  'firmware',
  'hardware',
  'deviceType',
  'os',
  'software',
]);

/** Of everybody in the capture: a packet that goes along may tell of others whose packets do not. */
function wordsOf({ devices, conversations, credentials }: Report): Pick<Wish, 'names' | 'publicWords'> {
  const names = new Set<string>(credentials.map(({ user }) => user));
  const publicWords = new Set<string>();
  for (const { from, to } of conversations) names.add(from.address).add(to.address);
  for (const device of devices) {
    for (const name of [...device.names, ...device.addresses, ...device.macs]) names.add(name);
    for (const { field, value } of device.facts) (makes.has(field) ? publicWords : names).add(value);
  }
  const called = new Set([...names].map(folded));
  return { names: [...names], publicWords: [...publicWords].filter((word) => !called.has(folded(word))) };
}

const folded = (word: string) => word.trim().toLowerCase();

/** The shared devices as a table that the inventory reads. */
export function inventoryTable({ devices }: SharedReport): string {
  const titles = [
    'name',
    'address',
    'mac',
    'vendor',
    'product',
    'model',
    'order number',
    'firmware',
    'serial',
  ];
  return [
    titles,
    ...devices.map(({ name, addresses, macs, vendor, product, model, orderNumber, firmware, serial }) => [
      name,
      addresses[0],
      macs[0],
      vendor,
      product,
      model,
      orderNumber,
      firmware,
      serial,
    ]),
  ]
    .map(csvLine)
    .join('');
}
