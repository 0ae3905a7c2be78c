import { deliveryApi, mailApi, subscriptionApi, webhookApi } from '@busbar/contract';
import type { FastifyInstance } from 'fastify';

import { implement } from '../../platform/http.ts';
import type { DeliveryService } from './delivery-service.ts';
import type { SubscriptionService } from './subscription-service.ts';
import type { WebhookService } from './webhook-service.ts';

export const deliveryRoutes = (
  deliveries: DeliveryService,
  subscriptions: SubscriptionService,
  webhooks: WebhookService,
) => [
  ...implement(subscriptionApi, {
    list: (ask) => subscriptions.list(ask),
    add: (ask) => subscriptions.add(ask),
    change: (ask) => subscriptions.change(ask),
    end: (ask) => subscriptions.end(ask),
    request: (ask) => subscriptions.request(ask),
    byLink: (ask) => subscriptions.byLink(ask),
    confirm: (ask) => subscriptions.confirm(ask),
    changeByLink: (ask) => subscriptions.changeByLink(ask),
    endByLink: (ask) => subscriptions.endByLink(ask),
    setKey: (ask) => subscriptions.setKey(ask),
    removeKey: (ask) => subscriptions.removeKey(ask),
  }),
  ...implement(webhookApi, {
    list: (ask) => webhooks.list(ask),
    add: (ask) => webhooks.add(ask),
    change: (ask) => webhooks.change(ask),
    remove: (ask) => webhooks.remove(ask),
    test: (ask) => webhooks.test(ask),
  }),
  ...implement(deliveryApi, {
    ofRelease: (ask) => deliveries.ofRelease(ask),
    retry: (ask) => deliveries.retry(ask),
  }),
  ...implement(mailApi, {
    state: (ask) => deliveries.mailState(ask),
    test: (ask) => deliveries.testMail(ask),
  }),
];

/**
 * Where mail programs end a subscription by one POST of theirs (RFC 8058), with a form that says no more than that. Who
 * follows the link with a browser gets the page instead: to look at something ends nothing.
 */
export async function mountUnsubscribe(
  app: FastifyInstance,
  subscriptions: SubscriptionService,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: 4096 }, (_request, _body, done) =>
      done(null),
    );
    scope.post<{ Params: { token: string } }>('/unsubscribe/:token', async (request, reply) => {
      await subscriptions.oneClick(request.params.token);
      return reply
        .header('cache-control', 'no-store')
        .type('text/plain; charset=utf-8')
        .send('Unsubscribed.\n');
    });
    scope.get<{ Params: { token: string } }>('/unsubscribe/:token', async (request, reply) =>
      reply.redirect(`/subscriptions/${encodeURIComponent(request.params.token)}`, 303),
    );
  });
}
