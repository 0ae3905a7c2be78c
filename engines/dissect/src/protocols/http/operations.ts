import type { OperationKind } from '../../dissector.ts';

/** RFC 9110, 9. Techniques: ATT&CK for ICS 18.1. */
export const READ: OperationKind = {
  code: 'http.read',
  title: 'Read',
  text: '{method} {path}',
  access: 'read',
};

export const SEND: OperationKind = {
  code: 'http.send',
  title: 'Send',
  text: '{method} {path}',
  access: 'write',
};

export const UPLOAD: OperationKind = {
  code: 'http.upload',
  title: 'Upload',
  text: 'send the file {file} to {path}',
  access: 'write',
  dangerous: true,
  techniques: ['T0867', 'T0857'],
};

export const SIGN_IN: OperationKind = {
  code: 'http.sign-in',
  title: 'Sign in',
  text: 'sign in at {path}',
  access: 'authenticate',
  techniques: ['T0859'],
};

/** Windows Remote Management: commands for another machine, as SOAP. */
export const WINRM: OperationKind = {
  code: 'http.winrm',
  title: 'Remote management of Windows',
  text: 'send a command to {path}',
  access: 'authenticate',
  techniques: ['T0886'],
};
