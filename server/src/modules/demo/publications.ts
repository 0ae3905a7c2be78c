import type { BlockContent, Language, ProposalContent, PublicationKind } from '@busbar/contract';

/** A publication as people would have written it; `steps` come after the last word. */
export interface DemoPublication {
  readonly kind: PublicationKind;
  readonly title: string;
  readonly summary: string;
  readonly blocks: readonly BlockContent[];
  readonly translations: readonly {
    readonly language: Language;
    readonly of: BlockContent['kind'];
    readonly heading?: string;
    readonly text?: string;
  }[];
  /** Written into the summary after the translation. */
  readonly later?: string;
  /** What a second editor wrote into the impact without having seen the first. */
  readonly alongside?: readonly [first: string, second: string];
  readonly end: 'checked' | 'draft' | { readonly letGo: string };
  /** How far it came at the release gate; only what is checked came there. */
  readonly gate?: 'waits' | 'sent';
}

const words = { heading: '', text: '' };

export const demoPublications: readonly DemoPublication[] = [
  {
    kind: 'advisory',
    title: 'Aurum AX-300: a packet to port 102 stops the controller',
    summary:
      'Firmware of the AX-300 before 4.35 does not check the length of a connection request. Whoever reaches port 102/tcp of the controller can stop it. **4.35** mends it.',
    blocks: [
      {
        kind: 'impact',
        ...words,
        text: 'The controller goes to STOP and its outputs to their configured safe values. Pumps and dosing stop. It does not restart by itself: somebody has to switch it to RUN at the cabinet.',
      },
      {
        kind: 'product',
        ...words,
        vendor: 'Aurum Controls',
        product: 'AX-300',
        orderNumbers: ['AX300-CPU-2', 'AX300-CPU-4'],
        range: '<4.35',
        status: 'affected',
        claim: null,
      },
      {
        kind: 'product',
        ...words,
        vendor: 'Aurum Controls',
        product: 'AX-300',
        orderNumbers: ['AX300-CPU-2', 'AX300-CPU-4'],
        range: '>=4.35',
        status: 'fixed',
        claim: null,
      },
      {
        kind: 'vulnerability',
        heading: 'Length of a connection request is not checked',
        text: 'A request longer than the buffer overwrites memory of the communication task.',
        cve: 'CVE-2026-31337',
        cwe: 'CWE-787',
        vectors: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H'],
        claims: [],
      },
      {
        kind: 'mitigation',
        ...words,
        text: 'Let only the engineering station and the HMI reach port **102/tcp**: a rule at the conduit between the zones, not in the controller.',
        roles: ['controller', 'router'],
        safe: 'yes',
      },
      {
        kind: 'fix',
        ...words,
        text: 'Firmware 4.35. The update restarts the controller: plan it for the next stop.',
        url: 'https://psirt.aurum-controls.example/AX300-4.35',
      },
      {
        kind: 'detection',
        ...words,
        text: 'Connection requests (COTP CR) longer than 64 bytes from an address that is no engineering station.',
      },
      {
        kind: 'reference',
        ...words,
        heading: 'Aurum PSIRT 2026-07',
        url: 'https://psirt.aurum-controls.example/2026-07',
      },
    ],
    translations: [
      { language: 'ru', of: 'title', heading: 'Aurum AX-300: пакет на порт 102 останавливает контроллер' },
      {
        language: 'ru',
        of: 'summary',
        text: 'Прошивка AX-300 до версии 4.35 не проверяет длину запроса на соединение. Любой, кому доступен порт 102/tcp контроллера, может его остановить. Исправлено в **4.35**.',
      },
    ],
    end: 'checked',
    gate: 'waits',
  },
  {
    kind: 'advisory',
    title: 'Fenix FX-Panel 7: a project file from a stranger runs programs on the panel',
    summary:
      'The panel opens project files without asking where they come from. Whoever can put a file on its share runs programs on it. Fixed in **3.2.0**.',
    blocks: [
      {
        kind: 'impact',
        ...words,
        text: 'The operator may see values that are not those of the process. The controllers behind the panel go on.',
      },
      {
        kind: 'product',
        ...words,
        vendor: 'Fenix HMI',
        product: 'FX-Panel 7',
        orderNumbers: [],
        range: '<3.2.0',
        status: 'affected',
        claim: null,
      },
      {
        kind: 'product',
        ...words,
        vendor: 'Fenix HMI',
        product: 'FX-Panel 7',
        orderNumbers: [],
        range: '>=3.2.0',
        status: 'fixed',
        claim: null,
      },
      {
        kind: 'vulnerability',
        heading: 'Project files are not authenticated',
        text: 'A project file may name a program that the panel starts when it opens the file.',
        cve: 'CVE-2026-31402',
        cwe: 'CWE-345',
        vectors: ['CVSS:3.1/AV:A/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H'],
        claims: [],
      },
      {
        kind: 'mitigation',
        ...words,
        text: 'Take the write permission off the share of the panel. Operation does not need it.',
        roles: ['hmi'],
        safe: 'yes',
      },
      {
        kind: 'fix',
        ...words,
        text: 'Version 3.2.0 asks for a signature of the project. The panel restarts; the process goes on.',
        url: 'https://psirt.fenix-hmi.example/FX7-3.2.0',
      },
      {
        kind: 'reference',
        ...words,
        heading: 'Fenix PSIRT 2026-11',
        url: 'https://psirt.fenix-hmi.example/2026-11',
      },
    ],
    translations: [],
    end: 'checked',
    gate: 'sent',
  },
  {
    kind: 'earlyWarning',
    title: 'Somebody looks for open remote maintenance in the water sector',
    summary:
      'Since Monday a group tries the usual passwords of remote maintenance boxes. Nordwasser saw it first and closed the door in time.',
    blocks: [
      {
        kind: 'mitigation',
        ...words,
        text: 'Switch remote maintenance off at the box, and on again for a visit only.',
        roles: ['gateway', 'router'],
        safe: 'yes',
      },
      {
        kind: 'reference',
        ...words,
        heading: 'Guidance on remote maintenance',
        url: 'https://cert.example/remote-maintenance',
      },
    ],
    translations: [],
    end: 'checked',
    gate: 'waits',
  },
  {
    kind: 'advisory',
    title: 'Kestrel Drive K4: the web page changes parameters without a password',
    summary: 'The service page of the drive takes new parameters from anybody in the same network.',
    blocks: [
      { kind: 'impact', ...words },
      {
        kind: 'product',
        ...words,
        vendor: 'Kestrel Automation',
        product: 'Kestrel Drive K4',
        orderNumbers: [],
        range: '<2.6',
        status: 'affected',
        claim: null,
      },
    ],
    translations: [],
    alongside: [
      'Ramps and limits of the drive can be changed while it runs. The motor may run faster than the machine behind it allows.',
      'An attacker can change ramps and limits while the drive runs. What then moves faster than planned is the machine, not only the motor: check the mechanical limits first.',
    ],
    end: 'draft',
  },
  {
    kind: 'guidance',
    title: 'Remote maintenance: who comes in, when, and who watches',
    summary: 'Seven rules for remote access by vendors that a plant can keep from tomorrow on.',
    blocks: [
      {
        kind: 'section',
        heading: 'The door is closed by default',
        text: 'Access is switched on at the plant for one visit, by a person, and switched off by a clock.',
      },
    ],
    translations: [
      { language: 'zh', of: 'title', heading: '远程维护：谁进入、何时进入、谁在旁监看' },
      { language: 'zh', of: 'summary', text: '七条针对厂商远程访问的规则，工厂从明天起即可执行。' },
    ],
    later:
      'Eight rules for remote access by vendors that a plant can keep from tomorrow on. The eighth is new: record the session.',
    end: 'draft',
  },
  {
    kind: 'incidentNotice',
    title: 'Outage of a time server',
    summary: 'Clocks of several plants went wrong for an hour.',
    blocks: [],
    translations: [],
    end: { letGo: 'It was a leap in one receiver and no incident. Nothing to warn of.' },
  },
];

export const demoProposal: ProposalContent = {
  kind: 'lesson',
  language: 'en',
  title: 'What a failed restore taught us',
  summary:
    'We had backups of every controller and could not restore one: the tool of the vendor asked for a licence dongle that lay in another building. Since then we try a restore **every quarter**.',
  impact: 'The dosing line stood for five hours instead of one.',
  mitigation: 'Try the restore on a spare controller, with the people and the tools of the night shift.',
  references: [],
};
