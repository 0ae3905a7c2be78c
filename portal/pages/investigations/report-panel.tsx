import type { InvestigationReport, ReportVersion } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Time } from '../../ui/time.tsx';

/** For the room: how far the report is, and the one that is final. Takes what the route of the report returns. */
export function ReportPanel({
  id,
  report: { current, versions },
}: {
  id: string;
  report: { current: InvestigationReport | null; versions: readonly ReportVersion[] };
}) {
  const text = useText();
  const [last] = versions;
  return (
    <section className="panel stack stack-s" aria-labelledby="panel-report">
      <h2 id="panel-report">
        <Link to={`/cases/${id}/report`}>{text('investigation')}</Link>
      </h2>
      {current && (
        <p>
          {current.title}{' '}
          <span className="soft">
            {text(
              current.mayDo.includes('check')
                ? 'investigation.yourCheck'
                : `investigation.state.${current.state === 'submitted' ? 'submitted' : 'draft'}`,
            )}
          </span>
        </p>
      )}
      {last && (
        <p>
          <Link to={`/cases/${id}/reports/${last.version}`}>{last.title}</Link>{' '}
          <span className="soft">
            {text('investigation.version', { version: last.version })} · <Time at={last.at} style="short" />
          </span>
        </p>
      )}
      {!current && !last && <p className="soft">{text('investigation.none')}</p>}
    </section>
  );
}
