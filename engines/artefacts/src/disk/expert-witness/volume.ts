import { adler32 } from '../../bytes/adler32.ts';
import { viewOf } from './sections.ts';

/** How the medium was cut up (libewf's EWF description, section volume; disk and data hold the same). */
export interface Volume {
  readonly chunks: number;
  /** In bytes, when inflated. The last chunk of the medium may be shorter. */
  readonly chunkSize: number;
  readonly sectorSize: number;
  readonly sectors: number;
  readonly mediaType: number;
  /** Of the set that all segments of one image share; empty where none was given. */
  readonly guid: string;
  readonly fits: boolean;
}

const LONG = 1052;
/** As ASR Data's SMART writes it. */
const SHORT = 94;
/** 32,768 sectors, the most that EnCase lets one choose. */
const MOST_CHUNK = 16 << 20;

/** Undefined where it is too short, or claims what no medium has. */
export function readVolume(content: Uint8Array): Volume | undefined {
  const isLong = content.length >= LONG;
  if (content.length < SHORT) return undefined;
  const size = isLong ? LONG : SHORT;
  const view = viewOf(content);
  const sectorSize = view.getUint32(12, true);
  const chunkSize = view.getUint32(8, true) * sectorSize;
  const sectors = isLong ? Number(view.getBigUint64(16, true)) : view.getUint32(16, true);
  const isMedium =
    sectorSize > 0 &&
    chunkSize > 0 &&
    chunkSize <= MOST_CHUNK &&
    Number.isSafeInteger(sectors * sectorSize + chunkSize);
  if (!isMedium) return undefined;
  return {
    chunks: view.getUint32(4, true),
    chunkSize,
    sectorSize,
    sectors,
    mediaType: content[0]!,
    guid: isLong ? guidIn(content.subarray(64, 80)) : '',
    fits: view.getUint32(size - 4, true) === adler32(content.subarray(0, size - 4)),
  };
}

/** As Windows writes one: its first three fields are little-endian. */
function guidIn(bytes: Uint8Array): string {
  if (bytes.every((byte) => byte === 0)) return '';
  const hex = (...places: number[]) => places.map((at) => bytes[at]!.toString(16).padStart(2, '0')).join('');
  return [hex(3, 2, 1, 0), hex(5, 4), hex(7, 6), hex(8, 9), hex(10, 11, 12, 13, 14, 15)].join('-');
}
