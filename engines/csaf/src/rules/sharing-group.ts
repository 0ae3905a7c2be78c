/** RFC 9562: reserved for documents that are public. */
export const maxUuid = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Reserved for documents that may not be shared. */
export const nilUuid = '00000000-0000-0000-0000-000000000000';

/** Section 3.2.2.5.1: the name that a reserved id must have, and no other may. */
export const reservedNames = new Map([
  [maxUuid, 'Public'],
  [nilUuid, 'No sharing allowed'],
]);
