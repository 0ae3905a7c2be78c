import { apis, belowReport, type Case, ExportFormat, urlOf } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';

/** A case to take along: in which standards, what is in them, and to whom its label lets them go. */
export function ExportPanel({
  found: { id, label },
  byWords = false,
}: {
  found: Pick<Case, 'id' | 'label'>;
  /** For whoever holds the words of its report. */
  byWords?: boolean;
}) {
  const text = useText();
  const address = (format: ExportFormat) =>
    urlOf(apis.caseExports.download, { params: { id }, query: { format } });
  return (
    <section className="panel stack stack-s" aria-labelledby="export">
      <h2 id="export">{text('caseExport')}</h2>
      <p>{text('caseExport.means')}</p>
      <p>
        <strong>{text(`tlp.${label}`)}</strong>
      </p>
      <ul className="plain-list stack stack-s">
        {ExportFormat.options.map((format) => (
          <li key={format}>
            <a href={byWords ? belowReport(address(format)) : address(format)} download>
              {text(`caseExport.${format}`)}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
