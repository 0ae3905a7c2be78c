import { apis, SourceKind, type SourceFound } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/add-source';
import { kinds, ProblemList, SettingsFields, settingsIn } from './source-parts.tsx';

/** Asks for nothing; who may not add a source is told so before he has filled in a form. */
export async function loader({ request, context }: Route.LoaderArgs) {
  await reader(context, request)(apis.sources.list, { query: { limit: 1 } });
  return null;
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const address = word(form, 'address');
  const local = word(form, 'local') === 'true';
  if (word(form, 'do') === 'add') {
    const kind = SourceKind.catch('feed').parse(word(form, 'kind'));
    const answer = await attempt(() =>
      call(apis.sources.add, { body: { ...settingsIn(form), kind, address, local } }),
    );
    if (answer.done) throw redirect(`/sources/${answer.done.id}`);
    const found: SourceFound = { ...settingsIn(form), kind, address, count: null, problems: [] };
    return { ...answer, found, local, given: address };
  }
  // People paste a domain as they would type it.
  const whole = /^(?:https?:\/\/|folder:)/i.test(address) ? address : `https://${address}`;
  const answer = await attempt(() => call(apis.sources.look, { body: { address: whole, local } }));
  return { ...answer, found: answer.done, local, given: address };
}

export default function AddSource({ actionData }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  const error = useFieldError(actionData);
  const found = actionData?.found;
  return (
    <Page
      title={text('sources.add')}
      lead={text('sources.add.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      crumbs={
        <>
          <Link to="/sources">{text('nav.sources')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('sources.add')}</span>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      <Form method="post" className="panel stack measure" key={`look-${actionData?.given ?? ''}`}>
        <input type="hidden" name="do" value="look" />
        <TextField
          label={text('source.address')}
          hint={text('source.address.hint')}
          name="address"
          defaultValue={actionData?.given ?? ''}
          required
          maxLength={2000}
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          error={found ? undefined : error('address')}
        />
        <Checkbox
          label={text('source.local')}
          hint={text('source.local.hint')}
          name="local"
          value="true"
          defaultChecked={actionData?.local ?? false}
        />
        <div>
          <Button type="submit" kind={found?.kind ? 'plain' : 'main'} icon="search" busy={busy && !found}>
            {text('sources.look')}
          </Button>
        </div>
      </Form>
      {found && (
        <>
          <Notice
            kind={found.kind ? 'good' : 'warn'}
            live
            title={
              found.kind
                ? text('sources.found', { kind: text(`source.kind.${found.kind}`) })
                : text('sources.found.nothing')
            }
          >
            {found.count !== null && <p>{text('sources.found.count', { count: found.count })}</p>}
            {found.fingerprints.length > 0 && <p>{text('sources.found.keys')}</p>}
            <ProblemList problems={found.problems} />
            {!found.kind && <p>{text('sources.found.nothing.next')}</p>}
          </Notice>
          <Form method="post" className="panel stack measure" key={`${found.address} ${found.kind}`}>
            <input type="hidden" name="do" value="add" />
            <input type="hidden" name="address" value={found.address} />
            <input type="hidden" name="local" value={String(actionData?.local ?? false)} />
            <p>
              <span className="soft">{text('source.address')}</span>
              <br />
              <code className="mono">{found.address}</code>
            </p>
            {found.kind ? (
              <input type="hidden" name="kind" value={found.kind} />
            ) : (
              <SelectField
                label={text('source.kind')}
                name="kind"
                defaultValue="feed"
                options={kinds.map((value) => ({ value, label: text(`source.kind.${value}`) }))}
              />
            )}
            <SettingsFields
              source={{ licence: '', reliability: 'F', maxTlp: 'CLEAR', everyMinutes: 240, ...found }}
              kind={found.kind ?? 'csaf-provider'}
              error={error}
            />
            <div>
              <Button type="submit" kind="main" icon="plus" busy={busy}>
                {text('sources.add.confirm')}
              </Button>
            </div>
          </Form>
        </>
      )}
    </Page>
  );
}
