import type { OperationKind } from '../../dissector.ts';

/** RFC 1002, 4.2.17: what names somebody has, as nbtstat and scanners ask. */
export const NODE_STATUS: OperationKind = {
  code: 'nbns.node-status',
  title: 'Node status',
  text: 'ask for all names of the host',
  access: 'identify',
  techniques: ['T0888'],
};
