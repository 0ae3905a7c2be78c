import type { CaseObservation, CustodyLine, EvidenceFile, Hypothesis, Run } from '@busbar/contract';

/** Made-up evidence of a case, and what was seen in it. */
export function sampleEvidence(uuid: (place: number) => string, ago: (seconds: number) => string) {
  const sha256 = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
  const file = (n: number, changes: Partial<EvidenceFile>): EvidenceFile => ({
    id: uuid(840 + n),
    name: 'firewall-intake.log',
    note: 'Of the firewall between office and plant, taken at 03:30',
    state: 'available',
    size: 482_113,
    received: 482_113,
    sha256,
    claimed: sha256,
    type: 'text',
    addedBy: { as: 'member', name: 'Ida Sommer' },
    addedAt: ago(3600),
    mine: true,
    isShared: false,
    clock: { offset: -3, uncertainty: 2 },
    observations: { suggested: 3, accepted: 2 },
    ...changes,
  });
  const files = [
    file(1, {}),
    file(2, {
      name: 'ews-memory.raw',
      note: '',
      state: 'receiving',
      size: 5_368_709_120,
      received: 5_261_334_937,
      sha256: null,
      claimed: null,
      type: null,
      observations: { suggested: 0, accepted: 0 },
    }),
    file(3, {
      name: 'Pumpwerk.zip',
      type: 'zip',
      state: 'quarantined',
      observations: { suggested: 0, accepted: 0 },
    }),
  ];
  const run: Run = {
    id: uuid(850),
    tool: 'text-log',
    version: '0.1.0',
    params: { utcOffset: 60 },
    input: { evidence: files[0]!.id, name: files[0]!.name, sha256 },
    state: 'done',
    job: null,
    problem: null,
    output: { sha256, size: 18_211 },
    program: { sha256, runtime: 'Node.js v26.10.0' },
    repeats: { run: uuid(851), same: true },
    counts: { suggested: 5, known: 0, leftOut: 0 },
    notes: [{ code: 'log-lines', params: { read: 4113, timed: 4112, skipped: 0 }, text: '' }],
    by: 'Arjun Mehta',
    at: ago(1800),
    endedAt: ago(1790),
  };
  const seen = (n: number, changes: Partial<CaseObservation>): CaseObservation => ({
    id: uuid(860 + n),
    kind: 'flow',
    state: 'accepted',
    revision: 1,
    from: ago(26_000 - n * 600),
    to: ago(26_000 - n * 600),
    precision: 'second',
    shift: -3,
    uncertainty: 2,
    what: {
      code: 'flow.allowed',
      params: { source: '10.1.0.5', target: '10.1.0.11', where: 'tcp 102', service: 'S7comm, MMS' },
      text: '',
    },
    place: 'line 412',
    source: { evidence: files[0]!.id, name: files[0]!.name },
    run: run.id,
    addresses: ['10.1.0.5', '10.1.0.11'],
    assets: [{ id: uuid(2), name: 'Pumpe 1' }],
    otherAssets: 0,
    techniques: [],
    confidence: 'stated',
    count: 2,
    by: null,
    decided: { by: 'Arjun Mehta', at: ago(1700) },
    ...changes,
  });
  const note = 'The shift saw both pumps stop; the HMI went on showing them running';
  const observations = [
    seen(1, {
      what: {
        code: 'flow.allowed',
        params: { source: '203.0.113.77', target: '10.1.0.5', where: 'tcp 3389', service: 'RDP' },
        text: '',
      },
      techniques: [{ id: 'T0822', name: 'External Remote Services' }],
      assets: [],
      count: 1,
    }),
    seen(2, {}),
    seen(3, {
      kind: 'note',
      precision: 'minute',
      shift: 0,
      uncertainty: 0,
      what: { code: 'note', params: { text: note }, text: note },
      place: '',
      source: null,
      run: null,
      assets: [],
      otherAssets: 1,
      techniques: [{ id: 'T0832', name: 'Manipulation of View' }],
      count: 1,
      by: 'Arjun Mehta',
    }),
  ];
  const hypotheses: Hypothesis[] = [
    {
      id: uuid(870),
      statement: 'Somebody came in by the remote maintenance',
      state: 'open',
      by: 'Arjun Mehta',
      at: ago(1600),
      arguments: [
        {
          observation: observations[0]!.id,
          weighs: 'for',
          what: observations[0]!.what,
          from: observations[0]!.from,
          withdrawn: {
            by: 'Mei Chen',
            at: ago(1200),
            why: 'It was our own remote maintenance',
            again: { by: 'Arjun Mehta', at: ago(1100) },
          },
        },
        {
          observation: observations[1]!.id,
          weighs: 'against',
          what: observations[1]!.what,
          from: observations[1]!.from,
          withdrawn: {
            by: 'Mei Chen',
            at: ago(900),
            why: 'The clock of that station was an hour late',
            again: null,
          },
        },
      ],
    },
  ];
  const custody: CustodyLine[] = [
    ['evidence downloaded', 'Reverse engineering', 'Arjun Mehta', 'Demo CERT', 'download'],
    ['evidence moved', null, 'Arjun Mehta', 'Demo CERT', 'write'],
    ['evidence stored', null, 'Ida Sommer', 'Nordwasser', 'write'],
    ['evidence announced', null, 'Ida Sommer', 'Nordwasser', 'write'],
  ].map(([action, reason, person, organisation, kind], n) => ({
    id: uuid(880 + n),
    seq: 4000 - n,
    at: ago(1000 + n * 900),
    by: 'person',
    person: { id: uuid(890 + n), name: person! },
    organisation: { id: uuid(895), name: organisation! },
    action: action!,
    kind: kind as CustodyLine['kind'],
    reason: reason!,
    details: {},
  }));
  return {
    files,
    run,
    observations,
    hypotheses,
    custody,
    counts: { suggested: 3, accepted: 3, rejected: 0 },
    techniques: observations
      .flatMap((one) => one.techniques)
      .map((technique) => ({ ...technique, count: 1 })),
  };
}
