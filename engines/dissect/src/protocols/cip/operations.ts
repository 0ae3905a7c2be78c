import type { OperationKind } from '../../dissector.ts';
import {
  CONNECTION_MANAGER,
  CONTROLLER,
  DATA_COLLECTION,
  DATA_TABLE,
  ETHERNET_LINK,
  FILE,
  FIRMWARE,
  IDENTITY,
  IO_CONNECTION,
  MAP,
  MEMORY,
  PCCC,
  PROGRAM,
  PROGRAM_CHANGE,
  ROUTINE,
  SYMBOL,
  TASK,
  TCP_IP,
  TEMPLATE,
  WALL_CLOCK,
} from './classes.ts';
import {
  CLEAR_FILE,
  CREATE,
  DELETE,
  DOWNLOAD_TRANSFER,
  EXECUTE_PCCC,
  FORWARD_CLOSE,
  FORWARD_OPEN,
  GET_ALL,
  GET_LIST,
  GET_SINGLE,
  INITIATE_DOWNLOAD,
  INITIATE_PARTIAL_READ,
  INITIATE_PARTIAL_WRITE,
  INITIATE_UPLOAD,
  LARGE_FORWARD_OPEN,
  LIST_INSTANCES,
  MODIFY_TAG,
  NVS_COMPLETE,
  NVS_TRANSFER,
  NVS_UPDATE,
  READ_PROGRAM,
  READ_FRAGMENT,
  READ_TAG,
  RESET,
  SET_ALL,
  SET_LIST,
  SET_SINGLE,
  START,
  STOP,
  UPLOAD_TRANSFER,
  WRITE_CODE,
  WRITE_FRAGMENT,
  WRITE_PROGRAM,
  WRITE_TAG,
} from './services.ts';

/**
 * What one can do over CIP, and the techniques of ATT&CK for ICS 18.1 it may be part of: T0801 Monitor Process State, T0814 Denial of Service,
 * T0816 Device Restart/Shutdown, T0835 Manipulate I/O Image, T0836 Modify Parameter, T0839 Module Firmware,
 * T0843 Program Download, T0845 Program Upload, T0855 Unauthorized Command Message, T0857 System Firmware,
 * T0858 Change Operating Mode, T0861 Point & Tag Identification, T0888 Remote System Information Discovery,
 * T0889 Modify Program, T0890 Exploitation for Privilege Escalation, T0892 Change Credential.
 */
