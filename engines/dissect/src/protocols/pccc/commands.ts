/** What is asked for: DF1 Protocol and Command Set (1770-6.5.16), chapter 7. */
export interface Command {
  readonly name: string;
  /** The operation it is told as. */
  readonly operation: OperationName;
}

export type OperationName =
  | 'read'
  | 'write'
  | 'startController'
  | 'stopController'
  | 'changeMode'
  | 'restart'
  | 'beginDownload'
  | 'writeProgram'
  | 'endDownload'
  | 'beginUpload'
  | 'readProgram'
  | 'endUpload'
  | 'clearMemory'
  | 'disableForces'
  | 'configure'
  | 'identify'
  | 'openFile'
  | 'closeFile'
  | 'takeEdit'
  | 'returnEdit'
  | 'diagnose'
  | 'other';

export const DIAGNOSTIC_STATUS = 0x0603;
export const WORD_RANGE_WRITE = 0x0f00;
export const WORD_RANGE_READ = 0x0f01;
export const DOWNLOAD_REQUEST = 0x0f05;
export const UPLOAD_REQUEST = 0x0f06;
export const READ_PHYSICAL = 0x0f17;
export const WRITE_PHYSICAL = 0x0f18;
export const READ_MODIFY_WRITE = 0x0f26;
export const MODE_OF_PLC5 = 0x0f3a;
export const DOWNLOAD_ALL = 0x0f50;
export const DOWNLOAD_COMPLETED = 0x0f52;
export const UPLOAD_ALL = 0x0f53;
export const UPLOAD_COMPLETED = 0x0f55;
export const TYPED_WRITE = 0x0f67;
export const TYPED_READ = 0x0f68;
export const MODE_OF_SLC = 0x0f80;
export const OPEN_FILE = 0x0f81;
export const CLOSE_FILE = 0x0f82;
export const READ_TWO_FIELDS = 0x0fa1;
export const READ_THREE_FIELDS = 0x0fa2;
export const READ_FILE = 0x0fa7;
export const WRITE_TWO_FIELDS = 0x0fa9;
export const WRITE_THREE_FIELDS = 0x0faa;
export const WRITE_MASKED = 0x0fab;
export const WRITE_FILE = 0x0faf;
export const PROTECTED_WRITE = 0x0000;
export const UNPROTECTED_READ = 0x0100;
export const PROTECTED_BIT_WRITE = 0x0200;
export const UNPROTECTED_BIT_WRITE = 0x0500;
export const UNPROTECTED_WRITE = 0x0800;

