import { apis, type Delivery, DeliveryState } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager, pageRows, usePaged } from '../../ui/pager.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, signedIn, words } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/deliveries';

export async function loader({ request, context, params }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const read = reader(context, request);
  const asked = new URL(request.url).searchParams.get('state');
  const state = DeliveryState.options.find((one) => one === asked);
  const [release, found] = await Promise.all([
    read(apis.releases.get, { params }),
    read(apis.deliveries.ofRelease, {
      params,
      query: { ...place(request), ...(state && { state }), limit: pageRows },
    }),
  ]);
  const { id, ref, title } = release;
  return { release: { id, ref, title }, state, ...found, owner: acting?.organisation.name ?? '' };
}

export async function action({ request, context, params }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const only = words(await request.formData(), 'delivery');
  return attempt(() =>
    call(apis.deliveries.retry, { params, body: only.length > 0 ? { deliveries: only } : {} }),
  );
}

const standings = {
  queued: 'waiting',
  sent: 'done',
  failed: 'running',
  givenUp: 'failed',
  withdrawn: 'stopped',
} as const;

/** Who was told of a release, when and how, and who was not reached. */
export default function Deliveries({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { release, state, items, next, counts, finding, owner } = loaderData;
  const busy = useNavigation().state === 'submitting';
  const paged = usePaged(next);
  const { words: wordColumn } = useColumns();
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const retryable = (counts.failed ?? 0) + (counts.givenUp ?? 0);
  const columns: Column<Delivery>[] = [
    wordColumn('recipient', text('delivery.recipient'), ({ recipient }) => recipient),
    wordColumn(
      'organisation',
      text('delivery.organisation'),
      ({ organisation, channel }) => organisation ?? (channel === 'mail' ? text('delivery.public') : ''),
    ),
    wordColumn('kind', text('delivery.what'), ({ kind }) => text(`deliveryKind.${kind}`)),
    {
      id: 'state',
      label: text('state'),
      sort: ({ state: one }) => one,
      cell: (one) => (
        <>
          <State standing={standings[one.state]}>{text(`deliveryState.${one.state}`)}</State>
          {one.reason && (
            <>
              <br />
              <span className="small">{text.coded('problem', one.reason)}</span>
            </>
          )}
        </>
      ),
    },
    wordColumn('form', text('delivery.form'), ({ form, channel }) =>
      form
        ? `${text(`deliveryChannel.${channel}`)}, ${text(`deliveryForm.${form}`)}`
        : text(`deliveryChannel.${channel}`),
    ),
    {
      id: 'when',
      label: text('delivery.when'),
      sort: ({ sentAt, nextAt }) => sentAt ?? nextAt ?? '',
      cell: ({ sentAt, nextAt, attempts }) =>
        sentAt ? (
          <Time at={sentAt} style="short" />
        ) : nextAt && attempts > 0 ? (
          <span className="soft">
            {text('delivery.again')} <Time at={nextAt} style="short" />
          </span>
        ) : null,
    },
  ];
  return (
    <Page
      title={text('deliveries')}
      lead={release.title}
      seen={{ scope: 'own', owner }}
      help={text('deliveries.help')}
      crumbs={
        <>
          <Link to="/releases?view=closed">{text('releases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/releases/${release.id}`} className="mono">
            {release.ref}
          </Link>
        </>
      }
      actions={
        retryable > 0 && (
          <Form method="post">
            <ConfirmButton
              kind="plain"
              busy={busy}
              question={text('deliveries.retry.question', { count: retryable })}
              consequence={text('deliveries.retry.consequence')}
              confirm={text('deliveries.retry')}
            >
              {text('deliveries.retry')}
            </ConfirmButton>
          </Form>
        )
      }
    >
      <RefusalNotice answer={actionData} />
      {actionData?.done && (
        <Notice kind="good" live title={text('deliveries.retried', { count: actionData.done.queued })} />
      )}
      {finding && <Notice title={text('deliveries.finding')} />}
      <Tabs
        label={text('state')}
        tabs={[
          { label: `${text('deliveries.all')} (${all})`, to: '?', current: state === undefined },
          ...DeliveryState.options.map((one) => ({
            label: `${text(`deliveryState.${one}`)} (${counts[one] ?? 0})`,
            to: `?state=${one}`,
            current: one === state,
          })),
        ]}
      />
      {(paged || all > 20) && <LongSearch label={text('deliveries.search')} />}
      <DataTable
        name="deliveries"
        caption={text('deliveries')}
        rows={items}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <Empty title={text(all === 0 ? 'deliveries.none' : 'deliveries.none.so')}>
            {text('deliveries.none.why')}
          </Empty>
        }
      />
      <Pager next={next} />
    </Page>
  );
}
