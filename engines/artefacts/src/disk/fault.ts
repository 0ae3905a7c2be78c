/** What is wrong with an image, and where. What can be read of it is read all the same. */
export interface Fault {
  readonly code: FaultCode;
  readonly params: Readonly<Record<string, string | number>>;
  readonly text: string;
}

export type FaultCode =
  | 'section-checksum'
  | 'section-outside'
  | 'sections-too-many'
  | 'segment-cut'
  | 'segment-missing'
  | 'segment-twice'
  | 'segment-of-another'
  | 'header-damaged'
  | 'content-checksum'
  | 'table-cut'
  | 'table-disorder'
  | 'table-overlaps'
  | 'table-too-many'
  | 'chunk-checksum'
  | 'chunk-damaged'
  | 'chunk-too-long'
  | 'chunks-missing';

/** Not what this engine reads: the message says what it is, and what to do. */
export class NotAnImage extends Error {
  override readonly name = 'NotAnImage';
}
