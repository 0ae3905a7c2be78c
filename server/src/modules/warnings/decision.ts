import type {
  AssetRole,
  Criticality,
  Decision,
  DecisionGround,
  DecisionPoint,
  Level,
  Ssvc,
  Told,
  Urgency,
} from '@busbar/contract';
import {
  automatables,
  exploitations,
  exposures,
  humanImpactOf,
  missionImpacts,
  safetyImpacts,
  urgencies,
  urgencyOf,
} from '@busbar/csaf';

/** Where a device stands and what it is for, as far as an attacker and the people beside it are concerned. */
export interface Setting {
  readonly role: AssetRole;
  readonly level: Level;
  /** IP addresses that are reached from anywhere. */
  readonly publicAddress: string | undefined;
  readonly hasAddress: boolean;
  readonly criticality: Criticality | null;
  /** What people say of its zone, or of its site where they say nothing of the zone. */
  readonly exposure: SaidOfPlace<Ssvc['exposure']> | undefined;
  readonly safetyImpact: SaidOfPlace<Ssvc['safetyImpact']> | undefined;
}

interface SaidOfPlace<Value> {
  readonly value: Value;
  readonly place: 'zone' | 'site';
  readonly name: string;
}

/** What is known of attacks by a vulnerability, and of how they go. */
export interface Threat {
  readonly exploitation: Said<Ssvc['exploitation']> | undefined;
  readonly automatable: (Said<Ssvc['automatable']> & { readonly vector: string }) | undefined;
}

interface Said<Value> {
  readonly value: Value;
  readonly vulnerability: string;
  readonly publisher: string;
}

/** What is kept of a decision: each input with its value and where it came from. */
export type Grounds = Readonly<Record<DecisionPoint, DecisionGround>>;

/** How soon to act on a vulnerability of a device (SSVC), with what was assumed where nobody has said anything. */
export function decide(setting: Setting, threat: Threat): { urgency: Urgency; grounds: Grounds } {
  const grounds = {
    exploitation: exploitationOf(threat),
    exposure: exposureOf(setting),
    automatable: automatableOf(threat),
    safetyImpact: safetyImpactOf(setting),
    missionImpact: missionImpactOf(setting),
  };
  return { urgency: urgencyOf(valuesOf(grounds)), grounds };
}

/** The four inputs of the decision, and the two from which the impact on people comes. */
export function ssvcOf(grounds: Grounds): Ssvc {
  const values = valuesOf(grounds);
  return { ...values, humanImpact: humanImpactOf(values) };
}

/** For a reader: each input, what it came from, and what the answer would be if it were another. */
export function explained(grounds: Grounds): Decision['inputs'] {
  const values = valuesOf(grounds);
  const urgency = urgencyOf(values);
  return points.map((point) => ({
    point,
    ...grounds[point],
    otherwise: scales[point]
      .filter((value) => value !== grounds[point].value)
      .map((value) => ({ value, urgency: urgencyOf({ ...values, [point]: value }) }))
      .filter((other) => other.urgency !== urgency),
  }));
}

/** Where it stands in a list: the most urgent first, of these the most certain, of these the highest score. */
export function rankOf(urgency: Urgency, certainty: number, score: number | null): number {
  const place = urgencies.length - 1 - urgencies.indexOf(urgency);
  return place * 10_000 + certainty * 1000 + 100 - Math.round((score ?? 0) * 10);
}

const points = ['exploitation', 'exposure', 'automatable', 'safetyImpact', 'missionImpact'] as const;
const scales: Readonly<Record<DecisionPoint, readonly string[]>> = {
  exploitation: exploitations,
  exposure: exposures,
  automatable: automatables,
  safetyImpact: safetyImpacts,
  missionImpact: missionImpacts,
};

type Values = Omit<Ssvc, 'humanImpact'>;

function valuesOf(grounds: Grounds): Values {
  return Object.fromEntries(points.map((point) => [point, grounds[point].value])) as Values;
}

function exploitationOf({ exploitation }: Threat): DecisionGround {
  if (!exploitation)
    return assumed('none', 'exploitation-unknown', 'None of the sources read here knows of attacks.');
  const { value, vulnerability, publisher } = exploitation;
  const sentences = {
    active: `${vulnerability} is used in attacks, says ${publisher}.`,
    publicPoc: `How to attack by ${vulnerability} is public, says ${publisher}.`,
    none: `No attack by ${vulnerability} is known, says ${publisher}.`,
  };
  return known(value, `exploitation-${value}`, sentences[value], { vulnerability, publisher });
}

