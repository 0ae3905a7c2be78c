import type { Told } from '@busbar/contract';
import { type Entry, isTelling, macOf, serialKey } from '@busbar/csaf';

import { type HeldCapture } from './held-capture.ts';
import type { ListRead } from './read-list.ts';
import { heldOf, type Shown } from './shown.ts';
import type { FoundWarning } from './work.ts';

/** A list of devices that lies here and nowhere else. */
export interface HeldList {
  readonly id: string;
  readonly file: File;
  readonly state: 'reading' | 'read' | 'refused';
  readonly read: ListRead | null;
  /** What advisories say of its rows; the device of each is the row. */
  readonly warnings: readonly FoundWarning[];
  readonly problem: Told | null;
}

export interface Compared {
  /** Rows whose device was seen in a capture. */
  readonly seen: readonly { readonly entry: Entry; readonly device: Shown['devices'][number] }[];
  readonly notSeen: readonly Entry[];
  readonly notListed: readonly Shown['devices'][number][];
}

/** Which devices of a list a capture shows: by MAC address, else by serial number, else by address. */
export function compared(
  entries: readonly Entry[],
  { report, shown }: Pick<HeldCapture, 'report' | 'shown'>,
): Compared {
  const taken = entries.filter(({ isLeft }) => !isLeft);
  const devices = new Map(shown?.devices.map((device) => [device.asset, device]));
  const by = new Map<string, string>();
  for (const device of report?.devices ?? []) {
    const serial = heldOf(device).get('serial')?.value;
    const keys = [
      ...device.macs.map((mac) => `mac ${macOf(mac) ?? mac}`),
      ...(serial && isTelling(serial) ? [`serial ${serialKey(serial)}`] : []),
      ...device.addresses.map((address) => `address ${address}`),
    ];
    for (const key of keys) if (!by.has(key)) by.set(key, device.id);
  }
  const seen: { entry: Entry; device: Shown['devices'][number] }[] = [];
  const notSeen: Entry[] = [];
  for (const entry of taken) {
    const { serial } = entry.says;
    const keys = [
      ...entry.macs.map((mac) => `mac ${mac}`),
      ...(serial && isTelling(serial) ? [`serial ${serialKey(serial)}`] : []),
      ...entry.addresses.map((address) => `address ${address}`),
    ];
    const id = keys.map((key) => by.get(key)).find((one) => one !== undefined);
    const device = id === undefined ? undefined : devices.get(id);
    if (device) seen.push({ entry, device });
    else notSeen.push(entry);
  }
  const listed = new Set(seen.map(({ device }) => device.asset));
  return { seen, notSeen, notListed: [...devices.values()].filter(({ asset }) => !listed.has(asset)) };
}

/** Rows in the shape in which warnings speak of devices. */
export function devicesOf({ read }: Pick<HeldList, 'read'>): Shown['devices'] {
  return (read?.entries ?? []).map(({ row, says, addresses, macs }) => ({
    asset: String(row),
    state: 'proposed',
    name: says.name ?? addresses[0] ?? macs[0] ?? says.serial ?? '',
    addresses: [...addresses],
    macs: [...macs],
    vendor: says.vendor ?? null,
    product: says.product ?? null,
    model: says.model ?? null,
    orderNumber: says.orderNumber ?? null,
    firmware: says.firmware ?? null,
    serial: says.serial ?? null,
    role: 'unknown',
    level: 'unknown',
    zone: '',
    certainty: 'stated',
    toldBy: null,
    protocols: [],
    firstSeen: '',
    lastSeen: '',
    packets: 0,
    warnings: 0,
  }));
}
