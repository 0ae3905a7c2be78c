import type { Here, Transfer } from '../../dissector.ts';
import { MEMORY } from './classes.ts';
import type { Service } from './message.ts';
import type { Kind } from './operations.ts';
import {
  DOWNLOAD_TRANSFER,
  INITIATE_DOWNLOAD,
  INITIATE_UPLOAD,
  NVS_COMPLETE,
  NVS_TRANSFER,
  NVS_UPDATE,
  UPLOAD_TRANSFER,
  WRITE_CODE,
  WRITE_PROGRAM,
} from './services.ts';

const MOST_FILES = 16;

/** Offset, an octet whose meaning nobody published, length: learnt from captures of downloads. */
export const PROGRAM_HEADER = 7;
/** CIP Volume 1, 5-42.5: number and type of the packet, and behind the last one a checksum. */
const PACKET_HEADER = 2;
const CHECKSUM = 2;
const LAST = 2;
const FIRST_AND_LAST = 4;

interface File {
  readonly transfer: Transfer;
  /** Its last packet was sent, and waits for the answer. */
  over: boolean;
}

/** Programs, firmware and files on their way over one connection. */
export class Carried {
  #program: Transfer | undefined;
  #firmware: Transfer | undefined;
  readonly #files = new Map<number, File>();

  /** @param start of the message in `bytes` @param where the module behind the device, if it is not meant itself */
  asked(
    here: Here,
    kind: Kind,
    service: Service,
    bytes: Uint8Array,
    start: number,
    end: number,
    where: string,
  ) {
    const { code, path } = service;
    const from = start + service.start;
    const to = Math.min(end, start + service.end);
    if (kind === 'writeProgram') {
      const begin = writesCode(code, path.lastClass)
        ? from
        : code === WRITE_PROGRAM
          ? from + PROGRAM_HEADER
          : to;
      if (begin >= to) return;
      this.#program ??= here.transfer(here.target, 'to', 'program', named('program', where));
      this.#program.add(here, bytes, begin, to);
    } else if (kind === 'firmware' && (code === NVS_UPDATE || code === NVS_TRANSFER)) {
      if (code === NVS_UPDATE) this.#firmware = undefined;
      this.#firmware ??= here.transfer(here.target, 'to', 'firmware', named('firmware', where));
      if (code === NVS_TRANSFER) this.#firmware.add(here, bytes, from, to);
    } else if (kind === 'writeFile' && code === INITIATE_DOWNLOAD) {
      this.#begin(here, here.target, 'to', path.instance, where);
    } else if (kind === 'writeFile' && code === DOWNLOAD_TRANSFER && to - from > PACKET_HEADER) {
      const file =
        this.#files.get(path.instance) ?? this.#begin(here, here.target, 'to', path.instance, where);
      if (file) addPacket(here, file, bytes, from, to);
    }
  }

  /** What was asked was done. `code` and `instance` are those of the request. */
  answered(
    here: Here,
    kind: Kind,
    code: number,
    instance: number,
    bytes: Uint8Array,
    from: number,
    to: number,
  ) {
    if (kind === 'startController' || kind === 'unlock') {
      this.#program?.end(true);
      this.#program = undefined;
    } else if (kind === 'firmware' && code === NVS_COMPLETE) {
      this.#firmware?.end(true);
      this.#firmware = undefined;
    } else if (kind === 'readFile' && code === INITIATE_UPLOAD) {
      this.#begin(here, here.source, 'from', instance, '');
    } else if (kind === 'readFile' && code === UPLOAD_TRANSFER && to - from > PACKET_HEADER) {
      const file = this.#files.get(instance) ?? this.#begin(here, here.source, 'from', instance, '');
      if (!file) return;
      addPacket(here, file, bytes, from, to);
      if (file.over) this.#end(instance, file);
    } else if (kind === 'writeFile' && code === DOWNLOAD_TRANSFER) {
      const file = this.#files.get(instance);
      if (file?.over) this.#end(instance, file);
    }
  }

  #begin(here: Here, about: number, way: 'to' | 'from', instance: number, where: string): File | undefined {
    this.#files.delete(instance);
    if (this.#files.size >= MOST_FILES) return undefined;
    const name = fileNames[instance] ?? `file ${instance}`;
    const file = { transfer: here.transfer(about, way, 'file', named(name, where)), over: false };
    this.#files.set(instance, file);
    return file;
  }

  #end(instance: number, file: File): void {
    file.transfer.end(true);
    this.#files.delete(instance);
  }
}

export const writesCode = (code: number, classId: number): boolean =>
  code === WRITE_CODE && classId === MEMORY;

// CIP Volume 1, table 5-42.1: instances that have a meaning.
const fileNames: Readonly<Record<number, string>> = { 200: 'EDS and icon files', 201: 'related EDS files' };

function addPacket(here: Here, file: File, bytes: Uint8Array, from: number, to: number): void {
  const type = bytes[from + 1]!;
  file.over = type === LAST || type === FIRST_AND_LAST;
  file.transfer.add(here, bytes, from + PACKET_HEADER, file.over ? to - CHECKSUM : to);
}

function named(what: string, where: string): string {
  return where === '' ? what : `${what}, ${where}`;
}
