import type { OperationKind } from '../../dissector.ts';

export const CONNECT: OperationKind = {
  code: 'cotp.connect',
  title: 'Connect',
  text: 'connect from {from} to {to}',
  access: 'other',
};
