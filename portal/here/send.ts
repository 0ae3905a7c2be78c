import { apis } from '@busbar/contract';

import { fromBrowser } from '../pages/calls.ts';
import type { Sender } from '../ui/here.ts';
import { send } from '../ui/upload.ts';

/** Asks for the sites at once: later nobody is asked for anything before the person says so. Without them it goes to the first. */
export async function senderToService(): Promise<Sender> {
  const sites = await fromBrowser(apis.plant.sites).then(
    ({ items }) => items,
    () => [],
  );
  return { sites, send: sendToService };
}

/** By the same ways as everything that is uploaded: in pieces, going on where the line broke. */
const sendToService: Sender['send'] = async ({ bundle, devices, site }, onProgress, signal) => {
  const about = (file: File) => ({ name: file.name, size: file.size, ...(site && { site }) });
  const begun = await fromBrowser(apis.bundles.begin, { body: about(bundle) });
  await whole(bundle, begun.upload, onProgress, signal);
  if (!devices) return { bundle: begun.bundle.id, inventory: undefined };
  const table = await fromBrowser(apis.inventories.begin, { body: about(devices) });
  await whole(devices, table.upload, (done) => onProgress(bundle.size + done), signal);
  return { bundle: begun.bundle.id, inventory: table.inventory.id };
};

async function whole(
  file: File,
  address: string,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const sending = send(file, address, onProgress);
  const cancel = () => sending.cancel();
  signal.addEventListener('abort', cancel);
  try {
    await sending.finished;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
