import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const CONNECT: OperationKind = {
  code: 'vnc.connect',
  title: 'Connect',
  text: 'open the screen of the host (security: {security})',
  access: 'authenticate',
  techniques: ['T0886', 'T0823'],
};
