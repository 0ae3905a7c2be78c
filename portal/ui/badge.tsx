import { useText } from '../i18n/text.tsx';
import { Icon, type IconName } from './icon.tsx';

export const tlpLabels = ['RED', 'AMBER+STRICT', 'AMBER', 'GREEN', 'CLEAR'] as const;
export type TlpLabel = (typeof tlpLabels)[number];

/** Exactly as FIRST's TLP 2.0 prints it: capitals, no space, its colour on black. The same in every language. */
export function Tlp({ label }: { label: TlpLabel }) {
  return (
    <span className={`tlp tlp-${label.split('+')[0]!.toLowerCase()}`} lang="en" translate="no">
      {`TLP:${label}`}
    </span>
  );
}

/** How soon to act (SSVC deployer outcome): a filled plate that points somewhere. */
export type UrgencyLevel = 'immediate' | 'out-of-cycle' | 'scheduled' | 'defer';
const urgencyIcons: Record<UrgencyLevel, IconName> = {
  immediate: 'alarm',
  'out-of-cycle': 'arrowUp',
  scheduled: 'calendar',
  defer: 'dash',
};
export function Urgency({ level }: { level: UrgencyLevel }) {
  const text = useText();
  return (
    <span className={`urgency urgency-${level}`}>
      <Icon name={urgencyIcons[level]} size={14} /> {text(`urgency.${level}`)}
    </span>
  );
}

/** How bad (CVSS qualitative scale, CVSS 4.0 §6): a meter of four steps, the word, the number. */
export type SeverityLevel = 'none' | 'info' | 'low' | 'medium' | 'high' | 'critical' | 'unknown';
const steps: Record<SeverityLevel, number> = {
  unknown: 0,
  none: 0,
  info: 0,
  low: 1,
  medium: 2,
  high: 3,
  critical: 4,
};
export function Severity({ level, score }: { level: SeverityLevel; score?: number | null | undefined }) {
  const text = useText();
  return (
    <span className={`severity severity-${level}`}>
      <svg width="19" height="12" viewBox="0 0 19 12" aria-hidden="true">
        {[0, 1, 2, 3].map((step) => (
          <rect
            key={step}
            className={step < steps[level] ? 'severity-on' : 'severity-off'}
            x={step * 5}
            y={9 - step * 3}
            width="4"
            height={3 + step * 3}
          />
        ))}
      </svg>
      {text(`severity.${level}`)}
      {typeof score === 'number' && <span className="severity-score">{score.toFixed(1)}</span>}
    </span>
  );
}

export function severityOf(score: number): SeverityLevel {
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

/** Where something stands in its process: a ring that fills, and plain words without a box. */
export type Standing = 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
export function State({ standing, children }: { standing: Standing; children: string }) {
  return (
    <span className={`state state-${standing}`}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <circle cx="7" cy="7" r="5.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        {standing === 'running' && <path d="M7 7V3a4 4 0 0 1 0 8Z" fill="currentColor" />}
        {standing === 'done' && (
          <path d="M4.4 7.2 6.3 9l3.3-3.8" fill="none" stroke="currentColor" strokeWidth="1.5" />
        )}
        {standing === 'failed' && <path d="M5 5l4 4M9 5l-4 4" stroke="currentColor" strokeWidth="1.5" />}
        {standing === 'stopped' && <path d="M4.5 7h5" stroke="currentColor" strokeWidth="1.5" />}
      </svg>
      {children}
    </span>
  );
}

/** How sure we are, in words; the mark before them is the same in every language. */
export type CertaintyLevel = 'exact' | 'likely' | 'unsure' | 'stated' | 'inferred' | 'guessed' | 'confirmed';
const certaintyIcons: Record<CertaintyLevel, IconName> = {
  exact: 'equal',
  stated: 'equal',
  confirmed: 'check',
  likely: 'tilde',
  inferred: 'tilde',
  unsure: 'question',
  guessed: 'question',
};
export function Certainty({ level }: { level: CertaintyLevel }) {
  const text = useText();
  return (
    <CertaintyMark level={level} means={text(`certainty.${level}.means`)}>
      {text(`certainty.${level}`)}
    </CertaintyMark>
  );
}

/** The same mark with words of its own: a device states what it is, what was done is certain or only likely. */
export function CertaintyMark({
  level,
  means,
  children,
}: {
  level: CertaintyLevel;
  means: string;
  children: string;
}) {
  return (
    <span className={`certainty certainty-${level}`} title={means}>
      <Icon name={certaintyIcons[level]} size={13} />
      {children}
    </span>
  );
}

/** A short fact with nothing to say about good or bad: a protocol, a role, a count. */
export function Tag({ children, mono = false }: { children: string; mono?: boolean }) {
  return <span className={mono ? 'tag mono' : 'tag'}>{children}</span>;
}
