import type { Language } from './people.ts';
import type { Block, BlockContent, SnapshotText } from './publications.ts';

/**
 * What a publication says in one language. What is not translated stands there in the words of the original, and says
 * so. Blocks that were removed say nothing.
 */
export function textIn(
  language: Language,
  { language: original, version }: { readonly language: Language; readonly version: number },
  blocks: readonly Pick<Block, 'id' | 'content' | 'translations' | 'removed'>[],
): SnapshotText {
  const present = blocks.filter(({ removed }) => !removed);
  const shown = present.map(({ id, content, translations }) => {
    const translation = translations.find((one) => one.language === language);
    const { heading, text } = translation ?? content;
    return {
      id,
      content: { ...content, heading, text },
      translated: language === original || translation !== undefined || isWordless(content),
      staleSince: translation?.staleSince ?? null,
    };
  });
  const translations = present
    .flatMap((block) => block.translations)
    .filter((one) => one.language === language);
  const stale = translations.map(({ staleSince }) => staleSince).filter((at) => at !== null);
  return {
    title: shown.find(({ content }) => content.kind === 'title')?.content.heading ?? '',
    summary: shown.find(({ content }) => content.kind === 'summary')?.content.text ?? '',
    blocks: shown,
    translatedFrom: Math.min(version, ...translations.map(({ fromVersion }) => fromVersion)),
    staleSince: stale.sort()[0] ?? null,
  };
}

const isWordless = ({ heading, text }: BlockContent) => heading.trim() === '' && text.trim() === '';
