import type { Role } from '@busbar/contract';

import type { Text } from '../i18n/text.tsx';

export const roleNames = (text: Text, roles: readonly Role[]): string =>
  roles.map((role) => text(`role.${role}`)).join(', ');
