import { z } from 'zod';

/** What happens to people if the zone fails (SSVC, Safety Impact). */
export const SafetyImpact = z.enum(['negligible', 'marginal', 'critical', 'catastrophic']);
export type SafetyImpact = z.infer<typeof SafetyImpact>;

/** How far an attacker gets without help (SSVC, System Exposure). */
export const Exposure = z.enum(['small', 'controlled', 'open']);
export type Exposure = z.infer<typeof Exposure>;
