import type { AdvisoryPage } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Plain } from './plain.tsx';

type Remedy = AdvisoryPage['remedies'][number];

const icons: Record<Remedy['kind'], IconName> = {
  mitigation: 'shield',
  workaround: 'wrench',
  vendor_fix: 'download',
  fix_planned: 'calendar',
  optional_patch: 'download',
  no_fix_planned: 'cross',
  none_available: 'cross',
};

/** Mitigations first: a plant can rarely be patched today. */
export function Remedies({ remedies }: { remedies: readonly Remedy[] }) {
  const text = useText();
  if (remedies.length === 0) return <p className="soft">{text('remedies.none')}</p>;
  return (
    <ul className="plain-list remedies">
      {remedies.map((remedy, place) => (
        <li key={`${remedy.kind}-${place}`} className="remedy">
          <h3 className="remedy-kind">
            <Icon name={icons[remedy.kind]} /> {text(`remedy.${remedy.kind}`)}
          </h3>
          <Plain>{remedy.text}</Plain>
          {remedy.url && (
            <p>
              <a href={remedy.url} rel="noreferrer noopener">
                {remedy.url}
              </a>
            </p>
          )}
          {remedy.products.length > 0 && (
            <details className="more">
              <summary>{text('remedy.products', { count: remedy.products.length })}</summary>
              <ul>
                {remedy.products.slice(0, 200).map((product) => (
                  <li key={product}>{product}</li>
                ))}
              </ul>
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
