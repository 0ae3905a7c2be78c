import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOT_OURS, OURS } from '../../dissector.ts';
import { CLIENT, conversation, factsOf, rolesOf, SERVER, text } from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { ssdp } from './ssdp.ts';

const search = text(
  'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nST: ssdp:all\r\nUSER-AGENT: Windows/6.1 UPnP/1.1\r\n\r\n',
);
const answer = text(
  'HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\nSERVER: Linux/3.4 UPnP/1.0 miniupnpd/1.8\r\n\r\n',
);

describe('SSDP', () => {
  keepsItsPromises(ssdp, [{ request: search, reply: answer }]);

  it('learns what both run, and what the one that answers is', () => {
    const report = conversation(
      [ssdp],
      [
        ['request', search],
        ['reply', answer],
      ],
    );
    assert.deepEqual(factsOf(report, CLIENT), ['software Windows/6.1 UPnP/1.1']);
    assert.deepEqual(factsOf(report, SERVER), [
      'software Linux/3.4 UPnP/1.0 miniupnpd/1.8',
      'deviceType InternetGatewayDevice',
    ]);
    assert.ok(rolesOf(report, SERVER).includes('router ssdp.internet-gateway'));
  });

  it('is known anywhere by its questions, and by its answers only at home', () => {
    assert.equal(ssdp.recognises(search, 0, search.length, false), OURS);
    assert.equal(ssdp.recognises(answer, 0, answer.length, false), NOT_OURS);
  });
});
