import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import { Tried } from '../../analysis/tried.ts';
import type { Capture, Endpoint, Here, OperationNote, Params, Session } from '../../dissector.ts';
import type { DataValue, ExtensionObject, Variant, Structure } from './builtin.ts';
import { readCertificate } from './certificate.ts';
import type { LayoutName } from './layouts.ts';
import { isRequest, type Message, readMessage, serviceAt } from './message.ts';
import { Nodes } from './nodes.ts';
import {
  activations,
  disableMonitoring,
  guessesCredentials,
  operations,
  stopPublishing,
} from './operations.ts';
import { refusalOf } from './refusals.ts';
import { isBad, statusName } from './status-codes.ts';
import { shown, shownData } from './values.ts';
import {
  type About,
  BROWSE_NAME,
  DISPLAY_NAME,
  MOST_SHOWN,
  requestWords,
  responseWords,
  type Service,
  VALUE,
  valueText,
} from './words.ts';

const MANY_REFUSED = 5;
/** Signatures of a channel whose opening was before the capture: OPC 10000-7, 6.6. */
const SIGNATURES = [20, 32];
const DISABLED = 0;
const MOST_EVENT_FIELDS = 16;
const ACTIVATE = 'ActivateSession';

/** A request that waits for its response. */
interface Asked {
  readonly service: Service | typeof ACTIVATE;
  readonly note: OperationNote;
  /** What is read, written or monitored, in the order of the results. */
  readonly items: readonly Item[];
  readonly user: string;
}

interface Item {
  readonly nodeId: string;
  readonly attributeId: number;
  readonly indexRange: string;
  /** The last name of a browse path. */
  readonly name?: string;
  readonly value?: Variant | undefined;
  /** What a node is to hold, until the server says that it does. */
  readonly write?: Write | undefined;
}

interface Write extends Setting {
  readonly node: number;
  readonly value: DataValue;
}

/** Of longer arrays no more is told than that they were written. */
const MOST_KEPT = 64;

const NO_STRUCTURE: ExtensionObject = { type: '', body: undefined };
const NOTHING: readonly Item[] = [];

export class OpcuaSession implements Session {
  readonly #services;
  readonly #kinds = new Map<string, number>();
  readonly #activations = new Map<string, number>();
  readonly #disableMonitoring: number;
  readonly #stopPublishing: number;
  readonly #guesses: Tried<string>;
  readonly #asked: Pending<Asked>;
  readonly #nodes: Nodes;
  #refusedSessions = 0;

