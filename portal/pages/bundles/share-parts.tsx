import { type BundledShare, Gravity } from '@busbar/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty, CertaintyMark, Severity } from '../../ui/badge.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { useAssetColumns } from '../assets/asset-columns.tsx';

type Report = BundledShare['report'];

/** What somebody ticked of a capture, with what its reader is told of its packets. */
export function SharedContent({ report, children }: { report: Report; children: ReactNode }) {
  return (
    <>
      <Names pseudonyms={report.pseudonyms} />
      {children}
      <Devices devices={report.devices} />
      <Findings findings={report.findings} />
      <Warnings warnings={report.warnings} />
      <About report={report} />
    </>
  );
}

/** What was replaced, so that nobody looks for a device by an address that nobody has. */
function Names({ pseudonyms }: Pick<Report, 'pseudonyms'>) {
  const text = useText();
  if (!pseudonyms)
    return (
      <Notice kind="note" title={text('shared.plain')}>
        {text('shared.plain.what')}
      </Notice>
    );
  return (
    <Notice kind="note" title={text('shared.pseudonyms')}>
      <ul className="points">
        <li>{text('shared.pseudonyms.what')}</li>
        <li>{text(pseudonyms.vendors ? 'shared.vendors.kept' : 'shared.vendors.hidden')}</li>
        <li>{text(pseudonyms.times ? 'shared.times.moved' : 'shared.times.kept')}</li>
      </ul>
    </Notice>
  );
}

export function Packets({ slice, capture }: Pick<Report, 'slice'> & { capture: string | null }) {
  const text = useText();
  if (!slice) return <p className="soft">{text('shared.noPackets')}</p>;
  return (
    <section className="stack stack-s" aria-labelledby="packets">
      <h2 id="packets">{text('shared.packets')}</h2>
      {capture ? (
        <p>
          <Link to={`/captures/${capture}`}>{text('shared.packets.open')}</Link>
        </p>
      ) : (
        <Notice kind="warn" title={text('shared.packets.missing')}>
          {text('shared.packets.missing.why')}
        </Notice>
      )}
      <PacketFigures slice={slice} />
    </section>
  );
}

export function PacketFigures({ slice }: { slice: NonNullable<Report['slice']> }) {
  const text = useText();
  const format = useFormat();
  return (
    <dl className="facts">
      <dt>{text('share.figure.packets')}</dt>
      <dd>
        {text('share.figure.of', { written: format.number(slice.packets), read: format.number(slice.of) })}
      </dd>
      <dt>{text('share.figure.size')}</dt>
      <dd>{format.bytes(slice.bytes)}</dd>
      <dt>{text('share.figure.replaced')}</dt>
      <dd>{format.number(slice.replaced)}</dd>
      <dt>{text('share.figure.zeroed')}</dt>
      <dd>{format.number(slice.zeroed)}</dd>
      <dt>{text('shared.cut')}</dt>
      <dd>{format.number(slice.cut)}</dd>
    </dl>
  );
}

/** Rows that came without an id of their own are told apart by their place. */
const placed = <Row,>(rows: readonly Row[]) => rows.map((row, place) => ({ ...row, place }));
const byPlace = ({ place }: { place: number }) => String(place);

function Devices({ devices }: Pick<Report, 'devices'>) {
  const text = useText();
  const known = useAssetColumns();
  const { count, time } = useColumns();
  type Row = Report['devices'][number] & { place: number };
  const columns: Column<Row>[] = [
    known.name,
    known.address,
    known.role,
    known.vendor,
    known.product,
    known.orderNumber,
    known.firmware,
    known.serial,
    known.certainty,
    known.protocols,
    known.level,
    count('packets', text('asset.packets'), ({ packets }) => packets),
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, { style: 'short', spare: true }),
    time('last', text('asset.lastSeen'), ({ lastSeen }) => lastSeen, { style: 'short', spare: true }),
  ];
  return (
    <section className="stack stack-s" aria-labelledby="devices">
      <h2 id="devices">{text('capture.devices')}</h2>
      <DataTable
        name="devices"
        caption={text('capture.devices')}
        rows={placed(devices)}
        columns={columns}
        rowKey={byPlace}
        empty={<Empty title={text('shared.devices.none')}>{text('shared.none.why')}</Empty>}
      />
    </section>
  );
}

