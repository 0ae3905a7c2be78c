import type { CaseConsent, ConsentLeft } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';

/** What already left of a case: which of its items, to whom, and when people were told. */
export function ConsentsLeft({
  left,
  items,
}: {
  left: readonly ConsentLeft[];
  items: readonly CaseConsent[];
}) {
  const text = useText();
  const says = new Map(items.flatMap((consent) => consent.items.map((item) => [item.part, item.says])));
  return (
    <section className="stack stack-s">
      <h2>{text('caseConsents.left')}</h2>
      {left.length === 0 ? (
        <p className="soft">{text('caseConsents.left.none')}</p>
      ) : (
        <SmallTable label={text('caseConsents.left')}>
          <thead>
            <tr>
              <th scope="col">{text('caseConsents.left.what')}</th>
              <th scope="col">{text('caseConsents.left.to')}</th>
              <th scope="col">{text('caseConsents.left.at')}</th>
            </tr>
          </thead>
          <tbody>
            {left.map((one) => (
              <tr key={one.release}>
                <td>
                  {one.ref} {one.version} <Tlp label={one.label} />{' '}
                  {one.recalledAt && <span className="badge">{text('caseConsents.recalled')}</span>}
                  <ul className="plain-list small">
                    {one.parts.map((part) => (
                      <li key={part}>{says.get(part) ?? text('caseConsents.left.item')}</li>
                    ))}
                  </ul>
                </td>
                <td>
                  {text(`audience.${one.audience}`)} ·{' '}
                  {text('caseConsents.left.reach', { members: one.members, told: one.told })}
                </td>
                <td>
                  <Time at={one.at} style="short" />
                  {one.toldAt && (
                    <div className="soft small">
                      {text.rich('caseConsents.left.toldAt', { at: <Time at={one.toldAt} style="short" /> })}
                    </div>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </SmallTable>
      )}
    </section>
  );
}
