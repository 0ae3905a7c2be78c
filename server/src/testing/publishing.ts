import {
  apis,
  type BlockContent,
  type CheckName,
  type PublicationKind,
  type Scope,
  type Tlp,
} from '@busbar/contract';

import type { Actor } from '../platform/actor.ts';
import { setUpCert } from './packs.ts';
import type { TestServer } from './test-server.ts';
import { until } from './until.ts';

export interface Told {
  readonly kind?: PublicationKind;
  readonly title?: string;
  readonly label?: Tlp;
  readonly scope?: Scope;
  readonly audience?: readonly string[];
  readonly product?: string;
  readonly range?: string;
  readonly cve?: string;
}

/** A CERT that writes publications, checks them, and lets them out: every step by whoever takes it, through the front door. */
export async function publishing(server: TestServer) {
  const cert = await setUpCert(server, 'CERT of the coast');
  const { lead, analyst: author } = cert;
  const { person } = server.known(cert.id, 'CERT');
  const [checker, reviewer] = [await person('ANA'), await person('ANA')];

  async function written(told: Told = {}): Promise<string> {
    const { id } = await server.as(author)(apis.publications.create, {
      body: {
        kind: told.kind ?? 'advisory',
        language: 'en',
        title: told.title ?? 'A password that is fixed',
      },
    });
    await say(id, 'summary', 'Anyone on the network can stop the pump.');
    await add(id, { kind: 'reference', heading: 'Bulletin', text: '', url: 'https://nordbruk.example/7' });
    await add(id, {
      kind: 'product',
      heading: '',
      text: '',
      vendor: 'Nordbruk',
      product: told.product ?? 'PX 200',
      orderNumbers: [],
      range: told.range ?? '< 2.4',
      status: 'affected',
      claim: null,
    });
    await add(id, {
      kind: 'vulnerability',
      heading: 'Fixed password',
      text: 'The service account has a fixed password.',
      cve: told.cve ?? '',
      cwe: '',
      vectors: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
      claims: [],
    });
    await describe(id, told);
    return id;
  }

  async function describe(id: string, { label = 'CLEAR', scope = 'public', audience = [] }: Told) {
    await server.as(author)(apis.publications.describe, {
      params: { id },
      body: { label, scope, audience: [...audience] },
    });
  }

  async function add(id: string, content: BlockContent) {
    await server.as(author)(apis.publications.save, {
      params: { id, block: crypto.randomUUID() },
      body: { editor: crypto.randomUUID(), base: 0, removed: false, settles: [], content },
    });
  }

  async function say(id: string, kind: BlockContent['kind'], text: string) {
    const { blocks } = await server.as(author)(apis.publications.get, { params: { id } });
    const block = blocks.find(({ content }) => content.kind === kind)!;
    await server.as(author)(apis.publications.save, {
      params: { id, block: block.id },
      body: {
        editor: crypto.randomUUID(),
        base: block.revision,
        removed: false,
        settles: [],
        content: { ...block.content, text },
      },
    });
  }

  /** Checked, proposed, seen by a third and approved; it leaves when its job has run. */
  async function approved(id: string): Promise<string> {
    const move = (actor: Actor, to: 'sourced' | 'checked') =>
      server.as(actor)(apis.publications.move, { params: { id }, body: { to } });
    await move(author, 'sourced');
    await move(checker, 'checked');
    const { id: release } = await server.as(author)(apis.releases.propose, {
      body: { subject: { kind: 'publication', id } },
    });
    const { snapshot, checks } = await server.as(reviewer)(apis.releases.get, { params: { id: release } });
    const answers: Partial<Record<CheckName, string>> = {};
    for (const { name, outcome } of checks) if (outcome === 'warning') answers[name] = 'It may stand';
    await server.as(reviewer)(apis.releases.review, {
      params: { id: release },
      body: { snapshot, couldHarm: false, reason: 'It tells nobody how', answers },
    });
    await server.as(lead)(apis.releases.approve, {
      params: { id: release },
      body: { snapshot, sendAt: null },
    });
    return release;
  }

  async function sent(id: string): Promise<string> {
    const release = await approved(id);
    await until('it is sent', async () => {
      const { state, reason } = await server.as(lead)(apis.releases.get, { params: { id: release } });
      if (state === 'blocked') throw new Error(`It is blocked: ${reason}`);
      const { rows } = await server.owner.query(
        `select problem from job where subject_id = $1 and state = 'failed'`,
        [release],
      );
      if (rows[0]) throw new Error(rows[0].problem.text);
      return state === 'sent';
    });
    return release;
  }

  /** Of a new publication. */
  async function published(told: Told = {}) {
    const publication = await written(told);
    const { ref } = await server.as(author)(apis.publications.get, { params: { id: publication } });
    return { publication, ref, release: await sent(publication) };
  }

  return { ...cert, author, written, describe, say, approved, sent, published };
}

export type Publishing = Awaited<ReturnType<typeof publishing>>;
