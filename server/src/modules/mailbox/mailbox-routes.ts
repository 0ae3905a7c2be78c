import { mailboxApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { MailboxService } from './mailbox-service.ts';

export const mailboxRoutes = (mailbox: MailboxService) =>
  implement(mailboxApi, {
    state: (ask) => mailbox.state(ask),
    letters: (ask) => mailbox.letters(ask),
    take: (ask) => mailbox.take(ask),
  });
