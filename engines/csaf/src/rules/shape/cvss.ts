import { matching, number, object, oneOf, type Shape, text } from './shape.ts';

/** The JSON representations that FIRST publishes, fields by generation; 2.0 and 3.x let other fields be. */

const score = number(0, 10);
const severity = oneOf('NONE', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL');
const requirement = oneOf('LOW', 'MEDIUM', 'HIGH', 'NOT_DEFINED');

const vector2 = vector(
  '',
  'AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC]|E:(?:U|POC|F|H|ND)|RL:(?:OF|TF|W|U|ND)|RC:(?:UC|UR|C|ND)|' +
    'CDP:(?:N|L|LM|MH|H|ND)|TD:(?:N|L|M|H|ND)|[CIA]R:(?:L|M|H|ND)',
);
const impact2 = oneOf('NONE', 'PARTIAL', 'COMPLETE');

export const cvss2: Shape = object({
  required: { version: oneOf('2.0'), vectorString: vector2, baseScore: score },
  optional: {
    accessVector: oneOf('NETWORK', 'ADJACENT_NETWORK', 'LOCAL'),
    accessComplexity: oneOf('HIGH', 'MEDIUM', 'LOW'),
    authentication: oneOf('MULTIPLE', 'SINGLE', 'NONE'),
    confidentialityImpact: impact2,
    integrityImpact: impact2,
    availabilityImpact: impact2,
    exploitability: oneOf('UNPROVEN', 'PROOF_OF_CONCEPT', 'FUNCTIONAL', 'HIGH', 'NOT_DEFINED'),
    remediationLevel: oneOf('OFFICIAL_FIX', 'TEMPORARY_FIX', 'WORKAROUND', 'UNAVAILABLE', 'NOT_DEFINED'),
    reportConfidence: oneOf('UNCONFIRMED', 'UNCORROBORATED', 'CONFIRMED', 'NOT_DEFINED'),
    temporalScore: score,
    collateralDamagePotential: oneOf('NONE', 'LOW', 'LOW_MEDIUM', 'MEDIUM_HIGH', 'HIGH', 'NOT_DEFINED'),
    targetDistribution: oneOf('NONE', 'LOW', 'MEDIUM', 'HIGH', 'NOT_DEFINED'),
    confidentialityRequirement: requirement,
    integrityRequirement: requirement,
    availabilityRequirement: requirement,
    environmentalScore: score,
  },
});

export const cvss30: Shape = cvss3('3.0');
export const cvss31: Shape = cvss3('3.1');

function cvss3(version: '3.0' | '3.1'): Shape {
  const impact = ['NONE', 'LOW', 'HIGH'];
  const vectors = ['NETWORK', 'ADJACENT_NETWORK', 'LOCAL', 'PHYSICAL'];
  const privileges = ['HIGH', 'LOW', 'NONE'];
  return object({
    required: {
      version: oneOf(version),
      vectorString: vector(
        `CVSS:${version}/`,
        'AV:[NALP]|AC:[LH]|PR:[NLH]|UI:[NR]|S:[UC]|[CIA]:[NLH]|E:[XUPFH]|RL:[XOTWU]|RC:[XURC]|[CIA]R:[XLMH]|' +
          'MAV:[XNALP]|MAC:[XLH]|MPR:[XNLH]|MUI:[XNR]|MS:[XUC]|M[CIA]:[XNLH]',
      ),
      baseScore: score,
      baseSeverity: severity,
    },
    optional: {
      attackVector: oneOf(...vectors),
      attackComplexity: oneOf('HIGH', 'LOW'),
      privilegesRequired: oneOf(...privileges),
      userInteraction: oneOf('NONE', 'REQUIRED'),
      scope: oneOf('UNCHANGED', 'CHANGED'),
      confidentialityImpact: oneOf(...impact),
      integrityImpact: oneOf(...impact),
      availabilityImpact: oneOf(...impact),
      exploitCodeMaturity: oneOf('UNPROVEN', 'PROOF_OF_CONCEPT', 'FUNCTIONAL', 'HIGH', 'NOT_DEFINED'),
      remediationLevel: oneOf('OFFICIAL_FIX', 'TEMPORARY_FIX', 'WORKAROUND', 'UNAVAILABLE', 'NOT_DEFINED'),
      reportConfidence: oneOf('UNKNOWN', 'REASONABLE', 'CONFIRMED', 'NOT_DEFINED'),
      temporalScore: score,
      temporalSeverity: severity,
      confidentialityRequirement: requirement,
      integrityRequirement: requirement,
      availabilityRequirement: requirement,
      modifiedAttackVector: orNotDefined(vectors),
      modifiedAttackComplexity: oneOf('HIGH', 'LOW', 'NOT_DEFINED'),
      modifiedPrivilegesRequired: orNotDefined(privileges),
      modifiedUserInteraction: oneOf('NONE', 'REQUIRED', 'NOT_DEFINED'),
      modifiedScope: oneOf('UNCHANGED', 'CHANGED', 'NOT_DEFINED'),
      modifiedConfidentialityImpact: orNotDefined(impact),
      modifiedIntegrityImpact: orNotDefined(impact),
      modifiedAvailabilityImpact: orNotDefined(impact),
      environmentalScore: score,
      environmentalSeverity: severity,
    },
  });
}

/** The order of metrics is fixed in 4.0. */
const vector4 = text(
  matching(
    new RegExp(
      '^CVSS:4[.]0/AV:[NALP]/AC:[LH]/AT:[NP]/PR:[NLH]/UI:[NPA]/VC:[HLN]/VI:[HLN]/VA:[HLN]/SC:[HLN]/SI:[HLN]/SA:[HLN]' +
        '(?:/E:[XAPU])?(?:/CR:[XHML])?(?:/IR:[XHML])?(?:/AR:[XHML])?(?:/MAV:[XNALP])?(?:/MAC:[XLH])?(?:/MAT:[XNP])?' +
        '(?:/MPR:[XNLH])?(?:/MUI:[XNPA])?(?:/MVC:[XNLH])?(?:/MVI:[XNLH])?(?:/MVA:[XNLH])?(?:/MSC:[XNLH])?' +
        '(?:/MSI:[XNLHS])?(?:/MSA:[XNLHS])?(?:/S:[XNP])?(?:/AU:[XNY])?(?:/R:[XAUI])?(?:/V:[XDC])?(?:/RE:[XLMH])?' +
        '(?:/U:(?:X|Clear|Green|Amber|Red))?$',
    ),
    'cvss-vector',
  ),
);

const levels = ['NONE', 'LOW', 'HIGH'];
const vectors4 = ['NETWORK', 'ADJACENT', 'LOCAL', 'PHYSICAL'];
const level4 = oneOf(...levels);
const modifiedLevel4 = orNotDefined(levels);
const modifiedSubsequent4 = oneOf('NEGLIGIBLE', 'LOW', 'HIGH', 'SAFETY', 'NOT_DEFINED');

/** CVSS 4.0, section 6: the scores that go by each name. */
const ratings4: Readonly<Record<string, readonly [number, number]>> = {
  NONE: [0, 0],
  LOW: [0.1, 3.9],
  MEDIUM: [4, 6.9],
  HIGH: [7, 8.9],
  CRITICAL: [9, 10],
};

export const cvss4: Shape = object({
  closed: true,
  required: { version: oneOf('4.0'), vectorString: vector4, baseScore: score, baseSeverity: severity },
  optional: {
    attackVector: oneOf(...vectors4),
    attackComplexity: oneOf('HIGH', 'LOW'),
    attackRequirements: oneOf('NONE', 'PRESENT'),
    privilegesRequired: oneOf('HIGH', 'LOW', 'NONE'),
    userInteraction: oneOf('NONE', 'PASSIVE', 'ACTIVE'),
    vulnConfidentialityImpact: level4,
    vulnIntegrityImpact: level4,
    vulnAvailabilityImpact: level4,
    subConfidentialityImpact: level4,
    subIntegrityImpact: level4,
    subAvailabilityImpact: level4,
    exploitMaturity: oneOf('UNREPORTED', 'PROOF_OF_CONCEPT', 'ATTACKED', 'NOT_DEFINED'),
    confidentialityRequirement: requirement,
    integrityRequirement: requirement,
    availabilityRequirement: requirement,
    modifiedAttackVector: orNotDefined(vectors4),
    modifiedAttackComplexity: oneOf('HIGH', 'LOW', 'NOT_DEFINED'),
    modifiedAttackRequirements: oneOf('NONE', 'PRESENT', 'NOT_DEFINED'),
    modifiedPrivilegesRequired: oneOf('HIGH', 'LOW', 'NONE', 'NOT_DEFINED'),
    modifiedUserInteraction: oneOf('NONE', 'PASSIVE', 'ACTIVE', 'NOT_DEFINED'),
    modifiedVulnConfidentialityImpact: modifiedLevel4,
    modifiedVulnIntegrityImpact: modifiedLevel4,
    modifiedVulnAvailabilityImpact: modifiedLevel4,
    modifiedSubConfidentialityImpact: oneOf('NEGLIGIBLE', 'LOW', 'HIGH', 'NOT_DEFINED'),
    modifiedSubIntegrityImpact: modifiedSubsequent4,
    modifiedSubAvailabilityImpact: modifiedSubsequent4,
    Safety: oneOf('NEGLIGIBLE', 'PRESENT', 'NOT_DEFINED'),
    Automatable: oneOf('NO', 'YES', 'NOT_DEFINED'),
    Recovery: oneOf('AUTOMATIC', 'USER', 'IRRECOVERABLE', 'NOT_DEFINED'),
    valueDensity: oneOf('DIFFUSE', 'CONCENTRATED', 'NOT_DEFINED'),
    vulnerabilityResponseEffort: oneOf('LOW', 'MODERATE', 'HIGH', 'NOT_DEFINED'),
    providerUrgency: oneOf('CLEAR', 'GREEN', 'AMBER', 'RED', 'NOT_DEFINED'),
  },
  also: ({ baseScore, baseSeverity }, depth, walk) => {
    const rating = typeof baseSeverity === 'string' ? ratings4[baseSeverity] : undefined;
    if (typeof baseScore !== 'number' || baseScore < 0 || baseScore > 10 || !rating) return;
    const [least, most] = rating;
    const tenths = Math.abs(baseScore * 10 - Math.round(baseScore * 10)) < 1e-6 || baseSeverity === 'HIGH';
    if (baseScore >= least && baseScore <= most && tenths) return;
    walk.steps[depth] = 'baseScore';
    walk.tell('range', depth + 1, { least, most });
  },
});

function orNotDefined(choices: readonly string[]): Shape {
  return oneOf(...choices, 'NOT_DEFINED');
}

function vector(prefix: string, metric: string): Shape {
  const start = prefix.replace('.', '[.]');
  return text(matching(new RegExp(`^${start}(?:(?:${metric})/)*(?:${metric})$`), 'cvss-vector'));
}
