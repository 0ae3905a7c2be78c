/** Something of ours compared with what others found in the same data. */
export interface TruthSuite {
  readonly name: string;
  /**
   * @param dataDir a folder laid out like `../shared/data`
   * @param options.accept what is ours now becomes what it is compared with: for suites that keep our own results
   */
  run(dataDir: string, options?: { readonly accept?: boolean }): Promise<TruthResult>;
}

export interface TruthResult {
  /** What was compared, and how much of it came out the same. */
  readonly total: number;
  readonly equal: number;
  readonly differences: readonly Difference[];
  /** The same, part by part. */
  readonly parts?: readonly { readonly name: string; readonly total: number; readonly equal: number }[];
  /** What the others found and we do not look for yet. */
  readonly notYet?: readonly { readonly name: string; readonly total: number }[];
  /** Why nothing was compared. */
  readonly skipped?: string;
}

export interface Difference {
  readonly where: string;
  readonly key?: string;
  readonly ours: unknown;
  readonly theirs: unknown;
  /** Lines that went (`- …`) and came (`+ …`), where the values themselves are texts. */
  readonly diff?: readonly string[];
  /** Reviewed, and kept in a file beside the suite. */
  readonly reason?: string;
}
