import { createReadStream, existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

import { analyse, NotACapture } from '@busbar/dissect';

import { sharedData } from '../../journeys/house.ts';
import { openTab } from './tab.ts';

/**
 * `npm run truth:browser`: every shared capture read in a tab of a browser and here; the reports must be the same to the
 * letter. So what `npm run truth` says of the counts here holds in browsers, too.
 */
const folder = join(sharedData, 'captures/captures');
if (!existsSync(folder)) console.log('Skipped: there are no shared captures.');
else {
  const tab = await openTab();
  const files = globSync('**/*.{pcap,pcapng,cap}', { cwd: folder }).sort();
  let equal = 0;
  for (const file of files) {
    const path = join(folder, file);
    if ((await tab.read(path)).told === (await toldHere(path))) equal++;
    else console.log(`${file} differs`);
  }
  await tab.close();
  console.log(`${equal} of ${files.length} captures are told the same in a browser`);
  process.exitCode = equal === files.length ? 0 : 1;
}

async function toldHere(path: string): Promise<string> {
  try {
    return JSON.stringify(await analyse(createReadStream(path)));
  } catch (error) {
    if (error instanceof NotACapture) return error.message;
    throw error;
  }
}
