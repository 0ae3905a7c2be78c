import { type Check, warning } from './check.ts';

/** A translation of an older version may go out, and says so; somebody decides that it should. */
export const translations: Check = {
  name: 'translations',
  *find({ texts }) {
    for (const { language, basedOn } of texts)
      if (basedOn !== null)
        yield warning(
          language,
          'translation-stale',
          `The text in “${language}” translates version ${basedOn}. Have it brought up to date, or let it go out with that note`,
          { language, version: basedOn },
        );
  },
};
