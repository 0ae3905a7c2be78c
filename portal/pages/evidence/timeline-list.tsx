import type { CaseObservation } from '@busbar/contract';
import { Link, useSearchParams } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { CertaintyMark, State as Ring, Tag } from '../../ui/badge.tsx';
import { Time } from '../../ui/time.tsx';
import { placeWords, whatWords } from './words.ts';

const standings = { suggested: 'waiting', accepted: 'done', rejected: 'stopped' } as const;

/** Rows of what was seen, in the order of their times. What is suggested and what is accepted cannot be mistaken. */
export function TimelineList({
  caseId,
  observations,
  choose = false,
}: {
  caseId: string;
  observations: readonly CaseObservation[];
  /** In a form: each row may be ticked. */
  choose?: boolean;
}) {
  const text = useText();
  const [query] = useSearchParams();
  return (
    <ol className="plain-list timeline">
      {observations.map((one) => (
        <li key={one.id} id={one.id} tabIndex={-1} className={`timeline-row timeline-${one.state}`}>
          {choose && (
            <input type="checkbox" name="ids" value={one.id} aria-label={whatWords(text, one.what)} />
          )}
          <div className="timeline-when">
            {(one.to && one.to !== one.from ? [one.from, one.to] : [one.from]).map((at, n) => (
              <div key={n}>
                {n > 0 && '– '}
                <Time
                  at={at}
                  style="short"
                  precise={one.precision === 'exact' || one.precision === 'second'}
                />
              </div>
            ))}
            <div className="soft small">
              {text(`precision.${one.precision}`)}
              {one.uncertainty > 0 && <> · {text('timeline.uncertain', { seconds: one.uncertainty })}</>}
              {one.shift !== 0 && one.from && <> · {text('timeline.shifted', { seconds: one.shift })}</>}
            </div>
          </div>
          <div className="stack stack-s">
            <div>
              <strong>{whatWords(text, one.what)}</strong>
              {one.count > 1 && <span className="soft"> × {one.count}</span>}
            </div>
            <div className="row small">
              <Ring standing={standings[one.state]}>{text(`observationState.${one.state}`)}</Ring>
              <Tag>{text(`observationKind.${one.kind}`)}</Tag>
              <CertaintyMark
                level={one.confidence}
                means={text(`observationCertainty.${one.confidence}.means`)}
              >
                {text(`observationCertainty.${one.confidence}`)}
              </CertaintyMark>
              {one.techniques.map(({ id, name }) => (
                <Link key={id} to={`/cases/${caseId}/timeline?state=${one.state}&technique=${id}`}>
                  <Tag>{`${id} ${name}`}</Tag>
                </Link>
              ))}
              {one.assets.map(({ id, name }) => (
                <Tag key={id}>{name}</Tag>
              ))}
              {one.otherAssets > 0 && (
                <span className="soft">{text('timeline.otherAssets', { count: one.otherAssets })}</span>
              )}
              <span className="soft">
                {one.source ? (
                  <Link to={`/cases/${caseId}/evidence/${one.source.evidence}`}>{placeWords(text, one)}</Link>
                ) : (
                  (one.by ?? '')
                )}
              </span>
              {choose && (
                <Link
                  data-open=""
                  to={`?${withRow(query, one.id)}#row`}
                  aria-current={query.get('row') === one.id}
                >
                  {text('timeline.row.open')}
                </Link>
              )}
            </div>
          </div>
        </li>
      ))}
    </ol>
  );
}

function withRow(query: URLSearchParams, id: string): URLSearchParams {
  const changed = new URLSearchParams(query);
  changed.set('row', id);
  return changed;
}
