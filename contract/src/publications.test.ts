import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { changesBetween, type VersionBlock, wordChanges } from './publication-changes.ts';
import { isLink, publicationFindings } from './publication-findings.ts';
import type { BlockContent } from './publications.ts';

const section = (id: string, text: string): VersionBlock => ({
  id,
  content: { kind: 'section', heading: id, text },
});
const product = (id: string, range: string, status: 'affected' | 'fixed' = 'affected'): VersionBlock => ({
  id,
  content: {
    kind: 'product',
    heading: '',
    text: '',
    vendor: 'Aurum',
    product: 'AX-300',
    orderNumbers: [],
    range,
    status,
    claim: null,
  },
});

describe('the changes between two versions', () => {
  it('are told word by word, in languages without spaces too', () => {
    assert.deepEqual(
      wordChanges('Close port 102 at once.', 'Close port 502 at once.').map(({ kind, text }) => [kind, text]),
      [
        ['same', 'Close port '],
        ['removed', '102'],
        ['added', '502'],
        ['same', ' at once.'],
      ],
    );
    const chinese = wordChanges('立即关闭端口', '立即打开端口');
    assert.deepEqual(
      chinese.map(({ kind, text }) => [kind, text]),
      [
        ['same', '立即'],
        ['removed', '关闭'],
        ['added', '打开'],
        ['same', '端口'],
      ],
    );
  });

  it('are those of whole sentences where a text was rewritten, and of whole phrases where words stand together', () => {
    assert.deepEqual(
      wordChanges('The motor may run too fast.', 'An attacker can change the ramps of any drive.').map(
        ({ kind }) => kind,
      ),
      ['removed', 'added'],
    );
    assert.deepEqual(
      wordChanges(
        'Close the port at night and on holidays too.',
        'Close every gate at night and on holidays too.',
      ).map(({ kind, text }) => [kind, text]),
      [
        ['same', 'Close '],
        ['removed', 'the port'],
        ['added', 'every gate'],
        ['same', ' at night and on holidays too.'],
      ],
    );
  });

  it('put together again give both texts, whatever they are', () => {
    const words = ['a', 'b', ' ', '\n', '泵', 'é', '.'];
    for (let round = 0; round < 200; round++) {
      const text = () =>
        Array.from({ length: round % 30 }, () => words[Math.floor(Math.random() * words.length)]).join('');
      const [before, after] = [text(), text()];
      const steps = wordChanges(before, after);
      const without = (kind: string) =>
        steps
          .filter((step) => step.kind !== kind)
          .map((step) => step.text)
          .join('');
      assert.deepEqual([without('added'), without('removed')], [before, after]);
    }
  });

  it('of long texts without anything in common are told in bounded time', () => {
    const long = (letter: string) => Array.from({ length: 10_000 }, (_, n) => `${letter}${n}`).join(' ');
    const begun = performance.now();
    const steps = wordChanges(long('a'), long('b'));
    assert.ok(performance.now() - begun < 500);
    assert.deepEqual(
      steps.map(({ kind }) => kind),
      ['removed', 'added'],
    );
  });

  it('name the block and the fields, and tell moving from changing', () => {
    const changes = changesBetween(
      [section('a', 'one'), section('b', 'two'), product('p', '< 4.30'), section('gone', 'x')],
      [section('b', 'two'), section('a', 'one'), product('p', '< 4.35'), section('new', 'y')],
    );
    assert.deepEqual(
      changes.map(({ what, name }) => [what, name]),
      [
        ['moved', 'a'],
        ['changed', 'Aurum AX-300'],
        ['added', 'new'],
        ['removed', 'gone'],
      ],
    );
    assert.deepEqual(changes[1]!.fields, [{ field: 'range', before: '< 4.30', after: '< 4.35' }]);
  });
});

describe('findings', () => {
  const codes = (...blocks: VersionBlock[]) =>
    publicationFindings('guidance', blocks)
      .filter(({ block }) => block !== null)
      .map(({ told }) => told.code);

  it('see a product that is affected and fixed', () => {
    assert.deepEqual(codes(product('a', '< 4.35'), product('b', '<4.35', 'fixed')), ['contradiction']);
    assert.deepEqual(codes(product('a', '< 4.35'), product('b', '4.35', 'fixed')), []);
  });

  it('see HTML in Markdown, but take no address for it', () => {
    assert.deepEqual(codes(section('a', 'x <img src=x onerror=alert(1)>')), ['raw-html']);
    assert.deepEqual(codes(section('a', 'see <https://example.org/a>, if 3 < 4 and 5 > 4')), []);
    assert.deepEqual(codes(section('a', '<a'.repeat(10_000))), []);
  });

  it('take for a link only what may become one', () => {
    assert.deepEqual(
      [
        'https://a.example/x',
        'mailto:a@b.example',
        'javascript:alert(1)',
        ' https://a',
        '//a',
        'https://a b',
      ].map(isLink),
      [true, true, false, false, false, false],
    );
  });

  it('hold nothing against a block of which nothing is known to be wrong', () => {
    const content: BlockContent = {
      kind: 'mitigation',
      heading: '',
      text: 'Close 102/tcp',
      roles: [],
      safe: 'yes',
    };
    assert.deepEqual(codes({ id: 'a', content }), []);
  });
});
