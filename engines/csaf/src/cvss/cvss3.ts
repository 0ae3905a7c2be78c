import type { CvssScores } from './scores.ts';

/** CVSS 3.0 section 8 and CVSS 3.1 section 7. They differ in rounding and in the modified impact. */
export function scores3(version: '3.0' | '3.1', metrics: ReadonlyMap<string, string>): CvssScores {
  const roundup = version === '3.1' ? roundup31 : roundup30;
  const value = (key: string) => metrics.get(key) ?? 'X';
  const modified = (key: string) => {
    const own = metrics.get(`M${key}`);
    return own === undefined || own === 'X' ? value(key) : own;
  };
  const temporal =
    weight(weights.E, value('E')) * weight(weights.RL, value('RL')) * weight(weights.RC, value('RC'));

  const changed = value('S') === 'C';
  const iss =
    1 -
    (1 - weight(weights.CIA, value('C'))) *
      (1 - weight(weights.CIA, value('I'))) *
      (1 - weight(weights.CIA, value('A')));
  const impact = changed ? 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 : 6.42 * iss;
  const base = combine(impact, exploitability(value, changed), changed, roundup);

  const modifiedChanged = modified('S') === 'C';
  const miss = Math.min(
    1 -
      (1 - weight(weights.R, value('CR')) * weight(weights.CIA, modified('C'))) *
        (1 - weight(weights.R, value('IR')) * weight(weights.CIA, modified('I'))) *
        (1 - weight(weights.R, value('AR')) * weight(weights.CIA, modified('A'))),
    0.915,
  );
  const modifiedImpact = modifiedChanged
    ? 7.52 * (miss - 0.029) - 3.25 * (version === '3.1' ? (miss * 0.9731 - 0.02) ** 13 : (miss - 0.02) ** 15)
    : 6.42 * miss;
  const environmental = roundup(
    combine(modifiedImpact, exploitability(modified, modifiedChanged), modifiedChanged, roundup) * temporal,
  );
  return {
    base,
    threat: roundup(base * temporal),
    environmental,
    // With nothing but base or temporal metrics given, the environmental score equals theirs, except where the
    // formulas of 3.1 for the impact and the modified impact part ways.
    overall: hasEnvironmental(metrics) ? environmental : roundup(base * temporal),
  };
}

const weights = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  changedPR: { N: 0.85, L: 0.68, H: 0.5 },
  UI: { N: 0.85, R: 0.62 },
  CIA: { H: 0.56, L: 0.22, N: 0 },
  E: { H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { C: 1, R: 0.96, U: 0.92 },
  R: { H: 1.5, M: 1, L: 0.5 },
};

/** Not Defined weighs 1 wherever it is allowed. */
function weight(table: Readonly<Record<string, number>>, value: string): number {
  return table[value] ?? 1;
}

function exploitability(value: (key: string) => string, changed: boolean): number {
  return (
    8.22 *
    weight(weights.AV, value('AV')) *
    weight(weights.AC, value('AC')) *
    weight(changed ? weights.changedPR : weights.PR, value('PR')) *
    weight(weights.UI, value('UI'))
  );
}

function combine(
  impact: number,
  exploitable: number,
  changed: boolean,
  roundup: (value: number) => number,
): number {
  if (impact <= 0) return 0;
  return roundup(Math.min((changed ? 1.08 : 1) * (impact + exploitable), 10));
}

const environmentalKeys = ['CR', 'IR', 'AR', 'MAV', 'MAC', 'MPR', 'MUI', 'MS', 'MC', 'MI', 'MA'];

function hasEnvironmental(metrics: ReadonlyMap<string, string>): boolean {
  return environmentalKeys.some((key) => (metrics.get(key) ?? 'X') !== 'X');
}

/** 3.0: "the smallest number, specified to one decimal place, that is equal to or higher than its input". */
function roundup30(value: number): number {
  return Math.max(0, Math.ceil(value * 10 - 1e-9) / 10);
}

/** 3.1, appendix A: the input counts to five decimals. */
function roundup31(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
