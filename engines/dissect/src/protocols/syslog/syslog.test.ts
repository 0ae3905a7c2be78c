import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOT_OURS, OURS } from '../../dissector.ts';
import { CLIENT, conversation, factsOf, shownOf, text } from '../../testing/conversation.ts';
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

  it('is shown field by field, in both ways of writing', () => {
    assert.deepEqual(shownOf(syslog, old), [
      'priority (RFC 3164, 4.1.1)',
      ' priority: <34>',
      '  facility: 4, security',
      '  severity: 2, critical',
      'header (RFC 3164, 4.1.2)',
      ' time: Oct 11 22:14:15',
      ' host: mymachine',
      'message (RFC 3164, 4.1.3)',
      ' program: su',
      ' separator: :',
      " content: 'su root' failed for lonvick on /dev/pts/8",
    ]);
    const structured = '[exampleSDID@32473 iut="3" note="a ]\\" b"][examplePriority@32473 class="high"]';
    const rest = `<165>1 2003-10-11T22:14:15.003Z PLC-Süd evntslog - ID47 ${structured} valve open`;
    assert.deepEqual(shownOf(syslog, text(rest)), [
      'priority (RFC 5424, 6.2.1)',
      ' priority: <165>',
      '  facility: 20, local 4',
      '  severity: 5, notice',
      'header (RFC 5424, 6.2)',
      ' version: 1',
      ' time: 2003-10-11T22:14:15.003Z',
      ' host: PLC-Süd',
      ' program: evntslog',
      ' process: -',
      ' kind of message: ID47',
      'structured data (RFC 5424, 6.3)',
      ` structured data: ${structured}`,
      'message (RFC 5424, 6.4)',
      ' message: valve open',
    ]);
    assert.deepEqual(shownOf(syslog, text('<13>anything')).slice(-2), [
      'message (RFC 3164, 4.1.3)',
      ' content: anything',
    ]);
  });

  it('begins with a priority', () => {
    const recognised = (words: string) => syslog.recognises(text(words), 0, words.length, true);
    assert.equal(recognised('<191>x'), OURS);
    assert.equal(recognised('<192>x'), NOT_OURS);
    assert.equal(recognised('<>x'), NOT_OURS);
    assert.equal(recognised('<1a>x'), NOT_OURS);
  });
});
