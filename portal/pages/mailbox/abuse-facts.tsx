import type { AbuseReport } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Time } from '../../ui/time.tsx';
import type { Letters } from './by-mail.tsx';

/** Of RFC 5965 section 3.5 and RFC 6591 section 3.2.1, and not-spam of IANA's list; others stand as their sender names them. */
const types = [
  'abuse',
  'auth-failure',
  'fraud',
  'not-spam',
  'opt-out',
  'opt-out-list',
  'other',
  'virus',
] as const;

/** What a program says in an abuse report, as far as it is believed; nothing in it leads anywhere. */
export function AbuseFacts({ report }: { report: AbuseReport }) {
  const text = useText();
  const format = useFormat();
  const { type, source, sourcePort, incidents, arrivedAt, domains, uris, authFailure, program } = report;
  const known = report.format === 'arf' ? types.find((one) => one === type) : undefined;
  return (
    <>
      <p>
        <strong>{text(`abuse.format.${report.format}`)}</strong>
      </p>
      <dl className="facts">
        <Fact name={text('abuse.type')}>
          {known ? text(`abuse.type.${known}`) : type && <code className="wrap">{type}</code>}
        </Fact>
        <Fact name={text('abuse.source')}>{source && <code className="wrap">{source}</code>}</Fact>
        <Fact name={text('abuse.port')}>{sourcePort}</Fact>
        <Fact name={text('abuse.at')}>{arrivedAt && <Time at={arrivedAt} />}</Fact>
        <Fact name={text('abuse.incidents')}>{format.number(incidents)}</Fact>
        <Fact name={text('abuse.domains')}>{domains.length > 0 && <Codes of={domains} />}</Fact>
        <Fact name={text('abuse.uris')}>{uris.length > 0 && <Codes of={uris} />}</Fact>
        <Fact name={text('abuse.authFailure')}>{authFailure && <code>{authFailure}</code>}</Fact>
        <Fact name={text('abuse.reportId')}>
          {report.reportId && <code className="wrap">{report.reportId}</code>}
        </Fact>
        <Fact name={text('abuse.program')}>{program && <span className="wrap">{program}</span>}</Fact>
      </dl>
      {report.faults.length > 0 && (
        <>
          <p>{text('abuse.faults')}</p>
          <ul className="plain-list">
            {report.faults.map(({ field, fault }) => (
              <li key={`${field} ${fault}`} className="wrap">
                <code>{field || text('abuse.fault.whole')}</code> {text(`abuse.fault.${fault}`)}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** Nothing where nothing is said. */
function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

const Codes = ({ of }: { of: readonly string[] }) => (
  <ul className="plain-list">
    {of.map((one) => (
      <li key={one}>
        <code className="wrap">{one}</code>
      </li>
    ))}
  </ul>
);

/** How often the same thing was reported, where it was more than once. */
export function AbuseCount({ abuse }: { abuse: Letters['abuse'] }) {
  const text = useText();
  if (!abuse || abuse.letters === 1) return null;
  const { letters, incidents, lastAt } = abuse;
  return (
    <p>
      {text('abuse.count', { letters, incidents })} <Time at={lastAt} style="short" />
    </p>
  );
}
