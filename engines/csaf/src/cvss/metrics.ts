export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';

export type MetricGroup = 'base' | 'threat' | 'environmental' | 'supplemental';

/** A metric as the vector abbreviates it and as the JSON schemas of FIRST call it. */
export interface Metric {
  /** Its place in the preferred order of the specification. */
  readonly index: number;
  readonly key: string;
  readonly property: string;
  readonly group: MetricGroup;
  /** Value in the vector → word in the JSON. */
  readonly values: ReadonlyMap<string, string>;
}

type Row = readonly [key: string, property: string, values: string];

const undefinedOr = 'X=NOT_DEFINED';

/** CVSS 2.0, Complete Guide, section 2.4 (table 13). */
const metrics2 = metrics({
  base: [
    ['AV', 'accessVector', 'L=LOCAL A=ADJACENT_NETWORK N=NETWORK'],
    ['AC', 'accessComplexity', 'H=HIGH M=MEDIUM L=LOW'],
    ['Au', 'authentication', 'M=MULTIPLE S=SINGLE N=NONE'],
    ['C', 'confidentialityImpact', 'N=NONE P=PARTIAL C=COMPLETE'],
    ['I', 'integrityImpact', 'N=NONE P=PARTIAL C=COMPLETE'],
    ['A', 'availabilityImpact', 'N=NONE P=PARTIAL C=COMPLETE'],
  ],
  threat: [
    ['E', 'exploitability', 'U=UNPROVEN POC=PROOF_OF_CONCEPT F=FUNCTIONAL H=HIGH ND=NOT_DEFINED'],
    ['RL', 'remediationLevel', 'OF=OFFICIAL_FIX TF=TEMPORARY_FIX W=WORKAROUND U=UNAVAILABLE ND=NOT_DEFINED'],
    ['RC', 'reportConfidence', 'UC=UNCONFIRMED UR=UNCORROBORATED C=CONFIRMED ND=NOT_DEFINED'],
  ],
  environmental: [
    ['CDP', 'collateralDamagePotential', 'N=NONE L=LOW LM=LOW_MEDIUM MH=MEDIUM_HIGH H=HIGH ND=NOT_DEFINED'],
    ['TD', 'targetDistribution', 'N=NONE L=LOW M=MEDIUM H=HIGH ND=NOT_DEFINED'],
    ['CR', 'confidentialityRequirement', 'L=LOW M=MEDIUM H=HIGH ND=NOT_DEFINED'],
    ['IR', 'integrityRequirement', 'L=LOW M=MEDIUM H=HIGH ND=NOT_DEFINED'],
    ['AR', 'availabilityRequirement', 'L=LOW M=MEDIUM H=HIGH ND=NOT_DEFINED'],
  ],
});

const impact3 = 'H=HIGH L=LOW N=NONE';
const requirement = `${undefinedOr} H=HIGH M=MEDIUM L=LOW`;

/** CVSS 3.0 and 3.1, section 6, table 15: the same names in both. */
const metrics3 = metrics({
  base: [
    ['AV', 'attackVector', 'N=NETWORK A=ADJACENT_NETWORK L=LOCAL P=PHYSICAL'],
    ['AC', 'attackComplexity', 'L=LOW H=HIGH'],
    ['PR', 'privilegesRequired', 'N=NONE L=LOW H=HIGH'],
    ['UI', 'userInteraction', 'N=NONE R=REQUIRED'],
    ['S', 'scope', 'U=UNCHANGED C=CHANGED'],
    ['C', 'confidentialityImpact', impact3],
    ['I', 'integrityImpact', impact3],
    ['A', 'availabilityImpact', impact3],
  ],
  threat: [
    ['E', 'exploitCodeMaturity', 'X=NOT_DEFINED H=HIGH F=FUNCTIONAL P=PROOF_OF_CONCEPT U=UNPROVEN'],
    ['RL', 'remediationLevel', 'X=NOT_DEFINED U=UNAVAILABLE W=WORKAROUND T=TEMPORARY_FIX O=OFFICIAL_FIX'],
    ['RC', 'reportConfidence', 'X=NOT_DEFINED C=CONFIRMED R=REASONABLE U=UNKNOWN'],
  ],
  environmental: [
    ['CR', 'confidentialityRequirement', requirement],
    ['IR', 'integrityRequirement', requirement],
    ['AR', 'availabilityRequirement', requirement],
    ['MAV', 'modifiedAttackVector', `${undefinedOr} N=NETWORK A=ADJACENT_NETWORK L=LOCAL P=PHYSICAL`],
    ['MAC', 'modifiedAttackComplexity', `${undefinedOr} L=LOW H=HIGH`],
    ['MPR', 'modifiedPrivilegesRequired', `${undefinedOr} N=NONE L=LOW H=HIGH`],
    ['MUI', 'modifiedUserInteraction', `${undefinedOr} N=NONE R=REQUIRED`],
    ['MS', 'modifiedScope', `${undefinedOr} U=UNCHANGED C=CHANGED`],
    ['MC', 'modifiedConfidentialityImpact', `${undefinedOr} ${impact3}`],
    ['MI', 'modifiedIntegrityImpact', `${undefinedOr} ${impact3}`],
    ['MA', 'modifiedAvailabilityImpact', `${undefinedOr} ${impact3}`],
  ],
});

