import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useCert } from '../../ui/shell.tsx';

/** The telephone, which works when nothing else does: on every page of a report, in the same place. */
export function CallUs() {
  const text = useText();
  const cert = useCert();
  if (!cert)
    return (
      <Notice kind="warn" title={text('report.noContact')}>
        {text('report.noContact.do')}
      </Notice>
    );
  return (
    <p className="row call-us">
      <a className="button button-danger button-large call" href={`tel:${cert.phone.replaceAll(' ', '')}`}>
        <Icon name="phone" size={22} /> {cert.phone}
      </a>
      <span className="soft">{text('report.call', { cert: cert.name })}</span>
    </p>
  );
}
