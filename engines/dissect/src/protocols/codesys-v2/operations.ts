import type { OperationKind } from '../../dissector.ts';

export const LOGIN = 0x01;

/** The one service whose meaning is published; see Redpoint's codesys-v2-discover. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [LOGIN]: {
    code: 'codesys-v2.identify',
    title: 'Ask for the identity',
    text: 'ask operating system and product',
    access: 'identify',
    techniques: ['T0888'],
  },
};

export const otherService: OperationKind = {
  code: 'codesys-v2.other',
  title: 'Other service',
  text: 'service {service}',
  access: 'other',
};
