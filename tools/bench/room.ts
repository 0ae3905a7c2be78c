import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { apis, type IncidentReport, urlOf } from '@busbar/contract';

import type { Actor } from '../../server/src/platform/actor.ts';
import { startTestServer } from '../../server/src/testing/test-server.ts';

/**
 * `npm run bench:room [ROUNDS]`: how long the room of a case with 500 messages, 5,000 observations and 121
 * participants takes to open, and its page with everything beside it, for each kind of reader, alone and while everybody in it asks every 700 ms whether something is new; and how long after a
 * message was sent somebody else has it. Prints the median and the 95th percentile; asserts nothing.
 */
const rounds = Number(process.argv[2] ?? 60);
const MESSAGES = 500;
const OBSERVATIONS = 5_000;
const GUESTS = 118;
const EVERY_MS = 700;

const server = await startTestServer();
const cert = await server.organisation('CERT', 'cert');
const [analyst, lead] = [await cert.person('ANA'), await cert.person('LEAD')];
const member = await (await server.organisation('Delta Motors', 'operator')).person('MEM');
const vendors = await server.organisation('Aurum Controls', 'vendor');
const id = await makeRoom();
const guests = await invite();
const params = { id };

console.log(
  `${MESSAGES} messages, ${OBSERVATIONS} observations, ${GUESTS + 3} participants, ${rounds} rounds each\n`,
);
console.log(`${'read'.padEnd(34)}${'who'.padEnd(10)}${'p50 ms'.padStart(9)}${'p95 ms'.padStart(9)}`);
await reads('alone');
let over = false;
const everybody = [analyst, lead, member, ...guests];
const asking = everybody.map(async (one, place) => {
  await sleep((EVERY_MS / everybody.length) * place);
  while (!over) {
    await server.send(one)('GET', urlOf(apis.cases.pulse, { params }), undefined);
    await sleep(EVERY_MS);
  }
});
await reads('while all ask');
await live();
over = true;
await Promise.all(asking);
await server.close();
process.exit(0);

async function reads(how: string): Promise<void> {
  await timed(`the room, ${how}`, 'analyst', () => server.as(analyst)(apis.cases.get, { params }));
  await timed(`the room, ${how}`, 'member', () => server.as(member)(apis.cases.get, { params }));
  await timed(`its page, ${how}`, 'analyst', () => page(analyst));
  await timed(`its page, ${how}`, 'member', () => page(member));
  await timed(`a guest’s part, ${how}`, 'guest', () => server.as(guests[0]!)(apis.guests.room, { params }));
  await timed(`is something new, ${how}`, 'guest', () => server.as(guests[0]!)(apis.cases.pulse, { params }));
  await timed(`the list, ${how}`, 'analyst', () => server.as(analyst)(apis.cases.list, { query: {} }));
}

/** What the page of a case asks for, in the order in which it does. */
async function page(actor: Actor): Promise<void> {
  const call = server.as(actor);
  await call(apis.cases.pulse, { params });
  await call(apis.cases.get, { params });
  const newest = { state: 'accepted', order: 'newest', limit: 5, language: 'en' } as const;
  await Promise.all([
    call(apis.timeline.list, { params, query: newest }),
    call(apis.casework.tasks, { params, query: { view: 'open', limit: 10 } }),
    call(apis.deadlines.list, { params }),
    call(apis.retention.of, { params }),
    call(apis.investigations.report, { params }),
    call(apis.caseConsents.ofCase, { params }),
  ]);
}

/** As a page does: asks for the pulse, and for the room when it changed. */
async function live(): Promise<void> {
  const times: number[] = [];
  const pulse = async () => (await server.as(member)(apis.cases.pulse, { params })).pulse;
  for (let round = 0; round < 20; round++) {
    const before = await pulse();
    await sleep(Math.random() * EVERY_MS);
    const began = performance.now();
    const body = { body: `Is it there? ${round}`, internal: false, asIs: false };
    await server.as(analyst)(apis.cases.write, { params, body });
    // Where in its wait the page is when the message comes is anybody's guess.
    await sleep(Math.random() * EVERY_MS);
    while ((await pulse()) === before) await sleep(EVERY_MS);
    await server.as(member)(apis.cases.get, { params });
    times.push(performance.now() - began);
  }
  print('written until read elsewhere', 'member', times);
}

async function timed(name: string, who: string, ask: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  for (let round = -5; round < rounds; round++) {
    const began = performance.now();
    await ask();
    if (round >= 0) times.push(performance.now() - began);
  }
  print(name, who, times);
}

function print(name: string, who: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)]!.toFixed(1).padStart(9);
  console.log(`${name.padEnd(34)}${who.padEnd(10)}${at(0.5)}${at(0.95)}`);
}

async function makeRoom(): Promise<string> {
  const report = {
    danger: 'no',
    control: 'partly',
    sees: 'Two pumps stopped by themselves; the HMI shows them running.',
    naming: 'member',
  } as IncidentReport;
  const { reference } = await server.as(member)(apis.cases.report, { body: report });
  const { items } = await server.as(member)(apis.cases.list, { query: { search: reference } });
  const params = { id: items[0]!.id };
  await server.as(analyst)(apis.cases.move, { params, body: { to: 'triaged' } });
  await server.as(lead)(apis.cases.join, { params });
  for (let n = 0; n < MESSAGES; n++)
    await server.as(n % 2 ? analyst : member)(apis.cases.write, {
      params,
      body: {
        body: `Message ${n}: ${'what was seen at the intake, and when. '.repeat(6)}`,
        internal: n % 10 === 1,
        asIs: false,
      },
    });
  const began = Date.now() - OBSERVATIONS * 1000;
  for (let n = 0; n < OBSERVATIONS; n++)
    await server.as(analyst)(apis.timeline.note, {
      params,
      body: {
        kind: 'note',
        what: `Valve ${n % 40} of the intake moved to ${n % 100} %`,
        from: new Date(began + n * 1000).toISOString(),
        precision: 'second',
      },
    });
  return params.id;
}

/** Ten threads with twelve guests each; they write nothing here, and look all the more often. */
async function invite(): Promise<Actor[]> {
  const made: Actor[] = [];
  const parts: string[] = [];
  for (let n = 0; n < GUESTS; n++) {
    const guest = await vendors.person('VEN');
    const part = await server.as(lead)(apis.guests.invite, {
      params: { id },
      body: {
        role: 'vendor',
        name: guest.name,
        email: `guest${n}@aurum.example`,
        home: 'Aurum Controls',
        language: 'en',
        note: '',
      },
    });
    const link = { id, participant: part.id };
    const { path } = await server.as(lead)(apis.guests.link, { params: link });
    const token = path.split('/').at(-1)!;
    await server.as(guest)(apis.guests.answer, { params: { token }, body: { accept: true } });
    made.push(guest);
    parts.push(part.id);
  }
  for (let n = 0; n < 10; n++)
    await server.as(analyst)(apis.guests.openThread, {
      params: { id },
      body: {
        title: `Thread ${n}`,
        participants: parts.filter((_, place) => place % 10 === n),
        ownerReads: true,
      },
    });
  return made;
}
