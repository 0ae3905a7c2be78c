import { type MatchState, openMatchStates, type Warning } from '@busbar/contract';
import type { ReactNode } from 'react';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty, Severity, State, type Standing, Urgency } from '../../ui/badge.tsx';
import { useHere } from '../../ui/here.ts';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';

const standings: Record<MatchState, Standing> = {
  new: 'waiting',
  confirmed: 'running',
  planned: 'running',
  mitigated: 'running',
  fixed: 'running',
  verified: 'done',
  notAffected: 'stopped',
  riskAccepted: 'stopped',
  ended: 'stopped',
};

export function WarningState({ state }: { state: MatchState }) {
  const text = useText();
  return <State standing={standings[state]}>{text(`matchState.${state}`)}</State>;
}

/** What is open again was confirmed once before. */
export const moveLabel = (from: MatchState, to: MatchState) =>
  to === 'confirmed' && !openMatchStates.includes(from)
    ? ('matchMove.again' as const)
    : (`matchMove.${to}` as const);

const severities = { critical: 5, high: 4, medium: 3, low: 2, none: 1, unknown: 0 } as const;
const urgencies = { immediate: 4, 'out-of-cycle': 3, scheduled: 2, defer: 1 } as const;
const certainties = { exact: 3, likely: 2, unsure: 1 } as const;

/** What nobody has said of a warning that was worked out in this browser. */
const forPeople = new Set(['urgency', 'state', 'assignee', 'due', 'since']);

/** Each row says: device, advisory, why, how sure. */
export function WarningTable({
  warnings,
  total,
  empty,
  forAsset = false,
  paged = false,
  selection,
}: {
  warnings: readonly Warning[];
  total?: number | undefined;
  empty: ReactNode;
  /** The device is the page itself. */
  forAsset?: boolean;
  /** One page of a longer list. */
  paged?: boolean;
  selection?: { selected: ReadonlySet<string>; onChange: (selected: ReadonlySet<string>) => void };
}) {
  const text = useText();
  const format = useFormat();
  const here = useHere();
  const why = (warning: Warning) =>
    format.sentences(warning.because.map((told) => text.coded('because', told)));
  const columns: Column<Warning>[] = [
    {
      id: 'urgency',
      label: text('warning.urgency'),
      sort: ({ urgency }) => urgencies[urgency],
      number: false,
      words: ({ urgency }) => text(`urgency.${urgency}`),
      cell: ({ urgency }) => <Urgency level={urgency} />,
    },
    {
      id: 'advisory',
      label: text('warning.advisory'),
      sort: ({ advisory }) => advisory.title,
      words: ({ advisory }) =>
        `${advisory.title} ${advisory.trackingId} ${advisory.cves.join(' ')} ${advisory.publisher}`,
      cell: ({ advisory }) =>
        here?.advisory ? (
          <a href={here.advisory(advisory.id)} target="_blank" rel="noreferrer">
            {advisory.title}
          </a>
        ) : (
          advisory.title
        ),
      main: true,
    },
    {
      id: 'tracking',
      label: text('advisory.tracking'),
      sort: ({ advisory }) => advisory.trackingId,
      cell: ({ advisory }) => <code>{advisory.trackingId}</code>,
      spare: !here,
    },
    {
      id: 'asset',
      label: text('warning.asset'),
      sort: ({ asset }) => asset.name,
      words: ({ asset }) =>
        [asset.name, asset.vendor, asset.product, asset.model, asset.orderNumber, ...asset.addresses].join(
          ' ',
        ),
      cell: ({ asset }) => (
        <span>
          {asset.name}
          <br />
          <span className="soft">
            {[asset.vendor, asset.product ?? asset.model, asset.firmware].filter(Boolean).join(' ')}
          </span>
        </span>
      ),
    },
    {
      id: 'severity',
      label: text('severity'),
      sort: ({ advisory }) => advisory.score ?? severities[advisory.severity],
      number: false,
      words: ({ advisory }) => text(`severity.${advisory.severity}`),
      cell: ({ advisory }) => <Severity level={advisory.severity} score={advisory.score} />,
    },
    {
      id: 'certainty',
      label: text('certainty'),
      sort: ({ certainty }) => certainties[certainty],
      words: ({ certainty }) => text(`certainty.${certainty}`),
      cell: ({ certainty }) => <Certainty level={certainty} />,
    },
    {
      id: 'because',
      label: text('warning.because'),
      words: why,
      cell: (warning) => (
        <div>
          {why(warning)}
          {warning.lookUp.length > 0 && (
            <div className="soft">
              {text('warning.lookUp.short', { what: text.coded('lookUp', warning.lookUp[0]!) })}
            </div>
          )}
        </div>
      ),
    },
    {
      id: 'state',
      label: text('state'),
      sort: ({ state }) => state,
      words: ({ state }) => text(`matchState.${state}`),
      cell: ({ state }) => <WarningState state={state} />,
    },
    {
      id: 'assignee',
      label: text('warning.assignee'),
      sort: ({ assignee }) => assignee?.name ?? '',
      words: ({ assignee }) => assignee?.name ?? '',
      cell: ({ assignee }) => assignee?.name ?? '',
      spare: true,
    },
    {
      id: 'due',
      label: text('warning.due'),
      sort: ({ due }) => due ?? '9999',
      words: ({ due }) => due ?? '',
      cell: ({ due }) => due ?? '',
    },
    {
      id: 'since',
      label: text('warning.since'),
      sort: ({ since }) => since,
      words: () => '',
      cell: ({ since }) => <Time at={since} style="date" />,
      spare: true,
    },
  ];
  return (
    <DataTable
      name="warnings"
      caption={text('nav.warnings')}
      rows={warnings}
      total={total}
      columns={columns.filter(({ id }) => !(forAsset && id === 'asset') && !(here && forPeople.has(id)))}
      rowKey={({ id }) => id}
      {...(!here && { href: ({ id }: Warning) => `/warnings/${id}` })}
      paged={paged}
      filter={!paged && (!forAsset || warnings.length > 8)}
      {...(selection && { selection })}
      empty={empty}
    />
  );
}
