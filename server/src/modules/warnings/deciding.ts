import type { Urgency } from '@busbar/contract';
import { isAutomatable } from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';
import { decide, type Grounds, type Setting, type Threat } from './decision.ts';

/** What is said of a vulnerability that a document speaks of. */
export interface ThreatClaim {
  readonly document: string;
  readonly vulnerability: string;
  /** Its state of exploitation, or a CVSS vector with its version. */
  readonly says: 'exploitation' | 'vector';
  readonly value: string;
  readonly publisher: string;
  /** The CERT itself says so, after two people looked. */
  readonly ours: boolean;
}

/** Who knows where devices stand, and who knows what is said of attacks. */
export interface DecisionSources {
  settings(tx: Db, assets: readonly string[]): Promise<ReadonlyMap<string, Setting>>;
  threats(tx: Db, advisories: readonly string[]): Promise<readonly ThreatClaim[]>;
}

/** A device, an advisory, and by which vulnerabilities of it the device is concerned; none named means all. */
export interface Concern {
  readonly asset: string;
  readonly advisory: string;
  readonly cves: readonly string[];
}

export interface Decided {
  readonly urgency: Urgency;
  readonly grounds: Grounds;
}

/** Reads once what is known about these devices and advisories, and decides about any of their pairs. */
export async function deciding(
  tx: Db,
  { settings, threats }: DecisionSources,
  concerns: readonly Pick<Concern, 'asset' | 'advisory'>[],
): Promise<(concern: Concern) => Decided> {
  const known = await settings(tx, [...new Set(concerns.map(({ asset }) => asset))]);
  const claims = Map.groupBy(
    await threats(tx, [...new Set(concerns.map(({ advisory }) => advisory))]),
    ({ document }) => document,
  );
  const understood = new Map<string, Threat>();
  return ({ asset, advisory, cves }) => {
    // Devices of one kind are concerned by the same vulnerabilities of an advisory.
    const key = `${advisory} ${cves.join()}`;
    let threat = understood.get(key);
    if (!threat) understood.set(key, (threat = threatOf(claims.get(advisory) ?? [], cves)));
    return decide(known.get(asset) ?? nowhere, threat);
  };
}

const nowhere: Setting = {
  role: 'unknown',
  level: 'unknown',
  publicAddress: undefined,
  hasAddress: false,
  criticality: null,
  exposure: undefined,
  safetyImpact: undefined,
};

/** The gravest that is said of any of these vulnerabilities; where the CERT itself has spoken, its word counts alone. */
function threatOf(claims: readonly ThreatClaim[], cves: readonly string[]): Threat {
  const wanted = new Set(cves);
  const about = claims.filter(({ vulnerability }) => wanted.size === 0 || wanted.has(vulnerability));
  const said = Array.from(
    Map.groupBy(about, ({ vulnerability, says }) => `${vulnerability} ${says}`).values(),
    (same) => (same.some(({ ours }) => ours) ? same.filter(({ ours }) => ours) : same),
  ).flat();
  return {
    exploitation: gravest(
      said.filter(({ says }) => says === 'exploitation'),
      (value) =>
        value.includes('exploited') ? 'active' : value.includes('proofOfConcept') ? 'publicPoc' : 'none',
      ['active', 'publicPoc', 'none'],
    ),
    automatable: automatableOf(said.filter(({ says }) => says === 'vector')),
  };
}

function automatableOf(claims: readonly ThreatClaim[]): Threat['automatable'] {
  const read = claims.flatMap(({ value: vector, vulnerability, publisher }) => {
    const automatable = isAutomatable(vector);
    return automatable === undefined ? [] : [{ automatable, vulnerability, publisher, vector }];
  });
  const found = read.find(({ automatable }) => automatable) ?? read[0];
  if (!found) return undefined;
  const { automatable, ...rest } = found;
  return { value: automatable ? 'yes' : 'no', ...rest };
}

function gravest<Value>(
  claims: readonly ThreatClaim[],
  meaning: (value: string) => Value,
  order: readonly Value[],
) {
  return claims
    .map(({ value, vulnerability, publisher }) => ({ value: meaning(value), vulnerability, publisher }))
    .reduce<{ value: Value; vulnerability: string; publisher: string } | undefined>(
      (worst, one) => (worst && order.indexOf(worst.value) <= order.indexOf(one.value) ? worst : one),
      undefined,
    );
}
