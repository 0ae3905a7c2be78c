import { createHash, randomUUID } from 'node:crypto';

import {
  type BlockContent,
  IncidentReport,
  type PublicationState,
  type Release,
  type StatedVerification,
} from '@busbar/contract';
import { analyse, learn } from '@busbar/dissect';
import { sql } from 'kysely';
import { pack } from 'tar-stream';

import { type Actor, founder, onBehalfOf, visitor } from '../../platform/actor.ts';
import { recordAll, Trail } from '../../platform/audit.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Jobs } from '../../platform/jobs.ts';
import { conflict, Problem } from '../../platform/problem.ts';
import type { Uploads } from '../../platform/uploads.ts';
import type { ImportService } from '../advisories/import-service.ts';
import type { BaselineService } from '../captures/baseline-service.ts';
import type { CaptureService } from '../captures/capture-service.ts';
import type { CaseService } from '../cases/case-service.ts';
import type { MailboxService } from '../mailbox/mailbox-service.ts';
import type { EvidenceService } from '../evidence/evidence-service.ts';
import type { RunService } from '../evidence/run-service.ts';
import type { TimelineService } from '../evidence/timeline-service.ts';
import type { CaseworkService } from '../casework/casework-service.ts';
import type { DeadlineService } from '../casework/deadline-service.ts';
import type { GuestService } from '../cases/guest-service.ts';
import type { TeamService } from '../cases/team-service.ts';
import type { CheckService } from '../checks/check-service.ts';
import type { ClaimService } from '../claims/claim-service.ts';
import type { VerdictService } from '../claims/verdict-service.ts';
import type { CaseConsentService } from '../consents/case-consent-service.ts';
import type { ConsentService } from '../consents/consent-service.ts';
import type { FindingService } from '../investigations/finding-service.ts';
import type { InvestigationService } from '../investigations/investigation-service.ts';
import type { SubscriptionService } from '../deliveries/subscription-service.ts';
import type { WebhookService } from '../deliveries/webhook-service.ts';
import type { InventoryService } from '../inventory/inventory-service.ts';
import type { PeopleService } from '../people/people-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import type { WarningService } from '../warnings/warning-service.ts';
import type { ZoneService } from '../plant/zone-service.ts';
import type { ProposalService } from '../publications/proposal-service.ts';
import type { PublicationService } from '../publications/publication-service.ts';
import type { RadarService } from '../radar/radar-service.ts';
import type { ReleaseService } from '../releases/release-service.ts';
import type { SigningService } from '../signing/signing-service.ts';
import type { SourceService } from '../sources/source-service.ts';
import type { Demo, SystemService } from '../system/system-service.ts';
import type { AlertService } from '../warnings/alert-service.ts';
import { advisories } from './catalogue.ts';
import { Chance } from './chance.ts';
import { catalogue, records } from './conflicts.ts';
import { cert, constituency, DEMO_PASSWORD, type DemoOrganisation, neighbours } from './constituency.ts';
import { type DemoCapture, type DemoPlant, type DemoZone, plants } from './plants.ts';
import { demoProposal, type DemoPublication, demoPublications } from './publications.ts';
import { type DemoInvestigation, type DemoReport, demoReports } from './reports.ts';
import { type DemoSource, demoSources, writeSource } from './sources.ts';

const ADVISORIES = 400;
/** With those of its capture, every plant comes to about sixty devices. */
const DEVICES_BY_HAND = 40;
const NEIGHBOURLY = 9;

export interface DemoParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  readonly people: PeopleService;
  readonly plant: PlantService;
  readonly warnings: Pick<WarningService, 'assume'>;
  readonly zones: ZoneService;
  readonly consents: ConsentService;
  readonly captures: CaptureService;
  readonly inventories: InventoryService;
  readonly baselines: BaselineService;
  readonly imports: ImportService;
  readonly claims: ClaimService;
  readonly verdicts: VerdictService;
  readonly radar: RadarService;
  readonly publications: PublicationService;
  readonly proposals: ProposalService;
  readonly releases: ReleaseService;
  readonly signing: SigningService;
  readonly sources: SourceService;
  readonly checks: CheckService;
  readonly subscriptions: SubscriptionService;
  readonly webhooks: WebhookService;
  readonly cases: CaseService;
  readonly mailbox: Pick<MailboxService, 'receive'>;
  readonly evidence: EvidenceService;
  readonly runs: RunService;
  readonly timeline: TimelineService;
  readonly casework: CaseworkService;
  readonly deadlines: DeadlineService;
  readonly caseConsents: CaseConsentService;
  readonly investigations: InvestigationService;
  readonly findings: FindingService;
  readonly team: TeamService;
  readonly guests: GuestService;
  readonly alerts: AlertService;
  /** Where the folders of sources lie. */
  readonly folders: string;
  /** The one that asks for the demo; handed over late because it is handed the demo. */
  readonly system: () => SystemService;
}

/** As a store keeps it: semicolons, a serial number that stands there twice, and a revision in the wrong column. */
const spareParts = `\ufeffGerätename;Hersteller;Bestellnummer;Seriennummer;Firmware;Hardware;Standort
Ersatz CPU 1;Nordbruk;NB-PX-200;NB-700411;V4.3.1;2;Lager, Regal 3
Ersatz CPU 2;Nordbruk;NB-PX-200;NB-700412;V4.1;2;Lager, Regal 3
Ersatz CPU 3;Nordbruk;NB-PX-200;NB-700412;V4.1;2;Lager, Regal 4
Ersatz HMI;Fenix HMI;FX-12;FX-90017;C;V2.8;Lager, Regal 1
;Aurum Controls;;;V1.0;;Lager, Regal 9
`;

