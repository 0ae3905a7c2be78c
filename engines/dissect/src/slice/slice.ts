import { pour, type Progress } from '../analysis/analyse.ts';
import { type Sliced, Slicer, type SliceOptions } from './slicer.ts';

export interface SliceSourceOptions extends SliceOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Writes the chosen part of a whole source, packed or not. A source that is lost on the way leaves what was written until
 * then, and the problem is told. Throws NotACapture, or the reason of the signal.
 */
export async function slice(
  source: AsyncIterable<Uint8Array>,
  { signal, onProgress, ...options }: SliceSourceOptions,
): Promise<Sliced> {
  const slicer = new Slicer(options);
  await pour(source, slicer, signal, (progress) => onProgress?.(progress));
  return slicer.finish();
}
