import type { OperationKind } from '../../dissector.ts';

/** IEC 61850-8-1: what reading and writing means by the functional constraint. Techniques: ATT&CK for ICS 18.1. */
export const operate: OperationKind = {
  code: 'mms.operate',
  title: 'Operate',
  text: 'operate {items} := {value} (before: {before}) (origin: {origin}) (by {originator}) (checks: {checks})',
  access: 'control',
  dangerous: true,
  techniques: ['T0855'],
};
export const select: OperationKind = {
  code: 'mms.select',
  title: 'Select before operate',
  text: 'select {items} := {value} (origin: {origin}) (by {originator}) (checks: {checks})',
  access: 'control',
  techniques: ['T0855'],
};
export const cancelControl: OperationKind = {
  code: 'mms.cancel-control',
  title: 'Cancel control',
  text: 'cancel the command to {items} (origin: {origin}) (by {originator})',
  access: 'control',
  techniques: ['T0855'],
};
export const writeSetting: OperationKind = {
  code: 'mms.write-setting',
  title: 'Write settings',
  text: 'set {values} (before: {before})',
  access: 'write',
  dangerous: true,
  techniques: ['T0836'],
};
export const settingGroup: OperationKind = {
  code: 'mms.setting-group',
  title: 'Setting group control',
  text: 'setting group control: {values} (before: {before})',
  access: 'configure',
  dangerous: true,
  techniques: ['T0836'],
};
export const substitute: OperationKind = {
  code: 'mms.substitute',
  title: 'Substitute values',
  text: 'substitute {values} (before: {before})',
  access: 'control',
  dangerous: true,
  techniques: ['T0856', 'T0832'],
};
export const enableReports: OperationKind = {
  code: 'mms.enable-reports',
  title: 'Enable reports',
  text: 'enable {items}',
  access: 'configure',
};
export const disableReports: OperationKind = {
  code: 'mms.disable-reports',
  title: 'Disable reports',
  text: 'disable {items}',
  access: 'configure',
  dangerous: true,
  techniques: ['T0804'],
};
export const enablePublisher: OperationKind = {
  code: 'mms.enable-publisher',
  title: 'Enable GOOSE or sampled values',
  text: 'enable {items}',
  access: 'configure',
};
export const disablePublisher: OperationKind = {
  code: 'mms.disable-publisher',
  title: 'Disable GOOSE or sampled values',
  text: 'disable {items}',
  access: 'configure',
  dangerous: true,
  techniques: ['T0804'],
};
export const writeControlBlock: OperationKind = {
  code: 'mms.write-control-block',
  title: 'Write control block',
  text: 'set {values} (before: {before})',
  access: 'configure',
};
export const writeConfiguration: OperationKind = {
  code: 'mms.write-configuration',
  title: 'Write configuration',
  text: 'configure {values} (before: {before})',
  access: 'configure',
  dangerous: true,
  techniques: ['T0836'],
};
export const write: OperationKind = {
  code: 'mms.write',
  title: 'Write variables',
  text: 'write {values} (before: {before})',
  access: 'write',
  dangerous: true,
  techniques: ['T0836'],
};
export const read: OperationKind = {
  code: 'mms.read',
  title: 'Read variables',
  text: 'read {items} ({values})',
  access: 'read',
};
export const report: OperationKind = {
  code: 'mms.report',
  title: 'Report',
  text: 'report {name} ({list}): {values}',
  access: 'read',
};
export const eventReport: OperationKind = {
  code: 'mms.event-notification',
  title: 'Event notification',
  text: 'notify of event {name}',
  access: 'read',
};
export const statusReport: OperationKind = {
  code: 'mms.unsolicited-status',
  title: 'Unsolicited status',
  text: 'report to be {state}',
  access: 'read',
};
export const initiate: OperationKind = {
  code: 'mms.initiate',
  title: 'Initiate',
  text: 'begin to speak MMS',
  access: 'other',
};
export const conclude: OperationKind = {
  code: 'mms.conclude',
  title: 'Conclude',
  text: 'end speaking MMS',
  access: 'other',
};
export const cancelRequest: OperationKind = {
  code: 'mms.cancel-request',
  title: 'Cancel request',
  text: 'cancel request {number}',
  access: 'other',
};
export const unknownService: OperationKind = {
  code: 'mms.unknown-service',
  title: 'Unknown service',
  text: 'service {service}',
  access: 'other',
};

