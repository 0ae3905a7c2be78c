import { z } from 'zod';

import { Severity } from './advisories.ts';
import { file, page, Paging, route } from './route.ts';
import { ById, Done, Id, Instant } from './words.ts';
import { MatchState, Urgency } from './warnings.ts';

/** Urgencies that do not wait for a digest and are asked about again. */
export const interrupting: readonly Urgency[] = ['immediate', 'out-of-cycle'];

/** What became of an alert for one person. `keyExpired`: only a notice went, for his OpenPGP key has ended. */
export const AlertState = z.enum(['queued', 'sent', 'seen', 'acknowledged', 'bounced', 'keyExpired']);
export type AlertState = z.infer<typeof AlertState>;

/** What an organisation is told of one advisory: the warnings of all its devices together. */
export const Alert = z.object({
  id: Id,
  advisory: z.object({ id: Id, trackingId: z.string(), title: z.string(), severity: Severity }),
  urgency: Urgency,
  devices: z.number().int(),
  open: z.number().int().describe('Devices of which something is still to be done'),
  state: AlertState.nullable().describe('For me; nothing where I was no member yet'),
  unseen: z.boolean(),
  createdAt: Instant,
  reachedAt: Instant.nullable().describe('When any channel first reached somebody of my organisation'),
  acknowledged: z.object({ at: Instant, by: z.string() }).nullable(),
});
export type Alert = z.infer<typeof Alert>;

const DigestRhythm = z.enum(['daily', 'weekly', 'none']);

export const AlertSettings = z.object({
  atOnce: z.boolean().describe('Mail at once for what is immediate or out of cycle'),
  digest: DigestRhythm.describe('Mail of everything else; what is open is in the portal in any case'),
  hour: z.number().int().min(0).max(23).describe('Of the digest, on the clock of `zone`'),
  weekday: z.number().int().min(1).max(7).describe('Of a weekly digest; 1 is Monday (ISO 8601)'),
  zone: z.string().min(1).max(60).describe('IANA time zone'),
});
export type AlertSettings = z.infer<typeof AlertSettings>;

export const OrganisationAlertSettings = AlertSettings.extend({
  remindHours: z
    .number()
    .int()
    .min(1)
    .max(168)
    .describe('After how long nobody has acknowledged what is urgent, people are asked again'),
  secondContact: Id.nullable().describe(
    'Who is asked when nobody answered; the authorisers where nobody is named',
  ),
});
export type OrganisationAlertSettings = z.infer<typeof OrganisationAlertSettings>;

export const AlertSearch = Paging.extend({
  view: z.enum(['unseen', 'open', 'all']).default('open'),
  search: z.string().max(200).optional(),
});
export type AlertSearch = z.infer<typeof AlertSearch>;

