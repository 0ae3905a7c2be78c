import type { CaseState, Finding, IncidentReport } from '@busbar/contract';

type Line = { readonly by: 'reporter' | 'cert' | 'note'; readonly body: string };

export interface DemoReport {
  /** A member by its name, or nobody. */
  readonly from: string | null;
  readonly report: Pick<IncidentReport, 'danger' | 'control' | 'sees'> & Partial<IncidentReport>;
  readonly moves: readonly { readonly to: CaseState; readonly reason?: string }[];
  readonly lines: readonly Line[];
  /** Of somebody whom the case does not know, as it stood on the wire. */
  readonly letter?: (reference: string) => string;
  /** What was handed over; an analyst lets a tool read it. */
  readonly log?: { readonly name: string; readonly note: string; readonly lines: readonly string[] };
  readonly investigation?: DemoInvestigation;
  /** Somebody from outside who takes part, and what is said with him. */
  readonly guest?: {
    readonly name: string;
    readonly email: string;
    readonly home: string;
    readonly lines: readonly { readonly by: 'guest' | 'cert'; readonly body: string }[];
  };
  /** The beginning of another report of which this one turned out to be part. */
  readonly partOf?: string;
}

export interface DemoInvestigation {
  readonly title: string;
  readonly facts: readonly string[];
  readonly sections: readonly { readonly heading: string; readonly text: string }[];
  readonly recommendation: Pick<
    Finding,
    'title' | 'because' | 'kind' | 'severity' | 'effort' | 'effect' | 'effectNote'
  >;
  /** What the owner of the case is asked to let go. */
  readonly asks: { readonly purpose: string; readonly indicators: readonly string[] };
}

/** What came to the report desk lately. */
export const demoReports: readonly DemoReport[] = [
  {
    from: 'Nordwasser',
    report: {
      danger: 'no',
      control: 'partly',
      sees: 'Two pumps at the intake stopped by themselves at 02:41. The HMI shows them running.',
      place: 'Waterworks North, intake',
      details:
        'The engineering workstation was reached by remote maintenance at 02:30. Nobody of us did that.',
      naming: 'member',
      limit: 'shareIndicators',
    },
    moves: [{ to: 'triaged' }, { to: 'containing' }],
    lines: [
      {
        by: 'cert',
        body: 'We are with you. Leave the controllers and the workstation as they are. Is the remote access closed at the firewall?',
      },
      {
        by: 'note',
        body: 'Looks like the remote maintenance case of the spring. Ask for the firewall log first.',
      },
      { by: 'reporter', body: 'Closed since 03:25. The shift runs the intake by hand.' },
    ],
    letter: (reference) => `From: Fieldnet Service <service@fieldnet.example>
Subject: ${reference}: our technician
Message-ID: <demo-${reference}@fieldnet.example>
Content-Type: text/plain; charset=utf-8

Nordwasser told us this number. The session at 02:30 was not ours: the technician of that account is on leave.
`,
    log: {
      name: 'firewall-intake.log',
      note: 'Of the firewall between office and plant, taken at 03:30',
      lines: [
        '2026-11-20T02:30:12+01:00 fw1 ACCEPT SRC=203.0.113.77 DST=10.1.0.5 PROTO=TCP DPT=3389',
        '2026-11-20T02:41:07+01:00 fw1 ACCEPT SRC=10.1.0.5 DST=10.1.0.11 PROTO=TCP DPT=102',
        '2026-11-20T02:41:09+01:00 fw1 ACCEPT SRC=10.1.0.5 DST=10.1.0.11 PROTO=TCP DPT=102',
        '2026-11-20T02:44:31+01:00 fw1 DROP SRC=10.1.0.5 DST=10.1.0.12 PROTO=TCP DPT=502',
        '2026-11-20T03:25:00+01:00 fw1 rule remote-maintenance was disabled by ida.sommer',
      ],
    },
    investigation: {
      title: 'Two pumps stopped at the intake of Waterworks North',
      facts: ['Two pumps of the intake stopped at 02:41.', 'The remote access was open from 02:30 to 03:25.'],
      sections: [
        {
          heading: 'What happened',
          text: 'Two pumps stopped while the remote access was open [F1, F2]. The shift has run the intake by hand since [F2].',
        },
      ],
      recommendation: {
        title: 'Open the remote access only while somebody watches it',
        because: 'It was open for almost an hour and nobody saw it [F2].',
        kind: 'weakness',
        severity: 'high',
        effort: 'days',
        effect: 'none',
        effectNote: '',
      },
      asks: {
        purpose: 'To warn other waterworks of the same way in',
        indicators: ['203.0.113.7', 'maintenance-gateway.example'],
      },
    },
    guest: {
      name: 'Carlos Ruiz',
      email: 'psirt@fenix-hmi.example',
      home: 'Fenix HMI',
      lines: [
        { by: 'cert', body: 'Can your HMI show a pump as running that stands still? Which versions?' },
        { by: 'guest', body: 'When the server loses the controller: all before 7.2 keep the last value.' },
      ],
    },
  },
  {
    from: null,
    report: {
      danger: 'no',
      control: 'partly',
      sees: 'We maintain the intake of Waterworks North: two pumps stopped at 02:41, remote maintenance was open.',
      naming: 'named',
      name: 'Maintenance company',
      reach: '+49 30 5550 177',
    },
    moves: [],
    lines: [{ by: 'cert', body: 'Thank you. Who opened the remote maintenance, and when?' }],
    partOf: 'stopped by themselves at',
  },
  {
    from: null,
    report: {
      danger: 'unknown',
      control: 'yes',
      sees: 'A contractor plugged his laptop into the cell network and now every HMI asks for a password that nobody set.',
      naming: 'anonymous',
    },
    moves: [],
    lines: [],
  },
  {
    from: null,
    report: {
      danger: 'no',
      control: 'yes',
      sees: 'Mails with an invoice that nobody ordered reach the maintenance team.',
      naming: 'named',
      name: 'Shift supervisor, bottling plant',
      reach: '+49 30 5550 199',
      limit: 'analyse',
    },
    moves: [
      { to: 'rejected', reason: 'Ordinary spam without an attachment; nothing of the plant was reached.' },
    ],
    lines: [
      { by: 'cert', body: 'Thank you for looking. Nobody opened anything, and nothing more is to be done.' },
    ],
  },
];
