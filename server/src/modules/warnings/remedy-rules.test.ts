import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { createGunzip } from 'node:zlib';

import type { PublicationSnapshot } from '@busbar/contract';
import { read, validate } from '@busbar/csaf';
import { extract } from 'tar-stream';

import { csaf, needsRealAdvisories, realAdvisories } from '../../testing/documents.ts';
import { guidanceFor } from '../advisories/advisory-page.ts';
import { documentsOf } from '../releases/publication-csaf.ts';
import { checklist } from './checklist.ts';
import { safetyOf } from './remedy-rules.ts';

const rule = (text: string, more: Partial<Parameters<typeof safetyOf>[0]> = {}) => {
  const { safe, because } = safetyOf({ kind: 'mitigation', text, ...more });
  return `${safe} ${because.code.replace('safe-', '')}`;
};

describe('the words of a remedy', () => {
  // Each row beside its near miss: one word more, or another one.
  const sentences: readonly (readonly [text: string, expected: string])[] = [
    ['Block 502/tcp at the firewall of the cell', 'yes around-device'],
    ['Block 502/tcp in the built-in firewall of the controller', 'unknown changes-device'],
    ['Block 502/tcp in the Windows firewall', 'unknown changes-device'],
    ['Block 502/tcp at the firewall, then bounce the coupler', 'unknown unknown'],
    ['Block 502/tcp at the firewall and install 4.2', 'no installs'],
    ['Isolate the plant network from the office network', 'yes around-device'],
    ['Unplug the controller from the office network', 'unknown changes-device'],
    ['Use a VPN for remote access', 'yes around-device'],
    ['Do not use the VPN of the router', 'unknown changes-device'],
    [
      'For remote access use a VPN, recognizing that VPNs may have vulnerabilities and should be updated to the most current version available.',
      'yes around-device',
    ],
    ['For remote access use a VPN and update it to the most current version.', 'no installs'],
    ['Use the IP filter of the CPU to block unknown hosts', 'unknown changes-device'],
    [
      'Nordbruk strongly recommends users to limit access to port 102/tcp to trusted hosts',
      'yes around-device',
    ],
    ['Nordbruk strongly recommends users to recompile access to port 102/tcp', 'unknown unknown'],
    ['PX 200, PX 300: Restrict network access to the pump', 'unknown unknown'],
    ['PX200: Restrict network access to the device', 'yes around-device'],
    ['Monitor the logs of the gateway for unknown addresses', 'yes watches'],
    ['Monitor the login page (login required)', 'unknown unknown'],
    ['Clear the logs of the gateway', 'unknown changes-device'],
    ['See our page for the details (login required)', 'unknown unknown'],
    ['PX 200: 2.4.1 firmware or later (login required)', 'no installs'],
    ['If using V20 or later, watch the events of the controller', 'unknown unknown'],
    ['Logix and LOGO! are told apart by the logic', 'unknown unknown'],
    ['Login to the server as root and remove the package', 'unknown changes-device'],
    ['Nordbruk has released a hotfix, please use the following link', 'no installs'],
    ['Follow the link', 'unknown unknown'],
    ['Do not follow links in unsolicited e-mails', 'yes people'],
    ['Those who do not have access may send an e-mail', 'unknown unknown'],
    ['Be aware of the danger', 'unknown unknown'],
    ['Restrict physical access to the pump station to trained personnel', 'unknown unknown'],
    ['Restrict physical access to the station to trained personnel', 'yes people'],
    ['Keep the controllers in locked cabinets', 'yes people'],
    ['Keep the controllers in locked cabinets and the key switch at RUN', 'no stops-device'],
    ['Scan USB drives for malware before use', 'yes people'],
    ['Scan the network for vulnerable controllers', 'unknown changes-device'],
    ['Uninstall the agent', 'no installs'],
    ['Download the software of March', 'no installs'],
    ['Swap the affected modules', 'no stops-device'],
    ['Restrict traffic to HTTPS', 'unknown changes-device'],
    ['Close port 23/tcp', 'unknown changes-device'],
    ['Limit access to port 23/tcp to known hosts. Ask the vendor what else it does.', 'unknown unknown'],
    // A line that is only broken is one sentence; a list is many.
    ['Limit access to port 23/tcp to known hosts, e.g. with a\nfirewall', 'yes around-device'],
    ['- Limit access to port 23/tcp to known hosts\n- Defragment the disk', 'unknown unknown'],
  ];
  for (const [text, expected] of sentences)
    it(`${expected}: ${text}`, () => {
      assert.equal(rule(text), expected);
    });

  it('one that is not known makes the whole text unknown, wherever it stands', () => {
    const known = 'Block access to port 102/tcp from untrusted networks at the firewall';
    assert.equal(rule(known), 'yes around-device');
    for (const word of [
      'flush',
      'trip',
      'reprogram',
      'sideload',
      'jog',
      'deploy',
      'rotate',
      'bridge out',
      'dump',
    ])
      for (const text of [
        `${known} and ${word} the controller`,
        `${known}. ${word} it.`,
        `Also ${word}. ${known}.`,
      ])
        assert.match(rule(text), /^(?:unknown|no) /, text);
  });

  it('in another language are unknown, whatever they borrow from English', () => {
    for (const text of [
      'Port 102/tcp an der Firewall blockieren',
      'Das Update auf V4.35 installieren und neu starten',
      'Bloquer le port 102/tcp avec un firewall et limiter le traffic',
      'Limitar el acceso a la red y monitor logs para el firewall',
      'Ограничьте доступ к порту 102/tcp через firewall',
      '在防火墙上阻止 102/tcp 端口 firewall',
    ])
      assert.match(rule(text), /^unknown /, text);
  });

  it('come after what a document states of a restart', () => {
    const block = 'Block 502/tcp at the firewall of the cell';
    assert.equal(rule(block, { restart: 'service' }), 'no restart-stated');
    assert.equal(rule(block, { restart: 'none' }), 'yes around-device');
    assert.equal(rule('Install 2.4.1', { restart: 'none' }), 'unknown restart-none');
    assert.equal(rule('Install 2.4.1 and reboot', { restart: 'none' }), 'no stops-device');
    assert.equal(rule('See the page', { kind: 'vendor_fix', restart: 'none' }), 'unknown restart-none');
    assert.equal(rule('See the page', { kind: 'vendor_fix' }), 'no installs');
    assert.equal(rule('Safe during operation: set the flag', { restart: 'machine' }), 'no restart-stated');
  });

  it('state it only as a whole sentence without an if', () => {
    for (const [text, expected] of [
      ['Safe during operation: set the flag', 'yes stated'],
      ['Safe in operation.\n\nSet the flag', 'yes stated'],
      ['Not safe during operation: set the flag', 'no stated'],
      ['Safe during operation: no', 'unknown unknown'],
      ['Safe during operation: unknown', 'unknown unknown'],
      ['Safe during operation? Ask the vendor', 'unknown unknown'],
      ['Safe during operation, if nobody is near', 'unknown unknown'],
      ['Safe during operation. Only with two controllers', 'unknown unknown'],
      ['Nothing here is safe during operation.', 'unknown unknown'],
      ['For: everybody\n\nSet the flag', 'unknown unknown'],
    ] as const)
      assert.equal(rule(text), expected, text);
  });
});

