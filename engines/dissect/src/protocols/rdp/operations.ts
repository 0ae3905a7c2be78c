import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const CONNECT: OperationKind = {
  code: 'rdp.connect',
  title: 'Connect',
  text: 'open the desktop of the host as {user}',
  access: 'authenticate',
  techniques: ['T0886', 'T0823'],
};
