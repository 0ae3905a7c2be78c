import type { OperationKind } from '../../dissector.ts';

/** Services of OPC 10000-4:2017, by name. Techniques: ATT&CK for ICS 18.1. */
export const operations = {
  // 5.4.
  FindServers: {
    code: 'opcua.find-servers',
    title: 'Find servers',
    text: 'ask which servers are known (at {url}) ({servers})',
    access: 'identify',
    techniques: ['T0846', 'T0888'],
  },
  FindServersOnNetwork: {
    code: 'opcua.find-servers-on-network',
    title: 'Find servers on the network',
    text: 'ask which servers are known on the network ({servers})',
    access: 'identify',
    techniques: ['T0846', 'T0888'],
  },
  GetEndpoints: {
    code: 'opcua.get-endpoints',
    title: 'Get endpoints',
    text: 'ask for the endpoints of {url} ({endpoints})',
    access: 'identify',
    techniques: ['T0846', 'T0888'],
  },
  RegisterServer: {
    code: 'opcua.register-server',
    title: 'Register a server',
    text: 'register {server} with the discovery server',
    access: 'configure',
  },
  // 5.5.
  OpenSecureChannel: {
    code: 'opcua.open-channel-unprotected',
    title: 'Open a channel without protection',
    text: 'open a channel neither signed nor encrypted (policy None), for {lifetime} s: {kind}',
    access: 'authenticate',
    techniques: ['T0859', 'T0812'],
  },
  CloseSecureChannel: {
    code: 'opcua.close-channel',
    title: 'Close the channel',
    text: 'close the secure channel',
    access: 'other',
  },
  // 5.6.
  CreateSession: {
    code: 'opcua.create-session',
    title: 'Create a session',
    text: 'create a session for {application} at {url} ({session})',
    access: 'authenticate',
  },
  CloseSession: {
    code: 'opcua.close-session',
    title: 'Close the session',
    text: 'close the session',
    access: 'other',
  },
  Cancel: {
    code: 'opcua.cancel',
    title: 'Cancel a request',
    text: 'cancel request {request}',
    access: 'other',
  },
  // 5.7.
  AddNodes: {
    code: 'opcua.add-nodes',
    title: 'Add nodes',
    text: 'add {nodes}',
    access: 'program',
    dangerous: true,
    techniques: ['T0889', 'T0836'],
  },
  AddReferences: {
    code: 'opcua.add-references',
    title: 'Add references',
    text: 'add references {references}',
    access: 'program',
    dangerous: true,
    techniques: ['T0889', 'T0836'],
  },
  DeleteNodes: {
    code: 'opcua.delete-nodes',
    title: 'Delete nodes',
    text: 'delete {nodes}',
    access: 'program',
    dangerous: true,
    techniques: ['T0889', 'T0836'],
  },
  DeleteReferences: {
    code: 'opcua.delete-references',
    title: 'Delete references',
    text: 'delete references {references}',
    access: 'program',
    dangerous: true,
    techniques: ['T0889', 'T0836'],
  },
  // 5.8.
  Browse: {
    code: 'opcua.browse',
    title: 'Browse',
    text: 'browse {nodes} ({found})',
    access: 'identify',
    techniques: ['T0861'],
  },
  BrowseNext: {
    code: 'opcua.browse-next',
    title: 'Browse on',
    text: 'browse on ({found})',
    access: 'identify',
    techniques: ['T0861'],
  },
  TranslateBrowsePathsToNodeIds: {
    code: 'opcua.translate-browse-paths',
    title: 'Translate browse paths to NodeIds',
    text: 'ask which nodes are at {paths} ({found})',
    access: 'identify',
    techniques: ['T0861'],
  },
  RegisterNodes: {
    code: 'opcua.register-nodes',
    title: 'Register nodes',
    text: 'register {nodes} for faster access',
    access: 'other',
  },
  UnregisterNodes: {
    code: 'opcua.unregister-nodes',
    title: 'Unregister nodes',
    text: 'unregister {nodes}',
    access: 'other',
  },
  // 5.9.
  QueryFirst: {
    code: 'opcua.query',
    title: 'Query',
    text: 'query nodes of the types {types}',
    access: 'identify',
    techniques: ['T0861'],
  },
  QueryNext: {
    code: 'opcua.query-next',
    title: 'Query on',
    text: 'query on',
    access: 'identify',
    techniques: ['T0861'],
  },
  // 5.10.
  Read: {
    code: 'opcua.read',
    title: 'Read',
    text: 'read {nodes} ({values})',
    access: 'read',
    techniques: ['T0801', 'T0861'],
  },
  HistoryRead: {
    code: 'opcua.history-read',
    title: 'Read history',
    text: 'read the history of {nodes} ({details})',
    access: 'read',
    techniques: ['T0801'],
  },
  Write: {
    code: 'opcua.write',
    title: 'Write',
    text: 'write {values} (before: {before})',
    access: 'write',
    dangerous: true,
    techniques: ['T0836', 'T0855'],
  },
  HistoryUpdate: {
    code: 'opcua.history-update',
    title: 'Change history',
    text: 'change history: {details}',
    access: 'write',
    dangerous: true,
    techniques: ['T0872', 'T0832'],
  },
  // 5.11.
  Call: {
    code: 'opcua.call',
    title: 'Call methods',
    text: 'call {calls} ({answers})',
    access: 'control',
    dangerous: true,
    techniques: ['T0855', 'T0871'],
  },
  // 5.12.
  CreateMonitoredItems: {
    code: 'opcua.create-monitored-items',
    title: 'Create monitored items',
    text: 'monitor {nodes} in subscription {subscription}',
    access: 'read',
    techniques: ['T0801', 'T0861'],
  },
  ModifyMonitoredItems: {
    code: 'opcua.modify-monitored-items',
    title: 'Modify monitored items',
    text: 'change how items {items} of subscription {subscription} are monitored',
    access: 'other',
  },
  SetMonitoringMode: {
    code: 'opcua.set-monitoring-mode',
    title: 'Set the monitoring mode',
    text: 'set items {items} of subscription {subscription} to {mode}',
    access: 'other',
  },
  SetTriggering: {
    code: 'opcua.set-triggering',
    title: 'Set triggering',
    text: 'link items of subscription {subscription} to item {items}',
    access: 'other',
  },
  DeleteMonitoredItems: {
    code: 'opcua.delete-monitored-items',
    title: 'Delete monitored items',
    text: 'no longer monitor items {items} of subscription {subscription}',
    access: 'other',
    techniques: ['T0804', 'T0878'],
  },
  // 5.13.
  CreateSubscription: {
    code: 'opcua.create-subscription',
    title: 'Create a subscription',
    text: 'subscribe, every {interval} ms (subscription {subscription})',
    access: 'read',
  },
  ModifySubscription: {
    code: 'opcua.modify-subscription',
    title: 'Modify a subscription',
    text: 'have subscription {subscription} publish every {interval} ms',
    access: 'other',
  },
  SetPublishingMode: {
    code: 'opcua.start-publishing',
    title: 'Start publishing',
    text: 'let subscriptions {subscriptions} publish',
    access: 'other',
  },
  Publish: {
    code: 'opcua.publish',
    title: 'Publish',
    text: 'wait for what changes ({values})',
    access: 'read',
    techniques: ['T0801'],
  },
  Republish: {
    code: 'opcua.republish',
    title: 'Republish',
    text: 'ask again for notification {sequence} of subscription {subscription} ({values})',
    access: 'read',
  },
  TransferSubscriptions: {
    code: 'opcua.transfer-subscriptions',
    title: 'Transfer subscriptions',
    text: 'take over subscriptions {subscriptions}',
    access: 'other',
  },
  DeleteSubscriptions: {
    code: 'opcua.delete-subscriptions',
    title: 'Delete subscriptions',
    text: 'delete subscriptions {subscriptions}',
    access: 'other',
    techniques: ['T0804', 'T0878'],
  },
} as const satisfies Record<string, OperationKind>;