describe('what a document says of a restart', () => {
  const remediesOf = (...restarts: (string | undefined)[]) => {
    const document = csaf();
    const [{ remediations }] = document['vulnerabilities'];
    const [fix] = remediations.filter((one: { category: string }) => one.category === 'vendor_fix');
    document['vulnerabilities'][0].remediations = restarts.map((category) => ({
      ...fix,
      ...(category && { restart_required: { category } }),
    }));
    return guidanceFor(JSON.stringify(document), fix.product_ids).remedies;
  };

  it('is read, the gravest where the same remedy stands twice', () => {
    for (const [said, expected] of [
      [[undefined], null],
      [['none'], 'none'],
      [['none', undefined], null],
      [['none', 'service', 'machine'], 'machine'],
      [['of a new kind'], 'system'],
    ] as const) {
      const remedies = remediesOf(...said);
      assert.deepEqual(
        remedies.map(({ restart }) => restart),
        [expected],
      );
    }
    const [measure] = checklist(remediesOf('none'), 'controller', []);
    assert.equal(measure?.because.code, 'safe-restart-none');
  });
});

describe('what a CERT states of a mitigation', () => {
  const text = 'Turn the selector to LOCAL.';
  const [product, vulnerability] = ['p', 'v'];
  const frozen = (language: 'en' | 'ru' | 'zh', safe: 'yes' | 'no' | 'unknown', roles: ('io' | 'drive')[]) =>
    ({
      ref: 'BB-2026-1',
      kind: 'advisory',
      version: 1,
      label: 'CLEAR',
      language,
      languages: {
        [language]: {
          title: 'Pump',
          summary: 'Pump',
          blocks: [{ id: 'm', content: { kind: 'mitigation', heading: '', text, roles, safe } }],
        },
      },
      products: [
        {
          id: product,
          vendor: 'Nordbruk',
          product: 'PX',
          orderNumbers: [],
          range: '< 2',
          status: 'affected',
        },
      ],
      vulnerabilities: [
        { id: vulnerability, cve: 'CVE-2026-10001', cwe: '', title: 'T', text: 'T', vectors: [], claims: [] },
      ],
      references: [],
      changeNote: '',
    }) as unknown as PublicationSnapshot;

  for (const language of ['en', 'ru', 'zh'] as const)
    it(`comes back from its CSAF, in ${language}`, () => {
      for (const safe of ['yes', 'no', 'unknown'] as const)
        for (const roles of [[], ['drive', 'io']] as ('io' | 'drive')[][])
          for (const file of documentsOf(frozen(language, safe, roles), {
            publisher: { name: 'CERT', namespace: 'https://cert.example', category: 'coordinator' },
            addressOf: (name) => `https://cert.example/${name}`,
            before: [],
            now: '2026-03-01T09:00:00Z',
          })) {
            const document = Buffer.from(file.bytes).toString();
            assert.deepEqual(
              validate(JSON.parse(document)).findings.filter(({ severity }) => severity === 'error'),
              [],
            );
            const reading = read(document);
            assert.ok(reading.ok);
            const { remedies } = guidanceFor(
              document,
              reading.document.products.map(({ id }) => id),
            );
            const of = (role: 'drive' | 'hmi') => checklist(remedies, role, [])[0]!;
            assert.equal(of('drive').safe, safe, file.name);
            assert.equal(of('drive').fits, true);
            assert.equal(of('hmi').fits, roles.length === 0, file.name);
            assert.ok(of('drive').text.endsWith(text));
            if (safe === 'unknown' && roles.length === 0) assert.equal(of('drive').text, text);
          }
    });
});

