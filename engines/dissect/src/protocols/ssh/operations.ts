import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const CONNECT: OperationKind = {
  code: 'ssh.connect',
  title: 'Connect',
  text: 'open a remote shell with {software}',
  access: 'authenticate',
  techniques: ['T0886'],
};
