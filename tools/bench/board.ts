import { performance } from 'node:perf_hooks';

import { apis, urlOf } from '@busbar/contract';
import pg from 'pg';

import { visitor } from '../../server/src/platform/actor.ts';
import { startTestServer } from '../../server/src/testing/test-server.ts';

/**
 * `npm run bench:board [ROUNDS] [NAME]`: how long the claims board, the radar and the search over everything take over
 * 100,000 advisories with as many vulnerabilities and half a million claims. Prints the median and the 95th percentile;
 * asserts nothing.
 */
const rounds = Number(process.argv[2] ?? 40);
/** Only reads with this in their name. */
const wanted = process.argv[3] ?? '';
const ADVISORIES = 100_000;

const server = await startTestServer();
const cert = await server.organisation('CERT', 'cert');
const analyst = await cert.person('ANA');
await fill();

const ref = 'CVE-2020-150000';
const reads: Record<string, string> = {
  'vulnerabilities, newest': urlOf(apis.vulnerabilities.list),
  'vulnerabilities, by words': urlOf(apis.vulnerabilities.list, { query: { search: 'relay 4711' } }),
  'vulnerabilities, by common word': urlOf(apis.vulnerabilities.list, { query: { search: 'relay' } }),
  'vulnerabilities, by CVE': urlOf(apis.vulnerabilities.list, { query: { search: ref.slice(0, -1) } }),
  'vulnerabilities, disagreeing': urlOf(apis.vulnerabilities.list, { query: { standing: 'disagreeing' } }),
  'one vulnerability': urlOf(apis.vulnerabilities.get, { params: { ref } }),
  'radar, first page': urlOf(apis.radar.list, { query: { state: 'new' } }),
  'radar, by words': urlOf(apis.radar.list, { query: { state: 'new', search: 'relay 4711' } }),
  'search, two words of a name': urlOf(apis.search.find, { query: { q: 'maker relay 4711' } }),
  'search, common word': urlOf(apis.search.find, { query: { q: 'relay' } }),
  'search, common words of texts': urlOf(apis.search.find, { query: { q: 'topic17 topic117 relay' } }),
  'search, beginnings of words': urlOf(apis.search.find, { query: { q: 'mak top' } }),
  'search, mistyped': urlOf(apis.search.find, { query: { q: 'relya wagenfield' } }),
  'search, mistyped and nowhere': urlOf(apis.search.find, { query: { q: 'relya xkcdqwert' } }),
  'search, sloppy CVE': urlOf(apis.search.find, { query: { q: 'cve 2020 150000' } }),
  'search, a later page': urlOf(apis.search.find, {
    query: { q: 'maker', kind: 'advisory', after: '900' },
  }),
  verdicts: urlOf(apis.vulnerabilities.verdicts, { query: { forMe: 'true' } }),
};
console.log(`${ADVISORIES} advisories, ${rounds} rounds each\n`);
console.log(`${'read'.padEnd(34)}${'who'.padEnd(10)}${'p50 ms'.padStart(9)}${'p95 ms'.padStart(9)}  answers`);
for (const [name, url] of Object.entries(reads))
  for (const [who, actor] of Object.entries({ analyst, visitor })) {
    if (!name.includes(wanted)) continue;
    if (who === 'visitor' && /^\/api\/(?:radar|verdicts)/.test(url)) continue;
    const send = server.send(actor);
    await report(name, who, () => send('GET', url, undefined));
  }
const send = server.send(analyst);
if ('radar, next item'.includes(wanted))
  await report('radar, next item', 'analyst', () => send('POST', apis.radar.next.path, {}));
await server.close();
process.exit(0);

