import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { auditApi, type Member, peopleApi, type Role } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { account, Browser, PASSWORD } from '../../testing/browser.ts';
import { refused } from '../../testing/refused.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('people', () => {
  let server: TestServer;
  let cert: Awaited<ReturnType<TestServer['organisation']>>;
  let lead: Actor;
  let count = 0;

  const visitor = () => server.as(server.visitor);
  const plant = async () => {
    const organisation = await server.organisation(
      `Plant ${'abcdefghjkmnpqrstuvwxyz'[count++]}${count}`,
      'operator',
    );
    return {
      organisation,
      authoriser: await organisation.person('MAD'),
      member: await organisation.person('MEM'),
    };
  };
  const invite = (actor: Actor, email: string, roles: Role[] = ['MEM'], name = 'Nora New') =>
    server.as(actor)(peopleApi.invite, { body: { name, email, roles } });
  const accept = (code: string, body: { name?: string; password?: string } = { password: PASSWORD }) =>
    visitor()(peopleApi.acceptInvitation, { params: { code }, body });
  const membersOf = async (actor: Actor) => (await server.as(actor)(peopleApi.members)).items;
  const membershipOf = async (actor: Actor): Promise<Member> =>
    (await membersOf(actor)).find(({ person }) => person.id === actor.person)!;
  const linesOf = async (object: string) =>
    (await server.as(lead)(auditApi.accesses, { query: { object } })).items.map(({ action }) => action);

  before(async () => {
    server = await startTestServer();
    cert = await server.organisation('Delta CERT', 'cert');
    lead = await cert.person('LEAD');
  });
  after(() => server.close());

  describe('invitations', () => {
    it('bring a person in, with an account and a membership', async () => {
      const { authoriser, organisation } = await plant();
      const { invitation, code } = await invite(authoriser, 'nora@plant.example');
      assert.deepEqual([invitation.state, invitation.organisation.name], ['open', organisation.name]);
      assert.equal((await visitor()(peopleApi.invitation, { params: { code } })).email, 'nora@plant.example');

      const { person } = await accept(code);
      const window = new Browser(server);
      await window.signIn('nora@plant.example');
      await window.addTotp();
      const me = await window.me();
      assert.deepEqual(
        [me.person.id, me.acting.organisation.id, me.roles],
        [person, organisation.id, ['MEM']],
      );
      assert.deepEqual(await linesOf(invitation.id), ['invitation accepted', 'person invited']);
    });

    it('are good for one person and for seven days', async () => {
      const { authoriser } = await plant();
      const { code } = await invite(authoriser, 'once@plant.example');
      const outcomes = await Promise.allSettled([accept(code), accept(code)]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      await assert.rejects(accept(code), refused(409, 'invitation-closed'));

      const { invitation, code: late } = await invite(authoriser, 'late@plant.example');
      assert.equal(
        Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt) > 6.9 * 86_400_000,
        true,
      );
      await own(
        `update invitation set expires_at = now() - interval '1 second' where id = '${invitation.id}'`,
      );
      await assert.rejects(accept(late), refused(409, 'invitation-closed'));
    });

    it('can be withdrawn by the organisation that made them, and by no other', async () => {
      const [{ authoriser }, other] = [await plant(), await plant()];
      const { invitation, code } = await invite(authoriser, 'gone@plant.example');
      const params = { id: invitation.id };
      await assert.rejects(
        server.as(other.authoriser)(peopleApi.withdrawInvitation, { params }),
        refused(404, 'not-found'),
      );
      await server.as(authoriser)(peopleApi.withdrawInvitation, { params });
      await assert.rejects(accept(code), refused(409, 'invitation-closed'));
      assert.deepEqual((await server.as(other.authoriser)(peopleApi.invitations)).items, []);
      assert.equal((await server.as(authoriser)(peopleApi.invitations)).items[0]?.state, 'withdrawn');
    });

    it('cannot be guessed, and their codes are kept nowhere', async () => {
      const { authoriser } = await plant();
      const { code } = await invite(authoriser, 'code@plant.example');
      assert.ok(Buffer.from(code, 'base64url').length >= 16);
      await assert.rejects(
        visitor()(peopleApi.invitation, { params: { code: `${code}x` } }),
        refused(404, 'not-found'),
      );
      const { rows } = await own(
        `select count(*)::int as found from invitation i where i::text like '%${code}%'`,
      );
      assert.equal(rows[0]!.found, 0);
    });

    it('add a membership to somebody who is signed in, and then he chooses as whom he acts', async () => {
      const [first, second] = [await plant(), await plant()];
      const { email } = await account(server, first.organisation.id, 'Two Hats', 'MEM');
      const window = new Browser(server);
      await window.signIn(email);
      await window.addTotp();
      const { code } = await invite(second.authoriser, email, ['MAD']);
      assert.equal((await window.send('POST', `/api/invitations/${code}/accept`, {})).status, 200);

      assert.equal((await window.me()).acting.organisation.id, first.organisation.id);
      const { memberships } = await window.me();
      const chosen = memberships.find(
        (one: { organisation: { id: string } }) => one.organisation.id === second.organisation.id,
      );
      const acting = await window.send('POST', '/api/me/acting', { membership: chosen.id });
      assert.deepEqual([acting.body.acting.id, acting.body.roles], [chosen.id, ['MAD']]);
      assert.equal((await window.me()).acting.id, chosen.id);
      assert.equal(
        (await window.send('POST', '/api/me/acting', { membership: crypto.randomUUID() })).status,
        404,
      );

      // What he chose has ended: he must not act as somebody else without noticing.
      await server.as(second.authoriser)(peopleApi.endMembership, { params: { id: chosen.id } });
      const later = await window.me();
      assert.deepEqual([later.acting, later.roles, later.memberships.length], [null, ['PUB'], 1]);
    });

    it('ask somebody who has an account to sign in first', async () => {
      const { authoriser, organisation } = await plant();
      const { email } = await account(server, organisation.id, 'Has Account', 'MEM');
      const other = await plant();
      const { code } = await invite(other.authoriser, email);
      await assert.rejects(accept(code), refused(409, 'account-exists'));
      await assert.rejects(invite(authoriser, email), refused(409, 'already-member'));
    });

    it('refuse a common password and a name that is taken for a colleague, and stay open', async () => {
      const { authoriser, organisation } = await plant();
      await account(server, organisation.id, 'Petra Larsson', 'MEM');
      const { code } = await invite(authoriser, 'eve@plant.example');
      await assert.rejects(accept(code, { password: 'welcome12345' }), refused(400, 'password-too-common'));
      await assert.rejects(accept(code, {}), refused(400, 'password-needed'));
      for (const name of [
        'Реtra Larsson',
        'Petra\u200b Larsson',
        'Petra Larss0n',
        'Ｐetra Larsson',
        'De1ta CERT',
      ])
        await assert.rejects(
          accept(code, { name, password: PASSWORD }),
          refused(409, 'name-confusable'),
          name,
        );
      await accept(code, { name: 'Petra Larsson of Shift 2', password: PASSWORD });
    });
  });

  describe('roles', () => {
    it('are only those of the kind of organisation', async () => {
      const { authoriser } = await plant();
      for (const roles of [['LEAD'], ['MEM', 'ADM'], ['VEN'], ['SVC']] as Role[][])
        await assert.rejects(invite(authoriser, 'x@plant.example', roles), refused(400, 'role-not-of-kind'));
    });

    it('are given by somebody else, never by oneself', async () => {
      const { authoriser, member } = await plant();
      const change = (actor: Actor, id: string, roles: Role[]) =>
        server.as(actor)(peopleApi.changeRoles, { params: { id }, body: { roles } });
      await assert.rejects(
        change(authoriser, (await membershipOf(authoriser)).id, ['MEM', 'MAD']),
        refused(409, 'own-roles'),
      );
      await assert.rejects(
        change(member, (await membershipOf(member)).id, ['MAD']),
        refused(403, 'role-not-allowed'),
      );
      const id = (await membershipOf(member)).id;
      await change(authoriser, id, ['MEM', 'MAD']);
      assert.deepEqual((await membershipOf(member)).roles, ['MEM', 'MAD']);
      const { items } = await server.as(lead)(auditApi.accesses, { query: { object: id } });
      assert.deepEqual(items[0]?.details, { from: ['MEM'], to: ['MEM', 'MAD'] });
      const other = await plant();
      await assert.rejects(change(other.authoriser, id, ['MEM']), refused(404, 'not-found'));
    });

    it('leave an organisation with somebody who can let people in, even when two leave at once', async () => {
      const { organisation, authoriser } = await plant();
      const second = await organisation.person('MAD');
      const [one, two] = [await membershipOf(authoriser), await membershipOf(second)];
      const outcomes = await Promise.allSettled([
        server.as(authoriser)(peopleApi.endMembership, { params: { id: two.id } }),
        server.as(second)(peopleApi.endMembership, { params: { id: one.id } }),
      ]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      const [left, leaver] = outcomes[0]!.status === 'fulfilled' ? [authoriser, one] : [second, two];
      await assert.rejects(
        server.as(left)(peopleApi.endMembership, { params: { id: leaver.id } }),
        refused(409, 'last-authoriser'),
      );
    });

    it('of the CERT are given by its administrator, who holds none that reads content', async () => {
      const admin = await cert.person('ADM');
      const inviteStaff = (roles: Role[]) =>
        server.as(admin)(peopleApi.inviteStaff, {
          body: { name: 'Sam Staff', email: `${crypto.randomUUID()}@cert.example`, roles },
        });
      const { invitation } = await inviteStaff(['ANA', 'LEAD']);
      assert.equal((await server.as(admin)(peopleApi.staffInvitations)).items[0]?.id, invitation.id);
      await server.as(admin)(peopleApi.withdrawStaffInvitation, { params: { id: invitation.id } });
      await assert.rejects(inviteStaff(['ADM', 'LEAD']), refused(400, 'administrator-alone'));
      await assert.rejects(
        server.as(admin)(peopleApi.endStaffMembership, { params: { id: (await membershipOf(admin)).id } }),
        refused(409, 'last-authoriser'),
      );
      const analyst = await cert.person('ANA');
      await server.as(admin)(peopleApi.endStaffMembership, {
        params: { id: (await membershipOf(analyst)).id },
      });
      assert.equal(
        (await membersOf(admin)).some(({ person }) => person.id === analyst.person),
        false,
      );
    });

    it('end at once with the membership', async () => {
      const { authoriser, organisation } = await plant();
      const { email, id } = await account(server, organisation.id, 'Leaves Now', 'MEM');
      const window = new Browser(server);
      await window.signIn(email);
      await window.addTotp();
      assert.equal((await window.send('GET', '/api/members')).status, 200);
      const membership = (await membersOf(authoriser)).find(({ person }) => person.id === id)!;
      assert.equal(membership.secondFactor, true);
      await server.as(authoriser)(peopleApi.endMembership, { params: { id: membership.id } });
      assert.equal((await window.send('GET', '/api/members')).status, 403);
      assert.deepEqual((await window.me()).memberships, []);
    });

    it('end at once when the organisation is suspended', async () => {
      const { organisation } = await plant();
      const { email } = await account(server, organisation.id, 'Suspended Sue', 'MEM');
      const window = new Browser(server);
      await window.signIn(email);
      await window.addTotp();
      await own(`update organisation set state = 'suspended' where id = '${organisation.id}'`);
      assert.equal((await window.send('GET', '/api/members')).status, 403);
    });
  });

  describe('members', () => {
    it('are seen by their own organisation only, page by page', async () => {
      const [{ organisation, member }, other] = [await plant(), await plant()];
      await Promise.all(Array.from({ length: 5 }, () => organisation.person('MEM')));
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await server.as(member)(peopleApi.members, {
          query: { limit: 3, ...(after && { after }) },
        });
        seen.push(...page.items.map(({ id }) => id));
        after = page.next ?? undefined;
      } while (after);
      assert.deepEqual([seen.length, new Set(seen).size], [7, 7]);
      assert.equal((await membersOf(other.member)).length, 2);
      const search = await server.as(other.member)(peopleApi.members, {
        query: { search: organisation.name },
      });
      assert.deepEqual(search.items, []);
    });

    it('change their own name, and colleagues see it', async () => {
      const { member, authoriser } = await plant();
      await server.as(member)(peopleApi.changeMe, { body: { name: 'Renamed Rita', language: 'ru' } });
      assert.equal((await server.as(member)(peopleApi.me)).person?.language, 'ru');
      assert.ok((await membersOf(authoriser)).some(({ person }) => person.name === 'Renamed Rita'));
      await assert.rejects(
        server.as(authoriser)(peopleApi.changeMe, { body: { name: 'Renаmed Rita' } }),
        refused(409, 'name-confusable'),
      );
    });
  });

  describe('organisations', () => {
    const add = (actor: Actor, name: string, kinds: ('vendor' | 'cert' | 'operator')[] = ['vendor']) =>
      server.as(actor)(peopleApi.addOrganisation, {
        body: {
          name,
          kinds,
          country: 'DE',
          sectors: [],
          authoriser: { name: 'Vera Vendor', email: 'vera@vendor.example' },
        },
      });

    it('are added by a lead together with the invitation of their first authoriser', async () => {
      const { organisation, invitation, code } = await add(lead, 'Aurum Controls');
      assert.deepEqual(invitation.roles, ['VEN']);
      await accept(code, { name: 'Vera Vendor', password: PASSWORD });
      const { items } = await server.as(lead)(peopleApi.organisations, { query: { search: 'aurum' } });
      assert.deepEqual(
        items.map(({ id }) => id),
        [organisation.id],
      );
      assert.deepEqual(await linesOf(organisation.id), ['organisation added']);
    });

    it('cannot take a name that is read as another, or become a second CERT', async () => {
      await add(lead, 'Fenix HMI');
      for (const name of ['Fenіx HMI', 'FENIX-HMI', 'Fenix\u00adHMl'])
        await assert.rejects(add(lead, name), refused(409, 'name-confusable'), name);
      await assert.rejects(add(lead, 'Shadow Response', ['cert']), refused(400, 'kind-reserved'));
      await assert.rejects(add(lead, 'Shadow Response', ['operator', 'cert']), refused(400, 'kind-reserved'));
    });

    it('are known to the CERT, and to each member only its own', async () => {
      const { member, organisation } = await plant();
      const { items } = await server.as(member)(peopleApi.organisations);
      assert.deepEqual(
        items.map(({ name }) => name).toSorted(),
        ['Delta CERT', organisation.name].toSorted(),
      );
    });

    it('meet in communities', async () => {
      const [one, two] = [await plant(), await plant()];
      const community = await server.as(lead)(peopleApi.addCommunity, {
        body: { name: 'Water', organisations: [one.organisation.id], defaultTlp: 'GREEN' },
      });
      assert.deepEqual(community.organisations, [{ id: one.organisation.id, name: one.organisation.name }]);
      assert.equal((await server.as(one.member)(peopleApi.communities)).items.length, 1);
      assert.equal((await server.as(two.member)(peopleApi.communities)).items.length, 0);
    });
  });

  describe('machine keys', () => {
    const make = (actor: Actor, maxTlp: 'CLEAR' | 'AMBER' | 'RED' = 'AMBER', days = 30) =>
      server.as(actor)(peopleApi.addKey, { body: { name: 'SIEM', maxTlp, days } });
    const withKey = (secret: string) => server.as(null, { authorization: `Bearer ${secret}` });

    it('let a machine act for its organisation, up to its ceiling', async () => {
      const { authoriser } = await plant();
      const { key, secret } = await make(authoriser);
      assert.ok(secret.startsWith(key.start));
      assert.deepEqual((await withKey(secret)(peopleApi.me)).roles, ['SVC']);
      await assert.rejects(withKey(secret)(peopleApi.members), refused(403, 'role-not-allowed'));
      assert.notEqual((await server.as(authoriser)(peopleApi.keys)).items[0]?.lastUsed, null);
      await assert.rejects(make(authoriser, 'RED'), refused(400, 'key-ceiling-too-high'));
    });

    it('end when they are revoked, when their day comes, and when their organisation is suspended', async () => {
      const { authoriser, organisation } = await plant();
      const [revoked, expired, suspended] = [
        await make(authoriser),
        await make(authoriser),
        await make(authoriser),
      ];
      await server.as(authoriser)(peopleApi.revokeKey, { params: { id: revoked.key.id } });
      await own(`update machine_key set expires_at = now() where id = '${expired.key.id}'`);
      for (const { secret } of [revoked, expired])
        assert.deepEqual((await withKey(secret)(peopleApi.me)).roles, ['PUB']);
      assert.deepEqual((await withKey(suspended.secret)(peopleApi.me)).roles, ['SVC']);
      await own(`update organisation set state = 'suspended' where id = '${organisation.id}'`);
      assert.deepEqual((await withKey(suspended.secret)(peopleApi.me)).roles, ['PUB']);
    });

    it('belong to one organisation, and only a hash of them is kept', async () => {
      const [one, two] = [await plant(), await plant()];
      const { key, secret } = await make(one.authoriser);
      assert.deepEqual((await server.as(two.authoriser)(peopleApi.keys)).items, []);
      await assert.rejects(
        server.as(two.authoriser)(peopleApi.revokeKey, { params: { id: key.id } }),
        refused(404, 'not-found'),
      );
      const { rows } = await own(
        `select count(*)::int as found from machine_key k where k::text like '%${secret.slice(20)}%'`,
      );
      assert.equal(rows[0]!.found, 0);
      await assert.rejects(
        withKey(`${secret.slice(0, -1)}_`)(peopleApi.members),
        refused(401, 'sign-in-needed'),
      );
    });
  });

  it('lets somebody who lost every second factor in again, with the password alone, to add a new one', async () => {
    const { organisation } = await plant();
    const { email } = await account(server, organisation.id, 'Locked Out', 'MEM');
    const [lost, anew] = [new Browser(server), new Browser(server)];
    await lost.signIn(email);
    await lost.addTotp();
    await server.house.people.resetSecondFactor(email);
    assert.equal((await lost.me()).person, null);
    await anew.signIn(email);
    assert.equal((await anew.me()).mustAddSecondFactor, true);
    await anew.addTotp();
    assert.equal((await anew.me()).mustAddSecondFactor, false);
  });

  /** As somebody who owns the whole database. */
  async function own(statement: string) {
    const { default: pg } = await import('pg');
    const owner = new pg.Client({ connectionString: server.config.databaseUrl! });
    await owner.connect();
    const result = await owner.query<{ found: number }>(statement);
    await owner.end();
    return result;
  }
});
