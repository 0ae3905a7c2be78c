import type { PublishedText } from '@busbar/contract';

import { Markdown } from '../ui/markdown.tsx';

/**
 * A publication as its readers get it: the preview of its editor, what the gate lets out and the page of the world are
 * this. `under` is the level of the heading it stands below.
 */
export function PublicationText({
  published: { language, summary, body },
  under,
}: {
  published: PublishedText;
  under: 1 | 2 | 3;
}) {
  return (
    <article className="publication stack" lang={language}>
      <div className="publication-summary">
        <Markdown text={summary} under={under} />
      </div>
      <Markdown text={body} under={under} />
    </article>
  );
}
