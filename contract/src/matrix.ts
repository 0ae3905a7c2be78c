/**
 * Who may do what: one row an action, one column a role. The service checks every request against this table
 * and the portal draws its buttons from it; a change of it is a reviewed change of rights.
 */
export const roles = [
  'PUB',
  'RCP',
  'RES',
  'VEN',
  'MEM',
  'MAD',
  'GOV',
  'ANA',
  'LEAD',
  'TRN',
  'TEE',
  'ADM',
  'SVC',
] as const;
export type Role = (typeof roles)[number];

/**
 * How far a permission reaches.
 *
 * `-` not at all · `Y` always · `own` own organisation's or own record · `part` accepted participant of that case ·
 * `team` on the case team · `join` may enter, audited and shown to the owner · `consent` only with the member's
 * consent · `named` listed by name · `propose` needs another's approval · `maxTLP` up to the account's ceiling ·
 * `count>=k` aggregated only · `exercise` training realm only · `breakglass` two persons and a reason · `meta` events
 * without content. What the words `own` to `named` mean for one row is decided by the database.
 */
export type Grant =
  | '-'
  | 'Y'
  | 'own'
  | 'part'
  | 'team'
  | 'join'
  | 'consent'
  | 'named'
  | 'propose'
  | 'maxTLP'
  | 'count>=k'
  | 'exercise'
  | 'breakglass'
  | 'meta'
  | 'invited'
  | 'shared'
  | 'vetted'
  | 'self'
  | 'execute'
  | 'CLEAR';

export type Grants = Readonly<Record<Role, Grant>>;

/** The service as its users know it. */
const servicesMatrix = {
  'read publication TLP:CLEAR': grants('Y Y Y Y Y Y Y Y Y Y Y Y Y'),
  'read publication TLP:GREEN (community)': grants('- - vetted Y Y Y Y Y Y Y - - maxTLP'),
  'read item TLP:AMBER addressed to my organisation': grants(
    '- - part own own own own team join - - - maxTLP',
  ),
  'read item TLP:AMBER+STRICT': grants('- - part own own own own team join - - - -'),
  'read item TLP:RED': grants('- - named named named named named named named - - - -'),
  'report incident or vulnerability': grants('Y Y Y Y Y Y Y Y Y - exercise - Y'),
  'follow own report and reply': grants('- own own own own own own team join - exercise - -'),
  'read case (messages, observations, findings)': grants(
    '- own part part own own part team join - exercise breakglass -',
  ),
  'add evidence to case': grants('- own part part own own part team join - exercise - -'),
  'download raw evidence': grants('- - shared shared own own shared team join - exercise - -'),
  'invite a participant': grants('- - propose propose propose own propose propose Y - - - -'),
  'grant or withdraw consent': grants('- own own own - own own - - - own - -'),
  'see who accessed my case': grants('- - own own own own own team Y - - meta -'),
  'propose embargo date': grants('- own part part - - part team Y - exercise - -'),
  'accept or reject embargo': grants('- own part part - - part - Y - exercise - -'),
  'state vendor status per product': grants('- - - own - - - propose propose - exercise - -'),
  'SSVC triage decision': grants('- - - - - - - propose Y - exercise - -'),
  'draft publication': grants('- - propose propose propose propose propose Y Y - exercise - -'),
  'check a claim (not its author)': grants('- - invited - - - invited Y Y - - - -'),
  'approve a release (not author nor proposer)': grants('- - - - - - - - Y - - - -'),
  'recall or withdraw a release': grants('- - - - - - - propose Y - - - -'),
  'manage sites zones assets': grants('- - - - own own - consent - - - - -'),
  'see matches of assets and advisories': grants('- - - - own own count>=k consent count>=k - - - -'),
  'set match state / acknowledge alert': grants('- - - - own own - - - - - - -'),
  'authorise scan or assessment of a site': grants('- - - - propose own - - - - - - -'),
  'perform scan or assessment': grants('- - - - self self - consent consent - - - -'),
  'ask a consultation question': grants('- - Y Y Y Y Y Y Y - - - -'),
  'submit indicators or sightings': grants('- - propose propose propose propose propose Y Y - - - propose'),
  'pull TAXII/STIX/CSAF': grants('CLEAR - maxTLP maxTLP maxTLP maxTLP maxTLP Y Y - - - maxTLP'),
  'enrol or withdraw telemetry sensor': grants('- - - - - own - - - - - - -'),
  'submit telemetry': grants('- - - - - - - - - - - - own'),
  'read raw telemetry': grants('- - - - own own - - - - - - -'),
  'read published statistics': grants('Y Y Y Y Y Y Y Y Y Y Y Y Y'),
  'author courses labs scenarios': grants('- - - - - - - propose Y Y - - -'),
  'see ground truth of running lab or exercise': grants('- - - - - - - - - Y - - -'),
  'grade attempts (not own)': grants('- - - - - - - - - Y - - -'),
  'verify a credential': grants('Y Y Y Y Y Y Y Y Y Y Y Y Y'),
  'approve a member organisation': grants('- - - - - - - propose Y - - - -'),
  'manage users of own organisation': grants('- - - own - own own - - - - - -'),
  'manage platform settings and roles': grants('- - - - - - - - - - - Y -'),
  'verify audit chain': grants('- - - - own own - - Y - - Y -'),
  'legal hold / purge approval': grants('- - - - propose own - propose Y - - execute -'),
} as const;

