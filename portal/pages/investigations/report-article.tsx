import { type EditionPiece, type ReportEdition, unsupportedIn } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Notice } from '../../ui/notice.tsx';

/** The text of a report in one language, what it recommends, and every fact with what it stands on. */
export function ReportArticle({
  edition: { sections, facts, recommendations },
  isFinal,
  sha256,
}: {
  edition: ReportEdition;
  isFinal: boolean;
  sha256: string | null;
}) {
  const text = useText();
  return (
    <article className="stack measure">
      {sections.map((section, at) => (
        <section key={at} className="stack stack-s">
          <h2 lang={section.language}>{section.heading}</h2>
          <Original of={section} />
          <div lang={section.language}>
            <Markdown text={section.text} />
          </div>
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
                {`R${one.number}`} <span lang={one.language}>{one.heading}</span>
              </h3>
              <Original of={one} />
              <div lang={one.language}>
                <Markdown text={one.text} />
              </div>
              <p className="soft">
                {text(`findingEffort.${one.effort}`)} · {text(`findingEffect.${one.effect}`)}{' '}
                <span lang={one.language}>{one.note}</span>
              </p>
            </div>
          ))}
        </section>
      )}
      <section className="stack stack-s">
        <h2>{text('investigation.facts')}</h2>
        <ol className="plain-list lines">
          {facts.map((fact) => (
            <li key={fact.number} id={`F${fact.number}`}>
              <strong>{`F${fact.number}`}</strong> <span lang={fact.language}>{fact.text}</span>
              <Original of={fact} />
              {fact.evidence.map((one) => (
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

/** Said wherever an edition has no translation. */
function Original({ of: { isOriginal, language } }: { of: EditionPiece }) {
  const text = useText();
  if (!isOriginal) return null;
  return (
    <p className="soft small">
      {text('reportEdition.original', { language: text(`languageName.${language}`) })}
    </p>
  );
}
