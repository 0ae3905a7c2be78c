import type { Claim, Fact, VulnerabilityPage } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, Tlp } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { useFactWords, verdictStanding } from './fact-words.ts';

/** Columns of their own; what still others say stands in one more. */
const mostColumns = 5;

/** Facts down, sources across, what the CERT says at the end. Where sources disagree, colour and words say so. */
export function Board({
  vulnerability: { ref, sourceList, facts },
  decide,
}: {
  vulnerability: VulnerabilityPage;
  /** For those who decide. */
  decide: boolean;
}) {
  const text = useText();
  const words = useFactWords();
  const publishers = publishersOf(sourceList, facts);
  const columns = publishers.slice(0, mostColumns);
  const others = new Set(publishers.slice(mostColumns));
  return (
    <SmallTable narrow label={text('board')}>
      <thead>
        <tr>
          <th scope="col">{text('board.fact')}</th>
          {columns.map((publisher) => (
            <th scope="col" key={publisher}>
              {publisher}
            </th>
          ))}
          {others.size > 0 && <th scope="col">{text('board.others', { count: others.size })}</th>}
          <th scope="col">{text('board.ours')}</th>
        </tr>
      </thead>
      <tbody className="board">
        {facts.map((fact) => (
          <tr key={fact.key} className={fact.agreement === 'disagree' ? 'board-differs' : undefined}>
            <th scope="row">
              <div>{words.name(fact)}</div>
              {fact.subject && <div className="board-subject">{fact.subject}</div>}
              {fact.agreement === 'unclear' && <div className="soft small">{text('agreement.unclear')}</div>}
              {fact.agreement === 'disagree' && (
                <div className="with-icon board-mark">
                  <Icon name="alarm" size={13} /> {text('agreement.disagree')}
                </div>
              )}
            </th>
            {columns.map((publisher) => (
              <td key={publisher} data-label={publisher}>
                <Said fact={fact} claims={fact.claims.filter((claim) => claim.publisher === publisher)} />
              </td>
            ))}
            {others.size > 0 && (
              <td data-label={text('board.others', { count: others.size })}>
                <Said
                  fact={fact}
                  claims={fact.claims.filter(({ publisher }) => others.has(publisher))}
                  named
                />
              </td>
            )}
            <td className="board-ours" data-label={text('board.ours')}>
              <Ours fact={fact} vulnerability={ref} decide={decide} />
            </td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function Said({ fact, claims, named = false }: { fact: Fact; claims: readonly Claim[]; named?: boolean }) {
  const text = useText();
  const words = useFactWords();
  if (claims.length === 0) return <span className="faint">–</span>;
  return claims.map((claim) => (
    <details className="board-said" key={claim.id}>
      <summary>
        {named && <span className="soft">{claim.publisher}: </span>}
        <span className={isProse(fact) ? undefined : 'board-value'}>
          {shortened(words.value(fact, claim.value))}
        </span>
        {fact.verdict?.corrects === claim.id && fact.ours && (
          <span className="tag">{text('claim.corrected')}</span>
        )}
      </summary>
      <div className="stack stack-s board-quote">
        <blockquote>{claim.quote}</blockquote>
        {claim.pointer && <code className="small">{claim.pointer}</code>}
        <span className="soft small">
          {text('claim.retrieved', { version: claim.version })} <Time at={claim.retrievedAt} />
        </span>
        <span className="row small">
          {text(`verification.${claim.verification}`)}{' '}
          {claim.label !== 'CLEAR' && <Tlp label={claim.label} />}
        </span>
      </div>
    </details>
  ));
}

const isProse = ({ kind }: Fact) => kind === 'remedy' || kind === 'mitigation';

/** The whole of it stands below, in the words of the source. */
const shortened = (words: string) => (words.length > 160 ? `${words.slice(0, 150).toWellFormed()}…` : words);

/** What the CERT says, or what is still to be done until it says something. */
function Ours({ fact, vulnerability, decide }: { fact: Fact; vulnerability: string; decide: boolean }) {
  const text = useText();
  const words = useFactWords();
  const { ours, verdict } = fact;
  const open = verdict?.state === 'waiting' || verdict?.state === 'disputed';
  return (
    <div className="stack stack-s">
      {ours && (
        <div>
          <strong className="board-value">{words.value(fact, ours.value)}</strong>
          <div className="soft small">
            {text('ours.checks', { count: ours.checks })}, <Time at={ours.at} style="date" />
          </div>
          <div className="soft small">{text(`verification.${ours.verification}`)}</div>
          {fact.changedSince && (
            <div className="with-icon small board-mark">
              <Icon name="clock" size={13} /> {text('ours.changedSince')}
            </div>
          )}
        </div>
      )}
      {decide && open && (
        <Link to={`/verdicts/${verdict.id}`}>
          <State standing={verdictStanding[verdict.state]}>
            {text(
              verdict.state === 'disputed'
                ? 'verdict.disputed.short'
                : verdict.mine
                  ? 'verdict.waiting.mine'
                  : 'verdict.waiting.forYou',
            )}
          </State>
        </Link>
      )}
      {decide && !open && (
        <Link
          to={`/vulnerabilities/${vulnerability}/decide?fact=${encodeURIComponent(fact.key)}`}
          className="small"
        >
          {text(ours ? 'verdict.again' : 'verdict.give')}
          <span className="hidden-words"> {words.full(fact)}</span>
        </Link>
      )}
      {!ours && !decide && <span className="faint">–</span>}
    </div>
  );
}

/** The vendor first, whoever only repeats last. */
function publishersOf(sources: VulnerabilityPage['sourceList'], facts: readonly Fact[]): string[] {
  const order = ['vendor', 'coordinator', 'discoverer', 'catalogue', 'other'];
  const known = sources
    .toSorted((a, b) => order.indexOf(a.publisherKind) - order.indexOf(b.publisherKind))
    .map(({ publisher }) => publisher);
  const speaking = new Set(facts.flatMap(({ claims }) => claims.map(({ publisher }) => publisher)));
  return [...new Set([...known.filter((one) => speaking.has(one)), ...speaking])];
}
