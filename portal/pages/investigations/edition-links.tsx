import { belowReport, Language, type ReportDocument, type ReportEdition } from '@busbar/contract';
import { Link } from 'react-router';

import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Notice } from '../../ui/notice.tsx';

/** In which language a report is read: what the address asks for, else the reader's own. */
export function editionAsked(request: Request, own: Language): Language {
  return Language.catch(own).parse(new URL(request.url).searchParams.get('language'));
}

/** The report as files, in this language. */
export function ReportFiles({
  of,
  version,
  language,
  byWords = false,
}: {
  of: string;
  version: number;
  language: Language;
  /** For whoever holds the words of the report of the case. */
  byWords?: boolean;
}) {
  const known = `/api/cases/${of}/reports/${version}/report`;
  const address = byWords ? belowReport(known) : known;
  // JSON is the snapshot, with every language in it.
  const files = [`pdf?language=${language}`, `html?language=${language}`, 'json'];
  return (
    <span className="row">
      {files.map((file) => (
        <a key={file} className="button" href={`${address}.${file}`} download>
          {file.split('?')[0]!.toUpperCase()}
        </a>
      ))}
    </span>
  );
}

/** The languages of a report, and how much of this one is not translated. */
export function EditionLinks({
  document,
  edition: { language, untranslated, pieces },
}: {
  document: ReportDocument;
  edition: ReportEdition;
}) {
  const text = useText();
  return (
    <>
      <nav className="row" aria-label={text('reportEdition')}>
        {Language.options.map((one) => (
          <Link
            key={one}
            to={`?language=${one}`}
            lang={one}
            replace
            preventScrollReset
            className={one === language ? 'strong' : undefined}
            aria-current={one === language ? 'page' : undefined}
          >
            {languageName(one)}
          </Link>
        ))}
      </nav>
      {language !== document.language && untranslated > 0 && (
        <Notice>{text('reportEdition.untranslated', { count: untranslated, all: pieces })}</Notice>
      )}
    </>
  );
}