  constructor(capture: Capture) {
    this.#services = capture.counter('opcua_service');
    for (const [service, kind] of Object.entries(operations))
      this.#kinds.set(service, capture.operation(kind));
    for (const [token, kind] of Object.entries(activations)) {
      this.#activations.set(token, capture.operation(kind));
    }
    this.#disableMonitoring = capture.operation(disableMonitoring);
    this.#stopPublishing = capture.operation(stopPublishing);
    this.#guesses = new Tried(capture, guessesCredentials, MANY_REFUSED, 'opcua.guesses-credentials');
    this.#asked = capture.bounded(
      'requests',
      new Pending<Asked>(undefined, ({ items }) => {
        for (const { write } of items) {
          if (!write) continue;
          this.#nodes.value(
            capture.unanswered(write.by, write.time),
            write.of,
            write.node,
            write.value,
            true,
          );
        }
      }),
    );
    this.#nodes = new Nodes(capture);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const service = serviceAt(bytes, start, end);
    if (service >= 0) {
      this.#services.add(service);
      here.turn(isRequest(service) ? 'request' : 'reply');
    }
    const message = readMessage(here.reader.reset(bytes, start, end));
    if (message.surplus > 0 && !SIGNATURES.includes(message.surplus)) {
      here.anomaly('opcua.surplus-bytes', 'surplus', end - start - message.surplus, {
        surplus: message.surplus,
        service: message.name ?? '',
      });
    }
    if (message.body === undefined) return;
    if (isRequest(service)) this.#request(here, message);
    else this.#response(here, message);
  }

  finish(): void {
    this.#asked.finish();
  }

  #request(here: Here, { name, body }: Message): void {
    const service = baseOf(name!);
    const about = { nodes: this.#nodes, server: here.target };
    if (service === ACTIVATE) {
      return this.#activate(here, body as Structure<'ActivateSessionRequest'>);
    }
    if (!isKnown(service)) return;
    const note = here.operation(this.#kindOf(service, body as object));
    if (here.wanted(note)) {
      const words = requestWords[service] as ((said: unknown, of: About) => Params) | undefined;
      if (words) here.describe(note, words(body, about));
    }
    const items = this.#heed(here, service, body);
    this.#asked.put(here.flow, here.carrierAt, { service, note, items, user: '' });
  }

  #kindOf(service: Service, body: object): number {
    if ('monitoringMode' in body && body.monitoringMode === DISABLED) return this.#disableMonitoring;
    if ('publishingEnabled' in body && service === 'SetPublishingMode' && body.publishingEnabled === false) {
      return this.#stopPublishing;
    }
    return this.#kinds.get(service)!;
  }

  /** What a request tells besides the operation, and what its response will be about. */
  #heed(here: Here, service: Service, body: unknown): readonly Item[] {
    switch (service) {
      case 'Read':
        return (body as Structure<'ReadRequest'>).nodesToRead;
      case 'Write':
        return (body as Structure<'WriteRequest'>).nodesToWrite.map(
          ({ nodeId, attributeId, indexRange, value }) => {
            const whole = attributeId === VALUE && indexRange === '';
            const { value: data } = value.value;
            const isLong = Array.isArray(data) ? data.length > MOST_KEPT : typeof data === 'object';
            const write =
              whole && !isLong
                ? { ...settingOf(here), node: this.#nodes.node(here.target, nodeId), value }
                : undefined;
            const kept = typeof value.value.value === 'object' ? undefined : value.value;
            return { nodeId, attributeId, indexRange, value: whole ? kept : undefined, write };
          },
        );
      case 'TranslateBrowsePathsToNodeIds':
        return (body as Structure<'TranslateBrowsePathsToNodeIdsRequest'>).browsePaths.map(
          ({ startingNode, relativePath }) => ({
            nodeId: startingNode,
            attributeId: 0,
            indexRange: '',
            name: relativePath.elements.at(-1)?.targetName ?? '',
          }),
        );
      case 'CreateMonitoredItems': {
        const { subscriptionId, itemsToCreate } = body as Structure<'CreateMonitoredItemsRequest'>;
        // Notifications may come before the response does.
        for (const { itemToMonitor, requestedParameters } of itemsToCreate) {
          const { clientHandle } = requestedParameters;
          this.#nodes.monitor(here.target, subscriptionId, clientHandle, itemToMonitor.nodeId);
        }
        return NOTHING;
      }
      case 'DeleteSubscriptions':
        for (const id of (body as Structure<'DeleteSubscriptionsRequest'>).subscriptionIds) {
          this.#nodes.forget(here.target, id);
        }
        return NOTHING;
      case 'CreateSession': {
        const { clientDescription, clientCertificate } = body as Structure<'CreateSessionRequest'>;
        tellApplication(here, here.source, clientDescription);
        tellCertificate(here, here.source, clientCertificate);
        return NOTHING;
      }
      case 'RegisterServer': {
        const { server } = body as Structure<'RegisterServerRequest'>;
        here.fact(here.source, 'name', server.serverNames[0] ?? '');
        here.fact(here.source, 'product', server.productUri, 'inferred');
        here.fact(here.source, 'description', `OPC UA application ${server.serverUri}`);
        return NOTHING;
      }
      default:
        return NOTHING;
    }
  }

  // OPC 10000-4, 5.6.3 and 7.36.
  #activate(here: Here, { userIdentityToken }: Structure<'ActivateSessionRequest'>): void {
    const { type, body } = userIdentityToken;
    const kind = this.#activations.get(type) ?? this.#activations.get('AnonymousIdentityToken')!;
    const note = here.operation(kind);
    const user = this.#whoIs(here, type, body);
    if (here.wanted(note)) here.describe(note, { user });
    const asked = { service: ACTIVATE, note, items: NOTHING, user } as const;
    this.#asked.put(here.flow, here.carrierAt, asked);
  }

  /** Without an algorithm, what should be secret is not encrypted. */
  #whoIs(here: Here, type: string, body: ExtensionObject['body']): string {
    if (!body) return '';
    switch (type) {
      case 'UserNameIdentityToken': {
        const { userName, password, encryptionAlgorithm } = body as Structure<typeof type>;
        here.fact(here.source, 'user', userName);
        if (encryptionAlgorithm === '' && password > 0) {
          here.credentials('opcua-password', userName, password);
        }
        return userName;
      }
      case 'IssuedIdentityToken': {
        const { tokenData, encryptionAlgorithm } = body as Structure<typeof type>;
        if (encryptionAlgorithm === '' && tokenData > 0) here.credentials('opcua-token', '', tokenData);
        return '';
      }
      case 'X509IdentityToken': {
        const identity = readCertificate((body as Structure<typeof type>).certificateData);
        const user = identity?.commonName ?? '';
        here.fact(here.source, 'user', user);
        return user;
      }
      default:
        return '';
    }
  }

  #response(here: Here, { name, body }: Message): void {
    const asked = this.#asked.take(here.flow, here.carrierAt);
    const { serviceResult } = (body as Structure<'ServiceFault'>).responseHeader;
    const service = baseOf(name!);
    const about = { nodes: this.#nodes, server: here.source };
    if (asked) this.#join(here, asked, service, serviceResult, body, about);
    if (!isBad(serviceResult)) this.#learn(here, service, body, asked, about);
  }

  #join(
    here: Here,
    { note, service: wanted, user }: Asked,
    service: string,
    result: number,
    body: unknown,
    about: About,
  ): void {
    const bad = isBad(result) ? result : badResult(body);
    if (bad !== 0) here.refuse(note, refusalOf(bad));
    if (wanted === ACTIVATE) this.#activated(here, user, bad !== 0);
    if (service !== wanted || wanted === ACTIVATE || !here.wanted(note)) return;
    const words = responseWords[wanted] as ((said: unknown, of: About) => Params) | undefined;
    if (words) here.describe(note, words(body, about));
  }

  #activated(here: Here, user: string, refused: boolean): void {
    if (!refused) return;
    here.turn('request');
    // Whoever guesses has one name after the other, or one name and many passwords.
    this.#guesses.add(here, here.target, here.source, `${user} #${++this.#refusedSessions}`);
    here.turn('reply');
  }

  /** What a response tells of the server and its process. */
  #learn(here: Here, service: string, body: unknown, asked: Asked | undefined, about: About): void {
    switch (service) {
      case 'GetEndpoints':
        return tellEndpoints(here, (body as Structure<'GetEndpointsResponse'>).endpoints);
      case 'CreateSession': {
        const { serverEndpoints, serverCertificate } = body as Structure<'CreateSessionResponse'>;
        tellEndpoints(here, serverEndpoints);
        return tellCertificate(here, here.source, serverCertificate);
      }
      case 'Browse':
      case 'BrowseNext':
        for (const { references } of (body as Structure<'BrowseResponse'>).results) {
          for (const { nodeId, displayName, browseName } of references) {
            this.#nodes.learn(here.source, nodeId, displayName || browseName);
          }
        }
        return;
      case 'TranslateBrowsePathsToNodeIds':
        (body as Structure<'TranslateBrowsePathsToNodeIdsResponse'>).results.forEach(({ targets }, i) => {
          const [target] = targets;
          if (target) this.#nodes.learn(here.source, target.targetId, asked?.items[i]?.name ?? '');
        });
        return;
      case 'Read':
        return this.#read(here, (body as Structure<'ReadResponse'>).results, asked, about);
      case 'Write':
        (body as Structure<'WriteResponse'>).results.forEach((status, i) => {
          const item = asked?.items[i];
          if (!item || isBad(status)) return;
          if (item.write) this.#nodes.value(here, here.source, item.write.node, item.write.value, true);
          if (!item.value) return;
          this.#nodes.remember(this.#nodes.node(here.source, item.nodeId), item.value);
        });
        return;
      case 'Publish': {
        const { subscriptionId, notificationMessage } = body as Structure<'PublishResponse'>;
        return this.#published(here, subscriptionId, notificationMessage, asked);
      }
      case 'Republish': {
        const { notificationMessage } = body as Structure<'RepublishResponse'>;
        return this.#published(here, 0, notificationMessage, asked);
      }
    }
  }

  #read(here: Here, results: readonly DataValue[], asked: Asked | undefined, about: About): void {
    if (!asked || asked.items.length !== results.length) return;
    const told: string[] = [];
    const wanted = here.wanted(asked.note);
    results.forEach((value, i) => {
      const item = asked.items[i]!;
      const { nodeId, attributeId, indexRange } = item;
      if (wanted && i < MOST_SHOWN) told.push(valueText(about, item, value));
      if (attributeId === DISPLAY_NAME || attributeId === BROWSE_NAME) {
        if (typeof value.value.value === 'string') this.#nodes.learn(here.source, nodeId, value.value.value);
      }
      if (attributeId !== VALUE || indexRange !== '') return;
      tellBuild(here, nodeId, value.value);
      this.#nodes.value(here, here.source, this.#nodes.node(here.source, nodeId), value, false);
    });
    if (wanted) here.describe(asked.note, { values: told });
  }

  // OPC 10000-4, 7.20 and 7.21.
  #published(
    here: Here,
    subscription: number,
    { notificationData }: Structure<'NotificationMessage'>,
    asked: Asked | undefined,
  ): void {
    const told: string[] | undefined = asked && here.wanted(asked.note) ? [] : undefined;
    for (const { type, body } of notificationData) {
      if (!body) continue;
      if (type === 'DataChangeNotification') {
        const { monitoredItems } = body as unknown as Structure<typeof type>;
        for (const { clientHandle, value } of monitoredItems) {
          const node = this.#nodes.monitored(here.source, subscription, clientHandle);
          this.#nodes.value(here, here.source, node, value, false);
          if (told && told.length < MOST_SHOWN)
            told.push(`${this.#nodes.labelOf(node)} = ${shownData(value)}`);
        }
      } else if (type === 'StatusChangeNotification') {
        const { status } = body as unknown as Structure<typeof type>;
        here.anomaly('opcua.subscription-ended', 'status', 0, { subscription, status: statusName(status) });
      } else if (type === 'EventNotificationList') {
        const { events } = body as unknown as Structure<typeof type>;
        told?.push(
          ...events.slice(0, MOST_SHOWN - told.length).map(({ eventFields }) => eventText(eventFields)),
        );
      }
    }
    if (asked && told && told.length > 0) here.describe(asked.note, { values: told });
  }
}

