import type { OperationKind } from '../../dissector.ts';

const GOOSE = '{name} (state {state}) ({values})';

export const publishGoose: OperationKind = {
  code: 'goose.publish',
  title: 'Publish GOOSE',
  text: `publish ${GOOSE}`,
  access: 'read',
};

/** Techniques: ATT&CK for ICS 18.1. */
export const publishGooseOfAnother: OperationKind = {
  code: 'goose.publish-of-another',
  title: 'Publish the GOOSE of another',
  text: `publish what {publisher} publishes: ${GOOSE}`,
  access: 'control',
  dangerous: true,
  techniques: ['T0856', 'T0830'],
};

export const publishSamples: OperationKind = {
  code: 'sv.publish',
  title: 'Publish sampled values',
  text: 'publish samples of {stream}: {values}',
  access: 'read',
};

export const publishSamplesOfAnother: OperationKind = {
  code: 'sv.publish-of-another',
  title: 'Publish the sampled values of another',
  text: 'publish samples of {stream}, which {publisher} publishes: {values}',
  access: 'control',
  dangerous: true,
  techniques: ['T0856', 'T0832'],
};
