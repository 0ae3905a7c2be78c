import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { CLIENT, conversation, factsOf, SERVER, text } from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { wsd } from './wsd.ts';

const envelope = (action: string, body: string) =>
  text(
    `<?xml version="1.0"?><s:Envelope><s:Header><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/${action}</a:Action></s:Header><s:Body>${body}</s:Body></s:Envelope>`,
  );
const probe = envelope('Probe', '<d:Probe><d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe>');
const match = envelope(
  'ProbeMatches',
  '<d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/Gate%207 onvif://www.onvif.org/hardware/M3045 onvif://www.onvif.org/location/yard</d:Scopes>',
);

describe('WS-Discovery', () => {
  keepsItsPromises(wsd, [{ request: probe, reply: match }]);

  it('learns what a camera says of itself, and nothing of who looks for one', () => {
    const report = conversation(
      [wsd],
      [
        ['request', probe],
        ['reply', match],
      ],
    );
    assert.deepEqual(factsOf(report, SERVER), [
      'deviceType NetworkVideoTransmitter',
      'name Gate 7',
      'model M3045',
      'location yard',
    ]);
    assert.deepEqual(factsOf(report, CLIENT), []);
  });
});
