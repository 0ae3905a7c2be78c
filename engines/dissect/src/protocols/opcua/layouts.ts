import { services } from './services.ts';
import { structures } from './structures.ts';

/** The fields of every message and structure: their names and types. */
export const layouts = { ...services, ...structures };

export type Layouts = typeof layouts;
export type LayoutName = keyof Layouts;
