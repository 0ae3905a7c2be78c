import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { encode } from 'uqr';

import { qrPath } from './qr-path.ts';

describe('a QR code', () => {
  it('is drawn module by module, with its quiet zone around it', () => {
    const address = 'otpauth://totp/Busbar:ana@example.org?secret=JBSWY3DPEHPK3PXP&issuer=Busbar';
    const { size, path } = qrPath(address);
    const expected = encode(address, { ecc: 'M', border: 0 });
    assert.equal(size, expected.size + 8);

    const drawn = new Set([...path.matchAll(/M(\d+) (\d+)h1v1h-1z/g)].map(([, x, y]) => `${x},${y}`));
    const dark = expected.data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`${x + 4},${y + 4}`] : [])));
    assert.ok(dark.length > 300);
    assert.deepEqual([...drawn].sort(), dark.sort());
  });
});
