import { useText } from '../../i18n/text.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useCert } from '../../ui/shell.tsx';

const cards = [
  { id: 'people', icon: 'people' },
  { id: 'controllers', icon: 'controller' },
  { id: 'power', icon: 'lock' },
  { id: 'photograph', icon: 'eye' },
  { id: 'manual', icon: 'wrench' },
  { id: 'network', icon: 'gateway' },
  { id: 'notes', icon: 'document' },
  { id: 'talk', icon: 'phone' },
] as const satisfies readonly { id: string; icon: IconName }[];

/** Read once, frightened, on a phone: whom to call, and what not to do to the plant meanwhile. */
export default function ReportIncident() {
  const text = useText();
  const cert = useCert();
  return (
    <Page plain title={text('report')} lead={text('report.lead')} seen={{ scope: 'everyone' }}>
      <Notice kind="alarm" title={text('report.danger')}>
        {text('report.danger.do')}
      </Notice>
      {cert ? (
        <section className="stack stack-s" aria-labelledby="call">
          <h2 id="call">{text('report.call', { cert: cert.name })}</h2>
          <a
            className="button button-danger button-large call"
            href={`tel:${cert.phone.replaceAll(' ', '')}`}
          >
            <Icon name="phone" size={22} /> {cert.phone}
          </a>
          <p>
            {text('report.orWrite')} <a href={`mailto:${cert.email}`}>{cert.email}</a>
          </p>
          <p className="soft">{text('report.say')}</p>
        </section>
      ) : (
        <Notice kind="warn" title={text('report.noContact')}>
          {text('report.noContact.do')}
        </Notice>
      )}
      <section className="stack" aria-labelledby="first">
        <h2 id="first">{text('report.first30')}</h2>
        <p className="soft">{text('report.first30.lead')}</p>
        <ol className="advice plain-list">
          {cards.map(({ id, icon }) => (
            <li key={id} className="advice-card">
              <Icon name={icon} size={24} />
              <div>
                <h3>{text(`report.${id}`)}</h3>
                <p>{text(`report.${id}.why`)}</p>
              </div>
            </li>
          ))}
        </ol>
      </section>
      <p className="soft">{text('report.later')}</p>
    </Page>
  );
}
