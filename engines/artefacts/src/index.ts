export { paged, type Stored } from './bytes/stored.ts';
export type { AcquiredAt, Acquisition } from './disk/expert-witness/acquisition.ts';
export {
  ExpertWitness,
  type HashCheck,
  type Sectors,
  type Verified,
} from './disk/expert-witness/expert-witness.ts';
export { isExpertWitness } from './disk/expert-witness/sections.ts';
export type { Volume } from './disk/expert-witness/volume.ts';
export { type Fault, type FaultCode, NotAnImage } from './disk/fault.ts';
