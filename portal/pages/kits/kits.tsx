import { apis, KitLabel, type MadeKit, urlOf } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Pager } from '../../ui/pager.tsx';
import { CopyButton, useCert } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/kits';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { acting } = signedIn(context, request);
  const { items, next } = await reader(context, request)(apis.kits.list, {
    query: { ...place(request), limit: 20 },
  });
  return { kits: items, next, owner: acting?.organisation.name ?? '' };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const upTo = KitLabel.catch('CLEAR').parse(word(await request.formData(), 'upTo'));
  return attempt(() => call(apis.kits.make, { body: { upTo } }));
}

/** A field kit is made and fetched: one file that analyses captures where there is no network. */
export default function Kits({ loaderData: { kits, next, owner }, actionData }: Route.ComponentProps) {
  const text = useText();
  const cert = useCert();
  const busy = useNavigation().state === 'submitting';
  return (
    <Page
      title={text('kits')}
      lead={text('kits.lead')}
      seen={{ scope: 'own', owner }}
      help={text('kits.help')}
    >
      <RefusalNotice answer={actionData} />
      <Form method="post" className="panel stack">
        <SelectField
          label={text('kits.upTo')}
          hint={text('kits.upTo.hint')}
          name="upTo"
          options={KitLabel.options.map((value) => ({ value, label: text(`kits.upTo.${value}`) }))}
        />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text(busy ? 'kits.making' : 'kits.make')}
          </Button>
        </div>
      </Form>
      <section className="stack stack-s" aria-labelledby="made">
        <h2 id="made">{text('kits.made')}</h2>
        <p className="soft">{text('kits.hash.why', { phone: cert?.phone ?? '' })}</p>
        {kits.length === 0 && <Empty title={text('kits.none')}>{text('kits.none.why')}</Empty>}
        {kits.map((kit) => (
          <Kit key={kit.id} kit={kit} />
        ))}
        <Pager next={next} />
      </section>
    </Page>
  );
}

function Kit({ kit }: { kit: MadeKit }) {
  const text = useText();
  const format = useFormat();
  const of = { params: { id: kit.id } };
  return (
    <article className="panel stack stack-s" aria-labelledby={kit.id}>
      <h3 id={kit.id}>
        <Time at={kit.madeAt} /> <Tlp label={kit.label} />
      </h3>
      <p>
        {text('kits.kit', { count: kit.advisories, size: format.bytes(kit.size), by: kit.by })}{' '}
        {text(`tlp.${kit.label}`)}
      </p>
      <p className="small">
        {text('capture.hash')} <code className="wrap">{kit.sha256}</code>{' '}
        <CopyButton words={kit.sha256} label={text('capture.hash.copy')} />
      </p>
      {kit.isReady ? (
        <div className="row">
          <a className="button button-main button-normal" href={urlOf(apis.kits.file, of)} download>
            <Icon name="download" /> {text('kits.file')}
          </a>
          <a className="button button-plain button-normal" href={urlOf(apis.kits.signature, of)} download>
            <Icon name="seal" /> {text('kits.signature')}
          </a>
        </div>
      ) : (
        <p className="soft small">{text('kits.gone')}</p>
      )}
    </article>
  );
}
