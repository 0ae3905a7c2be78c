import { parseVector } from '../cvss/vector.ts';
import { type DecisionTable, decisionTables, evaluateTable } from './decision-tables.ts';

// SSVC for those who run systems (https://certcc.github.io/SSVC/howto/deployer_tree): how soon to act on a vulnerability.
// Values in the order of the decision points, from harmless to grave.

export const exploitations = ['none', 'publicPoc', 'active'] as const;
export const exposures = ['small', 'controlled', 'open'] as const;
export const automatables = ['no', 'yes'] as const;
export const safetyImpacts = ['negligible', 'marginal', 'critical', 'catastrophic'] as const;
export const missionImpacts = ['degraded', 'supportCrippled', 'functionFails', 'missionFails'] as const;
export const humanImpacts = ['low', 'medium', 'high', 'veryHigh'] as const;
export const urgencies = ['defer', 'scheduled', 'out-of-cycle', 'immediate'] as const;

export type Urgency = (typeof urgencies)[number];
export type HumanImpact = (typeof humanImpacts)[number];

export interface DeployerInputs {
  readonly exploitation: (typeof exploitations)[number];
  readonly exposure: (typeof exposures)[number];
  readonly automatable: (typeof automatables)[number];
  readonly safetyImpact: (typeof safetyImpacts)[number];
  readonly missionImpact: (typeof missionImpacts)[number];
}

const deployer = tableOf('ssvc:DT_DP:1.0.0');
const human = tableOf('ssvc:DT_HI:1.0.0');

/** The table "Human Impact" (16 rows). */
export function humanImpactOf({
  safetyImpact,
  missionImpact,
}: Pick<DeployerInputs, 'safetyImpact' | 'missionImpact'>): HumanImpact {
  return humanImpacts[
    outcome(human, [safetyImpacts.indexOf(safetyImpact), missionImpacts.indexOf(missionImpact)])
  ]!;
}

/** The table "Deployer Patch Application Priority" (72 rows). */
export function urgencyOf(inputs: DeployerInputs): Urgency {
  return urgencies[
    outcome(deployer, [
      exploitations.indexOf(inputs.exploitation),
      exposures.indexOf(inputs.exposure),
      automatables.indexOf(inputs.automatable),
      humanImpacts.indexOf(humanImpactOf(inputs)),
    ])
  ]!;
}

/**
 * Whether an attacker can go through the first four steps of an attack by a program, as far as a CVSS vector tells: over
 * a network, under no special conditions, without an account and without anybody's help. Undefined for what is no vector.
 */
export function isAutomatable(vector: string): boolean | undefined {
  const { vector: read } = parseVector(vector);
  if (!read) return undefined;
  const { version, metrics } = read;
  const is = (metric: string, value: string) => metrics.get(metric) === value;
  if (version === '2.0') return is('AV', 'N') && is('AC', 'L') && is('Au', 'N');
  return (
    is('AV', 'N') && is('AC', 'L') && is('PR', 'N') && is('UI', 'N') && (version !== '4.0' || is('AT', 'N'))
  );
}

function outcome(table: DecisionTable, values: readonly number[]): number {
  const selection = Object.fromEntries(
    table.inputs.map(({ id, values: keys }, place) => [id, [[...keys.keys()][values[place]!]!]]),
  );
  const { outcomes } = evaluateTable(table, selection);
  return [...table.outcome.values.keys()].indexOf(outcomes[0]!);
}

function tableOf(id: string): DecisionTable {
  const table = decisionTables.get(id);
  if (!table) throw new Error(`${id} is not among the decision tables`);
  return table;
}
