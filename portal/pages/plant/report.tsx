import {
  apis,
  type Detection,
  type Device,
  type Difference,
  type Operation,
  type Warning,
} from '@busbar/contract';
import { Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty, Severity, Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { useHere } from '../../ui/here.ts';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert, useVisitor } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time, useClock } from '../../ui/time.tsx';
import { all, type Asking, asking, attempt } from '../calls.ts';
import type { Route } from './+types/report';
import { CaptureSentence } from './capture-sentence.tsx';
import { evidenceWords, HowSure, isGrave, Who } from './detection-list.tsx';

const most = 400;

export async function ask({ read, call, params, language }: Asking) {
  const { id } = params;
  const query = (after: string | undefined) => ({ limit: 200, ...(after && { after }) });
  const [capture, detections, devices, operations, warnings, compared] = await Promise.all([
    read(apis.captures.get, { params: { id } }),
    all(
      (after) => read(apis.observations.detections, { params: { id }, query: { ...query(after), language } }),
      most,
    ),
    all((after) => read(apis.captures.devices, { params: { id }, query: query(after) }), most),
    all(
      (after) =>
        read(apis.captures.operations, { params: { id }, query: { ...query(after), dangerous: 'true' } }),
      most,
    ),
    all((after) => read(apis.warnings.list, { query: { ...query(after), capture: id } }), most),
    // What cannot be compared now leaves all the rest on paper.
    attempt(async () => {
      let learnt = 0;
      const found = await all(async (after) => {
        const page = await call(apis.baselines.differences, {
          params: { id },
          query: { ...query(after), language },
        });
        learnt = page.learnt;
        return page;
      }, most);
      return { ...found, learnt };
    }),
  ]);
  return { capture, detections, devices, operations, warnings, compared };
}

export const loader = asking(ask);

/** For paper: what a shift supervisor or an auditor is handed. Everything on it says where it comes from. */
export default function Report({
  loaderData: { capture, detections, devices, operations, warnings, compared },
}: Route.ComponentProps) {
  const text = useText();
  const cert = useCert();
  const here = useHere();
  const { me } = useVisitor();
  const { now } = useClock();
  return (
    <Page
      title={text('report.title', { capture: capture.name })}
      heading={text('report.heading')}
      seen={capture.visibility}
      lead={<CaptureSentence capture={capture} />}
      crumbs={
        <>
          {here && (
            <>
              <Link to="/">{text('here')}</Link> <Icon name="chevronRight" size={12} />{' '}
            </>
          )}
          <Link to={`/captures/${capture.id}`}>{capture.name}</Link>
        </>
      }
      actions={
        <>
          <Button kind="main" icon="print" onClick={() => window.print()}>
            {text('report.print')}
          </Button>
          {here && <here.SavePage name={`${capture.name}.html`} />}
        </>
      }
    >
      <article className="report">
        <div className="report-head">
          {!here && <Tlp label={capture.visibility.label} />}
          <dl className="facts">
            <dt>{text('report.capture')}</dt>
            <dd>{capture.name}</dd>
            {!here && (
              <>
                <dt>{text('site')}</dt>
                <dd>
                  {capture.site.name}, {capture.visibility.owner}
                </dd>
              </>
            )}
            <dt>{text('capture.span')}</dt>
            <dd>
              <Time at={capture.summary?.firstSeen} precise /> –{' '}
              <Time at={capture.summary?.lastSeen} precise />
            </dd>
            <dt>{text('capture.hash')}</dt>
            <dd>
              <code>{capture.evidence.sha256 ?? '–'}</code>
            </dd>
            <dt>{text('capture.engine')}</dt>
            <dd>{capture.engine}</dd>
            <dt>{text('report.made')}</dt>
            <dd>
              <Time at={now} /> {me?.person?.name}
              {cert && !here && `, ${cert.name}`}
            </dd>
          </dl>
        </div>
        {capture.summary?.problems.map((problem, place) => (
          <p key={`${problem.code}-${place}`} className="row">
            <Icon name="alarm" /> {text.coded('captureProblem', problem)}
          </p>
        ))}
        {compared.refused && (
          <section>
            <h2>{text('capture.unusual')}</h2>
            <p>{text.coded('problem', compared.refused)}</p>
          </section>
        )}
        {compared.done && compared.done.learnt > 0 && (
          <section>
            <h2>
              {text('report.differences', { count: compared.done.total ?? compared.done.items.length })}
            </h2>
            <p>{text('unusual.learnt', { count: compared.done.learnt })}</p>
            {compared.done.items.length === 0 ? (
              <p>{text('unusual.none.why')}</p>
            ) : (
              <Differences items={compared.done.items} />
            )}
          </section>
        )}
        <section>
          <h2>{text('report.detections', { count: detections.total ?? detections.items.length })}</h2>
          {capture.summary?.detections === null ? (
            <p>{text('detections.before.why')}</p>
          ) : (
            <Detections items={detections.items} />
          )}
        </section>
        <section>
          <h2>{text('report.operations', { count: operations.total ?? operations.items.length })}</h2>
          {operations.items.length === 0 ? (
            <p>{text('operations.none.why')}</p>
          ) : (
            <Operations items={operations.items} />
          )}
        </section>
        <section>
          <h2>{text('report.warnings', { count: warnings.total ?? warnings.items.length })}</h2>
          {warnings.items.length === 0 ? (
            <p>{text('warnings.none.why')}</p>
          ) : (
            <Warnings items={warnings.items} />
          )}
        </section>
        <section>
          <h2>{text('report.devices', { count: devices.total ?? devices.items.length })}</h2>
          <Devices items={devices.items} />
        </section>
        {(compared.done?.more || detections.more || devices.more || operations.more || warnings.more) && (
          <p className="soft">{text('report.cut', { most })}</p>
        )}
        <section>
          <h2>{text('report.certainty')}</h2>
          <dl className="facts">
            {(['stated', 'inferred', 'guessed', 'exact', 'likely', 'unsure'] as const).map((level) => (
              <div key={level} className="contents">
                <dt>
                  <Certainty level={level} />
                </dt>
                <dd>{text(`certainty.${level}.means`)}</dd>
              </div>
            ))}
          </dl>
        </section>
      </article>
    </Page>
  );
}