/** Which fields these are, the filter of the monitored item says: OPC 10000-4, 7.17.3. */
function eventText(fields: readonly Variant[]): string {
  return `event (${fields.slice(0, MOST_EVENT_FIELDS).map(shown).join(', ')})`;
}

const bases = new Map<string, string>();

/** `Read` of `ReadRequest`. The second way to register a server says more of it, and means the same. */
function baseOf(name: LayoutName): string {
  let base = bases.get(name);
  if (base === undefined) {
    base = name.replace(/2?(Request|Response)$/, '');
    bases.set(name, base);
  }
  return base;
}

function isKnown(service: string): service is Service {
  return service in operations;
}

/** A service that did nothing of what it was asked: the first reason. */
function badResult(body: unknown): number {
  const { results } = body as { results?: readonly unknown[] };
  if (!results || results.length === 0) return 0;
  let first = 0;
  for (const result of results) {
    const status = statusOf(result);
    if (!isBad(status)) return 0;
    first ||= status;
  }
  return first;
}

function statusOf(result: unknown): number {
  if (typeof result === 'number') return result;
  const { statusCode, status } = result as { statusCode?: number; status?: number };
  return statusCode ?? status ?? 0;
}

function tellApplication(
  here: Here,
  about: Endpoint,
  application: Structure<'ApplicationDescription'>,
): void {
  const { applicationName, applicationUri, productUri } = application;
  here.fact(about, 'name', applicationName);
  here.fact(about, 'product', productUri, 'inferred');
  if (applicationUri !== '') here.fact(about, 'description', `OPC UA application ${applicationUri}`);
}

