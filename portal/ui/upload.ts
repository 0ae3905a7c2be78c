import { Upload, type DetailedError } from 'tus-js-client';

export interface Sending {
  /** The SHA-256 of the file, as computed here while it was sent. */
  readonly finished: Promise<string>;
  /** Stops; what has arrived stays and can be gone on with. */
  cancel(): void;
}

/** Sends a file to an address prepared for it, resuming where it broke off, and hashes it meanwhile. */
export function send(file: File, address: string, onProgress: (sent: number) => void): Sending {
  const worker = new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
  const hash = new Promise<string>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<{ sha256?: string; error?: string }>) => {
      if (data.sha256) resolve(data.sha256);
      if (data.error) reject(new UploadProblem('unreadable'));
    });
    worker.addEventListener('error', () => reject(new UploadProblem('unreadable')));
    worker.postMessage(file);
  });

  let upload: Upload;
  const sent = new Promise<void>((resolve, reject) => {
    upload = new Upload(file, {
      uploadUrl: address,
      chunkSize: 32 * 1024 * 1024,
      retryDelays: [0, 1000, 3000, 8000, 15_000, 30_000, 60_000],
      storeFingerprintForResuming: false,
      onProgress: (done) => onProgress(done),
      onSuccess: () => resolve(),
      onError: (error) => reject(new UploadProblem(causeOf(error as DetailedError))),
    });
    upload.start();
  });
  const cancelled = Promise.withResolvers<never>();

  const finished = Promise.race([
    Promise.all([hash, sent]).then(([sha256]) => sha256),
    cancelled.promise,
  ]).finally(() => worker.terminate());
  return {
    finished,
    cancel() {
      void upload.abort();
      cancelled.reject(new UploadProblem('cancelled'));
    },
  };
}

export type Cause = 'cancelled' | 'unreadable' | 'interrupted' | 'refused' | 'tooLarge' | 'full';

export class UploadProblem extends Error {
  readonly reason: Cause;
  constructor(reason: Cause) {
    super(`Upload ${reason}`);
    this.reason = reason;
  }
}

function causeOf(error: DetailedError): Cause {
  const status = error.originalResponse?.getStatus();
  if (status === 413) return 'tooLarge';
  if (status === 507) return 'full';
  return status && status >= 400 && status < 500 ? 'refused' : 'interrupted';
}

const memory = 'busbar-upload:';

/** Remembers an unfinished upload in this browser, so that dropping the same file again goes on with it. */
export const unfinished = {
  key: (file: File) => `${memory}${file.name}:${file.size}:${file.lastModified}`,
  get(file: File): { id: string; upload: string } | null {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(unfinished.key(file)) ?? 'null');
      return kept as { id: string; upload: string } | null;
    } catch {
      return null;
    }
  },
  keep(file: File, where: { id: string; upload: string }): void {
    try {
      localStorage.setItem(unfinished.key(file), JSON.stringify(where));
    } catch {
      // A browser that keeps nothing starts again from the beginning.
    }
  },
  forget(file: File): void {
    try {
      localStorage.removeItem(unfinished.key(file));
    } catch {
      // Nothing was kept.
    }
  },
};
