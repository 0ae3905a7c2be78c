import type { OperationKind } from '../../dissector.ts';
import type { ImplantCommand } from './implant.ts';

type Row = readonly [name: string, title: string, text: string, access: OperationKind['access'], ...string[]];

/** Dangerous ones have `!` and their techniques (ATT&CK for ICS 18.1) behind them. */
function kind([name, title, text, access, ...rest]: Row): OperationKind {
  const techniques = rest.filter((one) => one.startsWith('T'));
  return {
    code: `tristation.${name}`,
    title,
    text,
    access,
    ...(rest.includes('!') && { dangerous: true }),
    ...(techniques.length > 0 && { techniques }),
  };
}

const DOWNLOAD = ['!', 'T0843', 'T0889', 'T0837'] as const;
const MODE = ['!', 'T0858', 'T0880'] as const;
const SETTING = ['!', 'T0836'] as const;

const read = kind(['read', 'Read data', 'ask for {what}', 'read']);
const readStatus = 'T0868';
const configure = kind([
  'set-configuration',
  'Change configuration',
  'change {what}',
  'configure',
  ...SETTING,
]);
const load = kind(['download-table', 'Download a table', 'download {what}', 'program', ...DOWNLOAD]);
const enableOvd = kind([
  'enable-ovd',
  'Enable output voter diagnostics',
  'enable the diagnostics of output voters',
  'configure',
  ...SETTING,
]);
const disableOvd = kind([
  'disable-ovd',
  'Disable output voter diagnostics',
  'disable the diagnostics of output voters',
  'configure',
  ...SETTING,
  'T0878',
]);
const uploadTable = kind(['upload-table', 'Upload a table', 'upload {what}', 'program', 'T0845']);
const setClock = kind(['set-clock', 'Set the clock', 'set the clock', 'configure', ...SETTING]);

export const DOWNLOAD_ALL = 0;
export const DOWNLOAD_CHANGE = 1;
export const ATTACH = 13;
export const READ_STATUS = 19;
export const READ_PROCESSORS = 29;
export const READ_VERSIONS = 54;
export const ALLOCATE_PROGRAM = 55;
export const ALLOCATE_FUNCTION = 56;
export const UPLOAD_PROGRAM = 65;
export const UPLOAD_FUNCTION = 66;

