import type { OperationKind } from '../../dissector.ts';

export const CONNECT: OperationKind = {
  code: 'cotp.connect',
  title: 'Connect',
  text: 'connect from {from} to {to}',
  access: 'other',
};

export const associate: OperationKind = {
  code: 'osi.associate',
  title: 'Associate',
  text: 'associate {from} with {to} (authentication: {authentication})',
  access: 'authenticate',
};

export const release: OperationKind = {
  code: 'osi.release',
  title: 'Release association',
  text: 'release the association',
  access: 'other',
};

export const aborted: OperationKind = {
  code: 'osi.abort',
  title: 'Abort association',
  text: 'abort the association',
  access: 'other',
};
