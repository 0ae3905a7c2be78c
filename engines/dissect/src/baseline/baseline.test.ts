import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'node:test';

import { Ajv2020 } from 'ajv/dist/2020.js';

import { Analysis } from '../analysis/analysis.ts';
import type { Report } from '../analysis/report.ts';
import { dissectors } from '../registry.ts';
import { type Host, Plant } from '../testing/plant.ts';
import { POINTS, points } from '../testing/points.ts';
import { type Baseline, learn, merge, nothingLearnt } from './baseline.ts';
import { compare } from './compare.ts';

const PLC = 10;
const HMI = 20;
const STRANGER = 66;

const root = resolve(import.meta.dirname, '../../../..');
const schema = JSON.parse(readFileSync(resolve(root, 'docs/baseline.schema.json'), 'utf8')) as object;
const valid = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

describe('a baseline', () => {
  it('finds nothing unusual in what it was learnt from', () => {
    const report = calmDay();
    assert.deepEqual(compare(learn(report), report), []);
  });

  it('is as its schema says, and survives being written down', () => {
    const baseline: unknown = JSON.parse(JSON.stringify(learn(calmDay())));
    assert.ok(valid(baseline), JSON.stringify(valid.errors?.[0]));
    assert.deepEqual(compare(baseline as Baseline, calmDay()), []);
  });

  it('knows from several captures what either of them showed', () => {
    const one = analysed((plant) => set(plant, HMI, 7, 10));
    const other = analysed((plant) => set(plant, HMI, 7, 90));
    const both = merge(learn(one), learn(other));
    assert.deepEqual([both.captures, both.variables[0]!.range], [2, [10, 90]]);
    assert.deepEqual(merge(learn(other), learn(one)), both);
    assert.deepEqual(merge(nothingLearnt, learn(one)), learn(one));
    assert.deepEqual(compare(both, one), []);
    assert.deepEqual(
      unusual(
        analysed((plant) => set(plant, HMI, 7, 50)),
        both,
      ),
      [],
    );
  });
});

describe('compared with a baseline', () => {
  const usual = learn(calmDay());

  it('a stranger is new, talks anew, and does what it never did', () => {
    const report = analysed((plant) => set(plant, STRANGER, 7, 20));
    assert.deepEqual(
      unusual(report, usual),
      ['baseline-new-setter', 'baseline-new-operation', 'baseline-new-device', 'baseline-new-talker'].sort(),
    );
    const [gravest] = compare(usual, report);
    assert.equal(gravest!.severity, 'high');
    assert.ok(gravest!.evidence.every(({ at }) => at.packet > 0) && gravest!.evidence.length > 0);
  });

  it('a value beyond the usual is told with both ranges; one within is not', () => {
    assert.deepEqual(
      unusual(
        analysed((plant) => set(plant, HMI, 7, 25)),
        usual,
      ),
      [],
    );
    const [found] = compare(
      usual,
      analysed((plant) => set(plant, HMI, 7, 200)),
    );
    assert.equal(found!.id, 'baseline-value-outside');
    assert.deepEqual(
      [found!.params['variable'], found!.params['values'], found!.params['usual']],
      ['point 7', [200, 200], [20, 29]],
    );
  });

  it('a value that was left alone before is told', () => {
    assert.deepEqual(
      unusual(
        analysed((plant) => set(plant, HMI, 9, 1)),
        usual,
      ),
      ['baseline-new-setting'],
    );
  });

  it('a flood is told by how much more it is', () => {
    const report = analysed((plant) => {
      for (let i = 0; i < 500; i++) set(plant, HMI, 7, 20);
    });
    const [found] = compare(usual, report);
    assert.equal(found!.id, 'baseline-far-more-often');
    assert.ok((found!.params['rate'] as number) > (found!.params['before'] as number) * 5);
  });

  it('another card behind a known address is told', () => {
    const plant = new Plant();
    plant.posing = { host: HMI, as: 99 };
    set(plant, HMI, 7, 20);
    const analysis = new Analysis({ strict: true, dissectors: [...dissectors, points] });
    analysis.push(plant.pcap());
    assert.deepEqual(unusual(analysis.finish(), usual), ['baseline-other-station']);
  });

  it('a device that is gone is told when the capture is long enough to expect it', () => {
    const missing = (seconds: number) =>
      unusual(
        analysed((plant) => {
          plant.asks(HMI, 11, POINTS, Uint8Array.of(0xb5, 1, 1), Uint8Array.of(0xb5, 1, 1));
          plant.wait(seconds).asks(HMI, 11, POINTS, Uint8Array.of(0xb5, 1, 1));
        }),
        usual,
      ).includes('baseline-device-vanished');
    assert.deepEqual([missing(100), missing(1)], [true, false]);
  });

  it('firmware that differs is told, and nothing of what was only guessed', () => {
    const with4 = (version: string): Report => {
      const report = calmDay();
      const [first, ...others] = report.devices;
      const fact = { protocol: 'points', certainty: 'stated', count: 1 } as const;
      const facts = [{ field: 'firmware', value: version, ...fact }];
      return { ...report, devices: [{ ...first!, facts }, ...others] };
    };
    assert.deepEqual(unusual(with4('4.1'), learn(with4('4.0'))), ['baseline-firmware-changed']);
    assert.deepEqual(unusual(with4('4.0'), learn(with4('4.0'))), []);
  });

  it('looks at each conversation a few times, however many devices talk', () => {
    const report = analysed((plant) => {
      for (let from = 30; from < 130; from++) set(plant, from, from, 1);
    });
    let looks = 0;
    const conversations = report.conversations.map((talk) => ({
      ...talk,
      get from() {
        looks++;
        return talk.from;
      },
    }));
    assert.ok(conversations.length >= 100);
    assert.deepEqual(compare(usual, { ...report, conversations }), compare(usual, report));
    assert.ok(looks <= 10 * conversations.length, `${looks} looks at ${conversations.length} conversations`);
  });

  it('looks at each of those who set a value a few times, however many do', () => {
    const report = analysed((plant) => {
      for (let from = 30; from < 130; from++) set(plant, from, 7, from % 10);
    });
    const learnt = learn(report);
    let looks = 0;
    const variables = learnt.variables.map((variable) => ({
      ...variable,
      setters: variable.setters.map(({ by, ...setter }) => ({
        ...setter,
        get by() {
          looks++;
          return by;
        },
      })),
    }));
    assert.ok(variables[0]!.setters.length >= 100);
    assert.deepEqual(compare({ ...learnt, variables }, report), compare(learnt, report));
    assert.ok(looks <= 10 * variables[0]!.setters.length, `${looks} looks`);
  });
});

function analysed(tell: (plant: Plant) => void): Report {
  const plant = new Plant();
  tell(plant);
  const analysis = new Analysis({ strict: true, dissectors: [...dissectors, points] });
  analysis.push(plant.pcap());
  return analysis.finish();
}

/** The operator moves point 7 between 20 and 29. */
function calmDay(): Report {
  return analysed((plant) => {
    for (let i = 0; i < 20; i++) set(plant.wait(10), HMI, 7, 20 + (i % 10));
  });
}

function set(plant: Plant, from: Host, point: number, value: number): void {
  const message = Uint8Array.of(0xb5, point, value);
  plant.asks(from, PLC, POINTS, message, message);
}

const unusual = (report: Report, baseline: Baseline) =>
  compare(baseline, report)
    .map(({ id }) => id)
    .sort();
