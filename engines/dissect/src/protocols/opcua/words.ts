import type { Endpoint, Params } from '../../dissector.ts';
import { type DataValue, dateText, type ExtensionObject, type Structure } from './builtin.ts';
import { enumerations } from './enumerations.ts';
import type { LayoutName } from './layouts.ts';
import type { Nodes } from './nodes.ts';
import type { operations } from './operations.ts';
import { statusName } from './status-codes.ts';
import { shown, shownData } from './values.ts';

export type Service = keyof typeof operations;

/** Whose nodes are meant. */
export interface About {
  readonly nodes: Nodes;
  readonly server: Endpoint;
}

type Words<Suffix extends string> = {
  readonly [Name in Service]?: (body: BodyOf<`${Name}${Suffix}`>, about: About) => Params;
};

type BodyOf<Name> = Name extends LayoutName ? Structure<Name> : never;

export const MOST_SHOWN = 32;

/** Parameters of the operations, from what a request says. */
export const requestWords: Words<'Request'> = {
  FindServers: ({ endpointUrl }): Params => (endpointUrl === '' ? {} : { url: endpointUrl }),
  GetEndpoints: ({ endpointUrl }) => ({ url: endpointUrl }),
  RegisterServer: ({ server }) => ({ server: server.serverNames[0] ?? server.serverUri }),
  OpenSecureChannel: ({ requestType, requestedLifetime }) => ({
    kind: requestType === 1 ? 'renew' : 'issue',
    lifetime: requestedLifetime / 1_000,
  }),
  CreateSession: ({ sessionName, clientDescription, endpointUrl }) => ({
    ...(sessionName !== '' && { session: sessionName }),
    application: clientDescription.applicationName || clientDescription.applicationUri,
    url: endpointUrl,
  }),
  Cancel: ({ requestHandle }) => ({ request: requestHandle }),
  AddNodes: ({ nodesToAdd }, about) => ({
    nodes: list(nodesToAdd, ({ browseName, nodeClass, parentNodeId, requestedNewNodeId }) => {
      const id = requestedNewNodeId === 'i=0' ? '' : ` (${requestedNewNodeId})`;
      const kind = nameOf(enumerations.NodeClass, nodeClass);
      return `${kind} ${browseName}${id} under ${label(about, parentNodeId)}`;
    }),
  }),
  AddReferences: ({ referencesToAdd }, about) => ({
    references: list(referencesToAdd, (one) => arrow(about, one)),
  }),
  DeleteNodes: ({ nodesToDelete }, about) => ({
    nodes: list(nodesToDelete, ({ nodeId }) => label(about, nodeId)),
  }),
  DeleteReferences: ({ referencesToDelete }, about) => ({
    references: list(referencesToDelete, (one) => arrow(about, one)),
  }),
  Browse: ({ nodesToBrowse }, about) => ({
    nodes: list(nodesToBrowse, ({ nodeId }) => label(about, nodeId)),
  }),
  TranslateBrowsePathsToNodeIds: ({ browsePaths }, about) => ({
    paths: list(browsePaths, ({ startingNode, relativePath }) => {
      const names = relativePath.elements.slice(0, MOST_SHOWN).map(({ targetName }) => targetName);
      return [label(about, startingNode), ...names].join('/');
    }),
  }),
  RegisterNodes: ({ nodesToRegister }, about) => ({ nodes: list(nodesToRegister, (id) => label(about, id)) }),
  UnregisterNodes: ({ nodesToUnregister }, about) => ({
    nodes: list(nodesToUnregister, (id) => label(about, id)),
  }),
  QueryFirst: ({ nodeTypes }, about) => ({
    types: list(nodeTypes, ({ typeDefinitionNode }) => label(about, typeDefinitionNode)),
  }),
  Read: ({ nodesToRead }, about) => ({ nodes: list(nodesToRead, (item) => attributeOf(about, item)) }),
  HistoryRead: ({ nodesToRead, historyReadDetails }, about) => ({
    nodes: list(nodesToRead, ({ nodeId }) => label(about, nodeId)),
    details: historyDetails(historyReadDetails, about),
  }),
  Write: ({ nodesToWrite }, about) => ({
    nodes: list(nodesToWrite, (item) => attributeOf(about, item)),
    values: list(nodesToWrite, (item) => `${attributeOf(about, item)} := ${shown(item.value.value)}`),
    ...before(nodesToWrite, about),
  }),
  HistoryUpdate: ({ historyUpdateDetails }, about) => ({
    details: list(historyUpdateDetails, (details) => historyDetails(details, about)),
  }),
  Call: ({ methodsToCall }, about) => ({
    calls: list(methodsToCall, ({ objectId, methodId, inputArguments }) => {
      const values = inputArguments.slice(0, MOST_SHOWN).map(shown).join(', ');
      return `${label(about, methodId)}(${values}) of ${label(about, objectId)}`;
    }),
  }),
  CreateMonitoredItems: ({ subscriptionId, itemsToCreate }, about) => ({
    subscription: subscriptionId,
    nodes: list(itemsToCreate, ({ itemToMonitor }) => attributeOf(about, itemToMonitor)),
  }),
  ModifyMonitoredItems: ({ subscriptionId, itemsToModify }) => ({
    subscription: subscriptionId,
    items: list(itemsToModify, ({ monitoredItemId }) => monitoredItemId),
  }),
  SetMonitoringMode: ({ subscriptionId, monitoringMode, monitoredItemIds }) => ({
    subscription: subscriptionId,
    mode: nameOf(enumerations.MonitoringMode, monitoringMode),
    items: monitoredItemIds.slice(0, MOST_SHOWN),
  }),
  SetTriggering: ({ subscriptionId, triggeringItemId }) => ({
    subscription: subscriptionId,
    items: triggeringItemId,
  }),
  DeleteMonitoredItems: ({ subscriptionId, monitoredItemIds }) => ({
    subscription: subscriptionId,
    items: monitoredItemIds.slice(0, MOST_SHOWN),
  }),
  CreateSubscription: ({ requestedPublishingInterval }) => ({ interval: requestedPublishingInterval }),
  ModifySubscription: ({ subscriptionId, requestedPublishingInterval }) => ({
    subscription: subscriptionId,
    interval: requestedPublishingInterval,
  }),
  SetPublishingMode: ({ subscriptionIds }) => ({ subscriptions: subscriptionIds.slice(0, MOST_SHOWN) }),
  Republish: ({ subscriptionId, retransmitSequenceNumber }) => ({
    subscription: subscriptionId,
    sequence: retransmitSequenceNumber,
  }),
  TransferSubscriptions: ({ subscriptionIds }) => ({ subscriptions: subscriptionIds.slice(0, MOST_SHOWN) }),
  DeleteSubscriptions: ({ subscriptionIds }) => ({ subscriptions: subscriptionIds.slice(0, MOST_SHOWN) }),
};