/** By CMD × 256 + FNC; those without a function have 0 there. */
const commands: Readonly<Record<number, readonly [string, OperationName]>> = {
  [PROTECTED_WRITE]: ['protected write', 'write'],
  [UNPROTECTED_READ]: ['unprotected read', 'read'],
  [PROTECTED_BIT_WRITE]: ['protected bit write', 'write'],
  0x0300: ['physical write', 'writeProgram'],
  0x0400: ['physical read', 'readProgram'],
  [UNPROTECTED_BIT_WRITE]: ['unprotected bit write', 'write'],
  [UNPROTECTED_WRITE]: ['unprotected write', 'write'],
  0x0600: ['echo', 'diagnose'],
  0x0601: ['read diagnostic counters', 'diagnose'],
  0x0602: ['set variables', 'configure'],
  [DIAGNOSTIC_STATUS]: ['diagnostic status', 'identify'],
  0x0604: ['set timeout', 'configure'],
  0x0605: ['set NAKs', 'configure'],
  0x0606: ['set ENQs', 'configure'],
  0x0607: ['reset diagnostic counters', 'configure'],
  0x0608: ['set data table size', 'configure'],
  0x0609: ['read link parameters', 'diagnose'],
  0x060a: ['set link parameters', 'configure'],
  0x0700: ['disable outputs', 'changeMode'],
  0x0701: ['enable outputs', 'changeMode'],
  0x0703: ['enable PLC scanning', 'startController'],
  0x0704: ['enter download mode', 'beginDownload'],
  0x0705: ['exit download or upload mode', 'endDownload'],
  0x0706: ['enter upload mode', 'beginUpload'],
  [WORD_RANGE_WRITE]: ['word range write', 'write'],
  [WORD_RANGE_READ]: ['word range read', 'read'],
  0x0f02: ['bit write', 'write'],
  0x0f03: ['file write', 'write'],
  0x0f04: ['file read', 'read'],
  [DOWNLOAD_REQUEST]: ['download', 'beginDownload'],
  [UPLOAD_REQUEST]: ['upload', 'beginUpload'],
  0x0f07: ['shutdown', 'stopController'],
  0x0f0a: ['restart', 'restart'],
  0x0f11: ['get edit resource', 'takeEdit'],
  0x0f12: ['return edit resource', 'returnEdit'],
  [READ_PHYSICAL]: ['read bytes physical', 'readProgram'],
  [WRITE_PHYSICAL]: ['write bytes physical', 'writeProgram'],
  [READ_MODIFY_WRITE]: ['read modify write', 'write'],
  0x0f29: ['read section size', 'diagnose'],
  [MODE_OF_PLC5]: ['set CPU mode', 'changeMode'],
  0x0f41: ['disable forces', 'disableForces'],
  [DOWNLOAD_ALL]: ['download all', 'beginDownload'],
  [DOWNLOAD_COMPLETED]: ['download completed', 'endDownload'],
  [UPLOAD_ALL]: ['upload all', 'beginUpload'],
  [UPLOAD_COMPLETED]: ['upload completed', 'endUpload'],
  0x0f57: ['initialise memory', 'clearMemory'],
  0x0f5e: ['modify PLC-2 compatibility file', 'configure'],
  [TYPED_WRITE]: ['typed write', 'write'],
  [TYPED_READ]: ['typed read', 'read'],
  0x0f79: ['read modify write N', 'write'],
  [MODE_OF_SLC]: ['change mode', 'changeMode'],
  [OPEN_FILE]: ['open file', 'openFile'],
  [CLOSE_FILE]: ['close file', 'closeFile'],
  0x0f88: ['execute command list', 'other'],
  0x0f8f: ['apply port configuration', 'configure'],
  [READ_TWO_FIELDS]: ['protected typed logical read with two address fields', 'read'],
  [READ_THREE_FIELDS]: ['protected typed logical read with three address fields', 'read'],
  [READ_FILE]: ['protected typed file read', 'readProgram'],
  [WRITE_TWO_FIELDS]: ['protected typed logical write with two address fields', 'write'],
  [WRITE_THREE_FIELDS]: ['protected typed logical write with three address fields', 'write'],
  [WRITE_MASKED]: ['protected typed logical write with mask', 'write'],
  [WRITE_FILE]: ['protected typed file write', 'writeProgram'],
};

export function commandOf(code: number): Command {
  const [name, operation] = commands[code] ?? [`command 0x${code.toString(16).padStart(4, '0')}`, 'other'];
  return { name, operation };
}

/** Of the others the first octet says it all. */
export function hasFunction(command: number): boolean {
  return command === 0x06 || command === 0x07 || command === 0x0f;
}

/** SLC 500 and MicroLogix, function 0x80. */
export const slcModes: Readonly<Record<number, string>> = {
  0x01: 'program',
  0x06: 'run',
  0x07: 'test, continuous scan',
  0x08: 'test, single scan',
  0x09: 'test, debug step',
};

/**
 * Function 0x3a: the two low bits. PLC-5 has 0 for program, 1 for test and 2 for run; MicroLogix 1000 has 1 for program.
 * Which of them is asked, the message does not say.
 */
export const plc5Modes: Readonly<Record<number, string>> = { 0: 'program', 1: 'test or program', 2: 'run' };
