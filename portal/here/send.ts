import { apis } from '@busbar/contract';

import { fromBrowser } from '../pages/calls.ts';
import { send } from '../ui/upload.ts';
import type { Send, Sent } from '../ui/here.ts';
import { CAPTURE_FILE, DEVICES_FILE } from './leaving.ts';

/** Sends by the same ways as everything that is uploaded: in pieces, going on where the line broke. */
export const sendToService: Send = async ({ capture, devices }, onProgress, signal) => {
  let sent: Sent = {};
  let before = 0;
  if (capture) {
    const file = new File([capture], CAPTURE_FILE);
    const begun = await fromBrowser(apis.captures.begin, { body: { name: file.name, size: file.size } });
    const params = { id: begun.capture.id };
    const sha256 = await whole(file, begun.upload, onProgress, signal);
    await fromBrowser(apis.captures.claimHash, { params, body: { sha256 } });
    sent = { capture: begun.capture.id };
    before = file.size;
  }
  if (devices !== undefined) {
    const file = new File([devices], DEVICES_FILE);
    const begun = await fromBrowser(apis.inventories.begin, { body: { name: file.name, size: file.size } });
    await whole(file, begun.upload, (done) => onProgress(before + done), signal);
    sent = { ...sent, inventory: begun.inventory.id };
  }
  return sent;
};

async function whole(
  file: File,
  address: string,
  onProgress: (sent: number) => void,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const sending = send(file, address, onProgress);
  const cancel = () => sending.cancel();
  signal.addEventListener('abort', cancel);
  try {
    return await sending.finished;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