/** What a response adds to them. */
export const responseWords: Words<'Response'> = {
  FindServers: ({ servers }) => ({
    servers: list(servers, ({ applicationName, applicationUri }) => applicationName || applicationUri),
  }),
  FindServersOnNetwork: ({ servers }) => ({
    servers: list(servers, ({ serverName, discoveryUrl }) => `${serverName} ${discoveryUrl}`),
  }),
  GetEndpoints: ({ endpoints }) => ({ endpoints: list(endpoints, endpointText) }),
  CreateSession: ({ serverEndpoints }) => ({ endpoints: list(serverEndpoints, endpointText) }),
  AddNodes: ({ results }) => ({ results: list(results, ({ statusCode }) => statusName(statusCode)) }),
  AddReferences: ({ results }) => ({ results: list(results, statusName) }),
  DeleteNodes: ({ results }) => ({ results: list(results, statusName) }),
  DeleteReferences: ({ results }) => ({ results: list(results, statusName) }),
  Browse: ({ results }) => ({ found: found(results) }),
  BrowseNext: ({ results }) => ({ found: found(results) }),
  TranslateBrowsePathsToNodeIds: ({ results }) => ({
    found: list(results, ({ statusCode, targets }) => targets[0]?.targetId ?? statusName(statusCode)),
  }),
  Write: ({ results }) => ({ results: list(results, statusName) }),
  HistoryUpdate: ({ results }) => ({ results: list(results, ({ statusCode }) => statusName(statusCode)) }),
  Call: ({ results }) => ({
    answers: list(results, ({ statusCode, outputArguments }) =>
      outputArguments.length > 0
        ? outputArguments.slice(0, MOST_SHOWN).map(shown).join(', ')
        : statusName(statusCode),
    ),
  }),
  CreateSubscription: ({ subscriptionId }) => ({ subscription: subscriptionId }),
};

