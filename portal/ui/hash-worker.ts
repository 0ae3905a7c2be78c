import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Hashes a file piece by piece, apart from the page, because the browser's own SHA-256 wants it whole in memory. */
self.addEventListener('message', (event: MessageEvent<File>) => {
  void hash(event.data);
});

async function hash(file: File): Promise<void> {
  try {
    const state = sha256.create();
    const reader = file.stream().getReader();
    let done = 0;
    let told = 0;
    for (;;) {
      const piece = await reader.read();
      if (piece.done) break;
      state.update(piece.value);
      done += piece.value.length;
      if (done - told > 8_000_000) {
        told = done;
        self.postMessage({ done });
      }
    }
    self.postMessage({ sha256: bytesToHex(state.digest()) });
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
}
