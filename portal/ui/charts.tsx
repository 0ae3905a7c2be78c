import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';

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

/** How a quantity went over time: it holds until it changes. What it was last stands beside, in the table. */
export function Course({
  label,
  points,
  last,
  until,
}: {
  label: string;
  /** Time and value at changes. */
  points: readonly (readonly [time: number, value: number])[];
  last: number;
  until: number;
}) {
  const text = useText();
  const format = useFormat();
  if (points.length === 0) return null;
  const [width, height] = [140, 24];
  const values = [...points.map(([, value]) => value), last];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const begin = points[0]![0];
  const x = (time: number) => (((time - begin) / Math.max(1, until - begin)) * (width - 4) + 2).toFixed(1);
  const y = (value: number) =>
    (height - 3 - (most === least ? 0.5 : (value - least) / (most - least)) * (height - 6)).toFixed(1);
  const steps = points.slice(1).map(([time, value]) => `H${x(time)}V${y(value)}`);
  const path = `M${x(begin)} ${y(points[0]![1])}${steps.join('')}H${x(until)}V${y(last)}`;
  const said = text('course', {
    name: label,
    changes: points.length - 1,
    least: format.value(least),
    most: format.value(most),
  });
  return (
    <span className="spark course" role="img" aria-label={said}>
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
        <path d={path} />
      </svg>
    </span>
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
