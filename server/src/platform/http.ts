import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';

import {
  type AnyRoute,
  belowReport,
  type FileAnswer,
  mayDo,
  type ProblemBody,
  type Route,
  signInAgainHeader,
} from '@busbar/contract';
import compress from '@fastify/compress';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { z } from 'zod';

import type { Actor } from './actor.ts';
import { record, recordAll, type Trace, Trail } from './audit.ts';
import type { Database, Db } from './database.ts';
import type { Log } from './log.ts';
import { forbidden, malformed, passkeyNeeded, Problem, signInAgainNeeded, signInNeeded } from './problem.ts';
import type { Turns } from './turns.ts';

/** One request, understood: what was asked, by whom, in which transaction. */
export interface Ask<Params = unknown, Query = unknown, Body = unknown> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly actor: Actor;
  readonly tx: Db;
  /** Say here what the operation is about; the line is written in the same transaction. */
  readonly trail: Trail;
  readonly requestId: string;
  /** Where the question comes from: an address. Kept nowhere as it is. */
  readonly from: string;
  /** For what only makes sense once the change is there, such as waking a worker. */
  readonly afterCommit: (work: () => void) => void;
  /** Acts as somebody else for the rest of the transaction: the program itself, letting an invited person in. */
  readonly become: (actor: Actor) => Promise<void>;
}

/** Whoever asks, in whose transaction, and as whom he may go on in it. */
export type Asker = Pick<Ask, 'tx' | 'actor' | 'become'>;

type Handler<R> =
  R extends Route<infer Params, infer Query, infer Body, infer Reply>
    ? (ask: Ask<Params, Query, Body>) => Promise<Reply>
    : never;

export interface Endpoint {
  readonly route: AnyRoute;
  readonly handle: (ask: Ask<any, any, any>) => Promise<unknown>;
  /** For work that costs much and that anybody may ask for: it is waited for before the transaction. */
  readonly turns?: Turns;
}

/** Pairs an API with its handlers. One that is missing, or answers something else, does not compile. */
export function implement<Api extends Record<string, AnyRoute>>(
  api: Api,
  handlers: { readonly [Name in keyof Api]: Handler<Api[Name]> },
): Endpoint[] {
  return Object.entries(api).map(([name, route]) => ({
    route,
    handle: handlers[name] as Endpoint['handle'],
  }));
}

export type Identify = (request: FastifyRequest) => Promise<Actor>;

/** Of pages and answers of the API. Files go as they are: they are signed, hashed and fetched piece by piece. */
export const compressible = { compress: { encodings: ['br' as const, 'gzip' as const] } };

/** The server with the manners every answer has: request id, quiet log, problems, no foreign form may post to us. */
export async function createServer(log: Log, trustProxy: boolean): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy,
    genReqId: () => randomUUID(),
    // Uploads of many gigabytes take their time; every body but theirs is small.
    requestTimeout: 0,
    bodyLimit: 1 << 20,
    routerOptions: { maxParamLength: 500 },
  });

  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id);
    refuseForeignWrites(request);
    // Whoever lets a browser ask here from a page of his own is not to learn from lengths what stands in the answers; a page
    // of a neighbour in the same domain even has our cookies sent along.
    if (isForeign(request)) request.headers['x-no-compression'] = 'foreign';
  });
  await app.register(compress, { global: false });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const line = {
      id: request.id,
      method: request.method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
    };
    if (reply.statusCode >= 500) request.log.error(line);
    else request.log.debug(line);
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new Problem(404, 'no-such-address', 'Nothing lives at this address'), request, reply),
  );
  return app;
}

