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
import type { PeopleService } from '../people/people-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import type { SourceService } from '../sources/source-service.ts';
import type { Demo, SystemService } from '../system/system-service.ts';
import { advisories } from './catalogue.ts';
import { Chance } from './chance.ts';
import { cert, constituency, DEMO_PASSWORD, type DemoOrganisation } from './constituency.ts';
import { type DemoCapture, type DemoPlant, plants } from './plants.ts';
import { type DemoSource, demoSources, writeSource } from './sources.ts';

const ADVISORIES = 400;
/** With those of its capture, every plant comes to about sixty devices. */
const DEVICES_BY_HAND = 40;

export interface DemoParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  readonly people: PeopleService;
  readonly plant: PlantService;
  readonly captures: CaptureService;
  readonly baselines: BaselineService;
  readonly imports: ImportService;
  readonly sources: SourceService;
  /** Where the folders of sources lie. */
  readonly folders: string;
  /** The one that asks for the demo; handed over late because it is handed the demo. */
  readonly system: () => SystemService;
}

/** Fills an empty instance with a made-up constituency, through the same services that real people use. */
export function demoService({
  database,
  jobs,
  uploads,
  people,
  plant,
  captures,
  baselines,
  imports,
  sources,
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
      for (const one of await plants()) await settle(actors.get(one.organisation)!, one);
      for (const source of demoSources()) await follow(actors.get(cert.name)!, source);
      await database.as(founder, (tx) => system().declareDemo(tx, cert, accounts()));
      jobs.wake();
    },
  };

  /** Everybody gets an account; of each organisation, the first of its people acts for it below. */
  async function enrol(): Promise<Map<string, Actor>> {
    const actors = new Map<string, Actor>();
    for (const { people: employees, ...organisation } of constituency) {
      await database.as(founder, async (tx) => {
        const known = await firstOf(tx, organisation.name);
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

  async function settle(actor: Actor, { site, calm, capture }: DemoPlant): Promise<void> {
    const there = await database.as(actor, async (tx) => ({
      sites: await plant.siteNames(tx),
      devices: new Set((await plant.forMatching(tx)).map(({ name }) => name)),
    }));
    const known = [...there.sites].find(([, name]) => name === site.name)?.[0];
    const id = known ?? (await asked(actor, 'site added', (ask) => plant.addSite(ask({ body: site })))).id;
    for (const device of devicesByHand(id))
      if (!there.devices.has(device.name))
        await asked(actor, 'asset added', (ask) => plant.add(ask({ body: device })));
    if (calm) await learnt(actor, await sent(actor, id, calm), calm);
    await sent(actor, id, capture);
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
    work: (ask: <Body>(question: { body: Body }) => Ask<any, any, Body>) => Promise<T>,
  ): Promise<T> {
    return database.as(actor, async (tx: Db) => {
      const trail = new Trail(action);
      const become = (other: Actor) => database.become(tx, other);
      const answer = await work(({ body }) => ({
        params: {},
        query: {},
        body,
        actor,
        tx,
        trail,
        requestId: '',
        afterCommit: () => {},
        become,
      }));
      await recordAll(tx, action, trail.traces.length > 0 ? trail.traces : [{ owner: actor.organisation }]);
      return answer;
    });
  }
}

/** The first of an organisation's people, when it is there already. In a transaction of the founder. */
async function firstOf(tx: Db, organisation: string): Promise<Actor | undefined> {
  const row = await tx
    .selectFrom('organisation as o')
    .innerJoin('membership as m', 'm.organisation_id', 'o.id')
    .innerJoin('person as p', 'p.id', 'm.person_id')
    .select(['o.id', 'p.id as person', 'p.name', sql<Actor['roles']>`m.roles::text[]`.as('roles')])
    .where('o.name', '=', organisation)
    .orderBy('m.since')
    .orderBy('p.email')
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
