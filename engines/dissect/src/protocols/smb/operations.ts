import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const SIGN_IN: OperationKind = {
  code: 'smb.sign-in',
  title: 'Sign in',
  text: 'sign in as {user}',
  access: 'authenticate',
  techniques: ['T0859'],
};

export const CONNECT: OperationKind = {
  code: 'smb.connect',
  title: 'Connect to share',
  text: 'connect to {share}',
  access: 'read',
};

/** `ADMIN$`, `C$`: only those who administer a machine need them. */
export const ADMINISTER: OperationKind = {
  code: 'smb.connect-administration',
  title: 'Connect to a share for administration',
  text: 'connect to {share}',
  access: 'authenticate',
  techniques: ['T0886'],
};

export const OPEN: OperationKind = {
  code: 'smb.open',
  title: 'Open file',
  text: 'open {file}',
  access: 'read',
};

/** Pipes that create services and tasks, or change the registry, of another machine. */
export const REMOTE_CONTROL: OperationKind = {
  code: 'smb.remote-control',
  title: 'Open a service for remote control',
  text: 'open the service {file}',
  access: 'control',
  dangerous: true,
  techniques: ['T0886'],
};

export const WRITE: OperationKind = {
  code: 'smb.write',
  title: 'Write file',
  text: 'write to {file}',
  access: 'write',
  dangerous: true,
  techniques: ['T0867'],
};