/** The way of every request: who asks, may they, do we understand it, do it, account for it, answer as promised. */
export function mount(
  app: FastifyInstance,
  database: Database,
  endpoints: readonly Endpoint[],
  identify: Identify,
): void {
  for (const { route, handle, turns } of endpoints)
    for (const url of doorsOf(route))
      app.route({
        method: route.method,
        url,
        ...(route.answers !== 'file' && compressible),
        handler: async (request, reply) => {
          const actor = await identify(request);
          await admit(database, route, actor, request.id);
          const question = {
            params: understand(route.params, request.params),
            query: understand(route.query, request.query),
            body: understand(route.body, request.body ?? {}),
          };
          const over = await turns?.(request.ip);
          const answer = await perform(database, route, handle, actor, question, request).finally(over);
          if (route.answers === 'file') return sendFile(reply, answer as FileAnswer);
          void reply.header('cache-control', 'no-store');
          return promised(route.reply, answer);
        },
      });
}

/** A browser fetches files of a case by their address, for whoever holds the words of its report from where its cookie is sent. */
function doorsOf({ path, answers, action, serves }: AnyRoute): readonly string[] {
  const isForHolders =
    answers === 'file' && path.startsWith('/api/cases/:id/') && mayDo(['RCP'], action, serves);
  return isForHolders ? [path, belowReport(path)] : [path];
}

async function admit(database: Database, route: AnyRoute, actor: Actor, requestId: string): Promise<void> {
  const held = actor.roles.filter((role) => role !== 'FOUNDER');
  if (actor.passkeyNeeded && !mayDo(['PUB'], route.action, route.serves)) throw passkeyNeeded();
  if (actor.restricted && !mayDo(['PUB'], route.action, route.serves))
    throw forbidden(
      'second-factor-needed',
      'Add a passkey or an authenticator app first; until then nothing else opens',
    );
  const details = { operation: `${route.method} ${route.path}` };
  if (mayDo(held, route.action, route.serves)) {
    if (!route.reauthenticates || !actor.person || actor.proved) return;
    await database.as(actor, (tx) => record(tx, 'asked to sign in again', { details }, requestId));
    throw signInAgainNeeded();
  }
  if (!actor.person && !actor.organisation) throw signInNeeded();
  await database.as(actor, (tx) => record(tx, 'refused', { details }, requestId));
  throw forbidden(
    'role-not-allowed',
    'Your role does not do this; act as another membership, or ask your authoriser',
    { action: route.action },
  );
}

async function perform(
  database: Database,
  route: AnyRoute,
  handle: Endpoint['handle'],
  actor: Actor,
  question: { params: unknown; query: unknown; body: unknown },
  { id: requestId, ip: from }: FastifyRequest,
): Promise<unknown> {
  const later: (() => void)[] = [];
  const within = route.method === 'GET' ? database.look : database.as;
  try {
    const answer = await untilSeen(() =>
      within(actor, async (tx) => {
        later.length = 0;
        const trail = new Trail(route.records ?? '');
        const become = (other: Actor) => database.become(tx, other);
        const answer = await handle({
          ...question,
          actor,
          tx,
          trail,
          requestId,
          from,
          afterCommit: (work) => later.push(work),
          become,
        });
        if (route.records !== null)
          await recordAll(tx, route.records, tracesOf(route, trail, question, actor), requestId);
        return answer;
      }),
    );
    for (const work of later) work();
    return answer;
  } catch (error) {
    // What is not there and what is not for him: both are worth a line, for somebody may be trying addresses. A visitor
    // who only reads may have followed an old link.
    if (error instanceof Problem && error.status === 404 && (actor.person || route.method !== 'GET')) {
      const params = actor.person ? (question.params as object) : {};
      const details = { operation: `${route.method} ${route.path}`, ...params };
      await database.as(actor, (tx) => record(tx, 'refused', { details }, requestId));
    }
    throw error;
  }
}

/** Two at once made what there is to be one of: the second sees it when it looks again (PostgreSQL 18, section 13.2.2). */
async function untilSeen<T>(transaction: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++)
    try {
      return await transaction();
    } catch (error) {
      if ((error as { code?: string }).code !== '40001' || turn === 5) throw error;
    }
}

