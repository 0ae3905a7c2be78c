import { operationsOf } from '../../analysis/operation-rows.ts';
import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
const kind = operationsOf('melsoft');

const readUsers = kind('read-users', 'Read user information', 'read user information', 'read');

/** By command: those that independent researchers name, and those whose meaning captures leave no doubt of. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x0121: kind('open', 'Open, ask the model', 'ask the model', 'identify', 'T0888'),
  0x0131: kind('login-user', 'Log in, user name', 'log in: user name', 'authenticate', 'T0859'),
  0x0132: kind('login-password', 'Log in, password', 'log in: password', 'authenticate', 'T0859'),
  0x0133: readUsers,
  0x0134: readUsers,
  0x0150: kind('read-safety-mode', 'Read safety mode', 'read the safety operation mode', 'read'),
  0x0410: kind('read-memory', 'Read memory', 'read memory', 'read'),
  0x1001: kind('run', 'Remote RUN', 'change to RUN', 'control', '!', 'T0858'),
  0x1002: kind('stop', 'Remote STOP', 'change to STOP', 'control', '!', 'T0858'),
  0x1003: kind('pause', 'Remote PAUSE', 'change to PAUSE', 'control', '!', 'T0858'),
  0x1006: kind('reset', 'Remote RESET', 'reset', 'control', '!', 'T0816'),
  0x1120: kind(
    'change-safety-mode',
    'Change safety mode',
    'change the safety operation mode',
    'control',
    '!',
    'T0858',
  ),
  0x1133: kind('register-users', 'Register users', 'register user information', 'configure', '!', 'T0892'),
  0x1410: kind('write-memory', 'Write memory', 'write memory', 'write', '!', 'T0836'),
  0x1859: kind('list-files', 'List files', 'list files {file}', 'read', 'T0893'),
  0x185f: kind('find-file', 'Ask about a file', 'ask about file {file}', 'read'),
  0x1867: kind('open-file', 'Open a file', 'open file {file}', 'read'),
  0x1868: kind(
    'read-file',
    'Read a file',
    'read {octets} bytes of file {file} from {offset}',
    'program',
    '!',
    'T0845',
  ),
  0x1869: kind(
    'write-file',
    'Write a file',
    'write {octets} bytes to file {file} from {offset}',
    'program',
    '!',
    'T0843',
  ),
  0x186a: kind('close-file', 'Close a file', 'close file {file}', 'other'),
};

export const unknownCommand = kind('unknown-command', 'Other command', 'command {command}', 'other');
export const search = kind('search', 'Search', 'ask who is there', 'identify', 'T0846');
