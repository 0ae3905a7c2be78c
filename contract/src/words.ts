import { z } from 'zod';

export const Id = z.uuid();
export const ById = z.object({ id: Id });
export const Instant = z.iso.datetime();
/** What a click that has nothing more to say gets. */
export const Done = z.object({ done: z.literal(true) });
export const done = { done: true } as const;

/** Random, made once for each form: what is sent again under it by the same person with the same words is there once. */
export const FormKey = z
  .string()
  .regex(/^[\w-]{22,64}$/)
  .optional()
  .describe('Random, made once for each form: the same words sent again under it are there once');

/** A line typed by a person: no control characters, trimmed, never empty. */
export const line = (most = 200) =>
  z
    .string()
    .trim()
    .min(1)
    .max(most)
    .refine(
      (text) => !/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/.test(text),
      'must not hold control characters',
    )
    .refine((text) => text.isWellFormed(), 'must be well-formed text');
export const email = z.email().max(254).toLowerCase();

/** Traffic Light Protocol 2.0 (FIRST), from open to closed. */
export const Tlp = z.enum(['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED']);
export type Tlp = z.infer<typeof Tlp>;

/** Others of the community may be told without asking whoever it is from. */
export const isOpen = (label: Tlp): boolean => label === 'CLEAR' || label === 'GREEN';

/** Who an object is for. The label limits which of these may be chosen: see `scopesOf`. */
export const Scope = z.enum([
  'named',
  'case',
  'org',
  'orgs',
  'clients',
  'community',
  'members',
  'partners',
  'public',
]);
export type Scope = z.infer<typeof Scope>;

const widening: readonly Scope[] = [
  'named',
  'case',
  'org',
  'orgs',
  'clients',
  'community',
  'members',
  'partners',
  'public',
];
const widest: Record<Tlp, Scope> = {
  RED: 'case',
  'AMBER+STRICT': 'orgs',
  AMBER: 'clients',
  GREEN: 'partners',
  CLEAR: 'public',
};

/** The scopes a label allows. A case under RED asks besides that every participant is a named person. */
export const scopesOf = (label: Tlp): readonly Scope[] =>
  widening.slice(0, widening.indexOf(widest[label]) + 1);

/** Something to be told to a reader in his language: `code` names the sentence, `params` fill it, `text` is the English. */
export const Told = z.object({
  code: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  text: z.string(),
});
export type Told = z.infer<typeof Told>;

/** Who can see an object, for the sentence every page shows. */
export const Visibility = z.object({
  scope: Scope,
  label: Tlp,
  owner: z.string().describe('Name of the owning organisation'),
  people: z.number().int().describe('How many people may see it now'),
  organisations: z.array(z.string()),
});
export type Visibility = z.infer<typeof Visibility>;
