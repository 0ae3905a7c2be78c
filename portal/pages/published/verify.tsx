import { apis } from '@busbar/contract';
import { useState } from 'react';
import { Form, Link, useNavigate } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { reader } from '../calls.ts';
import type { Route } from './+types/verify';

const isHash = (words: string) => /^([0-9a-f]{64}|[0-9a-f]{128})$/.test(words);

export async function loader({ request, context }: Route.LoaderArgs) {
  const given = new URL(request.url).searchParams.get('hash')?.trim().toLowerCase() ?? '';
  // What `sha256sum` prints has the name of the file behind it.
  const hash = given.split(/\s/)[0]!.slice(0, 200);
  const answer = isHash(hash)
    ? await reader(context, request)(apis.published.verify, { query: { hash } })
    : null;
  return { hash, answer };
}

/** Did this CERT publish it, is the signature valid, was it recalled? Without an account; the file stays where it is. */
export default function Verify({ loaderData: { hash, answer } }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page title={text('verify.title')} lead={text('verify.lead')} seen={{ scope: 'everyone' }} plain>
      {hash && !answer && (
        <Notice kind="warn" live title={text('verify.noHash')}>
          {text('verify.noHash.do')}
        </Notice>
      )}
      {answer && <Verdict answer={answer} />}
      <FromFile />
      <Form method="get" className="stack">
        <TextField
          label={text('verify.hash')}
          hint={text('verify.hash.hint')}
          name="hash"
          defaultValue={hash}
          required
          spellCheck={false}
          autoComplete="off"
        />
        <div>
          <Button type="submit" kind="main">
            {text('verify.do')}
          </Button>
        </div>
      </Form>
      <section className="stack stack-s" aria-labelledby="self">
        <h2 id="self">{text('verify.self')}</h2>
        <p className="measure">
          {text.rich('verify.self.how', {
            keys: (words) => <Link to="/signing-keys">{words}</Link>,
          })}
        </p>
        <p>
          <code className="wrap">{text('verify.command')}</code>
        </p>
      </section>
    </Page>
  );
}

/** The browser hashes the file; nothing of it is sent. */
function FromFile() {
  const text = useText();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  async function look(file: File | undefined) {
    if (!file) return;
    setName(file.name);
    const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    await navigate(`/verify?hash=${hex}`);
  }
  return (
    <div
      className="panel needs-scripts"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void look(event.dataTransfer.files[0]);
      }}
    >
      <Field label={text('verify.file')} hint={text('verify.file.hint')}>
        {(wiring) => (
          // In words of ours: a browser names its own button in its own language.
          <label className="button button-plain button-normal">
            {text('verify.choose')}
            <input
              type="file"
              className="hidden-words"
              onChange={(event) => void look(event.currentTarget.files?.[0])}
              {...wiring}
            />
          </label>
        )}
      </Field>
      {name && <p className="small soft">{name}</p>}
    </div>
  );
}

type Answer = NonNullable<Route.ComponentProps['loaderData']['answer']>;

function Verdict({ answer }: { answer: Answer }) {
  const text = useText();
  const { file } = answer;
  if (!file)
    return (
      <Notice kind="alarm" live title={text('verify.unknown')}>
        {text('verify.unknown.do')}
      </Notice>
    );
  const fine = file.signature === 'valid' && !file.recalledAt && file.key.state !== 'revoked';
  return (
    <Notice
      kind={fine && file.current ? 'good' : fine ? 'warn' : 'alarm'}
      live
      title={text(
        file.recalledAt
          ? 'verify.recalled'
          : file.signature === 'invalid'
            ? 'verify.invalid'
            : file.key.state === 'revoked'
              ? 'verify.revoked'
              : file.current
                ? 'verify.valid'
                : 'verify.old',
      )}
    >
      <dl className="facts">
        <dt>{text('release.file')}</dt>
        <dd>
          <code className="wrap">{file.name}</code>
        </dd>
        <dt>{text('published.of')}</dt>
        <dd>
          <Link to={`/published/${file.publication}`}>{file.title}</Link>{' '}
          {text('release.version', { version: file.version })}
        </dd>
        <dt>{text('published.at')}</dt>
        <dd>
          <Time at={file.publishedAt} />
        </dd>
        {file.recallReason && (
          <>
            <dt>{text('release.reason.recalled')}</dt>
            <dd>{file.recallReason}</dd>
          </>
        )}
        <dt>{text('verify.signature')}</dt>
        <dd>
          {text(`verify.signature.${file.signature}`)}{' '}
          <code className="small wrap">{file.key.fingerprint}</code>{' '}
          {text(`signingKeyState.${file.key.state}`)}
        </dd>
      </dl>
    </Notice>
  );
}
