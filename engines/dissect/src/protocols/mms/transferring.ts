import type { Here, Transfer, TransferKind } from '../../dissector.ts';
import type { Pdu } from './pdu.ts';
import {
  DOWNLOAD_SEGMENT,
  FILE_CLOSE,
  FILE_OPEN,
  FILE_READ,
  type FileData,
  type FileOpened,
  INITIATE_DOWNLOAD,
  INITIATE_UPLOAD,
  OBTAIN_FILE,
  type Place,
  type Segment,
  TERMINATE_DOWNLOAD,
  TERMINATE_UPLOAD,
  type TerminateDownload,
  type Upload,
  UPLOAD_SEGMENT,
} from './services.ts';

const MOST_OPEN = 64;

interface Open {
  readonly name: string;
  readonly transfer: Transfer;
}

/** Files and domains on their way over one association. Numbers are those of the side that serves. */
export class Transferring {
  readonly #open = new Map<string, Open>();
  /** The side that was told to fetch a file from the other. */
  #obtaining = -1;

  /** What a request is about that only says a number. @param side that asks */
  nameOf(service: number, body: unknown, side: number): string | undefined {
    switch (service) {
      case FILE_READ:
      case FILE_CLOSE:
        return this.#open.get(`file ${1 - side} ${String(body)}`)?.name;
      case UPLOAD_SEGMENT:
      case TERMINATE_UPLOAD:
        return this.#open.get(`upload ${1 - side} ${String(body)}`)?.name;
      default:
        return undefined;
    }
  }

  asked(here: Here, { service, body }: Pdu, side: number): void {
    if (service === OBTAIN_FILE) this.#obtaining = 1 - side;
    if (service === INITIATE_DOWNLOAD) {
      const { domainName = '' } = body as { readonly domainName?: string };
      this.#begin(`download ${1 - side} ${domainName}`, domainName, () =>
        here.transfer(here.target, 'to', 'program', domainName),
      );
    }
    if (service === TERMINATE_DOWNLOAD) {
      const { domainName = '', discard } = body as TerminateDownload;
      this.#end(`download ${side} ${domainName}`, discard === undefined);
    }
  }

  /** @param asked what the request said @param side that answers */
  answered(
    here: Here,
    { service, body }: Pdu,
    asked: unknown,
    side: number,
    bytes: Uint8Array,
    start: number,
  ): void {
    switch (service) {
      case FILE_OPEN:
        return this.#opened(here, body as FileOpened, nameIn(asked), side);
      case FILE_READ: {
        const { fileData, moreFollows = true } = body as FileData;
        const key = `file ${side} ${String(asked)}`;
        this.#add(here, key, fileData, bytes, start);
        if (!moreFollows) this.#open.get(key)?.transfer.end(true);
        return;
      }
      case FILE_CLOSE:
        this.#open.delete(`file ${side} ${String(asked)}`);
        return;
      case INITIATE_UPLOAD: {
        const { ulsmID = 0 } = body as Upload;
        const name = String(asked);
        this.#begin(`upload ${side} ${ulsmID}`, name, () =>
          here.transfer(here.source, 'from', 'program', name),
        );
        return;
      }
      case UPLOAD_SEGMENT:
        return this.#segment(here, `upload ${side} ${String(asked)}`, body as Segment, bytes, start);
      case TERMINATE_UPLOAD:
        this.#open.delete(`upload ${side} ${String(asked)}`);
        return;
      case DOWNLOAD_SEGMENT:
        // The device asks, and whoever loads it answers.
        return this.#segment(here, `download ${1 - side} ${String(asked)}`, body as Segment, bytes, start);
    }
  }

  #opened(here: Here, { frsmID = 0 }: FileOpened, name: string, side: number): void {
    const fetched = this.#obtaining === 1 - side;
    if (fetched) this.#obtaining = -1;
    this.#begin(`file ${side} ${frsmID}`, name, () =>
      fetched
        ? here.transfer(here.target, 'to', kindOf(name), name)
        : here.transfer(here.source, 'from', kindOf(name), name),
    );
  }

  #begin(key: string, name: string, transfer: () => Transfer): void {
    if (this.#open.size >= MOST_OPEN && !this.#open.has(key)) {
      const [oldest] = this.#open.keys();
      this.#open.delete(oldest!);
    }
    this.#open.set(key, { name, transfer: transfer() });
  }

  #segment(here: Here, key: string, segment: Segment, bytes: Uint8Array, start: number): void {
    this.#add(here, key, segment.loadData ?? segment.codedLoadData, bytes, start);
    if (segment.moreFollows === false) this.#open.get(key)?.transfer.end(true);
  }

  #add(here: Here, key: string, place: Place | undefined, bytes: Uint8Array, start: number): void {
    if (place) this.#open.get(key)?.transfer.add(here, bytes, start + place.start, start + place.end);
  }

  #end(key: string, complete: boolean): void {
    this.#open.get(key)?.transfer.end(complete);
    this.#open.delete(key);
  }
}

function nameIn(request: unknown): string {
  return (request as { readonly fileName?: string } | undefined)?.fileName ?? '';
}

// IEC 61850-6: descriptions of the system and of its devices.
const CONFIGURATION = /\.(?:icd|iid|cid|scd|ssd|sed)$/i;

function kindOf(name: string): TransferKind {
  return CONFIGURATION.test(name) ? 'configuration' : 'file';
}