function automatableOf({ automatable }: Threat): DecisionGround {
  // SSVC: what nobody can judge is taken for automatable.
  if (!automatable)
    return assumed('yes', 'automatable-unknown', 'No source says by a CVSS vector how an attack goes.');
  const { value, vulnerability, publisher, vector } = automatable;
  const sentence =
    value === 'yes'
      ? `${vulnerability} can be used over the network, without an account and without anybody’s help (${vector}, says ${publisher}).`
      : `${vulnerability} asks an attacker for more than a network: access, an account, help or luck (${vector}, says ${publisher}).`;
  return known(value, `automatable-${value}`, sentence, { vulnerability, publisher, vector });
}

function exposureOf({ exposure, level, publicAddress, hasAddress }: Setting): DecisionGround {
  if (exposure)
    return known(exposure.value, `exposure-${exposure.place}`, `People say so of ${exposure.name}.`, {
      name: exposure.name,
    });
  if (publicAddress !== undefined)
    return known('open', 'exposure-public', `It has a public address, ${publicAddress}.`, {
      address: publicAddress,
    });
  if (!hasAddress && (level === 'field' || level === 'control'))
    return assumed('small', 'exposure-no-address', 'It stands at the process, and no IP address is known.');
  if (level !== 'unknown')
    return assumed('controlled', 'exposure-level', 'It stands in a network of the plant, not open to all.', {
      level,
    });
  if (hasAddress) return assumed('controlled', 'exposure-private', 'All its addresses are private ones.');
  // SSVC: where nobody has looked, open is assumed.
  return assumed('open', 'exposure-unknown', 'Nobody has said where it stands, so the worst is assumed.');
}

/** What the worst is that people may suffer when somebody else commands a device of this role. */
const harms: Readonly<Partial<Record<AssetRole, Ssvc['safetyImpact']>>> = {
  // It is there so that nobody dies when everything else fails.
  safety: 'catastrophic',
  // They move, heat and press.
  controller: 'critical',
  io: 'critical',
  drive: 'critical',
  // People act on what these show, and these decide what controllers do.
  hmi: 'marginal',
  engineering: 'marginal',
  // Without them control is lost, and protection has to act.
  gateway: 'marginal',
  router: 'marginal',
  switch: 'marginal',
  historian: 'negligible',
  server: 'negligible',
  workstation: 'negligible',
  scanner: 'negligible',
  client: 'negligible',
};

/** A zone's word is about what it does as a whole: what only protects is graver, what only looks on is less grave. */
const steps: Readonly<Partial<Record<AssetRole, -1 | 1>>> = {
  safety: 1,
  historian: -1,
  server: -1,
  workstation: -1,
  scanner: -1,
  client: -1,
};

function safetyImpactOf({ safetyImpact, role, level }: Setting): DecisionGround {
  if (safetyImpact) {
    const { place, name, value } = safetyImpact;
    const step = steps[role] ?? 0;
    const at = safetyImpacts.indexOf(value) + step;
    const own = safetyImpacts[Math.min(Math.max(at, 0), safetyImpacts.length - 1)]!;
    if (own === value) return known(value, `safety-${place}`, `People say so of ${name}.`, { name });
    const more = step > 0 ? 'graver' : 'milder';
    return known(
      own,
      `safety-${place}-${more}`,
      `People say ${value} of ${name}; for a ${role} it is ${more}.`,
      {
        name,
        value,
        role,
      },
    );
  }
  const value = harms[role];
  if (value) return assumed(value, 'safety-role', `Its role says what may happen: ${role}.`, { role });
  if (level === 'field' || level === 'control')
    return assumed('critical', 'safety-level', 'Its role is not known, and it stands at the process.', {
      level,
    });
  return assumed('marginal', 'safety-unknown', 'Nobody has said what it is for.');
}

const losses: Readonly<Record<Criticality, Ssvc['missionImpact']>> = {
  low: 'degraded',
  medium: 'supportCrippled',
  high: 'functionFails',
  'very-high': 'missionFails',
};

function missionImpactOf({ criticality }: Setting): DecisionGround {
  if (criticality)
    return known(losses[criticality], 'mission-criticality', `Its criticality is ${criticality}.`, {
      criticality,
    });
  return assumed('supportCrippled', 'mission-unknown', 'Nobody has said how much of the plant needs it.');
}

function known(value: string, code: string, text: string, params: Told['params'] = {}): DecisionGround {
  return { value, assumed: false, because: { code, params, text } };
}

function assumed(value: string, code: string, text: string, params: Told['params'] = {}): DecisionGround {
  return { ...known(value, code, text, params), assumed: true };
}
