import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { catalogue as detections } from '../detections/catalogue.ts';
import { wordsFor } from './detection-words.ts';

describe('the words of a detection', () => {
  it('tell the shift what to do and the analyst what to look at, in every language alike', () => {
    const uneven: string[] = [];
    for (const { id, next } of detections) {
      const told = (['en', 'ru', 'zh'] as const).map((language) => ({ language, ...wordsFor(id, language) }));
      // Nothing gets lost between the two.
      for (const { language, now, check } of told)
        assert.equal(plain(now + check), plain(next[language]), `${id} in ${language}`);
      if (new Set(told.map(({ check }) => check === '')).size > 1) uneven.push(id);
      if (told.some(({ now }) => now === '')) uneven.push(id);
    }
    assert.deepEqual(uneven, []);
  });

  it('leave a code that nobody knows as it is', () => {
    assert.deepEqual(wordsFor('of-another-version', 'en'), {
      title: 'of-another-version',
      why: '',
      now: '',
      check: '',
    });
  });
});

const plain = (text: string) => text.replaceAll(/[\s。；]/g, '');