/** OPC 10000-6, annex A.1: numbers of attributes. */
export const VALUE = 13;
export const BROWSE_NAME = 3;
export const DISPLAY_NAME = 4;
const attributes: Readonly<Record<number, string>> = {
  1: 'NodeId',
  2: 'NodeClass',
  3: 'BrowseName',
  4: 'DisplayName',
  5: 'Description',
  6: 'WriteMask',
  7: 'UserWriteMask',
  8: 'IsAbstract',
  9: 'Symmetric',
  10: 'InverseName',
  11: 'ContainsNoLoops',
  12: 'EventNotifier',
  13: 'Value',
  14: 'DataType',
  15: 'ValueRank',
  16: 'ArrayDimensions',
  17: 'AccessLevel',
  18: 'UserAccessLevel',
  19: 'MinimumSamplingInterval',
  20: 'Historizing',
  21: 'Executable',
  22: 'UserExecutable',
  23: 'DataTypeDefinition',
  24: 'RolePermissions',
  25: 'UserRolePermissions',
  26: 'AccessRestrictions',
  27: 'AccessLevelEx',
};

interface Item {
  readonly nodeId: string;
  readonly attributeId: number;
  readonly indexRange: string;
}

/** `Temperature (ns=2;i=5)`, with `.DisplayName` if it is not the value, and `[2]` of a part. */
export function attributeOf({ nodes, server }: About, { nodeId, attributeId, indexRange }: Item): string {
  const attribute = attributeId === VALUE ? '' : `.${attributes[attributeId] ?? attributeId}`;
  const part = indexRange === '' ? '' : `[${indexRange}]`;
  return `${nodes.label(server, nodeId)}${attribute}${part}`;
}

export function valueText(about: About, item: Item, value: DataValue): string {
  return `${attributeOf(about, item)} = ${shownData(value)}`;
}

function list<Thing, Word extends string | number>(
  things: readonly Thing[],
  word: (thing: Thing) => Word,
): Word[] {
  return things.slice(0, MOST_SHOWN).map((thing) => word(thing));
}

function label({ nodes, server }: About, id: string): string {
  return nodes.label(server, id);
}

function nameOf(names: Readonly<Record<number, string>>, value: number): string {
  return names[value] ?? String(value);
}

function before(items: readonly Item[], { nodes, server }: About): Params {
  const values = items
    .slice(0, MOST_SHOWN)
    .map(({ nodeId, attributeId }) =>
      attributeId === VALUE ? (nodes.before(server, nodeId) ?? null) : null,
    );
  return values.some((value) => value !== null) ? { before: values } : {};
}

function arrow(
  about: About,
  one: {
    readonly sourceNodeId: string;
    readonly targetNodeId: string;
    readonly referenceTypeId: string;
    readonly isForward: boolean;
  },
): string {
  const way = one.isForward ? '→' : '←';
  return `${label(about, one.sourceNodeId)} ${way} ${label(about, one.targetNodeId)} (${label(about, one.referenceTypeId)})`;
}

export function endpointText({
  endpointUrl,
  securityMode,
  securityPolicyUri,
  userIdentityTokens,
}: Structure<'EndpointDescription'>): string {
  const policy = securityPolicyUri.slice(securityPolicyUri.indexOf('#') + 1);
  const users = new Set(
    userIdentityTokens
      .slice(0, MOST_SHOWN)
      .map(({ tokenType }) => nameOf(enumerations.UserTokenType, tokenType)),
  );
  const mode = nameOf(enumerations.MessageSecurityMode, securityMode);
  return `${endpointUrl} ${mode}/${policy} (${[...users].join(', ')})`;
}

function found(results: readonly Structure<'BrowseResult'>[]): (string | number)[] {
  return results
    .flatMap(({ references }) => references.slice(0, MOST_SHOWN))
    .slice(0, MOST_SHOWN)
    .map(({ browseName, nodeId }) => `${browseName} (${nodeId})`);
}

/** `ReadRawModifiedDetails from … to …`; `UpdateDataDetails of ns=2;i=5: Replace 3 values`. */
function historyDetails({ type, body }: ExtensionObject, about: About): string {
  if (!body) return type;
  const { nodeId, startTime, endTime, performInsertReplace, updateValues } = body;
  const node = typeof nodeId === 'string' ? ` of ${label(about, nodeId)}` : '';
  const from = typeof startTime === 'number' ? ` from ${dateText(startTime) ?? 'the beginning'}` : '';
  const to = typeof endTime === 'number' ? ` to ${dateText(endTime) ?? 'the end'}` : '';
  const kind =
    typeof performInsertReplace === 'number'
      ? `: ${nameOf(enumerations.PerformUpdateType, performInsertReplace)}`
      : '';
  const values = Array.isArray(updateValues)
    ? ` ${(updateValues as DataValue[]).slice(0, MOST_SHOWN).map(historyValue).join(', ')}`
    : '';
  return `${type.replace(/Details$/, '')}${node}${from}${to}${kind}${values}`;
}

function historyValue(value: DataValue): string {
  return `${shownData(value)} at ${dateText(value.time) ?? '?'}`;
}
