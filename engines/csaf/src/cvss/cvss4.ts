import type { CvssScores } from './scores.ts';

/** CVSS 4.0 section 8: the score of a MacroVector, less how far the vector is from the worst one in it. */
export function scores4(metrics: ReadonlyMap<string, string>): CvssScores {
  const has = (key: string) => (metrics.get(key) ?? 'X') !== 'X';
  const hasThreat = has('E');
  const hasEnvironmental = environmentalKeys.some(has);
  const overall = score(metrics, true, true);
  const withoutEnvironment = hasEnvironmental ? score(metrics, true, false) : overall;
  return {
    base: hasThreat ? score(metrics, false, false) : withoutEnvironment,
    threat: hasThreat ? withoutEnvironment : undefined,
    environmental: hasEnvironmental ? overall : undefined,
    overall,
  };
}

/** The six digits of a MacroVector, equivalence set 1 first (section 8.2). */
export function macroVector(metrics: ReadonlyMap<string, string>): string {
  return equivalence(levelsOf(metrics, true, true)).join('');
}

const environmentalKeys = 'CR IR AR MAV MAC MAT MPR MUI MVC MVI MVA MSC MSI MSA'.split(' ');

/** How many steps a value is from the most severe one of its metric (section 8.2, the order of table 24 ff.). */
const steps = {
  AV: { N: 0, A: 1, L: 2, P: 3 },
  PR: { N: 0, L: 1, H: 2 },
  UI: { N: 0, P: 1, A: 2 },
  AC: { L: 0, H: 1 },
  AT: { N: 0, P: 1 },
  VC: { H: 0, L: 1, N: 2 },
  VI: { H: 0, L: 1, N: 2 },
  VA: { H: 0, L: 1, N: 2 },
  SC: { S: 0, H: 1, L: 2, N: 3 },
  SI: { S: 0, H: 1, L: 2, N: 3 },
  SA: { S: 0, H: 1, L: 2, N: 3 },
  CR: { X: 0, H: 0, M: 1, L: 2 },
  IR: { X: 0, H: 0, M: 1, L: 2 },
  AR: { X: 0, H: 0, M: 1, L: 2 },
  E: { X: 0, A: 0, P: 1, U: 2 },
};

type Levels = { readonly [key in keyof typeof steps]: number };

function levelsOf(metrics: ReadonlyMap<string, string>, threat: boolean, environment: boolean): Levels {
  const of = (key: keyof typeof steps, modifiedKey: string) => {
    const own = environment ? metrics.get(modifiedKey) : undefined;
    const value = own === undefined || own === 'X' ? metrics.get(key) : own;
    return (steps[key] as Readonly<Record<string, number>>)[value ?? 'X'] ?? 0;
  };
  const given = (key: 'CR' | 'IR' | 'AR' | 'E', counts: boolean) =>
    (steps[key] as Readonly<Record<string, number>>)[(counts && metrics.get(key)) || 'X'] ?? 0;
  return {
    AV: of('AV', 'MAV'),
    PR: of('PR', 'MPR'),
    UI: of('UI', 'MUI'),
    AC: of('AC', 'MAC'),
    AT: of('AT', 'MAT'),
    VC: of('VC', 'MVC'),
    VI: of('VI', 'MVI'),
    VA: of('VA', 'MVA'),
    SC: of('SC', 'MSC'),
    SI: of('SI', 'MSI'),
    SA: of('SA', 'MSA'),
    CR: given('CR', environment),
    IR: given('IR', environment),
    AR: given('AR', environment),
    E: given('E', threat),
  };
}

/** Section 8.2, tables 24 to 29. Safety stands one step above High in the subsequent system. */
function equivalence({ AV, PR, UI, AC, AT, VC, VI, VA, SC, SI, SA, CR, IR, AR, E }: Levels): MacroVector {
  const network = AV === 0 && PR === 0 && UI === 0;
  const near = AV < 3 && (AV === 0 || PR === 0 || UI === 0);
  return [
    network ? 0 : near ? 1 : 2,
    AC === 0 && AT === 0 ? 0 : 1,
    VC === 0 && VI === 0 ? 0 : VC === 0 || VI === 0 || VA === 0 ? 1 : 2,
    SI === 0 || SA === 0 ? 0 : SC === 1 || SI === 1 || SA === 1 ? 1 : 2,
    E,
    (CR === 0 && VC === 0) || (IR === 0 && VI === 0) || (AR === 0 && VA === 0) ? 0 : 1,
  ];
}

type MacroVector = readonly [eq1: number, eq2: number, eq3: number, eq4: number, eq5: number, eq6: number];

function score(metrics: ReadonlyMap<string, string>, threat: boolean, environment: boolean): number {
  const levels = levelsOf(metrics, threat, environment);
  const { AV, PR, UI, AC, AT, VC, VI, VA, SC, SI, SA, CR, IR, AR } = levels;
  if (VC === 2 && VI === 2 && VA === 2 && SC === 3 && SI === 3 && SA === 3) return 0;
  const [q1, q2, q3, q4, q5, q6] = equivalence(levels);
  const own = at(q1, q2, q3, q4, q5, q6);

  let sum = 0;
  let lowerOnes = 0;
  /** The share of the way to the next lower MacroVector that the vector has already gone in one equivalence set. */
  const add = (lower: number, gone: number, depth: number) => {
    if (lower < 0) return;
    lowerOnes += 1;
    sum += ((own - lower) * gone) / depth;
  };
  add(at(q1 + 1, q2, q3, q4, q5, q6), distance([AV, PR, UI], worst1[q1]), depth1[q1] ?? 1);
  add(at(q1, q2 + 1, q3, q4, q5, q6), distance([AC, AT], worst2[q2]), depth2[q2] ?? 1);
  add(
    below36(q1, q2, q3, q4, q5, q6),
    distance([VC, VI, VA, CR, IR, AR], worst36[q3 * 2 + q6]),
    depth36[q3 * 2 + q6] ?? 1,
  );
  add(at(q1, q2, q3, q4 + 1, q5, q6), SC + SI + SA - (worst4[q4] ?? 0), depth4[q4] ?? 1);
  // Equivalence set 5 has one value each: never on its way, but it counts in the mean.
  add(at(q1, q2, q3, q4, q5 + 1, q6), 0, 1);

  const value = own - (lowerOnes ? sum / lowerOnes : 0);
  // The table is in tenths. What is exactly in the middle goes up.
  return Math.round(Math.min(100, Math.max(0, value)) + 1e-5) / 10;
}