/** Fills an empty instance with a made-up constituency, through the same services that real people use. */
export function demoService({
  database,
  jobs,
  uploads,
  people,
  plant,
  warnings,
  zones,
  consents,
  captures,
  inventories,
  baselines,
  imports,
  claims,
  verdicts,
  radar,
  publications,
  proposals,
  releases,
  signing,
  sources,
  checks,
  subscriptions,
  webhooks,
  cases,
  mailbox,
  evidence,
  runs,
  timeline,
  casework,
  deadlines,
  caseConsents,
  investigations,
  findings,
  team,
  guests,
  alerts,
  folders,
  system,
}: DemoParts): Demo {
  return {
    async fill() {
      const { demo, state } = await database.as(visitor, (tx) => system().instance({ tx }));
      if (demo) return;
      if (state === 'ready')
        throw conflict('already-set-up', 'This instance is set up. Sign in, or ask for an invitation');
      // Begun before and killed: what is there already stays, and the rest is added.
      const actors = await enrol();
      await imports.importStream(actors.get(cert.name)!, 'demo.tar', archiveOf(advisories(ADVISORIES)));
      await contradict(actors.get(cert.name)!);
      await publish();
      await propose(actors.get('Nordwasser')!);
      for (const name of ['Nordwasser', 'Delta Motors']) await subscribe(actors.get(name)!);
      for (const one of await plants()) await settle(actors.get(one.organisation)!, one);
      for (const one of demoReports)
        await report(one, actors.get(cert.name)!, one.from === null ? visitor : actors.get(one.from)!);
      await respond(actors.get(cert.name)!, actors.get('Nordwasser')!);
      for (const one of neighbours) await moveIn(actors.get(one.name)!, one);
      await choose(actors.get('Nordwasser')!);
      await open(actors);
      for (const source of demoSources()) await follow(actors.get(cert.name)!, source);
      await database.as(founder, (tx) => system().declareDemo(tx, cert, accounts()));
      // Last: what leaves carries the name that was just declared.
      await release(actors.get(cert.name)!);
      await invite(actors.get(cert.name)!, actors.get('Independent finders')!);
      jobs.wake();
    },
  };

  /** Everybody gets an account; of each organisation, the first of its people acts for it below. */
  async function enrol(): Promise<Map<string, Actor>> {
    const actors = new Map<string, Actor>();
    for (const { people: employees, ...organisation } of constituency) {
      await database.as(founder, async (tx) => {
        const known = await memberOf(tx, organisation.name, employees[0]!.email);
        if (known) return actors.set(organisation.name, known);
        const { id } = await people.enrolOrganisation(tx, organisation);
        for (const { name, email, roles } of employees) {
          const memberships = [{ organisation: id, roles }];
          const person = await people.enrolPerson(tx, {
            name,
            email,
            password: DEMO_PASSWORD,
            demo: true,
            memberships,
          });
          if (!actors.has(organisation.name))
            actors.set(organisation.name, onBehalfOf(id, person, roles, name));
        }
        return actors;
      });
    }
    return actors;
  }

  /** Two analysts write, and one of them checks what the other wrote. */
  async function publish(): Promise<void> {
    const [first, second] = await database.as(founder, analystsOf);
    for (const one of demoPublications) {
      const there = await database.as(first!, (tx) =>
        publications.list({ ...silent(first!, tx), query: { limit: 1, search: one.title } }),
      );
      if (there.items.length === 0) await write(one, first!, second!);
    }
  }

  async function write(one: DemoPublication, first: Actor, second: Actor): Promise<void> {
    const { id } = await asked(first, 'publication begun', (ask) =>
      publications.create(ask({ body: { kind: one.kind, language: 'en', title: one.title } })),
    );
    const save = async (
      actor: Actor,
      of: BlockContent['kind'] | null,
      content: BlockContent,
      base?: number,
    ) => {
      const there = of && (await blockOf(actor, id, of));
      await asked(actor, 'publication block saved', (ask) =>
        publications.save(
          ask({
            params: { id, block: there ? there.id : randomUUID() },
            body: {
              editor: randomUUID(),
              base: base ?? (there ? there.revision : 0),
              removed: false,
              settles: [],
              content,
            },
          }),
        ),
      );
    };
    const summary = (text: string): BlockContent => ({ kind: 'summary', heading: '', text });
    await save(first, 'summary', summary(one.summary));
    for (const block of one.blocks) await save(first, block.kind === 'impact' ? 'impact' : null, block);
    for (const { language, of, heading = '', text = '' } of one.translations) {
      const block = (await blockOf(first, id, of))!;
      await asked(first, 'publication block translated', (ask) =>
        publications.translate(
          ask({
            params: { id, block: block.id, language },
            body: { editor: randomUUID(), base: 0, heading, text, source: block.revision, settles: [] },
          }),
        ),
      );
    }
    if (one.later) await save(first, 'summary', summary(one.later));
    if (one.alongside) {
      const { revision } = (await blockOf(first, id, 'impact'))!;
      for (const [n, text] of one.alongside.entries())
        await save(n === 0 ? first : second, 'impact', { kind: 'impact', heading: '', text }, revision);
    }
    const move = (actor: Actor, to: PublicationState, reason?: string) =>
      asked(actor, 'publication moved', (ask) =>
        publications.move(ask({ params: { id }, body: { to, ...(reason && { reason }) } })),
      );
    if (typeof one.end === 'object') await move(first, 'withdrawn', one.end.letGo);
    if (one.end === 'checked') {
      await move(first, 'sourced');
      await move(second, 'checked');
    }
  }

  async function blockOf(actor: Actor, id: string, kind: BlockContent['kind']) {
    const { blocks } = await database.as(actor, (tx) =>
      publications.get({ ...silent(actor, tx), params: { id } }),
    );
    return blocks.find(({ content }) => content.kind === kind);
  }

  async function propose(actor: Actor): Promise<void> {
    const { items } = await database.as(actor, (tx) =>
      proposals.list({ ...silent(actor, tx), query: { limit: 1 } }),
    );
    if (items.length === 0)
      await asked(actor, 'publication proposed', (ask) => proposals.propose(ask({ body: demoProposal })));
  }

  /** Two operators want to know; one has its ticket system told, which listens nowhere. */
  async function subscribe(actor: Actor): Promise<void> {
    const { items } = await database.as(actor, (tx) => subscriptions.list(silent(actor, tx)));
    if (items.length > 0) return;
    const criteria = { kinds: [], vendors: [], minSeverity: null };
    await asked(actor, 'subscription added', (ask) =>
      subscriptions.add(ask({ body: { ...criteria, language: 'en' as const } })),
    );
    await asked(actor, 'webhook added', (ask) =>
      webhooks.add(
        ask({
          body: {
            ...criteria,
            name: 'Ticket system',
            url: `https://tickets.${actor.name.split(' ')[1]!.toLowerCase()}.example/busbar`,
            maxTlp: 'GREEN' as const,
            warnings: false,
          },
        }),
      ),
    );
  }

  /** One member lets analysts read its plant; another has been asked and has not answered. */
  async function open(actors: ReadonlyMap<string, Actor>): Promise<void> {
    const [giver, member] = [actors.get('Delta Motors')!, actors.get('Nordwasser')!];
    const known = async (actor: Actor) =>
      database.as(actor, async (tx) => {
        const { items } = await consents.list({ ...silent(actor, tx), query: { limit: 1 } });
        return items.length > 0;
      });
    if (!(await known(giver)))
      await asked(giver, 'consent given', (ask) =>
        consents.give(
          ask({
            body: {
              purpose: 'Advice on warnings, as agreed for this year',
              caseRef: '',
              warnings: true,
              shares: true,
              packets: false,
              days: 365,
            },
          }),
        ),
      );
    if (await known(member)) return;
    const analyst = await staff(actors.get(cert.name)!, 'Arjun Mehta');
    await asked(analyst, 'consent asked for', (ask) =>
      consents.ask(
        ask({
          params: { id: member.organisation! },
          body: {
            purpose: 'To see which controllers the remote maintenance reaches',
            caseRef: 'INC-2026-0042',
            warnings: false,
            shares: false,
            packets: false,
            days: 30,
          },
        }),
      ),
    );
  }

  /** A finder is asked to be the second pair of eyes on a verdict that waits. */
  async function invite(lead: Actor, finder: Actor): Promise<void> {
    const look = (tx: Db) => ({ ...silent(lead, tx), query: { limit: 1 } });
    const { items } = await database.as(lead, (tx) => checks.invitations(look(tx)));
    const waiting = await database.as(lead, (tx) => verdicts.list(tx, { limit: 1, state: 'waiting' }));
    const [verdict] = waiting.items;
    if (items.length > 0 || !verdict) return;
    await asked(lead, 'checker invited', (ask) =>
      checks.invite(
        ask({
          body: {
            subject: { kind: 'verdict' as const, id: verdict.id },
            person: finder.person!,
            organisation: finder.organisation!,
            days: 14,
            note: 'You found a similar fault last year: from which version on is it mended?',
            consented: false,
          },
        }),
      ),
    );
  }

  /** A key, the description of the CERT and one advisory that are out, one that waits for a lead, one that names a member and is stopped. */
  async function release(lead: Actor): Promise<void> {
    const [author, reviewer] = await database.as(founder, analystsOf);
    const { items: keys } = await database.as(lead, (tx) => signing.list({ tx }));
    const administrator = await staff(lead, 'Tomas Berg');
    if (keys.length === 0)
      await asked(administrator, 'signing key made', (ask) => signing.create(ask({ body: { years: 2 } })));
    const { items: begun } = await database.as(lead, (tx) =>
      releases.list({ ...silent(lead, tx), query: { limit: 200 } }),
    );
    if (!begun.some(({ subject }) => subject.kind === 'profile'))
      await letOut(await proposed(author!, { kind: 'profile', id: lead.organisation! }), lead, reviewer!);
    for (const { title, gate } of demoPublications) {
      if (!gate) continue;
      const { items } = await database.as(lead, (tx) =>
        publications.list({ ...silent(lead, tx), query: { limit: 1, search: title } }),
      );
      // What is out already stays as it is.
      if (items[0]!.state !== 'checked') continue;
      const id = await proposed(author!, { kind: 'publication', id: items[0]!.id });
      if (gate === 'sent') await letOut(id, lead, reviewer!);
    }
  }

  async function proposed(author: Actor, subject: Release['subject']): Promise<string> {
    const { id } = await asked(author, 'release proposed', (ask) =>
      releases.propose(ask({ body: { subject } })),
    );
    return id;
  }

  async function letOut(id: string, lead: Actor, reviewer: Actor): Promise<void> {
    const params = { id };
    const { snapshot, checks } = await database.as(lead, (tx) =>
      releases.get({ ...silent(lead, tx), params }),
    );
    const open = checks.filter(({ outcome }) => outcome === 'warning');
    await asked(reviewer, 'release reviewed', (ask) =>
      releases.review(
        ask({
          params,
          body: {
            snapshot,
            couldHarm: false,
            reason: 'It says what to close and nothing about how to get in',
            answers: Object.fromEntries(open.map(({ name }) => [name, 'Looked at; it may stand'])),
          },
        }),
      ),
    );
    await asked(lead, 'release approved', (ask) =>
      releases.approve(ask({ params, body: { snapshot, sendAt: null } })),
    );
  }

  /** What a service is asked by the program itself, to look before it does something. */
  function silent(actor: Actor, tx: Db): Ask<any, any, any> {
    return {
      params: {},
      query: {},
      body: {},
      actor,
      tx,
      trail: new Trail(''),
      requestId: '',
      from: '',
      afterCommit: () => {},
      become: (other) => database.become(tx, other),
    };
  }

  /** A catalogue contradicts the vendors; the CERT has looked into some of it, and the radar holds the rest. */
  async function contradict(actor: Actor): Promise<void> {
    const all = records();
    const there = await database.as(actor, (tx) =>
      claims.ofDocuments(
        tx,
        all.map(({ id }) => id),
      ),
    );
    await database.as(actor, async (tx) => {
      if (there.size > 0) return;
      const taken = all.map(({ id, cve, title, updatedAt, facts }) => ({
        id,
        label: 'CLEAR' as const,
        scope: 'public' as const,
        audience: [],
        publisher: catalogue,
        publisherKind: 'catalogue' as const,
        trackingId: cve,
        version: '1',
        title,
        vendors: [],
        updatedAt,
        url: `https://catalogue.example/${cve}`,
        facts,
        said: null,
        way: null,
      }));
      const arrivals = await claims.recordsTaken(tx, actor, taken);
      await radar.arrived(
        tx,
        actor,
        taken.map(({ id, label, scope, audience, publisher, trackingId, version, title, url }) => ({
          document_id: id,
          kind: 'record' as const,
          label,
          scope,
          audience,
          publisher,
          tracking_id: trackingId,
          version,
          title,
          url,
          words: [],
        })),
        arrivals,
      );
    });
    const [arjun, mei] = [await staff(actor, 'Arjun Mehta'), await staff(actor, 'Mei Lin')];
    const twice = await verdict(
      arjun,
      'CVE-2026-90001',
      '< 4.35',
      'reproducedByUs',
      'Stopped on the rig with 4.33; 4.35 refuses the command.',
    );
    await check(mei, twice, '< 4.35', 'Repeated on the rig with 4.33 and 4.35.');
    await database.as(mei, (tx) => claims.open(tx, [twice], 'CLEAR', 'public'));
    const disputed = await verdict(
      arjun,
      'CVE-2026-90002',
      '< 2.10',
      'reproducedByUs',
      'The change log of 2.10 names the fix.',
    );
    await check(mei, disputed, '< 2.08', '2.08 does not answer to the fixed password on the rig.');
    await verdict(arjun, 'CVE-2026-90003', '< 3.2.0', 'independentSource', '');
  }

  /** On which versions are affected; resting on what all sources say of that. */
  async function verdict(
    actor: Actor,
    ref: string,
    value: string,
    verification: StatedVerification,
    evidence: string,
  ): Promise<string> {
    const { facts } = await database.as(actor, (tx) => claims.get(tx, ref));
    const fact = facts.find(({ kind, aspect }) => kind === 'productStatus' && aspect === 'affected')!;
    if (fact.verdict) return fact.verdict.id;
    const body = {
      fact: fact.key,
      value,
      verification,
      evidence,
      links: [],
      claims: fact.claims.map(({ id }) => id),
    };
    return (
      await asked(actor, 'verdict given', (ask) => verdicts.decide({ ...ask({ body }), params: { ref } }))
    ).verdict;
  }

  async function check(actor: Actor, id: string, value: string, evidence: string): Promise<void> {
    const state = (await database.as(actor, (tx) => claims.stateOf(tx, [id]))).get(id);
    if (state && state.checkedBy.length > 1) return;
    const body = { value, verification: 'reproducedByUs' as const, evidence, links: [], claims: [] };
    await asked(actor, 'claim checked', (ask) => verdicts.check({ ...ask({ body }), params: { id } }));
  }

  /** Somebody of the demo, as himself. */
  async function somebody(name: string): Promise<Actor> {
    const row = await database.as(founder, (tx) =>
      tx
        .selectFrom('person as p')
        .innerJoin('membership as m', 'm.person_id', 'p.id')
        .select(['p.id', 'm.organisation_id', sql<Actor['roles']>`m.roles::text[]`.as('roles')])
        .where('p.name', '=', name)
        .executeTakeFirstOrThrow(),
    );
    return onBehalfOf(row.organisation_id, row.id, row.roles, name);
  }

  /** A colleague of the actor, as himself. */
  async function staff({ organisation }: Actor, name: string): Promise<Actor> {
    const row = await database.as(founder, (tx) =>
      tx
        .selectFrom('person as p')
        .innerJoin('membership as m', 'm.person_id', 'p.id')
        .select(['p.id', sql<Actor['roles']>`m.roles::text[]`.as('roles')])
        .where('p.name', '=', name)
        .where('m.organisation_id', '=', organisation)
        .executeTakeFirstOrThrow(),
    );
    return onBehalfOf(organisation!, row.id, row.roles, name);
  }

  /** Somebody calls the report desk, and an analyst answers. */
  async function report(one: DemoReport, lead: Actor, reporter: Actor): Promise<void> {
    const analyst = await staff(lead, 'Arjun Mehta');
    const find = (actor: Actor, search: string) =>
      database.as(actor, (tx) =>
        cases.list({ ...silent(actor, tx), query: { limit: 1, view: 'all', search } }),
      );
    if ((await find(analyst, one.report.sees)).items.length > 0) return;
    const { reference } = await asked(reporter, 'incident reported', (ask) =>
      cases.report(ask({ body: IncidentReport.parse(one.report) })),
    );
    const { id } = (await find(analyst, reference)).items[0]!;
    if (one.letter) await mailbox.receive(Buffer.from(one.letter(reference)));
    for (const body of one.moves)
      await asked(analyst, 'case moved', (ask) => cases.move(ask({ params: { id }, body })));
    for (const { by, body } of one.lines)
      await asked(by === 'reporter' ? reporter : analyst, 'case message written', (ask) =>
        cases.write(ask({ params: { id }, body: { body, internal: by === 'note', asIs: false } })),
      );
    if (one.log) await handOver(id, one.log, reporter, analyst);
    if (one.investigation) await investigate(one.investigation, id, analyst, lead);
    if (one.guest) await welcome(one.guest, id, lead);
    const main = one.partOf && (await find(analyst, one.partOf)).items[0];
    if (main) {
      const body = {
        to: 'duplicate',
        reason: 'We work on both reports together.',
        duplicateOf: main.id,
      } as const;
      await asked(analyst, 'case moved', (ask) => cases.move(ask({ params: { id }, body })));
    }
  }

  /** A report that another checked, what it recommends, and a question that its owner has not answered. */
  async function investigate(
    { title, facts, sections, recommendation, asks }: DemoInvestigation,
    id: string,
    analyst: Actor,
    lead: Actor,
  ): Promise<void> {
    const params = { id };
    const { items } = await database.as(analyst, (tx) =>
      investigations.sources({ ...silent(analyst, tx), params }),
    );
    const evidence = items.slice(0, 1).map(({ source, id: of }) => ({ source, id: of, place: '' }));
    for (const says of facts)
      await asked(analyst, 'fact added', (ask) =>
        investigations.addFact(ask({ params, body: { says, evidence } })),
      );
    await asked(analyst, 'finding added', (ask) => findings.add(ask({ params, body: recommendation })));
    const text = { revision: 0, language: 'en' as const, title, sections: [...sections] };
    const { revision } = await asked(analyst, 'investigation report saved', (ask) =>
      investigations.save(ask({ params, body: text })),
    );
    const { sha256 } = await asked(analyst, 'investigation report submitted', (ask) =>
      investigations.submit(ask({ params, body: { revision } })),
    );
    await asked(lead, 'case joined', (ask) => team.join(ask({ params, body: {} })));
    await asked(lead, 'investigation report checked', (ask) =>
      investigations.check(ask({ params, body: { sha256: sha256!, agrees: true, reason: '' } })),
    );
    await asked(analyst, 'case consent asked for', (ask) =>
      caseConsents.ask(
        ask({
          params,
          body: {
            purpose: asks.purpose,
            items: asks.indicators.map((says) => ({ kind: 'indicator' as const, says })),
            audience: 'members' as const,
            label: 'GREEN' as const,
            attribution: 'anonymous' as const,
            days: 90,
          },
        }),
      ),
    );
  }

  /** A file goes into a case; the analyst vouches for it, lets a tool read it, and writes down what he thinks. */
  async function handOver(
    id: string,
    { name, note, lines }: NonNullable<DemoReport['log']>,
    reporter: Actor,
    analyst: Actor,
  ): Promise<void> {
    const bytes = Buffer.from(lines.join('\n'));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { evidence: file, upload } = await asked(reporter, 'evidence announced', (ask) =>
      evidence.begin(ask({ params: { id }, body: { name, note, size: bytes.length, sha256 } })),
    );
    await uploads.receive(reporter, upload.split('/').at(-1)!, oneChunk(bytes));
    await asked(analyst, 'evidence moved', (ask) =>
      evidence.move(ask({ params: { id, evidence: file.id }, body: { to: 'available' } })),
    );
    await asked(analyst, 'analysis run asked for', (ask) =>
      runs.run(ask({ params: { id }, body: { evidence: file.id, tool: 'text-log', params: {} } })),
    );
    const seen = await asked(analyst, 'observation noted', (ask) =>
      timeline.note(
        ask({
          params: { id },
          body: {
            kind: 'note',
            what: 'The shift saw both pumps stop; the HMI went on showing them running',
            from: '2026-11-20T01:42:00.000Z',
            precision: 'minute',
            techniques: ['T0832'],
          },
        }),
      ),
    );
    const { hypothesis } = await asked(analyst, 'hypothesis written', (ask) =>
      timeline.suppose(
        ask({ params: { id }, body: { statement: 'Somebody came in by the remote maintenance' } }),
      ),
    );
    await asked(analyst, 'hypothesis weighed', (ask) =>
      timeline.weigh(ask({ params: { id, hypothesis }, body: { observation: seen.id, weighs: 'for' } })),
    );
  }

  /** The first hour of an incident: a playbook, a measure that the shift confirmed, and the first notice to the ministry. */
  async function respond(lead: Actor, authoriser: Actor): Promise<void> {
    const analyst = await staff(lead, 'Arjun Mehta');
    const administrator = await staff(lead, 'Tomas Berg');
    const { items } = await database.as(analyst, (tx) =>
      cases.list({
        ...silent(analyst, tx),
        query: { limit: 1, view: 'all', search: 'stopped by themselves' },
      }),
    );
    const { id } = items[0]!;
    const ask = (actor: Actor, tx: Db) => ({ ...silent(actor, tx), params: { id } });
    const board = await database.as(analyst, (tx) =>
      casework.tasks({ ...ask(analyst, tx), query: { view: 'all', limit: 1 } }),
    );
    if (board.playbooks.length === 0)
      await asked(analyst, 'playbook chosen', (question) =>
        casework.choose(question({ params: { id }, body: { playbook: 'remote-access-abuse' } })),
      );
    const { items: measures } = await database.as(analyst, (tx) =>
      casework.measures({ ...ask(analyst, tx), query: {} }),
    );
    const waiting = measures.find(({ step, state }) => step?.id === 'close-remote' && state === 'proposed');
    if (waiting)
      await asked(analyst, 'measure moved', (question) =>
        casework.moveMeasure(
          question({
            params: { id, measure: waiting.id },
            body: { to: 'confirmed', revision: waiting.revision, telephone: { name: 'Jo Weber' } },
          }),
        ),
      );
    const known = (await database.as(administrator, (tx) => deadlines.authorities(silent(administrator, tx))))
      .items;
    const ministry = await ministryId();
    const authority =
      known[0] ??
      (await asked(administrator, 'authority added', (question) =>
        deadlines.addAuthority(
          question({
            body: {
              name: 'Ministry of Industry and Energy',
              laws: [],
              organisation: ministry,
              mail: null,
              publicKey: null,
              page: null,
              phone: null,
            },
          }),
        ),
      ));
    const list = () => database.as(analyst, (tx) => deadlines.list({ ...ask(analyst, tx), query: {} }));
    if ((await list()).clocks.length === 0)
      await asked(analyst, 'clock started', (question) =>
        deadlines.start(question({ params: { id }, body: { law: 'de-bsig' } })),
      );
    const { clocks, notices } = await list();
    if (notices.some(({ state }) => state === 'sent')) return;
    const draft = await asked(analyst, 'notice drafted', (question) =>
      deadlines.draft(
        question({
          params: { id },
          body: { clock: clocks[0]!.id, stage: 'early-warning', language: 'en' as const },
        }),
      ),
    );
    const params = { id, notice: draft.id };
    const { revision } = await database.as(authoriser, (tx) =>
      deadlines.notice({ ...silent(authoriser, tx), params }),
    );
    const values = {
      contact: 'Katrin Sommer, +49 30 5550 142',
      malicious: 'yes',
      'cross-border': 'no',
    };
    const written = await asked(authoriser, 'notice written', (question) =>
      deadlines.write(question({ params, body: { revision, values } })),
    );
    await asked(authoriser, 'notice sent', (question) =>
      deadlines.send(
        question({
          params,
          body: { revision: written.revision, how: 'here' as const, authority: authority.id },
        }),
      ),
    );
  }

  async function ministryId(): Promise<string> {
    const row = await database.as(founder, (tx) =>
      tx
        .selectFrom('organisation')
        .select('id')
        .where(sql<boolean>`'government' = any (kinds)`)
        .orderBy('created_at')
        .executeTakeFirstOrThrow(),
    );
    return row.id;
  }

  /** A lead joins, and somebody from outside comes in by his invitation. */
  async function welcome(
    { name, email, home, lines }: NonNullable<DemoReport['guest']>,
    id: string,
    lead: Actor,
  ): Promise<void> {
    await asked(lead, 'case joined', (ask) => team.join(ask({ params: { id }, body: {} })));
    const part = await asked(lead, 'participant invited', (ask) =>
      guests.invite(
        ask({ params: { id }, body: { role: 'vendor', name, email, home, language: 'en', note: '' } }),
      ),
    );
    const thread = await asked(lead, 'thread opened', (ask) =>
      guests.openThread(
        ask({ params: { id }, body: { title: home, participants: [part.id], ownerReads: true } }),
      ),
    );
    const { path } = await asked(lead, 'invitation link shown', (ask) =>
      guests.link(ask({ params: { id, participant: part.id }, body: {} })),
    );
    const guest = await somebody(name);
    await asked(guest, 'participation answered', (ask) =>
      guests.answer(ask({ params: { token: path.split('/').at(-1)! }, body: { accept: true } })),
    );
    for (const { by, body } of lines)
      await asked(by === 'guest' ? guest : lead, 'case message written', (ask) =>
        cases.write(ask({ params: { id }, body: { body, internal: false, asIs: false, thread: thread.id } })),
      );
  }

  async function follow(actor: Actor, source: DemoSource): Promise<void> {
    const { name, kind, address, licence, reliability } = source;
    const { items } = await database.as(actor, (tx) => sources.list(tx, { limit: 200 }));
    if (items.some((known) => known.address === address)) return;
    writeSource(folders, source);
    const settings = { mustBeSigned: false, maxTlp: 'CLEAR', everyMinutes: 1440, local: true } as const;
    await asked(actor, 'source added', (ask) =>
      sources.add(
        ask({
          body: { ...settings, hosts: [], fingerprints: [], name, kind, address, licence, reliability },
        }),
      ),
    );
  }

  async function settle(
    actor: Actor,
    { site, calm, capture, zones: parts = [], conduits = [] }: DemoPlant,
  ): Promise<void> {
    const there = await database.as(actor, async (tx) => ({
      sites: await plant.siteNames(tx),
      devices: new Set((await plant.forMatchingAfter(tx, null, 1000)).map(({ name }) => name)),
    }));
    const known = [...there.sites].find(([, name]) => name === site.name)?.[0];
    const id = known ?? (await asked(actor, 'site added', (ask) => plant.addSite(ask({ body: site })))).id;
    if (!known)
      await asked(actor, 'assumption said', (ask) =>
        warnings.assume(ask({ body: { site: id, exposure: null, safetyImpact: 'critical' } })),
      );
    for (const device of devicesByHand(id))
      if (!there.devices.has(device.name))
        await asked(actor, 'asset added', (ask) => plant.add(ask({ body: device })));
    await brought(actor, id);
    if (calm) await learnt(actor, await sent(actor, id, calm), calm);
    const visited = await sent(actor, id, capture);
    if (parts.length > 0) await divided(actor, id, { id: visited, ...capture }, parts, conduits);
  }

  /** The zones of a plant, as its people drew them. What somebody does from outside is left for others to find. */
  async function divided(
    actor: Actor,
    site: string,
    { id: capture, bytes }: DemoCapture & { id: string },
    parts: readonly DemoZone[],
    conduits: NonNullable<DemoPlant['conduits']>,
  ): Promise<void> {
    const plan = () => database.as(actor, (tx) => zones.plan({ ...silent(actor, tx), params: { id: site } }));
    const there = await plan();
    const names = new Set([...there.zones, ...there.conduits].map(({ name }) => name));
    if (names.size === 0) {
      // Without waiting for a worker, who learns the same again.
      const { devices } = await analyse(oneChunk(bytes));
      await database.as(actor, (tx) =>
        plant.learn(tx, { owner: actor.organisation!, site, capture, devices }),
      );
    }
    const blank = { protocols: [], outside: false, connects: [] };
    for (const { networks: _networks, ...zone } of parts)
      if (!names.has(zone.name))
        await asked(actor, 'zone added', (ask) =>
          zones.add(ask({ params: { id: site }, body: { ...blank, ...zone, kind: 'zone' } })),
        );
    const made = new Map((await plan()).zones.map(({ name, id }) => [name, id]));
    const devices = await database.as(actor, (tx) => plant.all(tx, { site, most: 1000 }));
    for (const { name, networks } of parts) {
      const assets = devices.filter(({ network }) => networks.includes(network)).map(({ id }) => id);
      await asked(actor, 'assets placed', (ask) =>
        zones.place(ask({ body: { places: [{ assets, zone: made.get(name)! }] } })),
      );
    }
    for (const { name, joins, protocols, note } of conduits) {
      if (names.has(name)) continue;
      const said = {
        level: 'unknown',
        safetyImpact: null,
        exposure: null,
        slTarget: null,
        slAchieved: null,
      } as const;
      const connects = joins.map((zone) => made.get(zone)!);
      await asked(actor, 'zone added', (ask) =>
        zones.add(
          ask({
            params: { id: site },
            body: { ...said, kind: 'conduit', name, protocols, outside: false, note, connects },
          }),
        ),
      );
    }
  }

  /** Few devices, of which their operator has everything in hand. */
  async function moveIn(actor: Actor, { name, country, sectors }: DemoOrganisation): Promise<void> {
    const sites = await database.as(actor, (tx) => plant.siteNames(tx));
    if (sites.size > 0) return;
    const body = { name, country, sector: sectors[0]!, process: '' };
    const { id } = await asked(actor, 'site added', (ask) => plant.addSite(ask({ body })));
    for (const device of devicesByHand(id).slice(0, NEIGHBOURLY))
      await asked(actor, 'asset added', (ask) => plant.add(ask({ body: device })));
    const { items } = await database.as(actor, (tx) =>
      alerts.list({ ...silent(actor, tx), query: { view: 'open', limit: 100 } }),
    );
    if (items.length > 0)
      await asked(actor, 'alerts acknowledged', (ask) =>
        alerts.acknowledge(ask({ body: { alerts: items.map(({ id }) => id) } })),
      );
  }

  /** Its authoriser is told as the clock of his town shows it, and has a calendar. */
  async function choose(actor: Actor): Promise<void> {
    const { mine } = await database.as(actor, (tx) => alerts.settings(silent(actor, tx)));
    if (mine) return;
    const settings = { atOnce: true, digest: 'daily', hour: 7, weekday: 1, zone: 'Europe/Berlin' } as const;
    await asked(actor, 'alert settings changed', (ask) => alerts.setMine(ask({ body: { settings } })));
    await asked(actor, 'alert calendar opened', (ask) =>
      alerts.openCalendar(ask({ body: { names: false } })),
    );
  }

  /** A table that waits for somebody to look at it. */
  async function brought(actor: Actor, site: string): Promise<void> {
    const name = 'Spare parts 2026.csv';
    const there = await database.as(actor, (tx) => inventories.known(tx, site, name));
    if (there) return;
    const bytes = Buffer.from(spareParts);
    const { upload } = await asked(actor, 'inventory announced', (ask) =>
      inventories.begin(ask({ body: { site, name, size: bytes.length } })),
    );
    await uploads.receive(actor, upload.split('/').at(-1)!, oneChunk(bytes));
  }

  /** Gives back which capture it became. */
  async function sent(actor: Actor, site: string, { name, bytes }: DemoCapture): Promise<string> {
    const stored = await database.as(actor, (tx) =>
      tx
        .selectFrom('evidence')
        .select('subject_id')
        .where('subject_name', '=', name)
        .where('state', '=', 'stored')
        .executeTakeFirst(),
    );
    if (stored) return stored.subject_id;
    const { capture, upload } = await asked(actor, 'capture announced', (ask) =>
      captures.begin(ask({ body: { site, name, size: bytes.length } })),
    );
    await uploads.receive(actor, upload.split('/').at(-1)!, oneChunk(bytes));
    return capture.id;
  }

  /** Without waiting for a worker, which an instance that is only looked at need not have. */
  async function learnt(actor: Actor, capture: string, { bytes }: DemoCapture): Promise<void> {
    const usual = learn(await analyse(oneChunk(bytes)));
    await asked(actor, 'baseline learnt', (ask) =>
      baselines.adopt(ask({ body: { capture, learnt: usual } })),
    ).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'already-learnt') throw error;
    });
  }

  /** Works as a request does: one transaction as the actor, with its audit lines. */
  async function asked<T>(
    actor: Actor,
    action: string,
    work: (
      ask: <Body, Params = {}>(question: { body: Body; params?: Params }) => Ask<any, any, Body>,
    ) => Promise<T>,
  ): Promise<T> {
    return database.as(actor, async (tx: Db) => {
      const trail = new Trail(action);
      const answer = await work(({ body, params = {} }) => ({ ...silent(actor, tx), params, body, trail }));
      await recordAll(tx, action, trail.traces.length > 0 ? trail.traces : [{ owner: actor.organisation }]);
      return answer;
    });
  }
}