const browse: OperationKind = {
  code: 'mms.get-name-list',
  title: 'List names',
  text: 'list {objects} of {scope} (after {after}) ({names})',
  access: 'identify',
  techniques: ['T0861'],
};
const attributes: OperationKind = {
  code: 'mms.get-attributes',
  title: 'Read attributes',
  text: '{service}: attributes of {name} ({type}) ({items})',
  access: 'identify',
  techniques: ['T0861'],
};
const define: OperationKind = {
  code: 'mms.define',
  title: 'Define variable, list or type',
  text: '{service}: define {name} ({items})',
  access: 'configure',
};
const remove: OperationKind = {
  code: 'mms.delete',
  title: 'Delete variable or type',
  text: '{service}: delete {name}',
  access: 'configure',
  dangerous: true,
  techniques: ['T0809'],
};
const semaphore: OperationKind = {
  code: 'mms.semaphore',
  title: 'Semaphore',
  text: '{service}: semaphore {name}',
  access: 'other',
};
const event: OperationKind = {
  code: 'mms.event-management',
  title: 'Manage events',
  text: '{service}: event {name}',
  access: 'configure',
};
const alarms: OperationKind = {
  code: 'mms.read-alarms',
  title: 'Read alarms and events',
  text: '{service} ({name})',
  access: 'read',
};
const journal: OperationKind = {
  code: 'mms.read-journal',
  title: 'Read journal',
  text: '{service}: journal {name}',
  access: 'read',
};
const changeJournal: OperationKind = {
  code: 'mms.change-journal',
  title: 'Change journal',
  text: '{service}: journal {name}',
  access: 'configure',
  dangerous: true,
  techniques: ['T0872'],
};
const acquire: OperationKind = {
  code: 'mms.file-server-transfer',
  title: 'Domain from or to a file of the device',
  text: '{service}: domain {domain}, file {file}',
  access: 'program',
  dangerous: true,
  techniques: ['T0843'],
};
const mode = (code: string, title: string, text: string): OperationKind => ({
  code: `mms.${code}`,
  title,
  text,
  access: 'control',
  dangerous: true,
  techniques: ['T0858'],
});
const file = (code: string, title: string, text: string, techniques: readonly string[] = ['T0893']) =>
  ({ code: `mms.${code}`, title, text, access: 'read', techniques }) satisfies OperationKind;