export const alertApi = {
  list: route({
    method: 'GET',
    path: '/api/alerts',
    summary: 'What my organisation was told of its warnings, newest first',
    action: 'see matches of assets and advisories',
    records: 'alerts listed',
    query: AlertSearch,
    reply: page(Alert),
  }),
  summary: route({
    method: 'GET',
    path: '/api/alerts/summary',
    summary: 'How many alerts I have not opened, and how many nobody reads',
    action: 'see matches of assets and advisories',
    records: null,
    reply: z.object({
      unseen: z.number().int(),
      urgent: z.number().int().describe('Urgent ones that nobody has acknowledged'),
      unread: z.number().int().describe('Told more than a day ago, still open, and opened by nobody'),
    }),
  }),
  get: route({
    method: 'GET',
    path: '/api/alerts/:id',
    summary: 'One alert with its devices, and whom of my organisation it reached',
    action: 'see matches of assets and advisories',
    records: 'alert read',
    params: ById,
    reply: Alert.extend({
      warnings: z
        .array(
          z.object({
            id: Id,
            asset: z.string(),
            site: z.string(),
            state: MatchState,
            due: z.string().nullable(),
          }),
        )
        .describe('At most 500, what is open first'),
      readers: z.array(
        z.object({
          name: z.string(),
          state: AlertState,
          sendAt: Instant.nullable().describe('When mail goes to him, while it has not gone'),
          seenAt: Instant.nullable(),
          acknowledgedAt: Instant.nullable(),
        }),
      ),
    }),
  }),
  see: route({
    method: 'POST',
    path: '/api/alerts/:id/seen',
    summary: 'Say that I have opened an alert',
    action: 'set match state / acknowledge alert',
    records: 'alert seen',
    params: ById,
    reply: Done,
  }),
  acknowledge: route({
    method: 'POST',
    path: '/api/alerts/acknowledgements',
    summary: 'Say that I have these alerts in hand; nobody is reminded of them any more',
    action: 'set match state / acknowledge alert',
    records: 'alerts acknowledged',
    body: z.object({ alerts: z.array(Id).min(1).max(500) }),
    reply: z.object({ acknowledged: z.number().int() }),
  }),
  handBack: route({
    method: 'POST',
    path: '/api/alerts/hand-backs',
    summary:
      'Say that I do not have these alerts in hand any more; where nobody else has, people are asked again',
    action: 'set match state / acknowledge alert',
    records: 'alerts handed back',
    body: z.object({ alerts: z.array(Id).min(1).max(500) }),
    reply: z.object({ handedBack: z.number().int() }),
  }),
  settings: route({
    method: 'GET',
    path: '/api/alerts/settings',
    summary: 'How I am told, and how whoever of my organisation has not chosen is told',
    action: 'see matches of assets and advisories',
    records: null,
    reply: z.object({
      mine: AlertSettings.nullable(),
      organisation: OrganisationAlertSettings,
      people: z.array(z.object({ id: Id, name: z.string() })).describe('Who may be second contact'),
      mail: z.boolean().describe('Whether this instance sends mail at all'),
      key: z
        .enum(['none', 'usable', 'expired'])
        .describe('My OpenPGP key; without one a notice has no content'),
      calendar: z.object({ names: z.boolean(), createdAt: Instant, readAt: Instant.nullable() }).nullable(),
    }),
  }),
  setMine: route({
    method: 'PUT',
    path: '/api/alerts/settings/mine',
    summary: 'Choose how I am told, or be told as my organisation has it',
    action: 'set match state / acknowledge alert',
    records: 'alert settings changed',
    body: z.object({ settings: AlertSettings.nullable() }),
    reply: Done,
  }),
  setOrganisation: route({
    method: 'PUT',
    path: '/api/alerts/settings/organisation',
    summary:
      'Choose how those of my organisation are told who have not chosen, and who is asked when nobody answers',
    action: 'manage users of own organisation',
    records: 'alert settings changed',
    body: OrganisationAlertSettings,
    reply: Done,
  }),
  openCalendar: route({
    method: 'POST',
    path: '/api/alerts/calendar',
    summary: 'Get a secret address for calendars, shown once; one that I had before leads nowhere any more',
    action: 'set match state / acknowledge alert',
    records: 'alert calendar opened',
    body: z.object({
      names: z.boolean().describe('Whether it names devices and advisories to whoever keeps the calendar'),
    }),
    reply: z.object({ url: z.string() }),
  }),
  closeCalendar: route({
    method: 'DELETE',
    path: '/api/alerts/calendar',
    summary: 'Revoke the address of my calendar',
    action: 'set match state / acknowledge alert',
    records: 'alert calendar closed',
    reply: Done,
  }),
  calendar: file({
    path: '/api/calendars/:token',
    summary: 'Due dates as iCalendar (RFC 5545), for whoever has the address',
    action: 'read publication TLP:CLEAR',
    records: null,
    params: z.object({ token: z.string().max(100) }),
  }),
};

const Range = z
  .object({ from: z.number().int(), to: z.number().int() })
  .describe(
    'Of organisations; a range where the number could be one of fewer than five, or of all but fewer than five',
  );

/** How far the warnings of one advisory reached. Only advisories that concern five organisations or more. */
export const Reach = z.object({
  advisory: z.object({ id: Id, trackingId: z.string(), title: z.string(), severity: Severity }),
  organisations: z.number().int(),
  devices: z
    .number()
    .int()
    .nullable()
    .describe('In tens, rounded down; nothing where one organisation has half of them'),
  delivered: Range,
  seen: Range,
  acknowledged: Range,
  unreached: Range,
});
export type Reach = z.infer<typeof Reach>;

export const reachApi = {
  board: route({
    method: 'GET',
    path: '/api/reach',
    summary: 'Per advisory how many organisations it concerns and how far its warnings reached; never which',
    action: 'see matches of assets and advisories',
    serves: ['count>=k'],
    records: 'reach read',
    query: Paging.extend({
      after: z.coerce.number().int().min(0).optional(),
      search: z.string().max(200).optional(),
    }),
    reply: page(Reach),
  }),
  silent: route({
    method: 'GET',
    path: '/api/reach/silent',
    summary:
      'Operators whom no warning would reach: nobody has an account there, or nobody signed in for 90 days',
    action: 'approve a member organisation',
    serves: ['Y'],
    records: null,
    reply: z.object({
      items: z.array(
        z.object({
          id: Id,
          name: z.string(),
          people: z.number().int().describe('Who could read warnings'),
          lastSeenAt: Instant.nullable(),
        }),
      ),
    }),
  }),
};
