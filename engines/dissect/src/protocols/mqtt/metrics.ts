import { type Metric, type SparkplugTopic, valueOf } from './sparkplug.ts';

const MOST_BORN = 65_536;
const MOST_REMEMBERED = 16_384;
const LONGEST_SHOWN = 80;

/** A metric with its name and type, as the birth of its node said. */
export interface NamedMetric {
  readonly name: string;
  /** `group/node/device/name` */
  readonly key: string;
  readonly shown: string;
  /** As it is, where it is text. */
  readonly text: string;
  /** NaN where it is not a number. */
  readonly number: number;
}

/** What births said of metrics, by their alias; and what they were last. Sparkplug 3.0.0, 6.4.6. */
export class Metrics {
  dropped = 0;
  readonly #byAlias = new Map<string, string>();
  readonly #types = new Map<string, number>();
  readonly #last = new Map<string, string>();

  named(topic: SparkplugTopic, metrics: readonly Metric[]): NamedMetric[] {
    const isBirth = topic.type.endsWith('BIRTH');
    const station = topic.device === '' ? topic.node : `${topic.node}/${topic.device}`;
    return metrics.map((metric) => {
      const alias = `${topic.node} ${metric.alias}`;
      if (isBirth) this.#born(alias, station, metric);
      const name = metric.name || (this.#byAlias.get(alias) ?? `alias ${metric.alias}`);
      const key = `${station}/${name}`;
      const value = valueOf(metric.raw, metric.type || (this.#types.get(key) ?? 0));
      return {
        name,
        key,
        shown: shown(value),
        text: typeof value === 'string' ? value : '',
        number: numberOf(value),
      };
    });
  }

  before(key: string): string | undefined {
    return this.#last.get(key);
  }

  remember(key: string, value: string): void {
    if (this.#last.size < MOST_REMEMBERED || this.#last.has(key)) this.#last.set(key, value);
    else this.dropped++;
  }

  /** 6.4.6.2: an alias is unique within a node, its devices included. */
  #born(alias: string, station: string, { name, type, alias: number }: Metric): void {
    const key = `${station}/${name}`;
    if (name === '') return;
    if (this.#types.size >= MOST_BORN && !this.#types.has(key)) {
      this.dropped++;
      return;
    }
    this.#types.set(key, type);
    if (number < 0) return;
    if (this.#byAlias.size < MOST_BORN || this.#byAlias.has(alias)) this.#byAlias.set(alias, name);
    else this.dropped++;
  }
}

function numberOf(value: Metric['raw']): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'bigint' ? Number(value) : NaN;
}

function shown(value: Metric['raw']): string {
  if (value === undefined) return 'empty';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST_SHOWN));
  return typeof value === 'number' ? String(Number(value.toPrecision(9))) : String(value);
}
