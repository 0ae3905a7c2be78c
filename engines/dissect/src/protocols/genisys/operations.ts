import type { OperationKind } from '../../dissector.ts';

export const POLL = 0xfb;
export const CONTROL = 0xfc;
export const RECALL = 0xfd;
export const EXECUTE = 0xfe;
export const COMMON_CONTROL = 0xf9;
export const ACKNOWLEDGE_AND_POLL = 0xfa;

/** Techniques: ATT&CK for ICS 18.1. */
export const operations: Readonly<Record<number, OperationKind>> = {
  [COMMON_CONTROL]: {
    code: 'genisys.common-control',
    title: 'Set controls of all servers',
    text: 'set controls of all servers: {values}',
    access: 'write',
    dangerous: true,
    techniques: ['T0855', 'T0836'],
  },
  [ACKNOWLEDGE_AND_POLL]: {
    code: 'genisys.acknowledge-and-poll',
    title: 'Acknowledge and poll',
    text: 'acknowledge server {server} and poll it',
    access: 'read',
    techniques: ['T0801'],
  },
  [POLL]: {
    code: 'genisys.poll',
    title: 'Poll',
    text: 'poll server {server}',
    access: 'read',
    techniques: ['T0801'],
  },
  [CONTROL]: {
    code: 'genisys.control',
    title: 'Set controls',
    text: 'set controls of server {server}: {values}',
    access: 'write',
    dangerous: true,
    techniques: ['T0855', 'T0836'],
  },
  [RECALL]: {
    code: 'genisys.recall',
    title: 'Recall all indications',
    text: 'recall all indications of server {server}',
    access: 'read',
    techniques: ['T0801', 'T0861'],
  },
  [EXECUTE]: {
    code: 'genisys.execute',
    title: 'Execute controls',
    text: 'execute the controls of server {server}',
    access: 'control',
    dangerous: true,
    techniques: ['T0855'],
  },
};
