import type { Difference } from '@busbar/contract';
import type { ReactNode } from 'react';

import { useFormat } from '../../i18n/format.ts';
import { type Text, useText } from '../../i18n/text.tsx';
import { CertaintyMark, Severity } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { PartyName } from './capture-conversations.tsx';
import { Params } from './capture-operations.tsx';
import { PacketLink } from './packet-link.tsx';

/** A detection, or a difference, which is told in the same words. */
type Told = Difference;

/** From `medium` on somebody has to look; the rest is there for whoever follows something up. */
export const isGrave = ({ severity }: Told) =>
  severity === 'critical' || severity === 'high' || severity === 'medium';

/** The grave ones in full, one by one; of the others those alike together, closed. */
export function DetectionList({ capture, items }: { capture: string; items: readonly Told[] }) {
  const text = useText();
  const grave = items.filter(isGrave);
  const lesser = items.filter((one) => !isGrave(one));
  return (
    <>
      {grave.length > 0 && (
        <ul className="plain-list detections">
          {grave.map((detection) => (
            <li key={keyOf(detection)} className={`detection detection-${detection.severity}`}>
              <DetectionHead detection={detection}>
                <h2 className="detection-title">{detection.title}</h2>
              </DetectionHead>
              <p className="detection-who">
                <Who detection={detection} />
              </p>
              <p className="soft small">
                <HowOften detection={detection} />
              </p>
              <Advice detection={detection} />
              <EvidenceOf capture={capture} detection={detection} open />
            </li>
          ))}
        </ul>
      )}
      {lesser.length > 0 && (
        <section className="stack stack-s">
          <h2 className="detection-lesser-title">{text('detections.lesser', { count: lesser.length })}</h2>
          {grave.length === 0 && <p className="soft">{text('detections.noGrave')}</p>}
          <ul className="plain-list detections-lesser">
            {alike(lesser).map((group) => (
              <li key={group[0]!.code}>
                <Lesser capture={capture} group={group} />
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function Lesser({ capture, group }: { capture: string; group: readonly Told[] }) {
  const text = useText();
  const format = useFormat();
  const [first] = group;
  return (
    <details className="detection-lesser">
      <summary>
        <Severity level={first!.severity} /> <span className="detection-lesser-name">{first!.title}</span>{' '}
        <span className="soft small">
          {group.length === 1 ? <Who detection={first!} plain /> : `× ${format.number(group.length)}`}
        </span>
      </summary>
      <div className="stack stack-s">
        <DetectionHead detection={first!} />
        <Advice detection={first!} />
        {group.length === 1 ? (
          <>
            <p className="soft small">
              <HowOften detection={first!} />
            </p>
            <EvidenceOf capture={capture} detection={first!} open />
          </>
        ) : (
          <SmallTable label={first!.title}>
            <tbody>
              {group.map((detection) => (
                <tr key={keyOf(detection)}>
                  <td>
                    <Who detection={detection} />
                  </td>
                  <td className="soft">{text('operations.times', { count: detection.count })}</td>
                  <td className="soft">
                    <Time at={detection.firstSeen} style="short" precise />
                  </td>
                  <td>
                    {detection.evidence[0] && (
                      <PacketLink
                        capture={capture}
                        packet={detection.evidence[0].at.packet}
                        at={detection.evidence[0].at}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </SmallTable>
        )}
      </div>
    </details>
  );
}

/** How grave, how sure, and which techniques. */
export function DetectionHead({
  detection,
  children,
}: {
  detection: Pick<Told, 'severity' | 'certainty' | 'techniques'>;
  children?: ReactNode;
}) {
  const { severity, certainty, techniques } = detection;
  return (
    <div className="detection-head">
      {children && <Severity level={severity} />}
      {children}
      <span className="tags">
        <HowSure level={certainty} />
        {techniques.map(({ id, name }) => (
          <span key={id} className="tag" title={name}>
            {id} {name}
          </span>
        ))}
      </span>
    </div>
  );
}

export function HowSure({ level }: { level: Told['certainty'] }) {
  const text = useText();
  return (
    <CertaintyMark level={level} means={text(`detections.certainty.${level}.means`)}>
      {text(`detections.certainty.${level}`)}
    </CertaintyMark>
  );
}

/** Who did it to whom; where that were several, it says so. In a summary no links: one link leads one way only. */
export function Who({ detection: { source, target }, plain = false }: { detection: Told; plain?: boolean }) {
  const text = useText();
  const name = (party: Told['source']) => {
    if (!party) return <span className="soft">{text('detections.several')}</span>;
    return plain ? party.name || party.address : <PartyName party={party} />;
  };
  if (!source || !target) return name(source ?? target);
  return (
    <>
      {name(source)} <Icon name="arrowRight" size={13} />{' '}
      <span className="hidden-words">{text('operations.to')}</span>
      {name(target)}
    </>
  );
}

function HowOften({ detection }: { detection: Told }) {
  const text = useText();
  const { count, refused, firstSeen, lastSeen } = detection;
  const words = paramsOf(detection, text);
  return (
    <>
      {text('operations.times', { count })}
      {refused > 0 && `, ${text('operations.refused', { count: refused })}`} · <Time at={firstSeen} precise />
      {lastSeen !== firstSeen && (
        <>
          {' '}
          – <Time at={lastSeen} style="short" precise />
        </>
      )}
      {words && (
        <>
          {' · '}
          <code>{words}</code>
        </>
      )}
    </>
  );
}

/** What to do stands first: whoever is alone at three in the morning reads no further than that. */
export function Advice({
  detection: { why, now, check },
}: {
  detection: Pick<Told, 'why' | 'now' | 'check'>;
}) {
  const text = useText();
  return (
    <dl className="detection-advice">
      {now && (
        <div className="detection-now">
          <dt>{text('detections.now')}</dt>
          <dd>{now}</dd>
        </div>
      )}
      {why && (
        <div>
          <dt>{text('detections.why')}</dt>
          <dd>{why}</dd>
        </div>
      )}
      {check && (
        <div>
          <dt>{text('detections.check')}</dt>
          <dd>{check}</dd>
        </div>
      )}
    </dl>
  );
}

const MOST_OPEN = 4;

function EvidenceOf({
  capture,
  detection: { evidence },
  open,
}: {
  capture: string;
  detection: Told;
  open: boolean;
}) {
  const text = useText();
  if (evidence.length === 0) return <p className="soft small">{text('detections.vanished')}</p>;
  return (
    <details className="more" open={open && evidence.length <= MOST_OPEN}>
      <summary>{text('detections.evidence', { count: evidence.length })}</summary>
      <ol className="evidence">
        {evidence.map(({ step, what, refused, at }) => (
          <li key={`${step}-${at.packet}-${at.pieces[0]?.[0]}-${what.text}`}>
            {step !== null && <span className="soft nowrap">{text('detections.step', { step })}</span>}
            <PacketLink capture={capture} packet={at.packet} at={at} />
            <span className="evidence-words">
              {evidenceWords(what, text)}
              {refused && (
                <span className="alarm-words">
                  {' · '}
                  {text('operations.refusedBecause', { why: text.coded('refusal', refused) })}
                </span>
              )}{' '}
              <span className="soft">{what.code && <Params told={what} />}</span>
            </span>
            <span className="soft nowrap">
              <Time at={at.time / 1000} style="short" precise />
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** An operation, an anomaly, or plainly what was seen. */
export function evidenceWords(what: Told['evidence'][number]['what'], text: Text): string {
  const prefix = text.has(`operation.${what.code}`) ? 'operation' : 'anomaly';
  return text.coded(prefix, what);
}

/** What was counted, or how it differs. What stands on the card already is left out. */
function paramsOf({ params, evidence }: Told, text: Text): string {
  return Object.entries(params)
    .filter(([name, value]) => value !== '' && !(name === 'operation' && evidence.length > 0))
    .slice(0, 6)
    .map(([name, value]) => `${text.coded('param', { code: name })} ${said(name, value, text)}`)
    .join(' · ');
}

function said(name: string, value: string | number | boolean, text: Text): string {
  if (name === 'role') return text.coded('role.asset', { code: String(value) });
  return String(value);
}

function alike(items: readonly Told[]): Told[][] {
  return [...Map.groupBy(items, ({ code }) => code).values()];
}

/** Of differences none has an id; between the same two one code may tell several things. */
function keyOf({ code, source, target, firstSeen, params }: Told): string {
  return [code, source?.address, target?.address, firstSeen, JSON.stringify(params)].join(' ');
}
