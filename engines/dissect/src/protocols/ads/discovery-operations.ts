import type { OperationKind } from '../../dissector.ts';

/** Techniques: ATT&CK for ICS 18.1. */
export const askInformation: OperationKind = {
  code: 'ads-discovery.ask-information',
  title: 'Search for devices',
  text: 'ask who is there',
  access: 'identify',
  techniques: ['T0846', 'T0888'],
};

export const addRoute: OperationKind = {
  code: 'ads-discovery.add-route',
  title: 'Add a route',
  text: 'add route {route} to {address} ({destination}) as user {user}',
  access: 'configure',
  dangerous: true,
  techniques: ['T0859', 'T0886'],
};

export const unknownService: OperationKind = {
  code: 'ads-discovery.unknown-service',
  title: 'Unknown service',
  text: 'service {service}',
  access: 'other',
};