export const kinds = {
  readTag: {
    code: 'cip.read-tag',
    title: 'Read tag',
    text: 'read {elements} of {tag} (got {values})',
    access: 'read',
    techniques: ['T0801'],
  },
  writeTag: {
    code: 'cip.write-tag',
    title: 'Write tag',
    text: 'write {values} to {tag} (was {before})',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  modifyTag: {
    code: 'cip.modify-tag',
    title: 'Modify bits of tag',
    text: 'change bits of {tag}: set {or}, keep {and} (was {before})',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  readData: {
    code: 'cip.read-data',
    title: 'Read data',
    text: 'read data of {path}',
    access: 'read',
    techniques: ['T0801'],
  },
  browse: {
    code: 'cip.browse-tags',
    title: 'Browse tags',
    text: 'list tags of {path}',
    access: 'read',
    techniques: ['T0861'],
  },
  readTemplate: {
    code: 'cip.read-template',
    title: 'Read template',
    text: 'read the structure {path}',
    access: 'read',
    techniques: ['T0861'],
  },
  readIdentity: {
    code: 'cip.read-identity',
    title: 'Read identity',
    text: 'read the identity (of {route})',
    access: 'identify',
    techniques: ['T0888'],
  },
  readAttributes: {
    code: 'cip.read-attributes',
    title: 'Read attributes',
    text: 'read {path}',
    access: 'read',
  },
  writeAttributes: {
    code: 'cip.write-attributes',
    title: 'Write attributes',
    text: 'write {values} to {path}',
    access: 'write',
    dangerous: true,
    techniques: ['T0836'],
  },
  network: {
    code: 'cip.change-network-settings',
    title: 'Change network settings',
    text: 'write {values} to {path}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836', 'T0814'],
  },
  setClock: {
    code: 'cip.set-clock',
    title: 'Set clock',
    text: 'set the clock to {values}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  reset: {
    code: 'cip.reset',
    title: 'Reset device',
    text: 'reset the device ({type})',
    access: 'control',
    dangerous: true,
    techniques: ['T0816'],
  },
  resetObject: {
    code: 'cip.reset-object',
    title: 'Reset object',
    text: 'reset {path}',
    access: 'control',
  },
  startController: {
    code: 'cip.start-controller',
    title: 'Start controller',
    text: 'switch the controller to run',
    access: 'control',
    dangerous: true,
    techniques: ['T0858'],
  },
  stopController: {
    code: 'cip.stop-controller',
    title: 'Stop controller',
    text: 'switch the controller to program',
    access: 'control',
    dangerous: true,
    techniques: ['T0858'],
  },
  start: { code: 'cip.start', title: 'Start object', text: 'start {path}', access: 'control' },
  stop: { code: 'cip.stop', title: 'Stop object', text: 'stop {path}', access: 'control' },
  lock: {
    code: 'cip.lock-controller',
    title: 'Lock controller',
    text: 'lock the controller against other engineers',
    access: 'authenticate',
    dangerous: true,
    techniques: ['T0892', 'T0858'],
  },
  unlock: {
    code: 'cip.unlock-controller',
    title: 'Unlock controller',
    text: 'unlock the controller',
    access: 'authenticate',
    dangerous: true,
    techniques: ['T0892', 'T0858'],
  },
  handshake: {
    code: 'cip.privileged-handshake',
    title: 'Handshake for a privileged session',
    text: 'ask for a privileged session',
    access: 'authenticate',
    dangerous: true,
    techniques: ['T0890'],
  },
  createProgram: {
    code: 'cip.create-program-object',
    title: 'Create part of the program',
    text: 'create {path}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843', 'T0889'],
  },
  deleteProgram: {
    code: 'cip.delete-program-object',
    title: 'Delete part of the program',
    text: 'delete {path}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843', 'T0889'],
  },
  writeProgram: {
    code: 'cip.write-program-object',
    title: 'Write part of the program',
    text: 'write {bytes} bytes to {path}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843', 'T0889'],
  },
  readProgram: {
    code: 'cip.read-program-object',
    title: 'Read part of the program',
    text: 'read {bytes} bytes of {path}',
    access: 'read',
  },
  firmware: {
    code: 'cip.update-firmware',
    title: 'Update firmware',
    text: 'write {bytes} bytes of firmware',
    access: 'program',
    dangerous: true,
    techniques: ['T0857', 'T0839'],
  },
  writeFile: {
    code: 'cip.write-file',
    title: 'Write file',
    text: 'write {path}',
    access: 'write',
    dangerous: true,
  },
  readFile: { code: 'cip.read-file', title: 'Read file', text: 'read {path}', access: 'read' },
  force: {
    code: 'cip.force',
    title: 'Force inputs or outputs',
    text: 'force {path} (with {data})',
    access: 'control',
    dangerous: true,
    techniques: ['T0835'],
  },
  open: {
    code: 'cip.open-connection',
    title: 'Open connection',
    text: 'open a {transport} connection to {path}',
    access: 'other',
  },
  close: {
    code: 'cip.close-connection',
    title: 'Close connection',
    text: 'close the connection to {path}',
    access: 'other',
  },
  outputs: {
    code: 'cip.io-outputs',
    title: 'I/O data to target',
    text: 'send {bytes} bytes to {path}',
    access: 'control',
  },
  inputs: {
    code: 'cip.io-inputs',
    title: 'I/O data to originator',
    text: 'receive {bytes} bytes from {path}',
    access: 'read',
  },
  io: {
    code: 'cip.io',
    title: 'I/O data',
    text: '{bytes} bytes on connection {connection}, opened before the capture began',
    access: 'control',
  },
  pccc: { code: 'cip.pccc', title: 'Hand on PCCC', text: 'hand on a PCCC command', access: 'other' },
  other: { code: 'cip.other', title: 'Other service', text: '{service} {path}', access: 'other' },
} as const satisfies Record<string, OperationKind>;

export type Kind = keyof typeof kinds;

