import type { OperationKind } from '../../dissector.ts';

export const topologyChange: OperationKind = {
  code: 'mrp.topology-change',
  title: 'Topology of the ring changes',
  access: 'control',
};