/** Sets 3 and 6 move together (table 30): where both can go down, the higher of the two scores counts. */
function below36(q1: number, q2: number, q3: number, q4: number, q5: number, q6: number): number {
  if (q3 === 0 && q6 === 0) return Math.max(at(q1, q2, 0, q4, q5, 1), at(q1, q2, 1, q4, q5, 0));
  if (q6 === 0) return at(q1, q2, q3, q4, q5, 1);
  return at(q1, q2, q3 + 1, q4, q5, q6);
}

/** Steps from the first of the worst vectors of a set that is nowhere less severe than this one. */
function distance(levels: readonly number[], worst: readonly (readonly number[])[] = []): number {
  for (const one of worst) {
    let sum = 0;
    let below = true;
    for (let i = 0; i < levels.length && below; i++) {
      const step = (levels[i] ?? 0) - (one[i] ?? 0);
      if (step < 0) below = false;
      sum += step;
    }
    if (below) return sum;
  }
  return 0;
}

/** The most severe vectors of each level of an equivalence set, as steps (tables 24 to 30). */
const worst1 = [
  [[0, 0, 0]],
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [3, 0, 0],
    [1, 1, 1],
  ],
];
const worst2 = [
  [[0, 0]],
  [
    [1, 0],
    [0, 1],
  ],
];
/** At 2 × EQ3 + EQ6. In the order VC VI VA CR IR AR. */
const worst36 = [
  [[0, 0, 0, 0, 0, 0]],
  [
    [0, 0, 1, 1, 1, 0],
    [0, 0, 0, 1, 1, 1],
  ],
  [
    [1, 0, 0, 0, 0, 0],
    [0, 1, 0, 0, 0, 0],
  ],
  [
    [1, 0, 1, 0, 1, 0],
    [1, 0, 0, 0, 1, 1],
    [0, 1, 0, 1, 0, 1],
    [0, 1, 1, 1, 0, 0],
    [1, 1, 0, 0, 0, 1],
  ],
  [],
  [[1, 1, 1, 0, 0, 0]],
];
/** The steps of SC, SI and SA together. */
const worst4 = [1, 3, 6];

/** How many steps each level is deep. */
const depth1 = [1, 4, 5];
const depth2 = [1, 2];
const depth36 = [7, 6, 8, 8, 1, 10];
const depth4 = [6, 5, 4];

function at(q1: number, q2: number, q3: number, q4: number, q5: number, q6: number): number {
  if (q1 > 2 || q2 > 1 || q3 > 2 || q4 > 2 || q5 > 2 || q6 > 1) return -1;
  return table[((((q1 * 2 + q2) * 3 + q3) * 3 + q4) * 3 + q5) * 2 + q6] ?? -1;
}

/**
 * The scores of the MacroVectors in tenths, as FIRST publishes them (section 8.3 and its reference table).
 * A row is EQ1 EQ2 EQ3; in it EQ4, EQ5, EQ6 count up. EQ3 = 2 with EQ6 = 0 cannot be.
 */
const table = Int8Array.from(
  `
  100 99 98 95 95 92  100 96 93 87 91 81  93 90 89 80 81 68
  98 95 95 92 90 84  93 92 89 81 81 65  88 80 78 70 69 48
  -1 92 -1 82 -1 72  -1 79 -1 69 -1 50  -1 69 -1 55 -1 27
  99 97 95 92 92 85  95 91 90 83 84 71  92 81 82 71 72 53
  95 93 92 85 85 73  92 82 80 72 70 59  84 70 71 52 50 30
  -1 86 -1 75 -1 52  -1 71 -1 52 -1 29  -1 63 -1 29 -1 17
  98 95 94 87 91 81  94 89 86 74 77 64  87 75 74 63 63 49
  94 89 88 77 76 67  86 76 74 58 59 50  72 57 57 52 52 25
  -1 83 -1 70 -1 54  -1 65 -1 58 -1 26  -1 53 -1 21 -1 13
  95 90 88 76 76 70  90 77 75 62 61 53  77 66 68 59 52 30
  89 78 76 67 62 58  74 59 57 57 47 23  61 52 57 29 24 16
  -1 71 -1 59 -1 30  -1 58 -1 26 -1 15  -1 23 -1 13 -1 6
  93 87 86 72 75 58  86 74 74 61 56 34  70 54 52 40 40 22
  85 75 74 55 62 51  72 57 55 41 46 19  53 36 34 19 19 8
  -1 64 -1 51 -1 20  -1 47 -1 21 -1 11  -1 24 -1 9 -1 4
  88 75 73 53 60 50  73 55 59 40 41 20  54 43 45 22 20 11
  75 55 58 45 40 21  61 51 48 18 20 9  46 18 17 7 8 2
  -1 53 -1 24 -1 14  -1 24 -1 12 -1 5  -1 10 -1 3 -1 1
  `
    .trim()
    .split(/\s+/),
  Number,
);