function tellCertificate(here: Here, about: Endpoint, certificate: Uint8Array): void {
  if (certificate.length === 0) return;
  here.fact(about, 'name', readCertificate(certificate)?.commonName ?? '', 'inferred');
}

/** A server's endpoints are its own: OPC 10000-4, 5.4.4. */
function tellEndpoints(here: Here, endpoints: readonly Structure<'EndpointDescription'>[]): void {
  const [first] = endpoints;
  if (!first) return;
  tellApplication(here, here.source, first.server);
  tellCertificate(here, here.source, first.serverCertificate);
}

/** BuildInfo and its parts: OPC 10000-5, 12.4. */
function tellBuild(here: Here, nodeId: string, { value }: Variant): void {
  switch (nodeId) {
    case 'i=2256':
    case 'i=2260': {
      const { type, body } = (value ?? NO_STRUCTURE) as ExtensionObject;
      if (type === 'ServerStatusDataType' && body) {
        tellBuildInfo(here, (body as unknown as Structure<typeof type>).buildInfo);
      } else if (type === 'BuildInfo' && body) {
        tellBuildInfo(here, body as unknown as Structure<typeof type>);
      }
      return;
    }
    case 'i=2261':
      return tellText(here, 'product', value);
    case 'i=2263':
      return tellText(here, 'vendor', value);
    case 'i=2264':
      return tellText(here, 'firmware', value);
  }
}

function tellBuildInfo(here: Here, info: Structure<'BuildInfo'>): void {
  here.fact(here.source, 'product', info.productName);
  here.fact(here.source, 'vendor', info.manufacturerName);
  here.fact(here.source, 'firmware', info.softwareVersion);
}

function tellText(here: Here, field: 'product' | 'vendor' | 'firmware', value: unknown): void {
  if (typeof value === 'string') here.fact(here.source, field, value);
}