// 5.6.3, by the kind of identity: 7.36.
const ACTIVATE = 'activate the session';
export const activations = {
  AnonymousIdentityToken: {
    code: 'opcua.activate-anonymous',
    title: 'Activate a session without saying who',
    text: `${ACTIVATE} anonymously`,
    access: 'authenticate',
    techniques: ['T0859', 'T0812'],
  },
  UserNameIdentityToken: {
    code: 'opcua.activate-user',
    title: 'Activate a session by name and password',
    text: `${ACTIVATE} as {user}`,
    access: 'authenticate',
    techniques: ['T0859'],
  },
  X509IdentityToken: {
    code: 'opcua.activate-certificate',
    title: 'Activate a session by certificate',
    text: `${ACTIVATE} with the certificate of {user}`,
    access: 'authenticate',
  },
  IssuedIdentityToken: {
    code: 'opcua.activate-token',
    title: 'Activate a session by token',
    text: `${ACTIVATE} with a token that somebody issued`,
    access: 'authenticate',
  },
} as const satisfies Record<string, OperationKind>;

/** 5.12.4, to `Disabled`. */
export const disableMonitoring: OperationKind = {
  code: 'opcua.disable-monitoring',
  title: 'Disable monitoring',
  text: 'stop monitoring items {items} of subscription {subscription}',
  access: 'configure',
  dangerous: true,
  techniques: ['T0804', 'T0878'],
};

/** 5.13.4, to false. */
export const stopPublishing: OperationKind = {
  code: 'opcua.stop-publishing',
  title: 'Stop publishing',
  text: 'let subscriptions {subscriptions} publish no more',
  access: 'configure',
  dangerous: true,
  techniques: ['T0804', 'T0878'],
};

// OPC 10000-6, 7.1.2.3, 7.1.2.6 and 6.7.4.
export const hello: OperationKind = {
  code: 'opcua.hello',
  title: 'Hello',
  text: 'connect to {url}',
  access: 'other',
};

export const reverseHello: OperationKind = {
  code: 'opcua.reverse-hello',
  title: 'Reverse hello',
  text: '{server} connects by itself and offers {url}',
  access: 'other',
};

export const openChannel: OperationKind = {
  code: 'opcua.open-channel',
  title: 'Open a secure channel',
  text: 'open a secure channel as {application} (policy {policy})',
  access: 'authenticate',
};

/** Nobody mistypes that often. */
export const guessesCredentials: OperationKind = {
  code: 'opcua.guesses-credentials',
  title: 'Guessing who may come in',
  text: 'be refused again and again when activating a session: {tried}',
  access: 'authenticate',
  dangerous: true,
  techniques: ['T0859', 'T0812'],
};

/** PubSub: OPC 10000-14. */
export const publishedData: OperationKind = {
  code: 'opcua-pubsub.data',
  title: 'Data published',
  text: 'publisher {publisher} publishes group {group} ({values})',
  access: 'other',
};
