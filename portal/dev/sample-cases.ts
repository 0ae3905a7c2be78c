import {
  type Case,
  type CaseConsent,
  type CaseFact,
  type CaseLine,
  type Finding,
  type GuestRoom,
  type GuestState,
  type Participant,
  type Participation,
  piecesOf,
  type Receipt,
  type RelatedCase,
  type ReportDocument,
  type ReportVersion,
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
    severity: 'medium',
    unread: n === 1 ? 1 : 0,
    ...changes,
  });
  const guest = (n: number, state: GuestState): Participant => ({
    id: uuid(850 + n),
    ref: `P-4711-0815-000${n}`,
    role: n === 2 ? 'expert' : 'vendor',
    name: ['Vera Vogel', 'Robin Fisk', 'Wei Zhang', 'Olga Petrova'][n - 1]!,
    home: ['Aurum Controls', 'Fisk Research', 'Fenix HMI', 'Fenix HMI'][n - 1]!,
    email: `guest${n}@vendor.example`,
    state,
    note: '',
    invitedBy: 'Arjun Mehta',
    reason: state === 'left' ? 'Not needed any more' : null,
    createdAt: ago(3800),
    answeredAt: state === 'accepted' ? ago(3600) : null,
    endedAt: state === 'left' ? ago(2000) : null,
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
  const thread = uuid(830);
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
    limit: 'analyse',
    setsLimit: true,
    mayLabel: ['RED'],
    language: 'en',
    impact: { safety: 'none', production: 'possible', environment: 'unknown', data: 'unknown' },
    awareAt: ago(5400),
    claimed: false,
    severity: 'high',
    spread: 'sites',
    rsit: 'intrusions',
    rootCause: null,
    partOf: null,
    parts: [
      {
        id: uuid(804),
        reference: 'INC-2026-4839-2057-1184',
        title: 'Pumps stand still',
        naming: 'anonymous',
        receivedAt: ago(5000),
        unread: 1,
      },
    ],
    team: [
      { person: uuid(840), name: 'Arjun Mehta', me: true },
      { person: uuid(841), name: 'Lena Vogt', me: false },
    ],
    guests: [guest(1, 'accepted'), guest(2, 'proposed'), guest(3, 'invited'), guest(4, 'left')],
    threads: [
      {
        id: thread,
        title: 'Aurum Controls',
        ownerReads: false,
        readers: ['Vera Vogel'],
        openedAt: ago(3500),
        newestAt: ago(2000),
        unread: 1,
      },
    ],
    seenUntil: ago(3500),
    earlier: uuid(820),
    messages: [
      {
        id: uuid(820),
        thread: null,
        from: 'cert',
        by: 'Arjun Mehta',
        internal: false,
        body: 'We are with you. Leave the controllers and the workstation as they are.\nIs the remote access closed at the firewall?',
        at: ago(4000),
      },
      {
        id: uuid(821),
        thread: null,
        from: 'cert',
        by: 'Arjun Mehta',
        internal: true,
        body: 'Looks like the remote maintenance case of the spring.',
        at: ago(3900),
      },
      {
        id: uuid(822),
        thread: null,
        from: 'member',
        by: 'Ida Sommer',
        internal: false,
        body: 'Closed since 03:25. The shift runs the intake by hand.',
        at: ago(3000),
      },
      {
        id: uuid(823),
        thread,
        from: 'cert',
        by: 'Arjun Mehta',
        internal: false,
        body: 'Which firmware of the AX-300 is affected?',
        at: ago(2500),
      },
      {
        id: uuid(824),
        thread,
        from: 'guest',
        by: 'Vera Vogel',
        internal: false,
        body: 'All below 4.35. A fix is ready on Monday.',
        at: ago(2000),
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
    token: 'sample',
  };
  const participation: Participation = {
    id: uuid(851),
    ref: 'P-4711-0815-0001',
    role: 'vendor',
    state: 'invited',
    cert: 'CERT for Industry',
    name: 'Vera Vogel',
    invitedBy: 'Lena Vogt',
    note: 'We need somebody who knows the AX-300 family.',
    terms:
      'You are asked to take part in a case of CERT for Industry. Before it opens to you, agree to this:\n\n1. You use what you read only to help with this case.\n\n2. You pass nothing on beyond what the TLP label beside it allows.',
    about: { kind: 'incident', severity: 'high', rsit: 'intrusions' },
    createdAt: ago(3800),
    answeredAt: null,
    case: null,
  };
  const part: GuestRoom = {
    id: found.id,
    reference: found.reference,
    kind: 'incident',
    state: found.state,
    since: found.since,
    label: found.label,
    participation: { ...participation, state: 'accepted', case: found.id },
    threads: found.threads,
    earlier: null,
    messages: found.messages
      .filter((message) => message.thread === thread)
      .map((message) => (message.from === 'cert' ? { ...message, by: null } : message)),
  };
  const related: { items: RelatedCase[]; hidden: number } = {
    items: [
      {
        case: lines[0]!,
        shares: [
          { what: 'address', count: 2 },
          { what: 'vendor', count: 1 },
        ],
      },
    ],
    hidden: 1,
  };
  const holders: Case = {
    ...found,
    parts: [],
    team: [],
    guests: [],
    threads: [],
    messages: found.messages
      .filter(({ internal, thread: of }) => !internal && of === null)
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
    changedBy: 'Arjun Mehta',
    withdrawn: null,
    by: 'Arjun Mehta',
    at: ago(2000),
  }));
  const sections = [
    {
      number: 1,
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
    revision: 1,
    changedBy: null,
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
  // Half of it in Russian; the section was changed since.
  const document: ReportDocument = {
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
    translations: [
      {
        piece: 'title',
        number: 0,
        language: 'ru',
        heading: 'На водозаборе остановились два насоса',
        text: '',
        note: '',
      },
      {
        piece: 'recommendation',
        number: 1,
        language: 'ru',
        heading: 'Открывать удалённый доступ только под присмотром',
        text: 'Он был открыт почти час, и никто этого не видел [F2].',
        note: '',
      },
    ],
  };
  const translated = [
    ...document.translations,
    {
      piece: 'section',
      number: 1,
      heading: 'Что случилось',
      text: 'Два насоса остановились [F1].',
      note: '',
    },
  ];
  const pieces = piecesOf(document).map(({ piece, number, language, ...original }) => {
    const there = translated.find((one) => one.piece === piece && one.number === number);
    const isStale = piece === 'section';
    return {
      piece,
      number,
      language,
      original,
      source: '0'.repeat(64),
      translation: there
        ? {
            heading: there.heading,
            text: there.text,
            note: there.note,
            revision: 1,
            by: 'Mei Lin',
            at: ago(7200),
            version: 1,
            isStale,
            from: isStale ? { ...original, text: 'Two pumps stopped [F1].' } : original,
          }
        : null,
    };
  });
  const exercises = [
    {
      revision: 2,
      by: 'Mei Lin',
      at: '2026-11-27T14:05:00Z',
      expects: 'The shift takes the intake into its hands.',
    },
    { revision: 1, by: 'Anna Weber', at: '2026-11-27T09:30:00Z', expects: '' },
  ].map(({ expects, ...kept }) => ({
    ...kept,
    language: 'en',
    title: 'Two pumps stopped at the intake',
    injects: [
      { after: 0, says: 'The remote access is opened from 10.83.12.7.', expects: '' },
      { after: 11, says: '[device 1] and [device 2] stop; the HMI shows them running.', expects },
    ],
  }));
  const investigation = {
    learning: {
      case: of,
      consents: false,
      lesson: {
        language: 'en',
        title: 'Two pumps stopped at the intake',
        summary: '## What happened\n\nTwo pumps of [the operator] stopped while the remote access was open.',
        mitigation: '- **Open the remote access only while somebody watches it** It was open for an hour.',
      },
      exercise: {
        language: 'en',
        title: 'Two pumps stopped at the intake',
        injects: [
          { after: 0, says: 'The remote access is opened from 10.83.12.7.', expects: '' },
          { after: 11, says: '[device 1] and [device 2] stop; the HMI shows them running.', expects: '' },
        ],
      },
      replaced: 4,
      kept: exercises[0]!,
    },
    exercises: { case: of, items: exercises, next: null, earlier: null },
    translations: { case: of, title: version.title, version: 1, state: 'draft', items: pieces },
    facts: { items: facts, next: null },
    sources: { items: [cited('Closed since 03:25. The shift runs the intake by hand.')] },
    report: {
      case: of,
      current: {
        ...version,
        revision: 3,
        changedBy: 'Mei Lin',
        sections,
        sentBack: null,
        mayDo: ['save', 'submit'],
      },
      versions: [],
      mayWrite: true,
    },
    version: {
      ...version,
      case: { id: of.id, owner: of.owner },
      document,
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
        toldAt: ago(86_300),
        at: ago(86_400),
        recalledAt: null,
      },
    ],
    kept: ['indicators' as const],
    mayAsk: true,
  };
  return { lines, found, holders, receipt, investigation, consents, participation, part, related };
}
