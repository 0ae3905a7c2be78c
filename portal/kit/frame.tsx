import { Link, Outlet } from 'react-router';

import { useText } from '../i18n/text.tsx';
import { useHere } from '../ui/here.ts';
import { Icon, Mark } from '../ui/icon.tsx';
import { PhoneLink } from '../ui/shell.tsx';
import { Time } from '../ui/time.tsx';
import { useOwnCheck } from './own-check.ts';

/** What is around every page of a kit: whose it is, of when, and whether it is whole. */
export function Frame() {
  const text = useText();
  const kit = useHere()!.kit!;
  const check = useOwnCheck();
  return (
    <>
      <a className="skip" href="#main">
        {text('skip')}
      </a>
      <header className="head">
        <Link to="/" className="brand">
          <Mark />
          <span className="brand-name">{kit.cert.shortName}</span>
        </Link>
        <div className="head-end">
          <Link to="/kit" className="kit-mark">
            <Icon name={check?.verdict === 'invalid' ? 'alarm' : check ? 'seal' : 'clock'} />
            <span>
              <span className="wide-only">{text('kit')} · </span>
              <Time at={kit.madeAt} style="date" />
            </span>
            <span className="kit-state">{text(`kit.signature.${check?.verdict ?? 'checking'}`)}</span>
          </Link>
        </div>
      </header>
      <Outlet />
      <footer className="foot">
        <div>
          <strong>{kit.cert.name}</strong>
          <br />
          <PhoneLink cert={kit.cert} /> · <a href={`mailto:${kit.cert.email}`}>{kit.cert.email}</a>
        </div>
        <span className="soft small">{text('kit.noConnection')}</span>
        <span className="faint small">{text('foot.version', { version: kit.version })}</span>
      </footer>
    </>
  );
}