/** A read that says nothing about itself still leaves what was asked for: searches are part of the ledger. */
function tracesOf(
  { path }: AnyRoute,
  trail: Trail,
  question: { params: unknown; query: unknown },
  actor: Actor,
): Trace[] {
  const params = question.params as { id?: string };
  // Whatever is done below the address of a case was done in it, whether or not somebody remembered to say so.
  const at = path.startsWith('/api/cases/:id') && params.id ? { case: params.id } : {};
  if (trail.traces.length > 0) return trail.traces.map((trace) => ({ ...at, ...trace }));
  return [{ ...at, owner: actor.organisation, details: { ...params, ...(question.query as object) } }];
}

/**
 * Browsers say where a request comes from. One that changes something must come from our own pages; programs with a
 * key send neither header and are not fooled into anything.
 */
function refuseForeignWrites(request: FastifyRequest): void {
  if (['GET', 'HEAD', 'OPTIONS'].includes(request.method)) return;
  if (isForeign(request))
    throw forbidden('foreign-origin', 'This request came from another site and was not carried out');
}

/** Asked for by a page that is not ours, of the same domain or not. */
function isForeign({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site'];
  if (site) return !['same-origin', 'none'].includes(String(site));
  return Boolean(headers.origin) && hostOf(headers.origin!) !== host;
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function understand<T>(schema: z.ZodType<T>, input: unknown): T {
  const { data, error } = schema.safeParse(input);
  if (!error) return data!;
  const fields = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  const why = fields.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw malformed('not-understood', why, { why }, fields);
}

/** What breaks our own promise is our fault, not the caller's. */
function promised<T>(schema: z.ZodType<T>, answer: unknown): T {
  const { data, error } = schema.safeParse(answer);
  if (error) throw new Error(`The answer breaks the contract: ${z.prettifyError(error)}`);
  return data!;
}

/** Never rendered in place: an attachment, of the type we say, in a sandbox should anybody open it all the same. */
export function sendFile(reply: FastifyReply, { name, type, size, tag, content }: FileAnswer): FastifyReply {
  const plain = name.replace(/[^\w. -]/g, '_');
  void reply
    .header('content-type', type)
    .header(
      'content-disposition',
      `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`,
    )
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('cache-control', tag === undefined ? 'no-store' : 'private, no-cache');
  if (tag !== undefined) {
    const etag = `"${tag}"`;
    void reply.header('etag', etag).header('vary', 'cookie, authorization');
    if (reply.request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag))
      return reply.code(304).send();
  }
  if (size !== undefined) void reply.header('content-length', size);
  if (typeof content === 'string' || content instanceof Uint8Array) return reply.send(content);
  return reply.send(Readable.from(content));
}

export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.code === 'sign-in-again') void reply.header(signInAgainHeader, '1');
  if (problem.status >= 500) request.log.error({ id: request.id, err: error }, 'unexpected');
  const body: ProblemBody = {
    type: 'about:blank',
    status: problem.status,
    title: problem.message,
    code: problem.code,
    params: problem.params,
    instance: request.id,
    ...(problem.fields && { fields: problem.fields }),
  };
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(body);
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string };
  // The server's own refusals: a body too large, JSON that is none, a type nobody reads.
  if (statusCode && statusCode < 500)
    return new Problem(statusCode, (code ?? 'not-understood').toLowerCase(), message ?? 'Not understood');
  // PostgreSQL: a value no column takes (22…), such as a NUL in a text, is the caller's.
  if (code?.startsWith('22') && code.length === 5)
    return malformed('not-understood', 'A value holds characters or numbers that cannot be kept', {
      why: '',
    });
  // A policy of the database said no where no route did: not for this actor, whoever forgot to ask.
  if (code === '42501') return forbidden('role-not-allowed', 'This is not yours to change', { action: '' });
  return new Problem(
    500,
    'unexpected',
    'Something went wrong on our side; nothing was changed. Try again, and quote the request id if it stays',
  );
}
