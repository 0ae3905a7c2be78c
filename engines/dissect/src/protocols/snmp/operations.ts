import type { OperationKind } from '../../dissector.ts';

/** RFC 3416, 4.2, by tag. Techniques: ATT&CK for ICS 18.1. */
export const GET: OperationKind = {
  code: 'snmp.get',
  title: 'Get',
  text: 'read {objects}',
  access: 'read',
  techniques: ['T0888'],
};

export const WALK: OperationKind = {
  code: 'snmp.walk',
  title: 'Walk',
  text: 'read what follows {objects}',
  access: 'read',
  techniques: ['T0888'],
};

export const SET: OperationKind = {
  code: 'snmp.set',
  title: 'Set',
  text: 'set {objects} to {values}',
  access: 'write',
  dangerous: true,
  techniques: ['T0836'],
};
