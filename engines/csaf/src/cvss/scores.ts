import { scores2 } from './cvss2.ts';
import { scores3 } from './cvss3.ts';
import { scores4 } from './cvss4.ts';
import type { CvssVersion } from './metrics.ts';
import type { CvssVector } from './vector.ts';

/** Scores from 0 to 10 in tenths. */
export interface CvssScores {
  /** From the base metrics alone (CVSS-B). */
  readonly base: number;
  /** Base and temporal metrics (2.0, 3.x), base and threat metrics (4.0, CVSS-BT). 2.0 and 4.0: only if there are any. */
  readonly threat: number | undefined;
  /** With the environmental metrics as well. 2.0 and 4.0: only if there are any. */
  readonly environmental: number | undefined;
  /** From all metrics that are given; in 4.0 the one score of the vector. */
  readonly overall: number;
}

export type CvssSeverity = 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';

export function scoresOf({ version, metrics }: CvssVector): CvssScores {
  if (version === '4.0') return scores4(metrics);
  return version === '2.0' ? scores2(metrics) : scores3(version, metrics);
}

/**
 * The qualitative rating of a score: 3.0 and 3.1 section 5, 4.0 section 6. CVSS 2.0 has none of its own; what is in
 * use there is that of the NVD: low, medium, high.
 */
export function severityOf(score: number, version: CvssVersion): CvssSeverity {
  if (version === '2.0') return score < 4 ? 'LOW' : score < 7 ? 'MEDIUM' : 'HIGH';
  if (score < 0.1) return 'NONE';
  if (score < 4) return 'LOW';
  if (score < 7) return 'MEDIUM';
  return score < 9 ? 'HIGH' : 'CRITICAL';
}
