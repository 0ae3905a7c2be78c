import {
  Reliability,
  type Source,
  type SourceDocument,
  SourceKind,
  type SourceStanding,
  Tlp as TlpShape,
  type Told,
} from '@busbar/contract';

import { Link } from 'react-router';

import { useText, type Text } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { word } from '../calls.ts';

const standings: Record<SourceStanding, Standing> = {
  waiting: 'waiting',
  working: 'done',
  failing: 'failed',
  down: 'failed',
  off: 'stopped',
};

export function SourceStandingBadge({ standing }: { standing: SourceStanding }) {
  const text = useText();
  return <State standing={standings[standing]}>{text(`source.standing.${standing}`)}</State>;
}

/** How a source is, in one sentence with its age. */
export function Health({ source }: { source: Source }) {
  return (
    <span>
      <Sentence source={source} />
    </span>
  );
}

function Sentence({ source }: { source: Source }) {
  const text = useText();
  const ago = (at: string | null) => <Time at={at} style="ago" />;
  switch (source.standing) {
    case 'off':
      return text('source.health.off');
    case 'waiting':
      return text('source.health.waiting');
    case 'failing':
    case 'down':
      return text.rich(source.lastSuccessAt ? 'source.health.failing' : 'source.health.neverWorked', {
        since: ago(source.failingSince),
        success: ago(source.lastSuccessAt),
      });
    case 'working':
      if (source.empty) return text.rich('source.health.empty', { success: ago(source.lastSuccessAt) });
      return text.rich(source.lastNewAt ? 'source.health.working' : 'source.health.nothingNew', {
        success: ago(source.lastSuccessAt),
        fresh: ago(source.lastNewAt),
      });
  }
}

/** What is wrong with a document or a run may come from the source, from the document, or from the way to it. */
export function wordsFor(text: Text, told: Told): string {
  if (text.has(`csafProblem.${told.code}`)) return text.coded('csafProblem', told);
  if (text.has(`problem.${told.code}`)) return text.coded('problem', told);
  return text.coded('sourceProblem', told);
}

export function ProblemList({ problems }: { problems: readonly Told[] }) {
  const text = useText();
  if (problems.length === 0) return null;
  return (
    <ul className="plain-list lines">
      {problems.map((told, place) => (
        <li key={`${told.code}-${place}`}>{wordsFor(text, told)}</li>
      ))}
    </ul>
  );
}

/** The pack by which something came; its page is for those who carry packs. */
export function PackOf({ pack }: { pack: NonNullable<Source['pack']> }) {
  const text = useText();
  const carries = useMay()('carry packs in and out');
  const name = text('source.pack.by', { number: String(pack.number), maker: pack.maker });
  return carries ? <Link to={`/packs/${pack.id}`}>{name}</Link> : name;
}

const outcomeStandings: Record<SourceDocument['outcome'], Standing> = {
  added: 'done',
  updated: 'done',
  unchanged: 'done',
  older: 'stopped',
  conflict: 'failed',
  held: 'failed',
  unreadable: 'failed',
  missed: 'waiting',
};

export function Outcome({ outcome }: { outcome: SourceDocument['outcome'] }) {
  const text = useText();
  return <State standing={outcomeStandings[outcome]}>{text(`source.outcome.${outcome}`)}</State>;
}

/** What hash and signature say of a document. */
export function Verdicts({ document: { hash, signature } }: { document: SourceDocument }) {
  const text = useText();
  return (
    <>
      <Verdict good={hash === 'right'} bad={hash === 'wrong'}>
        {text(`source.hash.${hash}`)}
      </Verdict>
      <Verdict good={signature === 'right'} bad={signature === 'wrong' || signature === 'unknown-key'}>
        {text(`source.signature.${signature}`)}
      </Verdict>
    </>
  );
}

function Verdict({ good, bad, children }: { good: boolean; bad: boolean; children: string }) {
  return (
    <span className={bad ? 'with-icon alarm-words' : 'with-icon'}>
      <Icon name={bad ? 'cross' : good ? 'check' : 'dash'} size={13} /> {children}
    </span>
  );
}

type Settings = Pick<
  Source,
  'name' | 'licence' | 'reliability' | 'maxTlp' | 'hosts' | 'fingerprints' | 'mustBeSigned' | 'everyMinutes'
>;

const rhythms = [15, 60, 240, 720, 1440, 10_080];

export function SettingsFields({
  source,
  kind,
  error,
}: {
  source: Settings;
  kind: Source['kind'];
  error: (path: string) => string | undefined;
}) {
  const text = useText();
  const signs = kind === 'csaf-provider' || kind === 'csaf-aggregator' || kind === 'archive';
  const minutes = [...new Set([...rhythms, source.everyMinutes])].sort((a, b) => a - b);
  return (
    <>
      <TextField
        label={text('name')}
        name="name"
        defaultValue={source.name}
        maxLength={120}
        required
        error={error('name')}
      />
      <SelectField
        label={text('source.every')}
        name="everyMinutes"
        defaultValue={String(source.everyMinutes)}
        options={minutes.map((some) => ({
          value: String(some),
          label: text('source.every.value', { minutes: some }),
        }))}
      />
      <SelectField
        label={text('source.reliability')}
        hint={text('source.reliability.hint')}
        name="reliability"
        defaultValue={source.reliability}
        options={Reliability.options.map((value) => ({ value, label: text(`source.reliability.${value}`) }))}
      />
      <SelectField
        label={text('source.maxTlp')}
        hint={text('source.maxTlp.hint')}
        name="maxTlp"
        defaultValue={source.maxTlp}
        options={TlpShape.options.map((label) => ({ value: label, label: `TLP:${label}` }))}
      />
      <TextField
        label={text('source.licence')}
        hint={text('source.licence.hint')}
        name="licence"
        defaultValue={source.licence}
        maxLength={500}
        error={error('licence')}
      />
      <TextArea
        label={text('source.hosts')}
        hint={text('source.hosts.hint')}
        name="hosts"
        rows={Math.min(8, Math.max(2, source.hosts.length))}
        defaultValue={source.hosts.join('\n')}
        className="input mono"
        error={error('hosts')}
      />
      {signs && (
        <>
          <TextArea
            label={text('source.fingerprints')}
            hint={text('source.fingerprints.hint')}
            name="fingerprints"
            rows={Math.max(2, source.fingerprints.length)}
            defaultValue={source.fingerprints.join('\n')}
            className="input mono"
            error={error('fingerprints')}
          />
          <Checkbox
            label={text('source.mustBeSigned')}
            hint={text('source.mustBeSigned.hint')}
            name="mustBeSigned"
            value="true"
            defaultChecked={source.mustBeSigned}
          />
        </>
      )}
    </>
  );
}

/** What the form says; the service judges it. */
export function settingsIn(form: FormData): Settings {
  const lines = (name: string) =>
    word(form, name)
      .split(/[\r\n,]+/)
      .map((one) => one.trim())
      .filter(Boolean);
  return {
    name: word(form, 'name'),
    licence: word(form, 'licence'),
    reliability: Reliability.catch('F').parse(word(form, 'reliability')),
    maxTlp: TlpShape.catch('CLEAR').parse(word(form, 'maxTlp')),
    hosts: lines('hosts'),
    fingerprints: lines('fingerprints'),
    mustBeSigned: word(form, 'mustBeSigned') === 'true',
    everyMinutes: Number(word(form, 'everyMinutes')) || 240,
  };
}

export const kinds = SourceKind.options;
