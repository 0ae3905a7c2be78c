import { Link } from 'react-router';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';
import { Tlp } from '../ui/badge.tsx';
import { useHere } from '../ui/here.ts';
import { Icon } from '../ui/icon.tsx';
import { Notice } from '../ui/notice.tsx';
import { Page } from '../ui/page.tsx';
import { Time } from '../ui/time.tsx';
import { useOwnCheck } from './own-check.ts';
import { piecesIn } from './own-text.ts';

/** What this file is, whether it is what was signed, and how to find out without believing it. */
export function AboutKit() {
  const text = useText();
  const format = useFormat();
  const { cert, madeAt, version, advisories, newest, key, origin, label, member, recipient } =
    useHere()!.kit!;
  const check = useOwnCheck();
  return (
    <Page
      plain
      title={text('kit')}
      heading={text('kit.about')}
      lead={text('kit.about.lead', { cert: cert.name })}
      seen={{ scope: 'here' }}
      crumbs={
        <>
          <Link to="/">{text('here')}</Link> <Icon name="chevronRight" size={12} /> {text('kit')}
        </>
      }
    >
      <Notice
        kind={!check ? 'note' : check.verdict === 'valid' ? 'good' : 'alarm'}
        live
        title={text(`kit.signature.${check?.verdict ?? 'checking'}`)}
      >
        {text(`kit.signature.${check?.verdict ?? 'checking'}.what`, { cert: cert.name })}
      </Notice>
      <dl className="facts">
        <dt>{text('kit.madeAt')}</dt>
        <dd>
          <Time at={madeAt} />
        </dd>
        <dt>{text('kit.advisories')}</dt>
        <dd>
          {advisories > 0
            ? text.rich('kit.advisories.count', {
                count: advisories,
                date: <Time at={newest} style="date" />,
              })
            : text('kit.advisories.none')}
        </dd>
        <dt>{text('kit.label')}</dt>
        <dd>
          <Tlp label={label} />
          <br />
          <span className="soft small">{text(`tlp.${label}`)}</span>
        </dd>
        <dt>{text('kit.for')}</dt>
        <dd>{member?.name ?? (label === 'CLEAR' ? text('kit.for.everybody') : cert.name)}</dd>
        <dt>{text('kit.hash')}</dt>
        <dd>
          {check ? <code className="wrap">{check.sha256}</code> : text('kit.signature.checking')}
          {check && <span className="soft small"> {format.bytes(check.size)}</span>}
        </dd>
        <dt>{text('kit.key')}</dt>
        <dd>
          <code className="wrap">{key.fingerprint}</code>
          <br />
          <span className="soft small">{format.list(key.userIds)}</span>
        </dd>
        <dt>{text('bundle.key')}</dt>
        <dd>
          <code className="wrap">{recipient}</code>
        </dd>
        <dt>{text('kit.version')}</dt>
        <dd>{version}</dd>
      </dl>
      <section className="stack stack-s" aria-labelledby="kit-compare">
        <h2 id="kit-compare">{text('kit.compare')}</h2>
        <p>{text('kit.compare.why')}</p>
        <ul className="points">
          {(['windows', 'unix', 'signature'] as const).map((way) => (
            <li key={way}>{text.rich(`kit.compare.${way}`, { code: (words) => <code>{words}</code> })}</li>
          ))}
        </ul>
        <p>{text('kit.compare.where', { page: `${origin}/signing-keys`, phone: cert.phone })}</p>
      </section>
      <section className="stack stack-s" aria-labelledby="kit-policy">
        <h2 id="kit-policy">{text('kit.noConnection')}</h2>
        <p>{text('kit.noConnection.how')}</p>
        <p>
          <code className="wrap small">{piecesIn(document).policy}</code>
        </p>
      </section>
    </Page>
  );
}
