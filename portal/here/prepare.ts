import { bundleTypes, type SharedReport, type SharedSlice } from '@busbar/contract';
import { type Progress, Pseudonyms, slice, type SliceChoice, type Sliced } from '@busbar/dissect';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

import { CAPTURE_FILE, type Leaving, REPORT_FILE } from './leaving.ts';
import type { Prepared, Wish } from './work.ts';

/** Pieces are put into a blob of this size at the latest: browsers keep large blobs on the disk, and pieces in memory. */
const BLOB = 32 << 20;
const DAY = 86_400_000_000;
/** Ten years back at most, by whole days: the time of the day tells about shifts, and stays. */
const MOST_DAYS = 3_650;

/**
 * Makes everything that would leave, byte by byte, and sends none of it. The key of the pseudonyms is drawn here, and is
 * gone when this is done.
 */
export async function prepare(
  source: AsyncIterable<Uint8Array>,
  wish: Wish,
  onProgress: (progress: Progress) => void,
): Promise<Prepared> {
  const pseudonyms =
    wish.pseudonyms &&
    new Pseudonyms({
      key: crypto.getRandomValues(new Uint8Array(32)),
      keepVendors: wish.pseudonyms.vendors,
      publicWords: wish.publicWords,
    });
  const shift = wish.pseudonyms?.times ? -DAY * (1 + (random32() % MOST_DAYS)) : 0;
  const written = wish.choice && (await writtenOf(source, wish, wish.choice, pseudonyms, shift, onProgress));
  const report: SharedReport = {
    ...(pseudonyms ? renamed(wish.report, pseudonyms, shift) : wish.report),
    pseudonyms: wish.pseudonyms ?? null,
    slice: written?.told ?? null,
  };
  const json = new Blob([`${JSON.stringify(report, null, 2)}\n`], { type: bundleTypes.share });
  const leaving: Leaving = {
    files: [
      { name: REPORT_FILE, type: bundleTypes.share, content: json },
      ...(written ? [{ name: CAPTURE_FILE, type: bundleTypes.capture, content: written.content }] : []),
    ],
  };
  const { addresses = [], words = [] } = pseudonyms?.pairs ?? {};
  const pairs = [...addresses, ...words].filter(([before, after]) => before !== after);
  return { leaving, report, sliced: written?.sliced, pairs };
}

async function writtenOf(
  source: AsyncIterable<Uint8Array>,
  { names }: Wish,
  choice: SliceChoice,
  pseudonyms: Pseudonyms | undefined,
  shift: number,
  onProgress: (progress: Progress) => void,
): Promise<{ content: Blob; sliced: Sliced; told: SharedSlice }> {
  const hash = sha256.create();
  const blobs: Blob[] = [];
  let pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const sliced = await slice(source, {
    choice,
    names,
    ...(pseudonyms && { pseudonyms }),
    ...(shift !== 0 && { shift }),
    onProgress,
    write(piece) {
      hash.update(piece);
      pieces.push(piece);
      size += piece.length;
      if (size < BLOB) return;
      blobs.push(new Blob(pieces));
      [pieces, size] = [[], 0];
    },
  });
  const content = new Blob([...blobs, ...pieces], { type: bundleTypes.capture });
  const { bytes, written: packets, read: of, cut, replaced, zeroed } = sliced;
  const told = { bytes, packets, of, cut, replaced, zeroed };
  return { content, sliced, told: { file: CAPTURE_FILE, sha256: bytesToHex(hash.digest()), ...told } };
}

const random32 = () => crypto.getRandomValues(new Uint32Array(1))[0]!;

/** The same with pseudonyms, those of the capture. What names a make or a model stays: it is what the report is for. */
function renamed(report: Wish['report'], pseudonyms: Pseudonyms, shift: number): Wish['report'] {
  const name = (text: string) => pseudonyms.text(text);
  const at = (time: string) => new Date(Date.parse(time) + shift / 1000).toISOString();
  const whenever = (time: string | null) => time && at(time);
  const seen = <Seen extends { firstSeen: string; lastSeen: string }>(one: Seen): Seen => ({
    ...one,
    firstSeen: at(one.firstSeen),
    lastSeen: at(one.lastSeen),
  });
  const party = <Party extends { name: string; address: string } | null>(one: Party): Party =>
    one && { ...one, name: name(one.name), address: name(one.address) };
  return {
    ...report,
    capture: {
      ...report.capture,
      name: null,
      firstSeen: whenever(report.capture.firstSeen),
      lastSeen: whenever(report.capture.lastSeen),
    },
    devices: report.devices.map((device) => ({
      ...seen(device),
      name: name(device.name),
      addresses: device.addresses.map(name),
      macs: device.macs.map(name),
      serial: device.serial && name(device.serial),
      zone: networkOf(device.zone, pseudonyms),
    })),
    findings: report.findings.map((finding) => ({
      ...seen(finding),
      source: party(finding.source),
      target: party(finding.target),
    })),
    warnings: report.warnings.map((warning) => ({ ...warning, device: party(warning.device) })),
  };
}

/** `192.0.2.0/24`: as many bits as are told. */
function networkOf(zone: string, pseudonyms: Pseudonyms): string {
  const [, network, bits] = /^([\d.]+)\.0\/(24)$/.exec(zone) ?? [];
  if (network === undefined) return zone;
  const made = pseudonyms.text(`${network}.0`);
  return `${made.slice(0, made.lastIndexOf('.'))}.0/${bits}`;
}