/** The grave ones with what to do; of the rest how many there are. */
function Detections({ items }: { items: readonly Detection[] }) {
  const text = useText();
  const format = useFormat();
  const grave = items.filter(isGrave);
  const lesser = items.length - grave.length;
  if (items.length === 0) return <p>{text('detections.none.why')}</p>;
  return (
    <>
      {grave.map((detection) => (
        <section key={detection.id} className="report-detection">
          <h3>
            <Severity level={detection.severity} /> {detection.title}
          </h3>
          <p>
            <Who detection={detection} plain /> · {text('operations.times', { count: detection.count })} ·{' '}
            <Time at={detection.firstSeen} precise /> – <Time at={detection.lastSeen} style="short" precise />
          </p>
          <p>
            <strong>{text('detections.now')}:</strong> {detection.now}
          </p>
          <p>
            <strong>{text('detections.why')}:</strong> {detection.why}
          </p>
          {detection.check && (
            <p>
              <strong>{text('detections.check')}:</strong> {detection.check}
            </p>
          )}
          <p className="small">
            <HowSure level={detection.certainty} /> ·{' '}
            {detection.techniques.map(({ id, name }) => `${id} ${name}`).join(', ')}
          </p>
          <ul className="plain-list small">
            {detection.evidence.map(({ step, what, at }) => (
              <li key={`${step}-${at.packet}-${at.pieces[0]?.[0]}`}>
                {text('packet', { number: format.number(at.packet) })}: {evidenceWords(what, text)}
              </li>
            ))}
          </ul>
        </section>
      ))}
      {lesser > 0 && <p>{text('report.lesser', { count: lesser })}</p>}
    </>
  );
}

