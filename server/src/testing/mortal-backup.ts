import { json } from 'node:stream/consumers';

import { makeBackup } from '../modules/backup/backup-service.ts';
import { restore } from '../modules/backup/restore-service.ts';
import { type Config, MasterKey } from '../platform/config.ts';

// A backup or a restore that is killed on its way. What to do comes as JSON from standard input; each step is told as a
// line, and waited for until somebody has read it.

const asked = (await json(process.stdin)) as {
  config: Config;
  key: string;
  backup?: Parameters<typeof makeBackup>[1];
  restore?: Parameters<typeof restore>[1];
};
const config = { ...asked.config, masterKey: new MasterKey(Buffer.from(asked.key, 'base64')) };
const tell = (what: string) => void process.stdout.write(`${what}\n`);
if (asked.backup) await makeBackup(config, asked.backup, tell);
if (asked.restore) await restore(config, asked.restore, tell);
process.exit(0);
