import type {
  Case,
  CaseConsent,
  CaseFact,
  CaseLine,
  Finding,
  Receipt,
  ReportVersion,
} from '@busbar/contract';

/** Made-up reports, as the CERT sees them and as their reporter does. */
export function sampleCases(uuid: (place: number) => string, ago: (seconds: number) => string) {
  const seen = 'Two pumps at the intake stopped by themselves at 02:41. The HMI shows them running.';
  const line = (n: number, changes: Partial<CaseLine>): CaseLine => ({
    id: uuid(800 + n),
    reference: `INC-2026-4839-2057-118${n}`,
    kind: 'incident',
    opens: true,
    title: seen,
    state: 'received',
    since: ago(1800),
    lane: 'usual',
    danger: 'no',
    control: 'partly',
    naming: 'anonymous',
    owner: 'CERT for Industry',
    receivedAt: ago(3600 * n + 1800),
    awaits: 'cert',
    ...changes,
  });
  const lines = [
    line(1, { state: 'containing', naming: 'member', owner: 'Nordwasser', awaits: 'reporter' }),
    line(2, {
      danger: 'yes',
      control: 'no',
      title: 'The safety valve of boiler 2 opens and closes by itself',
    }),
    line(3, { control: 'yes', title: 'Mails with an invoice that nobody ordered', state: 'rejected' }),
  ];
  const { awaits: _, opens: __, ...first } = lines[0]!;
  const found: Case = {
    ...first,
    title: seen,
    danger: 'no',
    control: 'partly',
    label: 'AMBER+STRICT',
    stateReason: null,
    sees: seen,
    place: 'Waterworks North, intake',
    details: 'The engineering workstation was reached by remote maintenance at 02:30. Nobody of us did that.',
    name: 'Ida Sommer',
    reach: '+49 30 5550 142',
    limit: 'shareIndicators',
    language: 'en',
    impact: { safety: 'none', production: 'possible', environment: 'unknown', data: 'unknown' },
    awareAt: ago(5400),
    claimed: false,
    messages: [
      {
        id: uuid(820),
        from: 'cert',
        by: 'Arjun Mehta',
        internal: false,
        body: 'We are with you. Leave the controllers and the workstation as they are.\nIs the remote access closed at the firewall?',
        at: ago(4000),
      },
      {
        id: uuid(821),
        from: 'cert',
        by: 'Arjun Mehta',
        internal: true,
        body: 'Looks like the remote maintenance case of the spring.',
        at: ago(3900),
      },
      {
        id: uuid(822),
        from: 'member',
        by: 'Ida Sommer',
        internal: false,
        body: 'Closed since 03:25. The shift runs the intake by hand.',
        at: ago(3000),
      },
    ],
    steps: [
      { to: 'triaged', reason: null, by: 'Arjun Mehta', at: ago(4100) },
      { to: 'containing', reason: null, by: 'Arjun Mehta', at: ago(3950) },
    ],
  };
  const receipt: Receipt = {
    reference: first.reference,
    words: ['panoramic', 'nectar', 'precut', 'yogurt', 'unenvied', 'handclap'],
    receivedAt: ago(0),
    lane: 'slow',
    again: false,
  };
  const holders: Case = {
    ...found,
    messages: found.messages
      .filter(({ internal }) => !internal)
      .map((message) =>
        message.from === 'cert' ? { ...message, by: null } : { ...message, from: 'reporter', by: null },
      ),
  };
  const of = { id: found.id, reference: found.reference, label: found.label, owner: 'Nordwasser' };
  const cited = (name: string) => ({
    source: 'message' as const,
    id: uuid(820),
    place: '',
    name,
    sha256: null,
    at: ago(4000),
  });
  const facts: CaseFact[] = [
    'Two pumps of the intake stopped at 02:41.',
    'The remote access was open from 02:30 to 03:25.',
  ].map((says, n) => ({
    id: uuid(840 + n),
    number: n + 1,
    says,
    evidence: [cited('Closed since 03:25. The shift runs the intake by hand.')],
    revision: 1,
    withdrawn: null,
    by: 'Arjun Mehta',
    at: ago(2000),
  }));
  const sections = [
    {
      heading: 'What happened',
      text: 'Two pumps stopped while the remote access was open [F1, F2]. Nobody of the shift did it.',
    },
  ];
  const version: ReportVersion = {
    version: 1,
    state: 'draft',
    title: 'Two pumps stopped at the intake',
    language: 'en',
    authors: ['Arjun Mehta'],
    checker: null,
    sha256: null,
    at: ago(900),
  };
  const finding: Finding = {
    id: uuid(850),
    number: 1,
    title: 'Open the remote access only while somebody watches it',
    because: 'It was open for almost an hour and nobody saw it [F2].',
    kind: 'weakness',
    severity: 'high',
    effort: 'days',
    effect: 'window',
    effectNote: '',
    case: { id: found.id, reference: found.reference },
    state: 'accepted',
    owner: 'Head of automation',
    due: '2026-01-31',
    overdue: true,
    mayMove: true,
    steps: [],
  };
  const investigation = {
    facts: { items: facts, next: null },
    sources: { items: [cited('Closed since 03:25. The shift runs the intake by hand.')] },
    report: {
      case: of,
      current: { ...version, revision: 3, sections, sentBack: null, mayDo: ['save', 'submit'] },
      versions: [],
      mayWrite: true,
    },
    version: {
      ...version,
      case: { id: of.id, owner: of.owner },
      document: {
        format: 'busbar investigation report 1',
        case: of.reference,
        publisher: 'CERT for Industry',
        label: found.label,
        version: 1,
        language: 'en',
        title: version.title,
        sections,
        facts,
        recommendations: [finding],
      },
    },
    findings: { items: [finding], next: null },
  };
  const consent: CaseConsent = {
    id: uuid(860),
    case: { id: of.id, reference: of.reference },
    asks: 'CERT for Industry',
    purpose: 'To warn other waterworks of the same way in',
    items: [
      { part: `indicator:${uuid(861)}`, kind: 'indicator', says: '203.0.113.7', state: 'requested' },
      {
        part: `indicator:${uuid(862)}`,
        kind: 'indicator',
        says: 'maintenance-gateway.example',
        state: 'requested',
      },
    ],
    audience: 'members',
    label: 'GREEN',
    attribution: 'anonymous',
    state: 'requested',
    until: ago(-86_400 * 90),
    requestedBy: 'Arjun Mehta',
    at: ago(600),
    mayAnswer: true,
    steps: [
      {
        state: 'requested',
        items: 2,
        by: 'Arjun Mehta',
        organisation: 'CERT for Industry',
        reason: '',
        at: ago(600),
      },
    ],
  };
  const consents = {
    case: of,
    items: [consent],
    uses: [],
    left: [
      {
        release: uuid(870),
        ref: 'BB-2026-0042',
        version: '1',
        parts: ['lesson'],
        label: 'GREEN',
        audience: 'members',
        members: 14,
        told: 31,
        at: ago(86_400),
        recalledAt: null,
      },
    ],
    mayAsk: true,
  };
  return { lines, found, holders, receipt, investigation, consents };
}
