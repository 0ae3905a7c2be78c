import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { qr } from './qr.ts';

describe('a QR code', () => {
  it('grows with what it holds, and refuses what does not fit', () => {
    assert.equal(qr('otpauth').length, 21);
    assert.equal(qr('x'.repeat(14)).length, 21);
    assert.equal(qr('x'.repeat(15)).length, 25);
    assert.equal(qr('x'.repeat(285)).length, 12 * 4 + 17);
    assert.throws(() => qr('x'.repeat(288)), RangeError);
  });

  it('has its three finders and its timing lines where a reader looks for them', () => {
    const modules = qr('otpauth://totp/Busbar:ana@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Busbar');
    const size = modules.length;
    const finder = ['1111111', '1000001', '1011101', '1011101', '1011101', '1000001', '1111111'];
    for (const [x, y] of [
      [0, 0],
      [size - 7, 0],
      [0, size - 7],
    ] as const) {
      const seen = modules.slice(y, y + 7).map((row) =>
        row
          .slice(x, x + 7)
          .map((on) => (on ? '1' : '0'))
          .join(''),
      );
      assert.deepEqual(seen, finder);
    }
    for (let place = 8; place < size - 8; place++) assert.equal(modules[6]![place], place % 2 === 0);
  });

  it('says level M and its mask twice, alike', () => {
    const modules = qr('the same words in both copies');
    const size = modules.length;
    const first = [0, 1, 2, 3, 4, 5, 7, 8].map((y) => modules[y]![8]);
    const second = [1, 2, 3, 4, 5, 6, 7, 8].map((x) => modules[8]![size - x]);
    assert.deepEqual(first, second);
  });
});
