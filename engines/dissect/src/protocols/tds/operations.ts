import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const SIGN_IN: OperationKind = {
  code: 'tds.sign-in',
  title: 'Sign in',
  text: 'sign in to the database {database} as {user}',
  access: 'authenticate',
  techniques: ['T0859'],
};

/** A procedure of SQL Server by which it runs programs of the operating system. */
export const RUN_PROGRAM: OperationKind = {
  code: 'tds.run-program',
  title: 'Run a program on the server',
  text: 'run a program of the operating system by xp_cmdshell',
  access: 'control',
  dangerous: true,
  techniques: ['T0807'],
};
