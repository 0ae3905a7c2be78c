export { Analysis, type Options } from './analysis/analysis.ts';
export { ByteReader, Malformed } from './bytes/byte-reader.ts';
export { TracedReader, type TracedField } from './bytes/traced-reader.ts';
export type * from './dissector.ts';
export { dissectors } from './registry.ts';
