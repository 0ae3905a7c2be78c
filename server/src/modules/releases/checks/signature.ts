import { blocked, type Check } from './check.ts';

/** Everything that leaves is signed, by a key that holds at its minute. */
export const signature: Check = {
  name: 'signature',
  *find(_, { signingKey, at }) {
    if (!signingKey)
      yield blocked(
        '',
        'no-signing-key',
        'There is no active signing key. An administrator makes or imports one under Signing keys',
      );
    else if (signingKey.expiresAt && Date.parse(signingKey.expiresAt) <= at.getTime())
      yield blocked(
        '',
        'signing-key-expired',
        `The signing key expires on ${signingKey.expiresAt}, before this leaves. An administrator makes a new one`,
        { at: signingKey.expiresAt },
      );
  },
};