const PRIVILEGED = 0x5c;
const LOCK = 0x4b;
const UNLOCK = 0x4c;
const FILE_WRITES = [INITIATE_DOWNLOAD, INITIATE_PARTIAL_WRITE, DOWNLOAD_TRANSFER, CLEAR_FILE];
const FILE_READS = [INITIATE_UPLOAD, INITIATE_PARTIAL_READ, UPLOAD_TRANSFER];
const FIRMWARE_SERVICES = [NVS_UPDATE, NVS_TRANSFER, NVS_COMPLETE];

/** Classes a program consists of, as engineering tools create them while downloading. */
export const programClasses: ReadonlySet<number> = new Set([
  PROGRAM,
  MAP,
  DATA_TABLE,
  SYMBOL,
  TEMPLATE,
  ROUTINE,
  TASK,
  MEMORY,
  IO_CONNECTION,
  PROGRAM_CHANGE,
]);

/** Operator stations poll these for values they have registered; the layout is the vendor's own. */
const pollClasses = new Set([MEMORY, DATA_COLLECTION]);

/**
 * Of the Wall Clock object, what is the clock (1756-PM020): the time in UTC, and the local one. Others are how it is
 * shown, such as the zone.
 */
const CLOCK_ATTRIBUTES = [6, 11];

/** @param attribute the first that is set; -1 when all are */
export function isClock(attribute: number): boolean {
  return attribute === -1 || CLOCK_ATTRIBUTES.includes(attribute);
}

/** What a service does, by what it is addressed to: service numbers from 0x4b on mean something else for each class. */
export function kindOf(code: number, classId: number, isTag: boolean): Kind {
  if (isTag) {
    const kind = kindOfTag(code);
    if (kind) return kind;
  }
  if (code === READ_TAG && pollClasses.has(classId)) return 'readData';
  switch (classId) {
    case IDENTITY:
      if (code === RESET) return 'reset';
      if (isRead(code)) return 'readIdentity';
      break;
    case CONNECTION_MANAGER:
      if (code === FORWARD_OPEN || code === LARGE_FORWARD_OPEN) return 'open';
      if (code === FORWARD_CLOSE) return 'close';
      break;
    case CONTROLLER:
      if (code === START) return 'startController';
      if (code === STOP) return 'stopController';
      if (code === LOCK) return 'lock';
      if (code === UNLOCK) return 'unlock';
      if (code === PRIVILEGED) return 'handshake';
      break;
    case FILE:
      if (FILE_WRITES.includes(code)) return 'writeFile';
      if (FILE_READS.includes(code)) return 'readFile';
      break;
    case FIRMWARE:
      if (FIRMWARE_SERVICES.includes(code)) return 'firmware';
      break;
    case PROGRAM:
    case MAP:
      if (code === WRITE_TAG || code === MODIFY_TAG) return 'force';
      break;
    case TEMPLATE:
      if (code === READ_TAG) return 'readTemplate';
      break;
    case PCCC:
      if (code === EXECUTE_PCCC) return 'pccc';
      break;
    case TCP_IP:
    case ETHERNET_LINK:
      if (isWrite(code)) return 'network';
      break;
    case WALL_CLOCK:
      if (isWrite(code)) return 'setClock';
      break;
    default:
  }
  if (programClasses.has(classId)) {
    if (code === CREATE) return 'createProgram';
    if (code === DELETE) return 'deleteProgram';
    if (code === WRITE_PROGRAM || (code === WRITE_CODE && classId === MEMORY)) return 'writeProgram';
    if (code === READ_PROGRAM) return 'readProgram';
  }
  if (isRead(code)) return 'readAttributes';
  if (isWrite(code)) return 'writeAttributes';
  if (code === RESET) return 'resetObject';
  if (code === START) return 'start';
  if (code === STOP) return 'stop';
  return 'other';
}

function kindOfTag(code: number): Kind | undefined {
  switch (code) {
    case READ_TAG:
    case READ_FRAGMENT:
      return 'readTag';
    case WRITE_TAG:
    case WRITE_FRAGMENT:
      return 'writeTag';
    case MODIFY_TAG:
      return 'modifyTag';
    case LIST_INSTANCES:
      return 'browse';
    default:
      return undefined;
  }
}

function isRead(code: number): boolean {
  return code === GET_ALL || code === GET_LIST || code === GET_SINGLE;
}

function isWrite(code: number): boolean {
  return code === SET_ALL || code === SET_LIST || code === SET_SINGLE;
}
