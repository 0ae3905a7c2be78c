import { z } from 'zod';

import { Language } from './people.ts';
import { PublicationKind } from './publications.ts';
import { page, Paging, route } from './route.ts';
import { ById, Done, email, Id, Instant, line, Tlp, Told } from './words.ts';

/** What somebody wants to be told of. Nothing named means everything of it. */
export const SubscriptionCriteria = z.object({
  kinds: z.array(PublicationKind).max(20).default([]),
  vendors: z
    .array(line(120))
    .max(50)
    .default([])
    .describe('What names no vendor comes all the same; only kinds keep it away'),
  minSeverity: z
    .enum(['low', 'medium', 'high', 'critical'])
    .nullable()
    .default(null)
    .describe('What has no severity comes all the same'),
});
export type SubscriptionCriteria = z.infer<typeof SubscriptionCriteria>;

const NewSubscription = SubscriptionCriteria.extend({
  language: Language.describe('Of the mail, where there is a text in it; the original otherwise'),
});
export type NewSubscription = z.infer<typeof NewSubscription>;

export const Subscription = NewSubscription.extend({
  id: Id,
  address: z.string(),
  state: z.enum(['unconfirmed', 'on', 'off']),
  offReason: Told.nullable().describe('Why we stopped sending, when we did'),
  createdAt: Instant,
});
export type Subscription = z.infer<typeof Subscription>;

export const OpenPgpKey = z.object({
  fingerprint: z.string(),
  userIds: z.array(z.string()),
  expiresAt: Instant.nullable(),
  state: z.enum(['usable', 'expired']),
});
export type OpenPgpKey = z.infer<typeof OpenPgpKey>;

/** Names the subscription and proves that its holder reads the mail of the address (HMAC-SHA-256). */
const ByToken = z.object({ token: z.string().max(200) });

export const subscriptionApi = {
  list: route({
    method: 'GET',
    path: '/api/subscriptions',
    summary: 'What I asked to be told of by mail, acting as I do now',
    action: 'see and change my own account',
    records: null,
    reply: z.object({
      items: z.array(Subscription),
      mail: z.boolean().describe('Whether this instance sends mail at all'),
      key: OpenPgpKey.nullable().describe('Mine, to which mail is encrypted'),
    }),
  }),
  add: route({
    method: 'POST',
    path: '/api/subscriptions',
    summary: 'Be told by mail of what is published and I may read',
    action: 'see and change my own account',
    records: 'subscription added',
    body: NewSubscription,
    reply: Subscription,
  }),
  change: route({
    method: 'PUT',
    path: '/api/subscriptions/:id',
    summary: 'Change what I am told of; one that was switched off is on again',
    action: 'see and change my own account',
    records: 'subscription changed',
    params: ById,
    body: NewSubscription,
    reply: Subscription,
  }),
  end: route({
    method: 'DELETE',
    path: '/api/subscriptions/:id',
    summary: 'End a subscription of mine',
    action: 'see and change my own account',
    records: 'subscription ended',
    params: ById,
    reply: Done,
  }),
  /** The answer is the same whoever the address belongs to. */
  request: route({
    method: 'POST',
    path: '/api/subscriptions/requests',
    summary: 'Ask, without an account, to be told by mail of what is public; the address is asked first',
    action: 'read publication TLP:CLEAR',
    records: 'subscription requested',
    body: NewSubscription.extend({ address: email }),
    reply: Done,
  }),
  byLink: route({
    method: 'GET',
    path: '/api/subscription-links/:token',
    summary: 'Read the subscription that a mailed link names',
    action: 'read publication TLP:CLEAR',
    records: null,
    params: ByToken,
    reply: Subscription,
  }),
  confirm: route({
    method: 'POST',
    path: '/api/subscription-links/:token/confirmation',
    summary: 'Confirm that the address is mine and that I want its mail',
    action: 'read publication TLP:CLEAR',
    records: 'subscription confirmed',
    params: ByToken,
    reply: Subscription,
  }),
  changeByLink: route({
    method: 'PUT',
    path: '/api/subscription-links/:token',
    summary: 'Change the subscription that a mailed link names',
    action: 'read publication TLP:CLEAR',
    records: 'subscription changed',
    params: ByToken,
    body: NewSubscription,
    reply: Subscription,
  }),
  endByLink: route({
    method: 'DELETE',
    path: '/api/subscription-links/:token',
    summary: 'End the subscription that a mailed link names',
    action: 'read publication TLP:CLEAR',
    records: 'subscription ended',
    params: ByToken,
    reply: Done,
  }),
  setKey: route({
    method: 'PUT',
    path: '/api/me/openpgp-key',
    summary: 'Give my OpenPGP public key, so that mail to me is encrypted',
    action: 'see and change my own account',
    records: 'recipient key set',
    body: z.object({ publicKey: z.string().min(1).max(100_000) }),
    reply: OpenPgpKey,
  }),
  removeKey: route({
    method: 'DELETE',
    path: '/api/me/openpgp-key',
    summary: 'Take my OpenPGP key away; what is confidential then comes as a notice without content',
    action: 'see and change my own account',
    records: 'recipient key removed',
    reply: Done,
  }),
};

export const Webhook = SubscriptionCriteria.extend({
  id: Id,
  name: z.string(),
  url: z.string(),
  maxTlp: Tlp,
  warnings: z.boolean(),
  state: z.enum(['on', 'off']),
  offReason: Told.nullable(),
  lastSentAt: Instant.nullable(),
  createdAt: Instant,
});
export type Webhook = z.infer<typeof Webhook>;

