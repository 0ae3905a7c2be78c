export { Analysis, type Options } from './analysis/analysis.ts';
export { analyse, type AnalyseOptions, type Progress } from './analysis/analyse.ts';
export type { Location } from './analysis/location.ts';
export type { Report } from './analysis/report.ts';
export { ByteReader, Malformed } from './bytes/byte-reader.ts';
export { TracedReader, type TracedField } from './bytes/traced-reader.ts';
export { NotACapture, type Problem } from './capture/problem.ts';
export type * from './dissector.ts';
export { dissectors } from './registry.ts';
