export { Analysis, type Options } from './analysis/analysis.ts';
export {
  analyse,
  type AnalyseOptions,
  decompressed,
  isCompressed,
  type Progress,
  SourceLost,
} from './analysis/analyse.ts';
export { findPacket, type PacketTree } from './analysis/find-packet.ts';
export { operationKinds } from './analysis/operation-kinds.ts';
export type { Location } from './analysis/location.ts';
export type { Device, DeviceFact, DeviceRole, Level } from './analysis/devices.ts';
export type { Counts } from './analysis/counts.ts';
export type { Evidence, Party } from './analysis/party.ts';
export type {
  CarriedFile,
  Conversation,
  Credentials,
  Finding,
  Operation,
  OperationSample,
  Report,
  Setter,
  Variable,
} from './analysis/report.ts';
export {
  readMessage,
  type MessagePart,
  type MessageTree,
  type Part,
  type ReadBytes,
} from './analysis/read-message.ts';
export { ByteReader, Malformed } from './bytes/byte-reader.ts';
export { TracedReader, type TracedField } from './bytes/traced-reader.ts';
export type { CarriedSecrets } from './capture/capture-reader.ts';
export { NotACapture, type Problem } from './capture/problem.ts';
export type * from './dissector.ts';
export { dissectors } from './registry.ts';
export { broughtAmong, engineOf, withBrought } from './detections/brought.ts';
export { catalogue as detections } from './detections/catalogue.ts';
export type { Detection, Severity, Words } from './detections/detection.ts';
export { type Baseline, learn, merge, nothingLearnt } from './baseline/baseline.ts';
export { compare } from './baseline/compare.ts';
export { type Detected, severities } from './detections/detect.ts';
export { detectionsOf } from './detections/watch.ts';
export { matcher } from './detections/detection.ts';
export { bytesAt, contentOf, type Stored } from './shown/capture-bytes.ts';
export { type DetectionWords, titlesOf, wordsFor } from './shown/detection-words.ts';
export { type ShownField, shownMessage, shownPacket } from './shown/message-view.ts';
export { isPrivate, skipsLevel, zoneOf } from './shown/places.ts';
export { techniqueOf } from './shown/techniques.ts';
export { instant, plainCounts, summaryOf, toldParams } from './shown/told.ts';
export { slice, type SliceSourceOptions } from './slice/slice.ts';
export { INDEX_EVERY, type SliceChoice, type Sliced, type Talk } from './slice/slicer.ts';
export { Pseudonyms, type PseudonymOptions } from './slice/pseudonyms.ts';
export { packetsAt, type WrittenPacket } from './slice/written.ts';
export type { Piece } from './network/gathered.ts';
export { v8Flags } from './v8-flags.ts';
