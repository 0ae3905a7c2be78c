import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const BIND: OperationKind = {
  code: 'ldap.bind',
  title: 'Sign in',
  text: 'sign in as {user}',
  access: 'authenticate',
  techniques: ['T0859'],
};
