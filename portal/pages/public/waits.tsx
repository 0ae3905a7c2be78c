import { apis, mayDo, type Call, type Me } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { attempt } from '../calls.ts';

const kinds = {
  warnings: { to: '/warnings', icon: 'bell' },
  radar: { to: '/radar', icon: 'radar' },
  verdicts: { to: '/verdicts?forMe=true', icon: 'equal' },
  releases: { to: '/releases', icon: 'seal' },
  proposals: { to: '/proposals', icon: 'inbox' },
} as const satisfies Record<string, { to: string; icon: IconName }>;

interface Wait {
  kind: keyof typeof kinds;
  count: number;
}

/** What waits for this person to do something. What cannot be asked for just now is left out: the page is for more. */
export async function waitsFor({ roles, person }: Me, call: Call): Promise<Wait[]> {
  const asked: { kind: Wait['kind']; count: () => Promise<number> }[] = [];
  if (mayDo(roles, 'set match state / acknowledge alert'))
    asked.push({ kind: 'warnings', count: async () => (await call(apis.plant.summary)).warnings.open });
  if (mayDo(roles, 'import advisories of others'))
    asked.push({
      kind: 'radar',
      count: async () => (await call(apis.radar.list, { query: { limit: 1 } })).counts.new,
    });
  if (mayDo(roles, 'check a claim (not its author)', ['Y']))
    asked.push({
      kind: 'verdicts',
      count: async () => {
        const { items } = await call(apis.vulnerabilities.verdicts, { query: { forMe: 'true', limit: 200 } });
        return items.length;
      },
    });
  if (mayDo(roles, 'approve a release (not author nor proposer)'))
    asked.push({
      kind: 'releases',
      count: async () => {
        const { items } = await call(apis.releases.list, { query: { open: 'true', limit: 200 } });
        return items.filter(({ state, proposer }) => state === 'proposed' && proposer !== person?.name)
          .length;
      },
    });
  if (mayDo(roles, 'draft publication'))
    asked.push({
      kind: 'proposals',
      count: async () => {
        const { items } = await call(apis.publications.proposals, {
          query: { state: 'proposed', limit: 200 },
        });
        return items.length;
      },
    });
  const counted = await Promise.all(
    asked.map(async ({ kind, count }) => ({ kind, count: (await attempt(count)).done ?? 0 })),
  );
  return counted.filter(({ count }) => count > 0);
}

export function Waits({ waits }: { waits: readonly Wait[] }) {
  const text = useText();
  return (
    <section className="stack stack-s" aria-labelledby="waits">
      <h2 id="waits">{text('home.waits')}</h2>
      {waits.length === 0 ? (
        <p className="soft">{text('home.waits.none')}</p>
      ) : (
        <ul className="plain-list waits">
          {waits.map(({ kind, count }) => (
            <li key={kind}>
              <Link to={kinds[kind].to} className="card-button">
                <span className="with-icon">
                  <Icon name={kinds[kind].icon} /> {text(`home.waits.${kind}`, { count })}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