const NewWebhook = SubscriptionCriteria.extend({
  name: line(),
  url: z
    .url({ protocol: /^https$/ })
    .max(2000)
    .refine((url) => !/^https:\/\/[^/]*@/.test(url), 'must not hold a user name or password')
    .describe('https, at a public address'),
  maxTlp: z.enum(['CLEAR', 'GREEN', 'AMBER']).describe('Nothing with a stricter label is told'),
  warnings: z
    .boolean()
    .default(false)
    .describe(
      'Also when there are warnings for our plant: that there are, and where to read them, and nothing of them',
    ),
});
export type NewWebhook = z.infer<typeof NewWebhook>;

export const webhookApi = {
  list: route({
    method: 'GET',
    path: '/api/webhooks',
    summary: 'Programs of my organisation that are told of what is published',
    action: 'manage machine accounts of own organisation',
    records: null,
    reply: z.object({ items: z.array(Webhook) }),
  }),
  add: route({
    method: 'POST',
    path: '/api/webhooks',
    summary: 'Have a program told at an address of its own; the secret is shown once',
    action: 'manage machine accounts of own organisation',
    records: 'webhook added',
    body: NewWebhook,
    reply: z.object({
      webhook: Webhook,
      secret: z.string().describe('As Standard Webhooks writes it: whsec_…'),
    }),
  }),
  change: route({
    method: 'PUT',
    path: '/api/webhooks/:id',
    summary: 'Change a webhook, or switch it on or off',
    action: 'manage machine accounts of own organisation',
    records: 'webhook changed',
    params: ById,
    body: NewWebhook.extend({ state: z.enum(['on', 'off']) }),
    reply: Webhook,
  }),
  remove: route({
    method: 'DELETE',
    path: '/api/webhooks/:id',
    summary: 'Remove a webhook',
    action: 'manage machine accounts of own organisation',
    records: 'webhook removed',
    params: ById,
    reply: Done,
  }),
  test: route({
    method: 'POST',
    path: '/api/webhooks/:id/test',
    summary: 'Send a signed message without content now, and see what is answered',
    action: 'manage machine accounts of own organisation',
    records: 'webhook tested',
    params: ById,
    reply: z.object({
      answered: z.number().int().nullable().describe('Status of the answer; 2xx counts as heard'),
      problem: Told.nullable().describe('Why it was not heard'),
    }),
  }),
};

export const DeliveryState = z.enum(['queued', 'sent', 'failed', 'givenUp', 'withdrawn']);
export type DeliveryState = z.infer<typeof DeliveryState>;

export const Delivery = z.object({
  id: Id,
  channel: z.enum(['mail', 'webhook']),
  kind: z.enum(['published', 'recalled']),
  recipient: z.string().describe('Address, or where the webhook listens'),
  organisation: z.string().nullable().describe('As whose member; nothing for a reader without an account'),
  language: z.string(),
  state: DeliveryState,
  form: z
    .enum(['open', 'encrypted', 'notice'])
    .nullable()
    .describe('How it went; a notice says only that there is something to read'),
  attempts: z.number().int(),
  nextAt: Instant.nullable().describe('When it is tried again'),
  sentAt: Instant.nullable(),
  reason: Told.nullable().describe('Why it was not taken, or not sent'),
});
export type Delivery = z.infer<typeof Delivery>;

export const deliveryApi = {
  ofRelease: route({
    method: 'GET',
    path: '/api/releases/:id/deliveries',
    summary: 'Who was told of a release, when and how, and who was not reached',
    action: 'draft publication',
    serves: ['Y'],
    records: 'deliveries listed',
    params: ById,
    query: Paging.extend({ state: DeliveryState.optional(), search: z.string().max(200).optional() }),
    reply: page(Delivery).extend({
      counts: z.record(DeliveryState, z.number().int()),
      finding: z.boolean().describe('Recipients are still being found'),
    }),
  }),
  retry: route({
    method: 'POST',
    path: '/api/releases/:id/deliveries/retry',
    summary: 'Try again, at once, what was not taken or given up',
    action: 'draft publication',
    serves: ['Y'],
    records: 'deliveries retried',
    params: ById,
    body: z.object({
      deliveries: z.array(Id).max(200).optional().describe('All of them when none is named'),
    }),
    reply: z.object({ queued: z.number().int() }),
  }),
};

export const MailState = z.object({
  on: z.boolean(),
  server: z.string().nullable(),
  encrypted: z.boolean().describe('Whether the way to the mail server is'),
  from: z.string().nullable(),
  signedBy: z.string().nullable().describe('Fingerprint of the key that signs mail'),
  reachable: z.boolean().nullable(),
  problem: Told.nullable().describe('Why it cannot be reached just now'),
  waiting: z.number().int(),
  failing: z.number().int(),
});
export type MailState = z.infer<typeof MailState>;

export const mailApi = {
  state: route({
    method: 'GET',
    path: '/api/mail',
    summary: 'Does mail work: the server is asked now',
    action: 'manage platform settings and roles',
    records: null,
    reply: MailState,
  }),
  test: route({
    method: 'POST',
    path: '/api/mail/test',
    summary: 'Send a signed message to my own address, and see what the mail server says',
    action: 'manage platform settings and roles',
    records: 'mail tested',
    reply: z.object({
      address: z.string(),
      said: z.string().nullable().describe('What the mail server said when it took it'),
      problem: Told.nullable().describe('Why it did not'),
    }),
  }),
};
