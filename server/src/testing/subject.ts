import { randomUUID } from 'node:crypto';

import { type AdvisoryDraft, writeAdvisory } from '@busbar/csaf';

import type { Snapshot, Subject } from '../modules/releases/release-service.ts';
import { notFound } from '../platform/problem.ts';

/** Something that can leave, which a test changes as it likes. */
export class TestSubject implements Subject {
  readonly kind = 'publication';
  readonly id = randomUUID();
  readonly told: string[] = [];
  now: Snapshot;

  constructor(author: string, changes: Partial<Snapshot> = {}) {
    this.now = { ...blameless(author), ...changes };
  }

  /** Several at once, as a module would have them. */
  static all(subjects: Map<string, TestSubject>): Subject {
    const find = (id: string) => subjects.get(id) ?? missing();
    return {
      kind: 'publication',
      snapshot: async (tx, id) => find(id).snapshot(),
      standing: async (tx, id) => find(id).standing(),
      titleOf: async (tx, id) => find(id).titleOf(),
      released: async (tx, id, version) => void find(id).told.push(`released ${version}`),
      recalled: async (tx, id, person, reason) => void find(id).told.push(`recalled: ${reason}`),
    };
  }

  async snapshot(): Promise<Snapshot> {
    return this.now;
  }

  async standing() {
    return this.now;
  }

  async titleOf() {
    return this.now.title;
  }
}

/** An advisory that passes every check. */
export function blameless(author: string): Snapshot {
  const ref = `BB-2026-${randomUUID().slice(0, 6)}`;
  return {
    kind: 'advisory',
    ref,
    version: '1',
    title: 'Aurum AX-300: remote stop of the controller',
    label: 'CLEAR',
    scope: 'public',
    audience: [],
    authors: [author],
    texts: [
      {
        language: 'en',
        title: 'Aurum AX-300: remote stop of the controller',
        summary: 'Firmware before 4.35 stops when it is asked for its status too often.',
        body: '## What to do\n\nRestrict who reaches the controller.\n',
        basedOn: null,
      },
      {
        language: 'ru',
        title: 'Aurum AX-300: удалённая остановка контроллера',
        summary: 'Прошивка до 4.35 останавливается при слишком частых запросах состояния.',
        body: '## Что делать\n\nОграничьте доступ к контроллеру.\n',
        basedOn: null,
      },
    ],
    files: [csafFile(ref)],
    parts: [],
    validator: [],
    claims: { unchecked: [], disputed: [] },
    embargoUntil: null,
    lent: [],
  };
}

export function csafFile(ref: string, tlp: AdvisoryDraft['tlp'] = 'CLEAR') {
  const document = writeAdvisory({
    id: ref,
    title: 'Aurum AX-300: remote stop of the controller',
    tlp,
    published: '2026-03-12T10:00:00.000Z',
    publisher: { name: 'CERT', namespace: 'https://cert.example', category: 'coordinator' },
    summary: 'Firmware before 4.35 stops when it is asked for its status too often.',
    products: [{ key: 'AX', vendor: 'Aurum Controls', name: 'AX-300', range: '<4.35' }],
    vulnerabilities: [
      {
        cve: 'CVE-2026-10001',
        title: 'Uncontrolled resource consumption',
        description: 'Too many status requests stop the controller.',
        cwe: { id: 'CWE-400', name: 'Uncontrolled Resource Consumption' },
        affected: ['AX'],
        remediations: [{ category: 'mitigation', text: 'Restrict access.', products: ['AX'] }],
      },
    ],
  });
  return {
    name: `csaf/2.0/2026/${ref.toLowerCase()}.json`,
    type: 'application/json',
    bytes: Buffer.from(JSON.stringify(document)),
  };
}

function missing(): never {
  throw notFound('publication');
}
