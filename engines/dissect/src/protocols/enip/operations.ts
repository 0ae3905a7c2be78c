import type { OperationKind } from '../../dissector.ts';

// ATT&CK for ICS 18.1: T0846 Remote System Discovery, T0888 Remote System Information Discovery.
export const LIST_IDENTITY: OperationKind = {
  code: 'enip.list-identity',
  title: 'List identity',
  text: 'ask who is there',
  access: 'identify',
  techniques: ['T0846', 'T0888'],
};

export const LIST_SERVICES: OperationKind = {
  code: 'enip.list-services',
  title: 'List services',
  text: 'ask for services',
  access: 'identify',
  techniques: ['T0846', 'T0888'],
};

export const LIST_INTERFACES: OperationKind = {
  code: 'enip.list-interfaces',
  title: 'List interfaces',
  text: 'ask for interfaces',
  access: 'identify',
  techniques: ['T0846', 'T0888'],
};

export const REGISTER: OperationKind = {
  code: 'enip.register-session',
  title: 'Register session',
  text: 'open an encapsulation session',
  access: 'other',
};

export const UNREGISTER: OperationKind = {
  code: 'enip.unregister-session',
  title: 'Unregister session',
  text: 'close an encapsulation session',
  access: 'other',
};