describe('the real advisories', needsRealAdvisories, () => {
  it('have no measure that is called safe and touches a device, and some hundred that are safe', async () => {
    const texts = new Set<string>();
    const archive = extract();
    createReadStream(realAdvisories).pipe(createGunzip()).pipe(archive);
    for await (const entry of archive) {
      if (!entry.header.name.endsWith('.json')) {
        entry.resume();
        continue;
      }
      const document = JSON.parse((await buffer(entry)).toString());
      for (const { remediations = [] } of document.vulnerabilities ?? [])
        for (const { category, details } of remediations)
          if (category === 'mitigation' || category === 'workaround') texts.add(details);
    }
    assert.ok(texts.size > 5000);
    const safe = [...texts].filter((text) => rule(text).startsWith('yes'));

    // Written apart from the rules, and broader: a word of these anywhere, but for what they say of the VPN itself.
    const touches =
      /install|updat|upgrad|patch|hot-?fix|service pack|firmware|download|upload|remov(?!able)|delet|re-?start|re-?boot|re-?set|re-?load|shut|power[- ]?(?:off|down|cycl)|flash|replac|migrat|configur|setting|enabl|disabl|activat|password|credential|certificate|account|log ?-?in\b(?! required)|\bsudo\b|or (?:later|newer|higher)|logix|logo!|\bencrypt|harden|command:|application (?:allow|white)|antivirus/i;
    const ofVpn = /recogni[sz]\w+ [^.]*vpns?\b[^.]*updated to the most current version/i;
    assert.deepEqual(
      safe.filter((text) => touches.test(text.replace(ofVpn, ''))),
      [],
    );
    // Nothing to do stands in them but to read on.
    assert.deepEqual(
      safe.filter((text) => /^(?:please |for more information,? )?(?:see|refer|contact)\b/i.test(text)),
      [],
    );
    assert.ok(safe.length > 400, `${safe.length}`);
    // The usual advice of CERTs is still told to be safe.
    for (const usual of [
      /^(?:locate|place) control system networks .*behind firewalls/i,
      /^minimize network exposure/i,
      /^restrict physical access/i,
      /^use (?:an? )?(?:virtual private network|vpn)/i,
      /^(?:restrict|limit|block) access to port [\d/a-z]+ to trusted IP addresses/i,
      /^do not open untrusted files/i,
    ]) {
      const those = [...texts].filter((text) => usual.test(text));
      const told = those.filter((text) => safe.includes(text)).length;
      assert.ok(told * 10 >= those.length * 7, `${usual}: ${told} of ${those.length}`);
    }
  });
});
