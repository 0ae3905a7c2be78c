import assert from 'node:assert/strict';

import { Refusal } from '@busbar/contract';

/** For `assert.rejects`: the service said no with this code, whatever its sentence. */
export function refused(status: number, code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof Refusal, String(error));
    assert.deepEqual([error.status, error.told.code], [status, code]);
    return true;
  };
}
