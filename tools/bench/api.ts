import { performance } from 'node:perf_hooks';

import { apis, urlOf } from '@busbar/contract';
import { sql } from 'kysely';

import { founder } from '../../server/src/platform/actor.ts';
import { startTestServer } from '../../server/src/testing/test-server.ts';

/**
 * `npm run bench:api [ROUNDS]`: how long reads and pages take for a plant of 100,000 devices with 100,000
 * observations, one after another on a program of its own. Prints the median, the 95th percentile and how that stands
 * to the smallest read; asserts nothing.
 */
const rounds = Number(process.argv[2] ?? 100);
const DEVICES = 100_000;

const server = await startTestServer({ pages: true });
const organisation = await server.organisation('Nordwasser', 'operator');
const member = await organisation.person('MEM');
const site = crypto.randomUUID();
const capture = crypto.randomUUID();
await fill();

const send = server.send(null, { cookie: await signedIn(), host: new URL(server.config.origin).host });
const asset = (await server.as(member)(apis.plant.assets, { query: { limit: 1 } })).items[0]!;
const reads: Record<string, string> = {
  'who am I': urlOf(apis.people.me),
  'my plant': urlOf(apis.plant.summary),
  'assets, first page': urlOf(apis.plant.assets),
  'assets, by last seen': urlOf(apis.plant.assets, { query: { sort: 'lastSeen' } }),
  'assets, searched': urlOf(apis.plant.assets, { query: { search: 'ax-300 4711' } }),
  'one asset': urlOf(apis.plant.asset, { params: { id: asset.id } }),
  captures: urlOf(apis.captures.list),
  'operations, first page': urlOf(apis.captures.operations, { params: { id: capture } }),
  'operations, searched': urlOf(apis.captures.operations, {
    params: { id: capture },
    query: { search: '10.1.2.3' },
  }),
  advisories: urlOf(apis.advisories.list),
  'home page': '/',
  'page of my plant': '/plant',
  'page of assets': '/assets',
  'page of operations': `/captures/${capture}/operations`,
};

console.log(`${DEVICES} devices, ${DEVICES} observations, ${rounds} rounds each\n`);
console.log(
  `${'read'.padEnd(26)}${'p50 ms'.padStart(9)}${'p95 ms'.padStart(9)}${'× who am I'.padStart(12)}  answers`,
);
let smallest: number | undefined;
for (const [name, url] of Object.entries(reads)) {
  const times: number[] = [];
  const answers = new Set<number>();
  for (let round = -10; round < rounds; round++) {
    const began = performance.now();
    answers.add((await send('GET', url, undefined)).status);
    if (round >= 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const [p50, p95] = [times[Math.floor(rounds / 2)]!, times[Math.floor(rounds * 0.95)]!];
  smallest ??= p50;
  console.log(
    `${name.padEnd(26)}${p50.toFixed(1).padStart(9)}${p95.toFixed(1).padStart(9)}${(p50 / smallest).toFixed(1).padStart(12)}  ${[...answers].join(' ')}`,
  );
}
await server.close();
process.exit(0);

/** Pages know their reader by the cookie alone, so the bench signs in like anybody. */
async function signedIn(): Promise<string> {
  const account = {
    name: 'Jonas Weber',
    email: 'jonas@nordwasser.example',
    password: 'look-around-busbar',
    demo: true,
  };
  await server.database.as(founder, (tx) =>
    server.house.people.enrolPerson(tx, {
      ...account,
      memberships: [{ organisation: organisation.id, roles: ['MEM'] }],
    }),
  );
  const { email, password } = account;
  const headers = { origin: server.config.origin, host: new URL(server.config.origin).host };
  const answer = await server.app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    headers,
    payload: { email, password },
  });
  return answer.cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
}

async function fill(): Promise<void> {
  const evidence = crypto.randomUUID();
  await server.database.as(member, async (tx) => {
    const owner = organisation.id;
    await sql`insert into site (id, owner_id, name) values (${site}, ${owner}, 'Waterworks')`.execute(tx);
    await sql`insert into asset (owner_id, site_id, name, role, level, vendor, product, order_number, firmware, addresses, last_seen, search)
      select ${owner}, ${site}, 'PLC ' || n, 'controller', 'control', 'Aurum Controls', 'AX-300', 'AX300-' || n, '4.' || n % 50,
        array['10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256], now() - n * interval '1 second',
        lower('PLC ' || n || ' Aurum Controls AX-300 AX300-' || n || ' 10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256)
      from generate_series(1, ${DEVICES}) n`.execute(tx);
    await sql`insert into evidence (id, owner_id, purpose, subject_id, subject_name, state, size, received, roles)
      values (${evidence}, ${owner}, 'capture', ${capture}, 'big.pcap', 'stored', 1, 1, '{MEM}')`.execute(tx);
    await sql`insert into capture (id, owner_id, site_id, evidence_id, name) values (${capture}, ${owner}, ${site}, ${evidence}, 'big.pcap')`.execute(
      tx,
    );
    await sql`insert into capture_operation (owner_id, capture_id, code, title, protocol, access, dangerous, techniques,
        source_address, target_address, count, refused, first_seen, last_seen, samples, search)
      select ${owner}, ${capture}, 'modbus.write-registers', 'Write registers', 'modbus', 'write', n % 3 = 0, '{T0836}',
        '10.9.9.9', '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256, n % 1000, 0, now(), now(), '[]',
        'write registers modbus 10.9.9.9 10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256
      from generate_series(1, ${DEVICES}) n`.execute(tx);
  });
  // As the database's own housekeeping would have it after a while.
  const { default: pg } = await import('pg');
  const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
  await owner.connect();
  await owner.query('vacuum analyze');
  await owner.end();
}
