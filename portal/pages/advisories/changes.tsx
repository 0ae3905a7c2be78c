import type { AdvisoryChanges, Told } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Time } from '../../ui/time.tsx';

/** What somebody who knows the version before has to read. */
export function Changes({ changes: { since, changes, matters, more } }: { changes: AdvisoryChanges }) {
  const text = useText();
  if (!since) return null;
  /** Words of the standard among the parameters, by what they are. */
  const inWords = ({ code, params, ...told }: Told): Told => ({
    ...told,
    code,
    params: Object.fromEntries(
      Object.entries(params).map(([name, value]) => {
        const key = (code === 'stage-changed' ? stage : keys[name])?.(String(value));
        return [name, key !== undefined && text.has(key) ? text(key) : value];
      }),
    ),
  });
  return (
    <details className="more" open={matters}>
      <summary>
        {text('advisory.changes', { version: since.version })}{' '}
        <span className="soft">
          {text(matters ? 'advisory.changes.matter' : 'advisory.changes.wording')} ·{' '}
          {text('advisory.changes.received')} <Time at={since.receivedAt} style="date" />
        </span>
      </summary>
      {changes.length === 0 && <p className="soft">{text('advisory.changes.none')}</p>}
      <ul className="plain-list lines">
        {changes.map((change, place) => (
          <li key={`${change.told.code} ${place}`} className={change.matters ? undefined : 'soft'}>
            {change.matters && <Icon name="alarm" size={13} />}{' '}
            {text.coded('csafChange', inWords(change.told))}
          </li>
        ))}
      </ul>
      {more > 0 && <p className="soft">{text('advisory.changes.more', { count: more })}</p>}
    </details>
  );
}

/** Where the words are for what is no text of its own. */
const keys: Readonly<Record<string, (value: string) => string>> = {
  status: (value) => `csafStatus.${value}`,
  category: (value) => `remedy.${value}`,
  of: (value) => `fact.date.${value}`,
};
const stage = (value: string) => `advisoryStatus.${value}`;