/** By command, as the TriStation dissector of Nozomi's tricotools (2018) numbers them. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [DOWNLOAD_ALL]: kind([
    'start-download-all',
    'Start to download everything',
    'start to download everything as {project}',
    'program',
    ...DOWNLOAD,
  ]),
  [DOWNLOAD_CHANGE]: kind([
    'start-download-change',
    'Start to download changes',
    'start to download changes of {project}: then {programs} programs, {functions} functions',
    'program',
    ...DOWNLOAD,
  ]),
  2: configure,
  3: uploadTable,
  4: configure,
  5: load,
  6: load,
  7: setClock,
  8: read,
  9: configure,
  10: kind(['end-download-all', 'End the download', 'end the download', 'program', ...DOWNLOAD]),
  11: kind([
    'end-download-change',
    'End the download of changes',
    'end the download of changes: they take effect',
    'program',
    ...DOWNLOAD,
  ]),
  12: kind([
    'cancel-download-change',
    'Cancel the download of changes',
    'cancel the download of changes',
    'program',
    '!',
  ]),
  [ATTACH]: kind(['attach', 'Attach to the controller', 'attach to the controller', 'other']),
  14: configure,
  15: configure,
  16: kind([
    'set-points',
    'Set values of points',
    'set values of points',
    'write',
    ...SETTING,
    'T0835',
    'T0855',
  ]),
  17: kind(['enable-points', 'Enable all points', 'enable all points', 'control', ...SETTING]),
  18: uploadTable,
  [READ_STATUS]: kind([
    'read-status',
    'Ask the state of the control program',
    'ask the state: key at {key}, program {state}',
    'read',
    readStatus,
  ]),
  20: kind(['run-program', 'Run the program', 'run the program', 'control', ...MODE]),
  21: kind(['halt-program', 'Halt the program', 'halt the program', 'control', ...MODE, 'T0837']),
  22: kind(['pause-program', 'Pause the program', 'pause the program', 'control', ...MODE, 'T0837']),
  23: kind(['single-scan', 'Run a single scan', 'run a single scan', 'control', ...MODE]),
  24: kind([
    'read-chassis-status',
    'Ask the state of the chassis',
    'ask the state of the chassis: key at {key}, program {state}, modules {modules}',
    'read',
    readStatus,
  ]),
  25: read,
  26: configure,
  27: kind([
    'set-io-points',
    'Set values of inputs and outputs',
    'set values of inputs and outputs',
    'write',
    ...SETTING,
    'T0835',
    'T0855',
  ]),
  28: kind(['read-io-points', 'Read inputs and outputs', 'read inputs and outputs', 'read', 'T0877']),
  [READ_PROCESSORS]: kind([
    'read-processor-status',
    'Ask the state of the main processors',
    'ask the state of the main processors',
    'read',
    readStatus,
  ]),
  30: configure,
  31: setClock,
  32: kind([
    'clear-alarms',
    'Clear alarms of modules',
    'clear the alarms of modules',
    'control',
    '!',
    'T0878',
  ]),
  33: read,
  34: configure,
  35: configure,
  36: read,
  37: enableOvd,
  38: disableOvd,
  39: enableOvd,
  40: disableOvd,
  41: kind(['pass-modbus', 'Process a Modbus message', 'hand over a Modbus message', 'other']),
  42: uploadTable,
  43: configure,
  44: configure,
  45: configure,
  46: read,
  47: kind([
    'read-module-types',
    'Ask the types of modules',
    'ask the types of modules',
    'identify',
    'T0888',
  ]),
  48: load,
  49: load,
  50: load,
  51: uploadTable,
  52: configure,
  [READ_VERSIONS]: kind([
    'read-module-versions',
    'Ask the versions of modules',
    'ask the versions of modules: {modules}',
    'identify',
    'T0888',
  ]),
  [ALLOCATE_PROGRAM]: kind([
    'allocate-program',
    'Download a program',
    'download program {id}: {bytes} bytes at {offset} of {length}',
    'program',
    ...DOWNLOAD,
  ]),
  [ALLOCATE_FUNCTION]: kind([
    'allocate-function',
    'Download a function',
    'download function {id}: {bytes} bytes at {offset} of {length}',
    'program',
    ...DOWNLOAD,
  ]),
  57: configure,
  58: configure,
  59: kind([
    'start-download-program',
    'Start to download a program',
    'start to download the program of {project}',
    'program',
    ...DOWNLOAD,
  ]),
  60: configure,
  61: read,
  62: configure,
  63: configure,
  64: read,
  [UPLOAD_PROGRAM]: kind([
    'upload-program',
    'Upload a program',
    'upload program {id} from {offset}: {bytes} of {length} bytes ({status})',
    'program',
    'T0845',
  ]),
  [UPLOAD_FUNCTION]: kind([
    'upload-function',
    'Upload a function',
    'upload function {id} from {offset}: {bytes} of {length} bytes ({status})',
    'program',
    'T0845',
  ]),
  67: read,
  68: load,
  69: read,
  70: read,
  71: read,
  72: kind([
    'allocate-functions',
    'Download several functions',
    'download several functions',
    'program',
    ...DOWNLOAD,
  ]),
  73: read,
  74: uploadTable,
  80: kind(['go-to-download-mode', 'Go to download mode', 'go to download mode', 'control', ...MODE]),
};

export const connect: OperationKind = kind(['connect', 'Connect', 'connect', 'other']);

/** To what the TRITON malware left behind. */
export const implantOperations: Readonly<Record<ImplantCommand['kind'] | 'answer', OperationKind>> = {
  read: kind([
    'implant-read',
    'Implant: read memory',
    'read {bytes} bytes at {address} through an implant',
    'read',
    '!',
    'T0890',
  ]),
  write: kind([
    'implant-write',
    'Implant: write memory',
    'write {bytes} bytes at {address} through an implant',
    'program',
    '!',
    'T0890',
    'T0857',
  ]),
  execute: kind([
    'implant-execute',
    'Implant: execute',
    'execute what is at {address} through an implant',
    'control',
    '!',
    'T0890',
    'T0834',
  ]),
  answer: kind([
    'implant-answer',
    'Implant: answer',
    'an implant answers with {bytes} bytes',
    'other',
    '!',
    'T0857',
  ]),
};

export const unknownCommand: OperationKind = kind([
  'unknown-command',
  'Other command',
  'command {command}',
  'other',
]);
