import type { CaseState, RootCause, Rsit } from '@busbar/contract';

import { uuid5 } from '../ids.ts';
import type { CasePicture, Device } from '../picture.ts';
import { audienceOf, limitSays } from '../words.ts';

/**
 * A case as an incident record (VERIS 1.3.7), for counting incidents: who did what to which kind of thing with what result. The
 * victim is not named, and nothing that people wrote is in it: it could name him. What a case does not record is `Unknown`, which VERIS distinguishes from what is not so.
 */
export function verisIncident(picture: CasePicture) {
  const { told, publisher, observations, label } = picture;
  const first = observations
    .filter(({ from }) => from)
    .toSorted((one, other) => Date.parse(one.from!) - Date.parse(other.from!))[0];
  const happened = first?.from ?? told?.awareAt ?? picture.at;
  const isCoarse = first?.precision === 'day' || first?.precision === 'hour';
  const techniques = new Set(observations.flatMap((one) => one.techniques.map(({ id }) => id)));
  const indicators = observations
    .filter(({ kind }) => kind === 'indicator')
    .flatMap(({ observables }) => observables.map(({ value }) => ({ indicator: value })));
  return {
    schema_version: '1.3.7',
    incident_id: uuid5(`veris ${picture.id}`),
    source_id: publisher.name,
    reference: picture.reference,
    security_incident: certaintyOf(picture.state, told?.rootCause ?? null),
    actor: { unknown: {} },
    action: actionOf(told?.rootCause ?? null, told?.rsit, picture.vulnerabilities),
    asset: { assets: assetsOf(picture.devices) },
    attribute: attributeOf(picture),
    discovery_method: { unknown: {} },
    victim: { country: ['Unknown'], employee_count: 'Unknown', industry: '00' },
    timeline: {
      incident: {
        year: Number(happened.slice(0, 4)),
        month: Number(happened.slice(5, 7)),
        day: Number(happened.slice(8, 10)),
        ...(!isCoarse && { time: happened.slice(11, 16) }),
      },
    },
    impact: {
      overall_rating: 'Unknown',
      ...(told && { notes: `Severity ${told.severity}, reach ${told.spread}.` }),
    },
    ...(indicators.length > 0 && { ioc: indicators }),
    plus: {
      created: told?.receivedAt ?? picture.at,
      modified: picture.at,
      tlp: audienceOf[label],
      ...(told && { handling: limitSays[told.limit], rsit: told.rsit, root_cause: told.rootCause }),
      attack_ics: [...techniques].toSorted(),
    },
  };
}

function certaintyOf(state: CaseState, cause: RootCause | null): string {
  if (state === 'rejected' || cause === 'noIncident') return 'False positive';
  return state === 'received' || state === 'triaged' ? 'Suspected' : 'Confirmed';
}

type Actions = Readonly<Record<string, Readonly<Record<string, readonly string[] | string>>>>;

const act = (action: string, variety: string, vector: string, more = {}): Actions => ({
  [action]: { variety: [variety], vector: [vector], ...more },
});

/** What is known to be at the root of it. How exactly somebody came in is not recorded, and stays `Unknown`. */
const actions: Readonly<Record<RootCause, Actions>> = {
  remoteAccess: act('hacking', 'Unknown', 'Unknown', { notes: 'Through remote access' }),
  exposedService: act('hacking', 'Unknown', 'Unknown', { notes: 'Through a service open to the internet' }),
  phishing: act('social', 'Phishing', 'Email', { target: ['Unknown'] }),
  removableMedia: act('malware', 'Unknown', 'Removable media'),
  supplyChain: act('hacking', 'Unknown', 'Partner'),
  credentials: act('hacking', 'Use of stolen creds', 'Unknown'),
  misconfiguration: act('error', 'Misconfiguration', 'Unknown'),
  operatorError: act('error', 'Unknown', 'Unknown', { notes: 'By an operator' }),
  deviceFault: act('error', 'Malfunction', 'Unknown'),
  noIncident: { unknown: {} },
  undetermined: { unknown: {} },
};

function actionOf(cause: RootCause | null, rsit: Rsit | undefined, cves: readonly string[]): Actions {
  const { unknown, ...known } = cause ? actions[cause] : { unknown: {} };
  const malware = rsit === 'malicious-code' && !known['malware'] ? act('malware', 'Unknown', 'Unknown') : {};
  const all: Actions = { ...known, ...malware };
  if (Object.keys(all).length === 0) return { unknown: unknown ?? {} };
  const { hacking } = all;
  return hacking && cves.length > 0 ? { ...all, hacking: { ...hacking, cve: cves.join(', ') } } : all;
}

const assetOf: Readonly<Record<string, string>> = {
  controller: 'N - PLC',
  safety: 'N - PLC',
  io: 'N - RTU',
  hmi: 'S - SCADA',
  historian: 'S - Database',
  switch: 'N - Router or switch',
  router: 'N - Router or switch',
  engineering: 'U - Desktop',
  workstation: 'U - Desktop',
  server: 'S - Unknown',
  client: 'U - Unknown',
};

function assetsOf(devices: readonly Device[]): { variety: string; amount?: number }[] {
  const kinds = Map.groupBy(devices, ({ role }) => assetOf[role ?? ''] ?? 'Unknown');
  if (kinds.size === 0) return [{ variety: 'Unknown' }];
  return [...kinds].map(([variety, some]) => ({ variety, amount: some.length }));
}

/** Effects on people and surroundings have no place among confidentiality, integrity and availability: a note. */
function attributeOf({ told }: CasePicture) {
  const effects = told && Object.entries(told.impact).map(([on, effect]) => `${on}: ${effect}`);
  const data = told?.impact.data;
  return {
    availability: {
      variety: [told?.impact.production === 'real' ? 'Interruption' : 'Unknown'],
      ...(effects && { notes: effects.join(', ') }),
    },
    ...((data === 'real' || data === 'possible') && { confidentiality: { data_disclosure: 'Unknown' } }),
  };
}
