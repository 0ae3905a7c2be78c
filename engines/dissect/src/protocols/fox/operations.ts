import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const hello: OperationKind = {
  code: 'niagara-fox.hello',
  title: 'Open a session',
  text: 'open a session as {software}',
  access: 'identify',
  techniques: ['T0888'],
};

export const logIn: OperationKind = {
  code: 'niagara-fox.log-in',
  title: 'Log in',
  text: 'log in as {user} by {method}',
  access: 'authenticate',
  techniques: ['T0859'],
};

export const invoke: OperationKind = {
  code: 'niagara-fox.invoke',
  title: 'Invoke an action',
  text: 'invoke {command} of {object}',
  access: 'control',
  dangerous: true,
  techniques: ['T0871', 'T0855'],
};

export const file: OperationKind = {
  code: 'niagara-fox.file',
  title: 'Work with files',
  text: '{command} of files: {path}',
  access: 'program',
  techniques: ['T0893'],
};

export const stream: OperationKind = {
  code: 'niagara-fox.open-stream',
  title: 'Open a stream',
  text: 'open a stream for {command} of {service}',
  access: 'other',
};

export const request: OperationKind = {
  code: 'niagara-fox.request',
  title: 'Other request',
  text: '{command} of {service}',
  access: 'other',
};