async function report(name: string, who: string, ask: () => Promise<{ status: number }>): Promise<void> {
  const times: number[] = [];
  const answers = new Set<number>();
  for (let round = -5; round < rounds; round++) {
    const began = performance.now();
    answers.add((await ask()).status);
    if (round >= 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const [p50, p95] = [times[Math.floor(rounds / 2)]!, times[Math.floor(rounds * 0.95)]!];
  console.log(
    `${name.padEnd(34)}${who.padEnd(10)}${p50.toFixed(1).padStart(9)}${p95.toFixed(1).padStart(9)}  ${[...answers].join()}`,
  );
}

/** By the owner of the tables and in one statement each: what is measured is reading. */
async function fill(): Promise<void> {
  const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
  await owner.connect();
  await owner.query(`
    create temp table made as
      select n, gen_random_uuid() as advisory, gen_random_uuid() as vulnerability, gen_random_uuid() as source,
        gen_random_uuid() as other, now() - n * interval '7 minutes' as at,
        'Relay ' || n || ' of maker ' || n % 500 || ' takes commands from anybody' as title
      from generate_series(1, ${ADVISORIES}) n`);
  await owner.query(`
    create temp table searched as
      select made.*, (format('''mk%s'':1A ''cve2020%s'':1A ''relay'':1B ''relai'':1B ''%s'':1B ''maker'':1B ''%s'':1B ''commands'':1B ''anybody'':1B ',
        n, 100000 + n, n, n % 500) || case when n % 100 = 11 then '''wagenfeld'':1B ' else '' end
        || (select string_agg(format('''topic%s'':1D', (n * 7919 + k * 104729) % 1000), ' ') from generate_series(1, 20) k))::tsvector as words
      from made`);
  const org = `'${cert.id}'::uuid`;
  for (const statement of [
    `insert into advisory (id, owner_id, label, scope, publisher, tracking_id, version, status, title, vendors, vendor_keys, cves,
       severity, score, has_fix, published_at, updated_at, newest_at, facts, edition)
     select advisory, ${org}, 'CLEAR'::tlp, 'public'::scope, 'Maker ' || n % 500, 'MK-' || n, '1', 'final', title, array['Maker ' || n % 500],
       array['maker' || n % 500], array['CVE-2020-' || 100000 + n], 'high', 7.5, true, at, at, at, '', 1 from made`,
    `insert into advisory_word_public (advisory_id, words)
     select advisory, array_to_tsvector(array['relay', n::text, 'maker', 'commands', 'anybody']) from made`,
    // One in a hundred names a place of its own; each text has twenty words of a thousand. A tenth stands among what is asked row by row.
    `insert into search_public (advisory_id, ref, title, text, words, newest_at)
     select advisory, 'MK-' || n, title, repeat('The relay takes commands from anybody. ', 20), words, at from searched where n % 10 > 0`,
    `insert into search_restricted (owner_id, label, scope, advisory_id, ref, title, text, words, newest_at)
     select ${org}, 'CLEAR'::tlp, 'public'::scope, advisory, 'MK-' || n, title, '', words, at from searched where n % 10 = 0`,
    `insert into search_term (term) select word || place from unnest(array['relay', 'maker', 'commands', 'anybody']) word, (values ('')) v (place)
     union all select 'place' || translate(n::text, '0123456789', 'abcdefghij') from made where n % 100 = 0 union all select 'wagenfeld'`,
    `insert into search_name select id, term from search_public, unnest(array['relay', 'maker', 'commands', 'anybody']) term
     union all select id, 'wagenfeld' from search_public where ref like '%11'`,
    'delete from search_due',
    `insert into vulnerability (id, owner_id, label, scope, ref, newest_at)
     select vulnerability, ${org}, 'CLEAR'::tlp, 'public'::scope, 'CVE-2020-' || 100000 + n, at from made`,
    `insert into vulnerability_key select ${org}, 'CVE-2020-' || 100000 + n, vulnerability from made`,
    `insert into vulnerability_source (id, owner_id, label, scope, vulnerability_id, kind, document_id, publisher, publisher_kind,
       tracking_id, version, title, severity, score, updated_at)
     select source, ${org}, 'CLEAR'::tlp, 'public'::scope, vulnerability, 'advisory', advisory, 'Maker ' || n % 500, 'vendor', 'MK-' || n, '1',
       title, 'high', 7.5, at from made
     union all select other, ${org}, 'CLEAR'::tlp, 'public'::scope, vulnerability, 'record', gen_random_uuid(), 'Catalogue', 'catalogue',
       'CVE-2020-' || 100000 + n, '1', title, 'high', 7.5, at from made`,
    `insert into claim (id, owner_id, label, scope, vulnerability_id, source_id, publisher, kind, fact, value_key, aspect, subject, value)
     select gen_random_uuid(), ${org}, 'CLEAR'::tlp, 'public'::scope, vulnerability, case when c < 4 then source else other end,
       case when c < 4 then 'Maker ' || n % 500 else 'Catalogue' end, (array['productStatus', 'severity', 'mitigation', 'productStatus', 'severity'])[c],
       (array['status', 'cvss', 'mitigation', 'status', 'cvss'])[c], c % 4 || '', '', '', '< ' || c
     from made, generate_series(1, 5) c`,
    `insert into vulnerability_standing (vulnerability_id, owner_id, disagreeing) select vulnerability, ${org}, 1 from made where n % 10 = 0`,
    `insert into radar_item (owner_id, label, scope, document_id, kind, cause, publisher, tracking_id, version, title, severity, score, search, rank, at)
     select ${org}, 'CLEAR'::tlp, 'public'::scope, advisory, 'advisory', 'added', 'Maker ' || n % 500, 'MK-' || n, '1', title, 'high', 7.5,
       lower(title), 2025, at from made`,
    'vacuum analyze',
  ])
    await owner.query(statement);
  await owner.end();
}
