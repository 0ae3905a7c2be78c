import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOT_OURS, OURS } from '../../dissector.ts';
import { CLIENT, conversation, factsOf, text } from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { syslog } from './syslog.ts';

/** The examples of RFC 3164, 5.4, and RFC 5424, 6.5. */
const old = text("<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8");
const modern = text(
  "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - BOM'su root' failed for lonvick on /dev/pts/8",
);

describe('Syslog', () => {
  keepsItsPromises(syslog, [{ request: old }, { request: modern }]);

  it('learns host and program, in both ways of writing', () => {
    const facts = (message: Uint8Array) => factsOf(conversation([syslog], [['request', message]]), CLIENT);
    assert.deepEqual(facts(old), ['name mymachine', 'software su']);
    assert.deepEqual(facts(modern), ['name mymachine.example.com', 'software su']);
    assert.deepEqual(facts(text('<13>Oct 11 22:14:15 192.0.2.9 app[12]: x')), ['software app']);
  });

  it('begins with a priority', () => {
    const recognised = (words: string) => syslog.recognises(text(words), 0, words.length, true);
    assert.equal(recognised('<191>x'), OURS);
    assert.equal(recognised('<192>x'), NOT_OURS);
    assert.equal(recognised('<>x'), NOT_OURS);
    assert.equal(recognised('<1a>x'), NOT_OURS);
  });
});
