import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { detections } from '@busbar/dissect';

import { written } from './detections.ts';

describe('detections', () => {
  it('are in the engine as their files say; otherwise `npm run detections` is to be run', () => {
    assert.deepEqual(detections, written());
  });
});
