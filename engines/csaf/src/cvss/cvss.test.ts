import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { scoredVectors } from '../testing/cvss-vectors.ts';
import { needs, sharedData } from '../testing/shared.ts';
import { macroVector } from './cvss4.ts';
import { metricsOf } from './metrics.ts';
import { contradictingMetrics, overallScore, wrongScores } from './object.ts';
import { type CvssScores, scoresOf, severityOf } from './scores.ts';
import { formatVector, parseVector } from './vector.ts';

function scores(text: string): CvssScores {
  const { vector } = parseVector(text);
  assert(vector, text);
  return scoresOf(vector);
}

function problems(text: string): string[] {
  return parseVector(text).problems.map(({ code, metric }) => (metric ? `${code} ${metric}` : code));
}

const worst31 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const worst4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H';

describe('a CVSS vector', () => {
  it('tells its version', () => {
    assert.equal(parseVector('AV:N/AC:L/Au:N/C:N/I:N/A:C').vector?.version, '2.0');
    assert.equal(parseVector(worst31).vector?.version, '3.1');
    assert.deepEqual(problems('CVSS:3.2/AV:N'), ['version CVSS:3.2']);
    assert.deepEqual(problems('CVSS:3.1'), ['version CVSS:3.1']);
  });

  it('names what is missing, unknown, twice there or no metric at all', () => {
    assert.deepEqual(problems('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H'), ['missing A']);
    assert.deepEqual(problems(`${worst31}/Au:N`), ['unknown-metric Au']);
    assert.deepEqual(problems(`${worst31}/E:ND`), ['unknown-value E']);
    assert.deepEqual(problems(`${worst31}/A:H`), ['duplicate A']);
    assert.deepEqual(problems(`${worst31}/`), ['form']);
    assert.deepEqual(problems(`${worst31}/E`), ['form E']);
    assert.deepEqual(problems(`${worst31}/__proto__:H`), ['unknown-metric __proto__']);
    assert(problems(worst31.toLowerCase()).includes('unknown-metric cvss'));
    for (const text of [`${worst31}/A:L`, `${worst31}/`, '', 'CVSS:4.0/']) {
      assert.equal(parseVector(text).vector, undefined, text);
    }
  });

  it('has a fixed order in 2.0 and 4.0 and a free one in 3.x', () => {
    assert.deepEqual(problems('CVSS:3.0/S:U/AV:N/AC:L/PR:H/UI:N/C:L/I:L/A:N'), []);
    assert.deepEqual(problems('AC:L/AV:N/Au:N/C:N/I:N/A:C'), ['order AV']);
    const swapped = worst4.replace('AV:N/AC:L', 'AC:L/AV:N');
    assert.deepEqual(problems(swapped), ['order AV']);
    assert.equal(scores(swapped).overall, 10);
  });

  it('of any length costs little', () => {
    assert.deepEqual(problems(`${worst31}${'/E:H'.repeat(100_000)}`), ['too-long']);
  });

  it('is written in the preferred order, without what is not defined', () => {
    const { vector } = parseVector('CVSS:3.1/S:U/AV:N/E:X/AC:L/PR:N/UI:N/C:H/I:H/A:H/MAV:L');
    assert(vector);
    assert.equal(formatVector(vector), `${worst31}/MAV:L`);
  });
});

describe('CVSS 2.0', () => {
  /** Complete Guide, section 3.3. */
  it('scores as in the examples of its guide', () => {
    const apache = scores('AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H');
    assert.deepEqual([apache.base, apache.threat, apache.environmental], [7.8, 6.4, 9.2]);
    const messenger = scores('AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L');
    assert.deepEqual([messenger.base, messenger.threat, messenger.environmental], [10, 8.3, 9]);
    const oracle = scores('AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M');
    assert.deepEqual([oracle.base, oracle.threat, oracle.environmental], [6.2, 4.9, 7.5]);
  });

  it('has temporal and environmental scores only with metrics for them', () => {
    assert.deepEqual(scores('AV:N/AC:L/Au:N/C:N/I:N/A:C'), {
      base: 7.8,
      threat: undefined,
      environmental: undefined,
      overall: 7.8,
    });
  });
});

describe('CVSS 3.0 and 3.1', () => {
  it('differ in the modified impact', () => {
    const rest = '/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H/CR:H/IR:H/AR:H';
    assert.equal(scores(`CVSS:3.0${rest}`).base, scores(`CVSS:3.1${rest}`).base);
    assert.notEqual(
      scores(`CVSS:3.0${rest}/MPR:L/MAV:A`).environmental,
      scores(`CVSS:3.1${rest}/MPR:L/MAV:A`).environmental,
    );
  });

  it('round up what is above a tenth, and nothing else', () => {
    // 6.2 × 0.91 × 0.95 × 0.92 is a little more than 4.9; 8.6 × 1 is no more than 8.6 (3.1, appendix A).
    assert.equal(scores('CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H/E:U/RL:O/RC:U').threat, 5);
    assert.equal(scores('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:H/E:H').threat, 8.6);
  });
});