const impact4 = 'H=HIGH L=LOW N=NONE';

/** CVSS 4.0, section 7, table 23. */
const metrics4 = metrics({
  base: [
    ['AV', 'attackVector', 'N=NETWORK A=ADJACENT L=LOCAL P=PHYSICAL'],
    ['AC', 'attackComplexity', 'L=LOW H=HIGH'],
    ['AT', 'attackRequirements', 'N=NONE P=PRESENT'],
    ['PR', 'privilegesRequired', 'N=NONE L=LOW H=HIGH'],
    ['UI', 'userInteraction', 'N=NONE P=PASSIVE A=ACTIVE'],
    ['VC', 'vulnConfidentialityImpact', impact4],
    ['VI', 'vulnIntegrityImpact', impact4],
    ['VA', 'vulnAvailabilityImpact', impact4],
    ['SC', 'subConfidentialityImpact', impact4],
    ['SI', 'subIntegrityImpact', impact4],
    ['SA', 'subAvailabilityImpact', impact4],
  ],
  threat: [['E', 'exploitMaturity', 'X=NOT_DEFINED A=ATTACKED P=PROOF_OF_CONCEPT U=UNREPORTED']],
  environmental: [
    ['CR', 'confidentialityRequirement', requirement],
    ['IR', 'integrityRequirement', requirement],
    ['AR', 'availabilityRequirement', requirement],
    ['MAV', 'modifiedAttackVector', `${undefinedOr} N=NETWORK A=ADJACENT L=LOCAL P=PHYSICAL`],
    ['MAC', 'modifiedAttackComplexity', `${undefinedOr} L=LOW H=HIGH`],
    ['MAT', 'modifiedAttackRequirements', `${undefinedOr} N=NONE P=PRESENT`],
    ['MPR', 'modifiedPrivilegesRequired', `${undefinedOr} N=NONE L=LOW H=HIGH`],
    ['MUI', 'modifiedUserInteraction', `${undefinedOr} N=NONE P=PASSIVE A=ACTIVE`],
    ['MVC', 'modifiedVulnConfidentialityImpact', `${undefinedOr} ${impact4}`],
    ['MVI', 'modifiedVulnIntegrityImpact', `${undefinedOr} ${impact4}`],
    ['MVA', 'modifiedVulnAvailabilityImpact', `${undefinedOr} ${impact4}`],
    ['MSC', 'modifiedSubConfidentialityImpact', `${undefinedOr} H=HIGH L=LOW N=NEGLIGIBLE`],
    ['MSI', 'modifiedSubIntegrityImpact', `${undefinedOr} S=SAFETY H=HIGH L=LOW N=NEGLIGIBLE`],
    ['MSA', 'modifiedSubAvailabilityImpact', `${undefinedOr} S=SAFETY H=HIGH L=LOW N=NEGLIGIBLE`],
  ],
  supplemental: [
    ['S', 'Safety', 'X=NOT_DEFINED N=NEGLIGIBLE P=PRESENT'],
    ['AU', 'Automatable', 'X=NOT_DEFINED N=NO Y=YES'],
    ['R', 'Recovery', 'X=NOT_DEFINED A=AUTOMATIC U=USER I=IRRECOVERABLE'],
    ['V', 'valueDensity', 'X=NOT_DEFINED D=DIFFUSE C=CONCENTRATED'],
    ['RE', 'vulnerabilityResponseEffort', 'X=NOT_DEFINED L=LOW M=MODERATE H=HIGH'],
    ['U', 'providerUrgency', 'X=NOT_DEFINED Clear=CLEAR Green=GREEN Amber=AMBER Red=RED'],
  ],
});

/** Every metric of a version by its abbreviation, in the preferred order. */
export const metricsOf: Readonly<Record<CvssVersion, ReadonlyMap<string, Metric>>> = {
  '2.0': metrics2,
  '3.0': metrics3,
  '3.1': metrics3,
  '4.0': metrics4,
};

/** Every metric with each of its values, as they stand in vectors: `AV:N`. */
export const partsOf: Readonly<Record<CvssVersion, ReadonlyMap<string, VectorPart>>> = {
  '2.0': parts(metrics2),
  '3.0': parts(metrics3),
  '3.1': parts(metrics3),
  '4.0': parts(metrics4),
};

export interface VectorPart {
  readonly metric: Metric;
  readonly value: string;
}

function parts(metricsByKey: ReadonlyMap<string, Metric>): ReadonlyMap<string, VectorPart> {
  return new Map(
    [...metricsByKey.values()].flatMap((metric) =>
      [...metric.values.keys()].map((value) => [`${metric.key}:${value}`, { metric, value }] as const),
    ),
  );
}

function metrics(groups: Partial<Record<MetricGroup, readonly Row[]>>): ReadonlyMap<string, Metric> {
  const all = new Map<string, Metric>();
  for (const [group, rows] of Object.entries(groups)) {
    for (const [key, property, values] of rows) {
      all.set(key, {
        index: all.size,
        key,
        property,
        group: group as MetricGroup,
        values: new Map(values.split(' ').map((pair) => pair.split('=') as [string, string])),
      });
    }
  }
  return all;
}