/** What running the platform itself takes: signing in, jobs, health. None of it shows content. */
const platformMatrix = {
  'see the state of the service': grants('Y Y Y Y Y Y Y Y Y Y Y Y Y'),
  'see and change my own account': grants('Y Y Y Y Y Y Y Y Y Y Y Y Y'),
  'accept an invitation or set up an empty instance': grants('Y Y Y Y Y Y Y Y Y Y Y Y Y'),
  'see the organisations of the constituency': grants('- - - own own own own Y Y own - Y -'),
  'see jobs': grants('- - - - own own - own own own - meta -'),
  'see the members of my organisation': grants('- - own own own own own own own own - own -'),
  'manage machine accounts of own organisation': grants('- - - own - own own - - - - own -'),
  'manage communities': grants('- - - - - - - propose Y - - - -'),
  'read published audit heads': grants('Y Y Y Y Y Y Y Y Y Y Y Y Y'),
  'import advisories of others': grants('- - - - - - - Y Y - - - -'),
  'carry packs in and out': grants('- - - - - - - - Y - - Y -'),
  'read plant captures and what they show': grants('- - - - own own - consent consent - - - -'),
  'make a field kit': grants('- - - - Y Y - Y Y - - - -'),
  'triage and move cases': grants('- - - - - - - team join - exercise - -'),
  'send a legal notice': grants('- - - - - own - - - - - - -'),
  'read notices sent to my organisation': grants('- - - - - - own own own - - - -'),
} as const;

export const matrix = { ...servicesMatrix, ...platformMatrix } satisfies Record<string, Grants>;

/** A row of the matrix. An operation without one does not compile. */
export type Action = keyof typeof matrix;

/** Grants under which an ordinary operation may run: the database then decides which rows they reach. */
export const reachingGrants: readonly Grant[] = [
  'Y',
  'own',
  'part',
  'team',
  'join',
  'consent',
  'named',
  'maxTLP',
  'invited',
  'shared',
  'vetted',
  'self',
  'CLEAR',
  // An administrator comes to the door of any case; behind it there is nothing until a lead lets him in.
  'breakglass',
];

/** May someone with these roles do this at all? `serves` narrows or widens the grants an operation answers to. */
export function mayDo(
  held: readonly Role[],
  action: Action,
  serves: readonly Grant[] = reachingGrants,
): boolean {
  return held.some((role) => serves.includes(matrix[action][role]));
}

function grants(line: string): Grants {
  const cells = line.split(' ');
  return Object.fromEntries(roles.map((role, column) => [role, cells[column]])) as unknown as Grants;
}
