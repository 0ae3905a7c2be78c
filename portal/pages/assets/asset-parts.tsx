import { type Asset, AssetRole, Criticality, Level } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';

const standings = { proposed: 'waiting', accepted: 'done', dismissed: 'stopped' } as const;

export function AssetState({ state }: { state: Asset['state'] }) {
  const text = useText();
  return <State standing={standings[state]}>{text(`assetState.${state}`)}</State>;
}

/** What can be done with the devices picked in the table below it. Part of the form around that table. */
export function SelectionBar({
  count,
  proposed,
  busy,
}: {
  count: number;
  proposed: readonly string[];
  busy: boolean;
}) {
  const text = useText();
  if (count === 0) {
    if (proposed.length === 0) return null;
    return (
      <div className="selection selection-idle row row-end">
        <span>{text('assets.proposedAsk', { count: proposed.length })}</span>
        <span className="row">
          <input type="hidden" name="proposed" value={proposed.join(',')} />
          <Button type="submit" name="do" value="accept-proposed" size="small" kind="main" busy={busy}>
            {text('assets.acceptProposed', { count: proposed.length })}
          </Button>
        </span>
      </div>
    );
  }
  return (
    <div className="selection row row-end" role="status">
      <strong>{text('assets.selected', { count })}</strong>
      <span className="row">
        <Button type="submit" name="do" value="accept" size="small" kind="main" icon="check" busy={busy}>
          {text('assets.accept')}
        </Button>
        <Button type="submit" name="do" value="dismiss" size="small" busy={busy}>
          {text('assets.dismiss')}
        </Button>
      </span>
      <DescribeAll count={count} busy={busy} />
    </div>
  );
}

/** What people know of all that is ticked, in one stroke. */
function DescribeAll({ count, busy }: { count: number; busy: boolean }) {
  const text = useText();
  const keep = { value: '', label: text('assets.describe.keep') };
  return (
    <details className="more">
      <summary>{text('assets.describe', { count })}</summary>
      <div className="row row-end">
        <SelectField
          label={text('asset.role')}
          name="all-role"
          options={[
            keep,
            ...AssetRole.options.map((one) => ({ value: one, label: text(`role.asset.${one}`) })),
          ]}
        />
        <SelectField
          label={text('asset.level')}
          name="all-level"
          options={[keep, ...Level.options.map((one) => ({ value: one, label: text(`level.${one}`) }))]}
        />
        <SelectField
          label={text('asset.criticality')}
          name="all-criticality"
          options={[
            keep,
            ...Criticality.options.map((one) => ({ value: one, label: text(`criticality.${one}.means`) })),
          ]}
        />
        <Button type="submit" name="do" value="describe" size="small" busy={busy}>
          {text('assets.describe.set')}
        </Button>
      </div>
      <p className="small soft">{text('assets.describe.why')}</p>
    </details>
  );
}
