import type { OperationKind } from '../../dissector.ts';

/** By service, as scripts of nmap and others use them. */
export const operations: Readonly<Record<number, OperationKind>> = {
  0x01: {
    code: 'pcworx.open',
    title: 'Open a session',
    text: 'open a session as {name}',
    access: 'other',
  },
  0x02: { code: 'pcworx.close', title: 'Close the session', text: 'close the session', access: 'other' },
  0x05: { code: 'pcworx.select', title: 'Select a service', text: 'select a service', access: 'other' },
  0x06: {
    code: 'pcworx.identify',
    title: 'Ask for the identity',
    text: 'ask type, firmware and order number',
    access: 'identify',
    techniques: ['T0888'],
  },
};

export const unknownService: OperationKind = {
  code: 'pcworx.unknown-service',
  title: 'Other service',
  text: 'service {service}',
  access: 'other',
};
