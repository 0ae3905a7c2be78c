import { releaseApi, signingKeyApi } from '@busbar/contract';

import type { Snapshot, Subject } from '../modules/releases/release-service.ts';
import { TestSubject } from './subject.ts';
import type { TestServer } from './test-server.ts';
import { until } from './until.ts';

/** A CERT with the people whom a release needs, who let out what a test gives them. */
export async function releaseGate(server: TestServer) {
  await server.owner.query(`insert into setting values ('cert', $1)`, [
    JSON.stringify({
      name: 'CERT of Tests',
      shortName: 'TCERT',
      country: 'DE',
      phone: '+49 30 555 0110',
      email: 'cert@cert.example',
      url: 'https://cert.example',
    }),
  ]);
  const cert = await server.organisation('CERT', 'cert');
  const author = await cert.person('ANA');
  const reviewer = await cert.person('ANA');
  const lead = await cert.person('LEAD');
  const administrator = await cert.person('ADM');
  const subjects = new Map<string, TestSubject>();
  server.house.releases.lets(TestSubject.all(subjects));
  await server.as(administrator)(signingKeyApi.create, { body: { years: 2 } });

  const get = (id: string) => server.as(lead)(releaseApi.get, { params: { id } });

  async function proposed(changes: Partial<Snapshot> = {}, by = author) {
    const subject = new TestSubject(author.person!, changes);
    subjects.set(subject.id, subject);
    return { id: await propose(subject, by), subject };
  }

  async function propose(
    { kind, id }: Pick<Subject, 'kind'> & { readonly id: string },
    by = author,
  ): Promise<string> {
    const release = await server.as(by)(releaseApi.propose, { body: { subject: { kind, id } } });
    return release.id;
  }

  /** It leaves when its job has run: at once, or at an hour. */
  async function approved(id: string, at?: Date): Promise<void> {
    const { snapshot } = await get(id);
    await server.as(reviewer)(releaseApi.review, {
      params: { id },
      body: { snapshot, couldHarm: false, reason: 'It helps defenders', answers: {} },
    });
    await server.as(lead)(releaseApi.approve, {
      params: { id },
      body: { snapshot, sendAt: at?.toISOString() ?? null },
    });
  }

  async function released(changes: Partial<Snapshot> = {}, at?: Date) {
    const one = await proposed(changes);
    await approved(one.id, at);
    return one;
  }

  async function sent(id: string): Promise<void> {
    await until('the release is sent', async () => (await get(id)).state === 'sent');
  }

  async function published(changes: Partial<Snapshot> = {}) {
    const one = await released(changes);
    await sent(one.id);
    return one;
  }

  /** So many things were told of it, and nothing of them waits any more, or waits for a later hour. */
  async function delivered(id: string, told = 1): Promise<void> {
    await until('everybody has been told', async () => {
      const { rows } = await server.owner.query(
        `select (select count(*)::int from dispatch where release_id = $1) as told,
          (select count(*)::int from dispatch d where release_id = $1 and (expanded_at is null or exists (
            select from delivery v where v.dispatch_id = d.id and v.state in ('queued', 'failed') and v.next_at <= now()))) as open`,
        [id],
      );
      return rows[0].told >= told && rows[0].open === 0;
    });
  }

  return {
    cert,
    author,
    reviewer,
    lead,
    administrator,
    proposed,
    propose,
    approved,
    released,
    sent,
    published,
    delivered,
  };
}

export type ReleaseGate = Awaited<ReturnType<typeof releaseGate>>;
