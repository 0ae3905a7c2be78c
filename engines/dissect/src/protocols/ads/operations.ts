import type { OperationKind } from '../../dissector.ts';
import {
  ADD_NOTIFICATION,
  ADD_ROUTE,
  CHANGE_NET_ID,
  DELETE_NOTIFICATION,
  DELETE_ROUTE,
  FILE_CLOSE,
  FILE_DELETE,
  FILE_FIND,
  FILE_OPEN,
  FILE_READ,
  FILE_RENAME,
  FILE_WRITE,
  HANDLE_BY_NAME,
  INFO_BY_NAME,
  INFO_BY_NAME_EX,
  LIST_ROUTES,
  READ,
  READ_DEVICE_INFO,
  READ_STATE,
  READ_WRITE,
  START_PROCESS,
  SUM_READ,
  SUM_WRITE,
  SYMBOL_UPLOAD,
  TARGET_DESCRIPTION,
  WRITE,
  WRITE_CONTROL,
} from './names.ts';

const AT = 'of {service}';

const read: OperationKind = {
  code: 'beckhoff-ads.read',
  title: 'Read',
  text: `read {items} ${AT}: {values}`,
  access: 'read',
};
const write: OperationKind = {
  code: 'beckhoff-ads.write',
  title: 'Write',
  text: `write {items} ${AT} := {values} (before: {before})`,
  access: 'write',
  dangerous: true,
  techniques: ['T0836', 'T0855'],
};

/** By command. Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [READ_DEVICE_INFO]: {
    code: 'beckhoff-ads.read-device-info',
    title: 'Read device information',
    text: `ask name and version ${AT}`,
    access: 'identify',
    techniques: ['T0888'],
  },
  [READ]: read,
  [WRITE]: write,
  [READ_STATE]: {
    code: 'beckhoff-ads.read-state',
    title: 'Read state',
    text: `ask the state ${AT}: {state}`,
    access: 'read',
    techniques: ['T0868'],
  },
  [WRITE_CONTROL]: {
    code: 'beckhoff-ads.write-control',
    title: 'Change of state',
    text: `switch {service} to {state} (before: {before})`,
    access: 'control',
    dangerous: true,
    techniques: ['T0858'],
  },
  [ADD_NOTIFICATION]: {
    code: 'beckhoff-ads.subscribe',
    title: 'Subscribe',
    text: `subscribe to {items} ${AT}`,
    access: 'read',
    techniques: ['T0801'],
  },
  [DELETE_NOTIFICATION]: {
    code: 'beckhoff-ads.unsubscribe',
    title: 'Cancel a subscription',
    text: `cancel the subscription of {items} ${AT}`,
    access: 'other',
  },
  [READ_WRITE]: {
    code: 'beckhoff-ads.read-write',
    title: 'Read and write',
    text: `write {items} ${AT} := {values} and read the answer`,
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
};

export const unknownCommand: OperationKind = {
  code: 'beckhoff-ads.unknown-command',
  title: 'Unknown command',
  text: `command {command} to {service}`,
  access: 'other',
};

export const restart: OperationKind = {
  code: 'beckhoff-ads.restart',
  title: 'Reset or shutdown',
  text: `switch {service} to {state} (before: {before})`,
  access: 'control',
  dangerous: true,
  techniques: ['T0816'],
};

/** From the one who is asked, for as long as a subscription lasts. */
export const notification: OperationKind = {
  code: 'beckhoff-ads.notification',
  title: 'Values of a subscription',
  text: `{service} sends {items}: {values}`,
  access: 'other',
};

const resolve: OperationKind = {
  code: 'beckhoff-ads.resolve-symbol',
  title: 'Look up a symbol',
  text: `look up {items} ${AT}`,
  access: 'read',
  techniques: ['T0861'],
};

/** Index groups that are services rather than places of values: `Read`, `Write` or `ReadWrite` say which way. */
export const services: Readonly<Record<number, OperationKind>> = {
  [HANDLE_BY_NAME]: resolve,
  [INFO_BY_NAME]: resolve,
  [INFO_BY_NAME_EX]: resolve,
  [SYMBOL_UPLOAD]: {
    code: 'beckhoff-ads.list-symbols',
    title: 'List all symbols',
    text: `list all symbols ${AT}`,
    access: 'read',
    techniques: ['T0861'],
  },
  [SUM_READ]: read,
  [SUM_WRITE]: write,
  [FILE_OPEN]: {
    code: 'beckhoff-ads.open-file',
    title: 'Open a file',
    text: 'open file {file}, mode {mode}',
    access: 'read',
  },
  [FILE_CLOSE]: {
    code: 'beckhoff-ads.close-file',
    title: 'Close a file',
    text: 'close file {file}',
    access: 'other',
  },
  [FILE_READ]: {
    code: 'beckhoff-ads.read-file',
    title: 'Read a file',
    text: 'read {length} bytes of file {file}',
    access: 'program',
    dangerous: true,
    techniques: ['T0845', 'T0893'],
  },
  [FILE_WRITE]: {
    code: 'beckhoff-ads.write-file',
    title: 'Write a file',
    text: 'write {length} bytes to file {file}',
    access: 'program',
    dangerous: true,
    techniques: ['T0843', 'T0867'],
  },
  [FILE_DELETE]: {
    code: 'beckhoff-ads.delete-file',
    title: 'Delete a file',
    text: 'delete file {file}',
    access: 'program',
    dangerous: true,
    techniques: ['T0809'],
  },
  [FILE_RENAME]: {
    code: 'beckhoff-ads.rename-file',
    title: 'Rename a file',
    text: 'rename file {file}',
    access: 'program',
    dangerous: true,
  },
  [FILE_FIND]: {
    code: 'beckhoff-ads.find-files',
    title: 'List files',
    text: 'list files {file}',
    access: 'read',
    techniques: ['T0893'],
  },
  [START_PROCESS]: {
    code: 'beckhoff-ads.start-process',
    title: 'Start a process',
    text: 'start process {command}',
    access: 'control',
    dangerous: true,
    techniques: ['T0871'],
  },
  [CHANGE_NET_ID]: {
    code: 'beckhoff-ads.change-net-id',
    title: 'Change the AMS Net Id',
    text: 'change the AMS Net Id',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  [TARGET_DESCRIPTION]: {
    code: 'beckhoff-ads.read-target-description',
    title: 'Read the description of the target',
    text: 'read the description of the target',
    access: 'identify',
    techniques: ['T0888'],
  },
  [ADD_ROUTE]: {
    code: 'beckhoff-ads.add-route',
    title: 'Add a route',
    text: 'add a route',
    access: 'configure',
    dangerous: true,
    techniques: ['T0859', 'T0886'],
  },
  [DELETE_ROUTE]: {
    code: 'beckhoff-ads.delete-route',
    title: 'Delete a route',
    text: 'delete a route',
    access: 'configure',
    dangerous: true,
    techniques: ['T0836'],
  },
  [LIST_ROUTES]: {
    code: 'beckhoff-ads.list-routes',
    title: 'List routes',
    text: 'list routes',
    access: 'read',
    techniques: ['T0888'],
  },
};

export const readRegistry: OperationKind = {
  code: 'beckhoff-ads.read-registry',
  title: 'Read the registry',
  text: 'read registry {name}',
  access: 'read',
  techniques: ['T0888'],
};

export const writeRegistry: OperationKind = {
  code: 'beckhoff-ads.write-registry',
  title: 'Write the registry',
  text: 'write registry {name}',
  access: 'configure',
  dangerous: true,
  techniques: ['T0836'],
};