/** By confirmed service, ISO 9506-2, 7.3.2; reading and writing are told by what they are about. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0: { code: 'mms.status', title: 'Read status', text: 'read the status ({state})', access: 'read' },
  1: browse,
  2: {
    code: 'mms.identify',
    title: 'Identify',
    text: 'identify ({vendor} {model} {revision})',
    access: 'identify',
    techniques: ['T0888'],
  },
  3: {
    code: 'mms.rename',
    title: 'Rename',
    text: 'rename {name} to {to}',
    access: 'configure',
    dangerous: true,
  },
  4: read,
  5: write,
  6: attributes,
  7: define,
  8: define,
  9: attributes,
  10: remove,
  11: define,
  12: attributes,
  13: {
    code: 'mms.delete-variable-list',
    title: 'Delete variable list',
    text: 'delete the list {name}',
    access: 'configure',
    dangerous: true,
    techniques: ['T0804'],
  },
  14: define,
  15: attributes,
  16: remove,
  17: {
    code: 'mms.operator-input',
    title: 'Input at operator station',
    text: 'ask at operator station {name}',
    access: 'other',
  },
  18: {
    code: 'mms.operator-output',
    title: 'Output at operator station',
    text: 'show {text} at operator station {name}',
    access: 'other',
  },
  19: semaphore,
  20: semaphore,
  21: semaphore,
  22: semaphore,
  23: semaphore,
  24: semaphore,
  25: semaphore,
  26: {
    code: 'mms.download-begin',
    title: 'Begin download',
    text: 'begin to load domain {domain}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843'],
  },
  27: {
    code: 'mms.download-segment',
    title: 'Download segment',
    text: 'fetch a segment of domain {domain}',
    access: 'program',
  },
  28: {
    code: 'mms.download-end',
    title: 'End download',
    text: 'end loading domain {domain}',
    access: 'program',
  },
  29: {
    code: 'mms.upload-begin',
    title: 'Begin upload',
    text: 'begin to read domain {domain}',
    access: 'program',
    techniques: ['T0845'],
  },
  30: {
    code: 'mms.upload-segment',
    title: 'Upload segment',
    text: 'read a segment of domain {domain}',
    access: 'program',
    techniques: ['T0845'],
  },
  31: {
    code: 'mms.upload-end',
    title: 'End upload',
    text: 'end reading domain {domain}',
    access: 'program',
  },
  32: acquire,
  33: acquire,
  34: acquire,
  35: acquire,
  36: {
    code: 'mms.delete-domain',
    title: 'Delete domain',
    text: 'delete domain {domain}',
    access: 'program',
    dangerous: true,
    techniques: ['T0809'],
  },
  37: {
    code: 'mms.domain-attributes',
    title: 'Read domain attributes',
    text: 'read attributes of domain {domain} ({state})',
    access: 'identify',
  },
  38: {
    code: 'mms.create-program',
    title: 'Create program invocation',
    text: 'create program {program} of domain {domain}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843'],
  },
  39: {
    code: 'mms.delete-program',
    title: 'Delete program invocation',
    text: 'delete program {program}',
    access: 'program',
    dangerous: true,
    techniques: ['T0809'],
  },
  40: mode('start', 'Start program', 'start program {program} ({argument})'),
  41: mode('stop', 'Stop program', 'stop program {program}'),
  42: mode('resume', 'Resume program', 'resume program {program} ({argument})'),
  43: mode('reset', 'Reset program', 'reset program {program}'),
  44: mode('kill', 'Kill program', 'kill program {program}'),
  45: {
    code: 'mms.program-attributes',
    title: 'Read program attributes',
    text: 'read attributes of program {program} ({state})',
    access: 'identify',
  },
  46: {
    code: 'mms.obtain-file',
    title: 'Let the device fetch a file',
    text: 'let the device fetch file {from} as {to}',
    access: 'write',
    dangerous: true,
    techniques: ['T0867'],
  },
  47: event,
  48: event,
  49: alarms,
  50: alarms,
  51: event,
  52: event,
  53: event,
  54: event,
  55: alarms,
  56: alarms,
  57: event,
  58: event,
  59: event,
  60: alarms,
  61: alarms,
  62: event,
  63: alarms,
  64: alarms,
  65: journal,
  66: changeJournal,
  67: changeJournal,
  68: journal,
  69: changeJournal,
  70: changeJournal,
  71: {
    code: 'mms.capabilities',
    title: 'Read capabilities',
    text: 'read the capabilities',
    access: 'identify',
  },
  72: file('file-open', 'Open file', 'open file {file} ({bytes} bytes)'),
  73: file('file-read', 'Read file', 'read from file {file}'),
  74: { code: 'mms.file-close', title: 'Close file', text: 'close file {file}', access: 'other' },
  75: {
    code: 'mms.file-rename',
    title: 'Rename file',
    text: 'rename file {from} to {to}',
    access: 'write',
    dangerous: true,
    techniques: ['T0872'],
  },
  76: {
    code: 'mms.file-delete',
    title: 'Delete file',
    text: 'delete file {file}',
    access: 'write',
    dangerous: true,
    techniques: ['T0872'],
  },
  77: file('file-directory', 'List files', 'list files {path} ({files})'),
};
