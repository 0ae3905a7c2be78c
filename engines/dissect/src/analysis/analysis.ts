import { CaptureReader } from '../capture/capture-reader.ts';
import { catalogue } from '../detections/catalogue.ts';
import type { Detection } from '../detections/detection.ts';
import type { Dissector } from '../dissector.ts';
import { Network, readLinkTypes } from '../network/network.ts';
import { dissectors } from '../registry.ts';
import { linkTypeName } from './counts.ts';
import { type Report, reportOf } from './report.ts';
import { Stage } from './stage.ts';

export interface Options {
  readonly dissectors?: readonly Dissector[];
  /** What is looked for in what they tell; all that come with the engine unless told. */
  readonly detections?: readonly Detection[];
  /** A fault of ours ends the analysis instead of being noted in the report: for tests. */
  readonly strict?: boolean;
  /** How many connections are followed at once; beyond, the one silent longest is let go. 65,536 unless told. */
  readonly mostFlows?: number;
}

/**
 * One capture. Push its bytes in pieces of any size (they may be used again afterwards), then finish.
 * The report is the same however the bytes were cut. Gzip is not seen through here: see `analyse`.
 */
export class Analysis {
  readonly #detections: readonly Detection[];
  readonly #stage: Stage;
  readonly #network: Network;
  readonly #reader: CaptureReader;

  constructor(options: Options = {}) {
    this.#detections = options.detections ?? catalogue;
    this.#stage = new Stage(options.dissectors ?? dissectors, this.#detections, options.strict);
    this.#network = new Network(this.#stage, options.mostFlows);
    this.#reader = new CaptureReader(this.#network);
  }

  get packets(): number {
    return this.#stage.packet;
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  /** Throws NotACapture as soon as that is clear. */
  push(chunk: Uint8Array): void {
    this.#reader.push(chunk);
  }

  /** Notes something wrong with the source of the bytes, after the last of them. */
  problem(code: 'gzip-damaged' | 'source-lost'): void {
    this.#reader.problems.add(code, this.bytesRead);
  }

  /** What it shows so far. Reading goes on afterwards as if nobody had asked. */
  interim(): Report {
    return reportOf(this.#stage, this.#network, this.#reader, this.#detections);
  }

  /** Throws NotACapture when nothing, or too little to tell, was pushed. */
  finish(): Report {
    this.#reader.finish();
    this.#network.finish();
    this.#stage.finish();
    this.#complain();
    return reportOf(this.#stage, this.#network, this.#reader, this.#detections);
  }

  #complain(): void {
    const { problems } = this.#reader;
    if (this.packets === 0) problems.add('empty-capture', 0);
    if (this.#stage.backwards > 0) problems.add('timestamps-backwards', 0, { count: this.#stage.backwards });
    for (const [linkType, packets] of this.#network.linkTypes) {
      if (!readLinkTypes.has(linkType) && !this.#stage.reads('link', linkType)) {
        problems.add('unread-link-type', 0, { linkType: linkTypeName(linkType), packets });
      }
    }
  }
}
