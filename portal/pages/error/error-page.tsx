import { isRouteErrorResponse, Link, useRouteLoaderData } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { useHere } from '../../ui/here.ts';
import { PhoneLink, useCert } from '../../ui/shell.tsx';
import type { Refused } from '../calls.ts';

/** What happened, what is safe, what to do. What may not be seen and what is not there look the same. */
export function ErrorPage({ error }: { error: unknown }) {
  const text = useText();
  const cert = useCert();
  const here = useHere();
  const root = useRouteLoaderData('root') as { requestId?: string } | undefined;
  const response = isRouteErrorResponse(error) ? error : null;
  const refused = (response?.data as Partial<Refused> | undefined)?.refused;
  const kind = !response
    ? 'fault'
    : response.status === 404 || response.status === 403
      ? 'absent'
      : response.status >= 500
        ? 'fault'
        : 'refused';
  const requestId = refused?.requestId ?? root?.requestId;

  return (
    <Page plain title={text(`error.${kind}`)} seen={{ scope: 'everyone' }}>
      <div className="stack">
        <p>{refused && kind === 'refused' ? text.coded('problem', refused) : text(`error.${kind}.what`)}</p>
        <h2>{text('error.safe')}</h2>
        <p>{text(`error.${kind}.safe`)}</p>
        <h2>{text('error.do')}</h2>
        <p>{text(`error.${kind}.do`)}</p>
        {cert && (
          <p>
            {text.rich('help.contact', {
              cert: cert.name,
              phone: <PhoneLink cert={cert} />,
            })}
          </p>
        )}
        <div className="row">
          <ButtonLink to="/" kind="main">
            {text('error.home')}
          </ButtonLink>
          {kind === 'fault' && !here && (
            <Link to="." reloadDocument className="button button-plain button-normal">
              {text('error.again')}
            </Link>
          )}
        </div>
        {requestId && (
          <p className="soft small">
            {text('error.requestId')} <code>{requestId}</code>
          </p>
        )}
      </div>
    </Page>
  );
}