describe('CVSS 4.0', () => {
  it('finds the MacroVector', () => {
    const { vector } = parseVector(`${worst4}/MSI:S/E:U`);
    assert(vector);
    assert.equal(macroVector(vector.metrics), '000020');
  });

  it('scores the base, the threat and the environment one after the other', () => {
    const { base, threat, environmental, overall } = scores(`${worst4}/E:P/MAV:A/MPR:L/MUI:P/MVI:N/MVA:N`);
    assert.deepEqual([base, threat, environmental, overall], [10, 9.3, 5.4, 5.4]);
  });

  it('takes the supplemental metrics as they are: they do not move the score', () => {
    assert.equal(scores(`${worst4}/S:P/AU:Y/R:I/V:C/RE:H/U:Red`).overall, 10);
  });
});

describe('every CVSS vector that can be written', () => {
  for (const version of ['2.0', '3.0', '3.1', '4.0'] as const) {
    it(`has scores in tenths from 0 to 10 (${version})`, () => {
      let seed = 42;
      const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
      for (let n = 0; n < 3000; n++) {
        const parts = version === '2.0' ? [] : [`CVSS:${version}`];
        for (const { key, group, values } of metricsOf[version].values()) {
          if (group !== 'base' && random(2) === 0) continue;
          parts.push(`${key}:${[...values.keys()][random(values.size)]}`);
        }
        const text = parts.join('/');
        assert.deepEqual(problems(text), []);
        for (const score of Object.values(scores(text)) as (number | undefined)[]) {
          if (score === undefined) continue;
          assert(score >= 0 && score <= 10 && Math.round(score * 10) / 10 === score, `${text}: ${score}`);
        }
      }
    });
  }
});

describe('the vectors of other calculators', needs('standards/cvss'), () => {
  const all = scoredVectors(sharedData);
  for (const [file, vectors] of Map.groupBy(all, (one) => one.file)) {
    it(`are scored alike (${file})`, () => {
      assert(vectors.length > 0);
      for (const { vector, scores: theirs } of vectors) {
        const { base, threat, environmental, overall } = scores(vector);
        assert.deepEqual(theirs.length === 1 ? [overall] : [base, threat, environmental], theirs, vector);
      }
    });
  }
});

describe('a severity', () => {
  it('is that of the scale of its version', () => {
    assert.deepEqual(
      [0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10].map((score) => severityOf(score, '3.1')),
      ['NONE', 'LOW', 'LOW', 'MEDIUM', 'MEDIUM', 'HIGH', 'HIGH', 'CRITICAL', 'CRITICAL'],
    );
    assert.equal(severityOf(10, '2.0'), 'HIGH');
  });
});

describe('a CVSS object', () => {
  const object = { version: '3.1', vectorString: worst31, baseScore: 9.8, baseSeverity: 'CRITICAL' };

  it('may repeat its vector in properties', () => {
    const whole = { ...object, attackVector: 'NETWORK', remediationLevel: 'NOT_DEFINED', temporalScore: 9.8 };
    assert.deepEqual(contradictingMetrics(whole), []);
    assert.deepEqual(wrongScores(whole), []);
  });

  it('must not contradict its vector, which says nothing of what it leaves out', () => {
    const wrong = { ...object, version: '3.0', attackVector: 'LOCAL', exploitCodeMaturity: 'HIGH' };
    assert.deepEqual(contradictingMetrics(wrong), [
      { property: 'version', expected: '3.1', found: '3.0' },
      { property: 'attackVector', expected: 'NETWORK', found: 'LOCAL' },
    ]);
  });

  it('must have the scores and severities of its vector', () => {
    assert.deepEqual(wrongScores({ ...object, baseScore: 10, baseSeverity: 'LOW' }), [
      { property: 'baseScore', expected: 9.8, found: 10 },
      { property: 'baseSeverity', expected: 'CRITICAL', found: 'LOW' },
    ]);
  });

  it('has the one score of the whole vector in 4.0', () => {
    const threatened = { vectorString: `${worst4}/E:P`, baseScore: 9.3, baseSeverity: 'CRITICAL' };
    assert.deepEqual(wrongScores(threatened), []);
    assert.deepEqual(wrongScores({ ...threatened, baseScore: 10 }), [
      { property: 'baseScore', expected: 9.3, found: 10 },
    ]);
  });

  it('may say in properties what its vector leaves out', () => {
    const fixed = {
      ...object,
      modifiedConfidentialityImpact: 'NONE',
      modifiedIntegrityImpact: 'NONE',
      modifiedAvailabilityImpact: 'NONE',
    };
    assert.equal(overallScore(object), 9.8);
    assert.equal(overallScore(fixed), 0);
    for (const environmentalScore of [0, 9.8]) {
      assert.deepEqual(wrongScores({ ...fixed, environmentalScore }), []);
    }
    assert.deepEqual(wrongScores({ ...fixed, environmentalScore: 5 }), [
      { property: 'environmentalScore', expected: 9.8, found: 5 },
    ]);
    assert.equal(overallScore({ ...fixed, modifiedAvailabilityImpact: '__proto__' }), 7.5);
  });

  it('of which the vector cannot be read says nothing about the rest', () => {
    assert.deepEqual(wrongScores({ vectorString: 'AV:?', baseScore: 3 }), []);
    assert.deepEqual(contradictingMetrics({ vectorString: 7 }), []);
  });
});
