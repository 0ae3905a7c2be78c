import type { OperationKind } from '../../dissector.ts';

/** OMG DDSI-RTPS 2.5, 8.5: who takes part, and what it has to say or wants to hear. */
export const participant: OperationKind = {
  code: 'rtps.participant',
  title: 'Participant announces itself',
  text: 'participant {name} announces itself',
  access: 'identify',
};

export const publishes: OperationKind = {
  code: 'rtps.publishes',
  title: 'Writer announced',
  text: 'offer to publish {topic} ({type})',
  access: 'identify',
};

export const subscribes: OperationKind = {
  code: 'rtps.subscribes',
  title: 'Reader announced',
  text: 'subscribe to {topic} ({type})',
  access: 'read',
  techniques: ['T0801'],
};

export const data: OperationKind = {
  code: 'rtps.data',
  title: 'Data published',
  access: 'write',
};
