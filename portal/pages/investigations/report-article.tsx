import { type ReportDocument, unsupportedIn } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Notice } from '../../ui/notice.tsx';

/** The text of a report, what it recommends, and every fact with what it stands on. */
export function ReportArticle({
  document: { language, sections, facts, recommendations },
  isFinal,
  sha256,
}: {
  document: ReportDocument;
  isFinal: boolean;
  sha256: string | null;
}) {
  const text = useText();
  return (
    <article className="stack measure" lang={language}>
      {sections.map((section, at) => (
        <section key={at} className="stack stack-s">
          <h2>{section.heading}</h2>
          <Markdown text={section.text} />
          {!isFinal &&
            unsupportedIn(section.text).map((one) => (
              <Notice key={one.start} kind="warn" title={text('investigation.flagged', { count: 1 })}>
                {one.text}
              </Notice>
            ))}
        </section>
      ))}
      {recommendations.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('investigation.recommendations')}</h2>
          {recommendations.map((one) => (
            <div key={one.number}>
              <h3>
                {`R${one.number}`} {one.title}
              </h3>
              <Markdown text={one.because} />
              <p className="soft">
                {text(`findingEffort.${one.effort}`)} · {text(`findingEffect.${one.effect}`)} {one.effectNote}
              </p>
            </div>
          ))}
        </section>
      )}
      <section className="stack stack-s">
        <h2>{text('investigation.facts')}</h2>
        <ol className="plain-list lines">
          {facts.map(({ number, says, evidence }) => (
            <li key={number} id={`F${number}`}>
              <strong>{`F${number}`}</strong> {says}
              {evidence.map((one) => (
                <div key={`${one.id} ${one.place}`} className="soft small">
                  {text(`evidenceSource.${one.source}`)}: {one.name} {one.place}{' '}
                  {one.sha256 && <code>{one.sha256}</code>}
                </div>
              ))}
            </li>
          ))}
        </ol>
      </section>
      {sha256 && (
        <p className="soft small">
          <code>{sha256}</code>
        </p>
      )}
    </article>
  );
}
