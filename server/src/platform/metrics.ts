import { createServer, type Server } from 'node:http';

import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

import type { Database } from './database.ts';

/**
 * Numbers for whoever runs the program, in the text format of Prometheus: durations by operation, jobs by state. No
 * names and no content, but enough to see how busy a CERT is: so they have a listener of their own, on this machine.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;

  constructor(database: Database) {
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'busbar_request_seconds',
      help: 'How long an operation took, by route and status',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers: [this.#registry],
    });
    const jobs = new Gauge({
      name: 'busbar_queue_messages',
      help: 'Messages of the job queue by kind and state',
      labelNames: ['kind', 'state'],
      registers: [this.#registry],
      async collect() {
        jobs.reset();
        const { rows } = await database.app.query<{ name: string; state: string; count: number }>(
          'select name, state::text, count(*) as count from queue.job group by 1, 2',
        );
        for (const { name, state, count } of rows) jobs.set({ kind: name, state }, count);
      },
    });
  }

  watch(app: FastifyInstance): void {
    app.addHook('onResponse', async (request, reply) => {
      const route = request.routeOptions.url ?? 'none';
      this.#requests.observe(
        { method: request.method, route, status: reply.statusCode },
        reply.elapsedTime / 1000,
      );
    });
  }

  listen(port: number): Server {
    const server = createServer((_request, reply) => {
      this.#registry.metrics().then(
        (text) => reply.setHeader('content-type', this.#registry.contentType).end(text),
        () => reply.writeHead(500).end(),
      );
    });
    return server.listen(port, '127.0.0.1');
  }
}