function Findings({ findings }: Pick<Report, 'findings'>) {
  const text = useText();
  const { words, count, time } = useColumns();
  type Row = Report['findings'][number] & { place: number };
  const who = (party: Row['source']) => party && [party.name, party.address].filter(Boolean).join(' ');
  const columns: Column<Row>[] = [
    {
      id: 'severity',
      label: text('severity'),
      sort: ({ severity }) => Gravity.options.indexOf(severity),
      words: ({ severity }) => text(`severity.${severity}`),
      cell: ({ severity }) => <Severity level={severity} />,
    },
    { ...words<Row>('title', text('shared.finding'), ({ title }) => title), main: true },
    words('source', text('conversation.from'), ({ source }) => who(source)),
    words('target', text('conversation.to'), ({ target }) => who(target)),
    {
      id: 'certainty',
      label: text('certainty'),
      sort: ({ certainty }) => certainty,
      words: ({ certainty }) => text(`detections.certainty.${certainty}`),
      cell: ({ certainty }) => (
        <CertaintyMark level={certainty} means={text(`detections.certainty.${certainty}.means`)}>
          {text(`detections.certainty.${certainty}`)}
        </CertaintyMark>
      ),
    },
    count('count', text('shared.count'), ({ count: times }) => times),
    words('techniques', text('operations.techniques'), ({ techniques }) => techniques.join(', ')),
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, { style: 'short' }),
    time('last', text('asset.lastSeen'), ({ lastSeen }) => lastSeen, { style: 'short', spare: true }),
  ];
  return (
    <section className="stack stack-s" aria-labelledby="findings">
      <h2 id="findings">{text('capture.detections')}</h2>
      <DataTable
        name="findings"
        caption={text('capture.detections')}
        rows={placed(findings)}
        columns={columns}
        rowKey={byPlace}
        order="severity"
        empty={<Empty title={text('share.findings.none')}>{text('shared.none.why')}</Empty>}
      />
    </section>
  );
}

function Warnings({ warnings }: Pick<Report, 'warnings'>) {
  const text = useText();
  const { words, code } = useColumns();
  type Row = Report['warnings'][number] & { place: number };
  const columns: Column<Row>[] = [
    words('device', text('warning.asset'), ({ device }) =>
      [device.name, device.address].filter(Boolean).join(' '),
    ),
    { ...words<Row>('title', text('warning.advisory'), ({ advisory }) => advisory.title), main: true },
    code('advisory', text('shared.number'), ({ advisory }) => advisory.trackingId),
    words('product', text('asset.product'), ({ product }) => product),
    {
      id: 'certainty',
      label: text('certainty'),
      sort: ({ certainty }) => certainty,
      words: ({ certainty }) => text(`certainty.${certainty}`),
      cell: ({ certainty }) => <Certainty level={certainty} />,
    },
    words('cves', 'CVE', ({ advisory }) => advisory.cves.join(', '), { spare: true }),
  ];
  return (
    <section className="stack stack-s" aria-labelledby="warnings">
      <h2 id="warnings">{text('nav.warnings')}</h2>
      <DataTable
        name="warnings"
        caption={text('nav.warnings')}
        rows={placed(warnings)}
        columns={columns}
        rowKey={byPlace}
        empty={<Empty title={text('shared.warnings.none')}>{text('shared.warnings.none.why')}</Empty>}
      />
    </section>
  );
}

function About({ report: { capture, engine, madeAt } }: { report: Report }) {
  const text = useText();
  const format = useFormat();
  return (
    <section className="stack stack-s" aria-labelledby="about">
      <h2 id="about">{text('shared.about')}</h2>
      <dl className="facts">
        <dt>{text('shared.capture')}</dt>
        <dd>{capture.name ?? text('shared.capture.unnamed')}</dd>
        <dt>{text('asset.packets')}</dt>
        <dd>{format.number(capture.packets)}</dd>
        <dt>{text('asset.firstSeen')}</dt>
        <dd>
          <Time at={capture.firstSeen} />
        </dd>
        <dt>{text('asset.lastSeen')}</dt>
        <dd>
          <Time at={capture.lastSeen} />
        </dd>
        <dt>{text('bundle.madeAt')}</dt>
        <dd>
          <Time at={madeAt} />
        </dd>
        <dt>{text('kit.version')}</dt>
        <dd>{engine}</dd>
      </dl>
    </section>
  );
}
