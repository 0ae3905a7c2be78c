/** One file that is to leave this computer, whole as it will be written or sent. */
export interface LeavingFile {
  readonly name: string;
  /** Its media type. */
  readonly type: string;
  readonly content: Blob;
}

/**
 * What somebody shares of a capture that was analysed here: `report.json`, a `SharedReport` of the contract, and
 * `capture.pcapng` where a part of the capture goes along. Nothing leaves that is not in here, whichever way it goes.
 */
export interface Leaving {
  readonly files: readonly LeavingFile[];
}

/** What was prepared of a capture and looked at, kept on the page until it leaves with others. */
export interface Aside extends Leaving {
  readonly id: string;
  /** Of the capture; for whoever is here, and for nobody else. */
  readonly name: string;
}

export const REPORT_FILE = 'report.json';
export const CAPTURE_FILE = 'capture.pcapng';
/** Beside what leaves as one, what the inventory of a portal reads. */
export const DEVICES_FILE = 'devices.csv';
