import { z } from 'zod';

import { route } from './route.ts';
import { Instant, line, email } from './words.ts';

/** How to reach the CERT when nothing else works. Shown on every page beside *Report incident*. */
export const Contact = z.object({
  name: z.string(),
  shortName: z.string(),
  country: z.string(),
  phone: z.string(),
  email: z.string(),
  url: z.string(),
});
export type Contact = z.infer<typeof Contact>;

export const Instance = z.object({
  state: z.enum(['empty', 'ready']).describe('`empty` until a first administrator exists'),
  demo: z.boolean().describe('Filled with a made-up constituency'),
  version: z.string(),
  cert: Contact.nullable(),
  demoAccounts: z
    .array(
      z.object({
        name: z.string(),
        email: z.string(),
        password: z.string(),
        organisation: z.string(),
        roles: z.array(z.string()),
      }),
    )
    .describe('Only in a demo: whom one may sign in as'),
  staffMustUsePasskey: z
    .boolean()
    .describe('Leads, analysts and administrators open their work with a passkey alone'),
});
export type Instance = z.infer<typeof Instance>;

export const SetUp = z.object({
  code: line(100).describe('Printed by the program when it starts empty'),
  cert: z.object({
    name: line(),
    shortName: line(40),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .describe('ISO 3166-1 alpha-2'),
    phone: line(40),
    email,
  }),
  administrator: z.object({ name: line(), email, password: z.string().min(12).max(200) }),
});
export type SetUp = z.infer<typeof SetUp>;

export const systemApi = {
  instance: route({
    method: 'GET',
    path: '/api/instance',
    summary: 'What this instance is, and how to reach its CERT',
    action: 'see the state of the service',
    records: null,
    reply: Instance,
  }),
  health: route({
    method: 'GET',
    path: '/api/health',
    summary: 'Is the service alive, and are its database and its jobs',
    action: 'see the state of the service',
    records: null,
    reply: z.object({
      status: z.enum(['ok', 'failing']),
      database: z.boolean(),
      jobs: z.boolean(),
      at: Instant,
    }),
  }),
  setUp: route({
    method: 'POST',
    path: '/api/instance/set-up',
    summary: 'Create the CERT and its first administrator on an empty instance',
    action: 'accept an invitation or set up an empty instance',
    records: 'instance set up',
    body: SetUp,
    reply: z.object({ organisation: z.uuid(), person: z.uuid() }),
  }),
  setSignIn: route({
    method: 'PUT',
    path: '/api/instance/sign-in',
    summary: 'Say whether leads, analysts and administrators have to use a passkey; from the next request on',
    action: 'manage platform settings and roles',
    records: 'sign-in of staff changed',
    reauthenticates: true,
    body: z.object({ staffMustUsePasskey: z.boolean() }),
    reply: Instance,
  }),
  startDemo: route({
    method: 'POST',
    path: '/api/instance/demo',
    summary: 'Fill an empty instance with the made-up constituency of the demo',
    action: 'accept an invitation or set up an empty instance',
    records: 'demo started',
    body: z.object({ code: line(100) }),
    reply: Instance,
  }),
};
