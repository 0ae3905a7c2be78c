import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';
import { LOGIN, SHELL } from './names.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('codesys-v2');

const WHAT = '{service}';
const start = kind('start', 'Start the program', WHAT, 'control', '!', 'T0858');
const stop = kind('stop', 'Stop the program', WHAT, 'control', '!', 'T0858');
const reset = kind('reset', 'Reset the program', WHAT, 'control', '!', 'T0858', 'T0816');
const resetOrigin = kind('reset-origin', 'Reset to origin', WHAT, 'control', '!', 'T0816', 'T0809');
const breakpoint = kind('breakpoint', 'Breakpoints and stepping', WHAT, 'control', '!', 'T0858');
const readValues = kind('read-values', 'Read variables', WHAT, 'read');
const writeValues = kind('write-values', 'Write variables', WHAT, 'write', '!', 'T0836', 'T0855');
const force = kind('force', 'Force values', WHAT, 'write', '!', 'T0835');
const release = kind('release', 'Release forced values', WHAT, 'write', '!', 'T0835');
const readState = kind('read-state', 'Read the state', WHAT, 'read', 'T0868');
const readInformation = kind('read-information', 'Read information', WHAT, 'identify', 'T0888');
const trace = kind('trace', 'Trace and flow control', WHAT, 'read', 'T0801');
const settings = kind('settings', 'Settings', WHAT, 'configure', '!', 'T0836');
const download = kind('download', 'Download the program', WHAT, 'program', '!', 'T0843');
const onlineChange = kind('online-change', 'Online change', WHAT, 'program', '!', 'T0843', 'T0889');
const bootProject = kind('boot-project', 'Boot project', WHAT, 'program', '!', 'T0843', 'T0889');
const listFiles = kind('list-files', 'List files', WHAT, 'read', 'T0893');
const moveFile = kind('move-file', 'Rename or copy a file', WHAT, 'program', '!');
const deleteFile = kind('delete-file', 'Delete a file', WHAT, 'program', '!', 'T0809');
const readFile = kind('read-file', 'Read a file', 'read {file}', 'program', '!', 'T0893', 'T0845');
const writeFile = kind('write-file', 'Write a file', 'write {file}', 'program', '!', 'T0867', 'T0843');
const setPassword = kind('set-password', 'Set or delete the password', WHAT, 'configure', '!', 'T0892');
const readMemory = kind('read-memory', 'Read memory', WHAT, 'read', 'T0893');

export const login = kind('login', 'Log in', 'log in with a password', 'authenticate', 'T0859');
export const nextOutput = kind('next-output', 'Next part of an output', WHAT, 'other');
export const otherService = kind('other', 'Other service', WHAT, 'other');

/** By the number of the service. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [LOGIN]: kind(
    'identify',
    'Log in without a password',
    'log in without a password, which asks for the identity',
    'identify',
    'T0888',
  ),
  0x02: kind('logout', 'Log out', WHAT, 'other'),
  0x03: start,
  0x04: stop,
  0x05: readValues,
  0x06: writeValues,
  0x09: force,
  0x0a: breakpoint,
  0x0b: breakpoint,
  0x0c: breakpoint,
  0x0d: breakpoint,
  0x0e: breakpoint,
  0x0f: breakpoint,
  0x10: readState,
  0x11: readInformation,
  0x12: readState,
  0x13: reset,
  0x14: readValues,
  0x15: readValues,
  0x17: readState,
  0x18: breakpoint,
  0x19: trace,
  0x1a: trace,
  0x1b: trace,
  0x1c: trace,
  0x1d: trace,
  0x1e: trace,
  0x1f: trace,
  0x20: force,
  0x21: release,
  0x22: onlineChange,
  0x23: breakpoint,
  0x24: breakpoint,
  0x28: trace,
  0x29: trace,
  0x2a: trace,
  0x2c: writeValues,
  0x2d: settings,
  0x2e: readValues,
  0x2f: writeFile,
  0x30: writeFile,
  0x31: readFile,
  0x32: readFile,
  0x33: listFiles,
  0x34: listFiles,
  0x35: moveFile,
  0x36: deleteFile,
  0x37: download,
  0x38: breakpoint,
  0x39: bootProject,
  0x3a: download,
  0x3b: readInformation,
  0x3c: writeValues,
  0x3d: settings,
  0x3e: download,
  0x40: download,
  0x41: readInformation,
  0x42: readInformation,
  0x44: readValues,
  0x45: writeValues,
  0x46: readValues,
  0x47: writeValues,
  0x49: force,
  0x64: download,
  0x66: download,
  0x80: download,
  0x81: download,
  0x82: kind('read-application', 'Read the source', WHAT, 'program', '!', 'T0845'),
  0x83: bootProject,
  0x8f: download,
  0x90: readInformation,
  0x91: setPassword,
  [SHELL]: kind('shell', 'PLC shell', WHAT, 'control', '!', 'T0807'),
};

/** Commands of the shell that are more than that, in small letters; what there is depends on the device, and `?` asks for it. */
export const commands: ReadonlyMap<string, OperationKind> = new Map([
  ['?', readInformation],
  ['mem', readMemory],
  ['memc', readMemory],
  ['memd', readMemory],
  ['dpt', readInformation],
  ['ppt', readInformation],
  ['pid', readInformation],
  ['pinf', readInformation],
  ['tsk', readInformation],
  ['startprg', start],
  ['stopprg', stop],
  ['resetprg', reset],
  ['resetprgcold', reset],
  ['resetprgorg', resetOrigin],
  ['reload', bootProject],
  ['getprgprop', readInformation],
  ['getprgstat', readState],
  ['filecopy', moveFile],
  ['filerename', moveFile],
  ['filedelete', deleteFile],
  ['filedir', listFiles],
  ['restoreretain', kind('restore-retains', 'Restore retained variables', WHAT, 'write', '!', 'T0836')],
  ['setpwd', setPassword],
  ['delpwd', setPassword],
  // The load of the processor, not a program.
  ['plcload', readInformation],
  ['rtsinfo', readInformation],
  ['disabledhook', readInformation],
  ['inputshow', readInformation],
  ['outputshow', readInformation],
  ['wdgshow', readInformation],
  ['canshow', readInformation],
  ['sysinfo', readInformation],
]);