/** The analysts of the CERT. In a transaction of the founder. */
async function analystsOf(tx: Db): Promise<Actor[]> {
  const rows = await tx
    .selectFrom('organisation as o')
    .innerJoin('membership as m', 'm.organisation_id', 'o.id')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select(['o.id', 'p.id as person', 'p.name', sql<Actor['roles']>`m.roles::text[]`.as('roles')])
    .where('o.name', '=', cert.name)
    .where(sql<boolean>`'ANA' = any (m.roles)`)
    .orderBy('p.email')
    .execute();
  return rows.map((row) => onBehalfOf(row.id, row.person, row.roles, row.name));
}

/** One of an organisation's people, when they are there already. In a transaction of the founder. */
async function memberOf(tx: Db, organisation: string, email: string): Promise<Actor | undefined> {
  const row = await tx
    .selectFrom('organisation as o')
    .innerJoin('membership as m', 'm.organisation_id', 'o.id')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select(['o.id', 'p.id as person', 'p.name', sql<Actor['roles']>`m.roles::text[]`.as('roles')])
    .where('o.name', '=', organisation)
    .where('p.email', '=', email)
    .executeTakeFirst();
  return row && onBehalfOf(row.id, row.person, row.roles, row.name);
}

/** What people would have typed: the rest of a plant, which no capture has shown yet. */
function devicesByHand(site: string) {
  const chance = new Chance(site.length + 7);
  return Array.from({ length: DEVICES_BY_HAND }, (_, n) => {
    const drive = n % 3 === 0;
    return {
      site,
      name: drive ? `Drive M${100 + n}` : n % 3 === 1 ? `Flow meter F${200 + n}` : `Gateway G${n}`,
      address: `10.99.1.${n + 10}`,
      role: drive ? ('drive' as const) : n % 3 === 1 ? ('io' as const) : ('gateway' as const),
      level: drive || n % 3 === 1 ? ('field' as const) : ('control' as const),
      vendor: drive ? 'Kestrel Automation' : n % 3 === 1 ? 'Halden Sensors' : 'Polar Gateway Systems',
      product: drive ? 'Kestrel Drive K4' : n % 3 === 1 ? 'FlowMaster' : 'PG-80',
      firmware: drive
        ? chance.of(['2.1', '2.4', '2.6'])
        : n % 3 === 1
          ? chance.of(['1.0', '1.1', '1.2'])
          : chance.of(['3.0', '3.1', '3.5']),
    };
  });
}

function archiveOf(documents: readonly object[]): AsyncIterable<Uint8Array> {
  const archive = pack();
  for (const [n, document] of documents.entries())
    archive.entry({ name: `advisory-${n}.json` }, JSON.stringify(document));
  archive.finalize();
  return archive as AsyncIterable<Uint8Array>;
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const accounts = () =>
  constituency.flatMap(({ name: organisation, people }: DemoOrganisation) =>
    people.map(({ name, email, roles }) => ({
      name,
      email,
      password: DEMO_PASSWORD,
      organisation,
      roles: [...roles],
    })),
  );
