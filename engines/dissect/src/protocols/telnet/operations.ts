import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const SIGN_IN: OperationKind = {
  code: 'telnet.sign-in',
  title: 'Sign in',
  text: 'sign in to the remote shell as {user}',
  access: 'authenticate',
  techniques: ['T0886', 'T0859'],
};
