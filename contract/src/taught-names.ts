import { z } from 'zod';

import { route } from './route.ts';
import { Tlp, Told } from './words.ts';

const name = z.string().trim().min(1).max(200);
const numbers = z
  .array(
    z
      .string()
      .max(64)
      .regex(/^[A-Za-z0-9?*/. _-]+$/, 'must be letters, digits, dashes, and ? or * for what may be anything'),
  )
  .max(200);

/** A file in the folder `names` of an instance: what its practitioners know of vendors and products beyond what Busbar brings. */
export const TaughtNames = z.strictObject({
  label: Tlp.default('AMBER').describe(
    'Who is told these names: browsers and kits that compare by themselves take those along that their reader may have. CLEAR: everybody. AMBER+STRICT and RED: nobody, this program alone goes by them',
  ),
  vendors: z
    .array(
      z.strictObject({
        vendor: name.describe('Whom the aliases mean, in any writing'),
        name: name.optional().describe('How people write it; as `vendor` where it is left out'),
        aliases: z
          .array(name)
          .max(200)
          .describe('Brands, former names, acquired companies, misspellings, the name in other scripts'),
      }),
    )
    .max(2000)
    .default([]),
  families: z
    .array(
      z.strictObject({
        vendor: name,
        numbers: numbers
          .min(1)
          .describe(
            'Order numbers: ? is one letter or digit, * any run of them; blanks and dashes do not count',
          ),
        not: numbers.optional().describe('Numbers that fit and are another family all the same'),
        names: z.array(name).min(1).max(20).describe('What advisories call the family or the product'),
        relatedTo: name.optional().describe('The family that names these “related” products'),
      }),
    )
    .max(5000)
    .default([]),
});
export type TaughtNames = z.infer<typeof TaughtNames>;

/** What goes along with the index of advisories; the label is the strictest of the files it comes from. */
export type CarriedNames = TaughtNames;

export const TaughtNamesFile = z.object({
  file: z.string(),
  label: Tlp.nullable().describe('How far its names go; null of a file that is refused'),
  vendors: z.number().int().describe('How many entries were taken; none of a file that is refused'),
  families: z.number().int(),
  faults: z
    .array(
      Told.extend({
        line: z.number().int().nullable().describe('Counted from 1; null where it is the file as a whole'),
        place: z.string().describe('The field, with those it stands in; empty where it is none'),
      }),
    )
    .describe('Why it is refused; empty where it is in use'),
});
export type TaughtNamesFile = z.infer<typeof TaughtNamesFile>;

export const taughtNamesApi = {
  list: route({
    method: 'GET',
    path: '/api/taught-names',
    summary:
      'Names of vendors and products that this instance adds to those of Busbar, and what of them is refused',
    action: 'manage platform settings and roles',
    records: null,
    reply: z.object({ items: z.array(TaughtNamesFile) }),
  }),
};
