import type { OperationKind } from '../../dissector.ts';

/** RFC 959, 4.1. Techniques: ATT&CK for ICS 18.1. */
export const SIGN_IN: OperationKind = {
  code: 'ftp.sign-in',
  title: 'Sign in',
  text: 'sign in as {user}',
  access: 'authenticate',
  techniques: ['T0859'],
};

export const RETRIEVE: OperationKind = {
  code: 'ftp.retrieve',
  title: 'Retrieve file',
  text: 'fetch the file {file}',
  access: 'read',
  techniques: ['T0893'],
};

export const STORE: OperationKind = {
  code: 'ftp.store',
  title: 'Store file',
  text: 'send the file {file}',
  access: 'write',
  dangerous: true,
  techniques: ['T0867', 'T0857'],
};

export const REMOVE: OperationKind = {
  code: 'ftp.delete',
  title: 'Delete file',
  text: 'delete the file {file}',
  access: 'write',
  dangerous: true,
  techniques: ['T0809'],
};

export const LIST: OperationKind = {
  code: 'ftp.list',
  title: 'List files',
  text: 'list {file}',
  access: 'read',
};
