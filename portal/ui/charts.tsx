import { useFormat } from '../i18n/format.ts';

/** Few amounts side by side: the name, the bar from zero, the number. The text is the table. */
export function Bars({ label, items }: { label: string; items: readonly { name: string; value: number }[] }) {
  const format = useFormat();
  const most = Math.max(1, ...items.map(({ value }) => value));
  return (
    <div className="bars" role="list" aria-label={label}>
      {items.map(({ name, value }) => (
        <div key={name} role="listitem" className="bars-row">
          <span>{name}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect width="100" height="10" className="bar-ground" />
            <rect width={Math.max(0.6, (value / most) * 100)} height="10" className="bar-fill" />
          </svg>
          <span className="number">{format.number(value)}</span>
        </div>
      ))}
    </div>
  );
}

/** How an amount went, with its last value written beside. */
export function Sparkline({ label, values }: { label: string; values: readonly number[] }) {
  const format = useFormat();
  const most = Math.max(1, ...values);
  const [width, height] = [84, 22];
  const point = (value: number, place: number) =>
    `${((place / Math.max(1, values.length - 1)) * (width - 6) + 3).toFixed(1)} ${(height - 3 - (value / most) * (height - 6)).toFixed(1)}`;
  const last = values.at(-1) ?? 0;
  const [x, y] = point(last, values.length - 1).split(' ');
  return (
    <span className="spark" role="img" aria-label={`${label}: ${values.map(format.number).join(', ')}`}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <path d={`M${values.map(point).join('L')}`} />
        <circle cx={x} cy={y} r="2.5" />
      </svg>
      <span>{format.number(last)}</span>
    </span>
  );
}
