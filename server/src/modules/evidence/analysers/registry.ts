import type { Analyser } from './analyser.ts';
import { archiveContents } from './archive-contents.ts';
import { diskImage } from './disk-image.ts';
import { networkCapture } from './network-capture.ts';
import { textLog } from './text-log.ts';

/** What reads files of cases. Which files each of them reads, `analysisTools` of the contract says. */
export const analysers: readonly Analyser[] = [networkCapture, textLog, archiveContents, diskImage];
