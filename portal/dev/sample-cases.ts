import type { Case, CaseLine, Receipt } from '@busbar/contract';

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
    token: 'sample',
  };
  const holders: Case = {
    ...found,
    messages: found.messages
      .filter(({ internal }) => !internal)
      .map((message) =>
        message.from === 'cert' ? { ...message, by: null } : { ...message, from: 'reporter', by: null },
      ),
  };
  return { lines, found, holders, receipt };
}
