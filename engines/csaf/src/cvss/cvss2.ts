import type { CvssScores } from './scores.ts';

/** CVSS 2.0, Complete Guide, sections 3.2.1 to 3.2.3. */
export function scores2(metrics: ReadonlyMap<string, string>): CvssScores {
  const of = (key: keyof typeof weights) => {
    const weight: Readonly<Record<string, number>> = weights[key];
    return weight[metrics.get(key) ?? 'ND'] ?? 1;
  };
  const exploitability = 20 * of('AV') * of('AC') * of('Au');
  const base = baseOf(10.41 * (1 - (1 - of('C')) * (1 - of('I')) * (1 - of('A'))), exploitability);
  const temporal = round(base * of('E') * of('RL') * of('RC'));

  const adjustedImpact = Math.min(
    10,
    10.41 * (1 - (1 - of('C') * of('CR')) * (1 - of('I') * of('IR')) * (1 - of('A') * of('AR'))),
  );
  const adjustedBase = baseOf(adjustedImpact, exploitability);
  const adjustedTemporal = round(adjustedBase * of('E') * of('RL') * of('RC'));
  const environmental = round(
    (adjustedTemporal + (10 - adjustedTemporal) * (metrics.has('CDP') ? of('CDP') : 0)) * of('TD'),
  );

  const has = (keys: readonly string[]) => keys.some((key) => metrics.has(key));
  const hasTemporal = has(['E', 'RL', 'RC']);
  const hasEnvironmental = has(['CDP', 'TD', 'CR', 'IR', 'AR']);
  return {
    base,
    threat: hasTemporal ? temporal : undefined,
    environmental: hasEnvironmental ? environmental : undefined,
    overall: hasEnvironmental ? environmental : hasTemporal ? temporal : base,
  };
}

const requirement = { L: 0.5, M: 1, H: 1.51, ND: 1 };
const impact = { N: 0, P: 0.275, C: 0.66 };
const weights = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: impact,
  I: impact,
  A: impact,
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1, ND: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1, ND: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1, ND: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1, ND: 1 },
  CR: requirement,
  IR: requirement,
  AR: requirement,
};

function baseOf(ofImpact: number, exploitability: number): number {
  return ofImpact === 0 ? 0 : round((0.6 * ofImpact + 0.4 * exploitability - 1.5) * 1.176);
}

/** To one decimal; what is exactly in the middle in decimal numbers goes up, whatever the binary ones make of it. */
function round(value: number): number {
  return Math.max(0, Math.round(value * 10 + 1e-9) / 10);
}