/** All of them in a line each: whoever asked for what is unusual wants to see it, however small. */
function Differences({ items }: { items: readonly Difference[] }) {
  const text = useText();
  return (
    <SmallTable label={text('report.differences', { count: items.length })}>
      <thead>
        <tr>
          <th scope="col">{text('severity')}</th>
          <th scope="col">{text('operations.what')}</th>
          <th scope="col">{text('conversation.from')}</th>
          <th scope="col">{text('conversation.to')}</th>
          <HowOftenHeads />
        </tr>
      </thead>
      <tbody>
        {items.map((difference, place) => (
          <tr key={place}>
            <td>
              <Severity level={difference.severity} />
            </td>
            <td>
              {difference.title}
              {difference.evidence[0] && (
                <>
                  <br />
                  <span className="soft">{evidenceWords(difference.evidence[0].what, text)}</span>
                </>
              )}
            </td>
            {[difference.source, difference.target].map((party, end) => (
              <td key={end}>{party && (party.name || party.address)}</td>
            ))}
            <HowOften of={difference} packet={difference.evidence[0]?.at.packet} />
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

/** The last columns of what was seen more than once. */
function HowOftenHeads() {
  const text = useText();
  return (
    <>
      <th scope="col" className="number">
        {text('problems.count')}
      </th>
      <th scope="col">{text('operations.first')}</th>
      <th scope="col">{text('operations.packet')}</th>
    </>
  );
}

function HowOften({
  of: { count, firstSeen },
  packet,
}: {
  of: Pick<Operation, 'count' | 'firstSeen'>;
  packet: number | undefined;
}) {
  const format = useFormat();
  return (
    <>
      <td className="number">{format.number(count)}</td>
      <td>
        <Time at={firstSeen} style="short" precise />
      </td>
      <td>{packet}</td>
    </>
  );
}

function Operations({ items }: { items: readonly Operation[] }) {
  const text = useText();
  return (
    <SmallTable label={text('report.operations', { count: items.length })}>
      <thead>
        <tr>
          <th scope="col">{text('operations.what')}</th>
          <th scope="col">{text('conversation.from')}</th>
          <th scope="col">{text('conversation.to')}</th>
          <th scope="col">{text('operations.techniques')}</th>
          <HowOftenHeads />
        </tr>
      </thead>
      <tbody>
        {items.map((operation) => (
          <tr key={operation.id}>
            <td>{text.coded('operation', operation.what)}</td>
            <td>{operation.source.name || operation.source.address}</td>
            <td>{operation.target.name || operation.target.address}</td>
            <td>{operation.techniques.map(({ id }) => id).join(' ')}</td>
            <HowOften of={operation} packet={operation.samples[0]?.at.packet} />
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function Warnings({ items }: { items: readonly Warning[] }) {
  const text = useText();
  const format = useFormat();
  return (
    <SmallTable label={text('report.warnings', { count: items.length })}>
      <thead>
        <tr>
          <th scope="col">{text('warning.asset')}</th>
          <th scope="col">{text('warning.advisory')}</th>
          <th scope="col">{text('severity')}</th>
          <th scope="col">{text('certainty')}</th>
          <th scope="col">{text('warning.because')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((warning) => (
          <tr key={warning.id}>
            <td>{warning.asset.name}</td>
            <td>
              {warning.advisory.trackingId}
              <br />
              {warning.advisory.title}
            </td>
            <td>
              <Severity level={warning.advisory.severity} score={warning.advisory.score} />
            </td>
            <td>
              <Certainty level={warning.certainty} />
            </td>
            <td>{format.sentences(warning.because.map((told) => text.coded('because', told)))}</td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function Devices({ items }: { items: readonly Device[] }) {
  const text = useText();
  return (
    <SmallTable label={text('report.devices', { count: items.length })}>
      <thead>
        <tr>
          <th scope="col">{text('asset.name')}</th>
          <th scope="col">{text('asset.address')}</th>
          <th scope="col">{text('asset.role')}</th>
          <th scope="col">{text('asset.product')}</th>
          <th scope="col">{text('asset.firmware')}</th>
          <th scope="col">{text('certainty')}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((device) => (
          <tr key={device.asset}>
            <td>{device.name}</td>
            <td>
              <code>{device.addresses[0] ?? device.macs[0]}</code>
            </td>
            <td>{text(`role.asset.${device.role}`)}</td>
            <td>
              {[device.vendor, device.product ?? device.model, device.orderNumber].filter(Boolean).join(' ')}
            </td>
            <td>{device.firmware}</td>
            <td>{text(`certainty.${device.certainty}`)}</td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}
