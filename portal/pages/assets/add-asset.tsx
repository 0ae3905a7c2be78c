import { apis, AssetRole, Criticality, Level, writtenFields } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { attempt, reader, word } from '../calls.ts';
import { type Answer, RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/add-asset';
import { NameFinder, nameWords } from './name-finder.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const query = new URL(request.url).searchParams;
  const typed = query.get('typed')?.trim().slice(0, 200) ?? '';
  const [{ items: sites }, names] = await Promise.all([
    read(apis.plant.sites),
    typed ? read(apis.plant.names, { query: { typed } }) : null,
  ]);
  return {
    sites,
    typed,
    names: names?.items ?? null,
    vendor: query.get('vendor')?.slice(0, 200) ?? '',
    product: query.get('product')?.slice(0, 200) ?? '',
  };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const criticality = Criticality.safeParse(word(form, 'criticality')).data;
  const answer = await attempt(() =>
    call(apis.plant.addAsset, {
      body: {
        ...(word(form, 'site') && { site: word(form, 'site') }),
        ...(word(form, 'newSite') && { newSite: word(form, 'newSite') }),
        ...(word(form, 'zone') && { zone: word(form, 'zone') }),
        ...(form.has('anyway') && { anyway: true }),
        name: word(form, 'name'),
        role: AssetRole.catch('unknown').parse(word(form, 'role')),
        level: Level.catch('unknown').parse(word(form, 'level')),
        ...(word(form, 'address') && { address: word(form, 'address') }),
        ...(criticality && { criticality }),
        ...Object.fromEntries(
          writtenFields.flatMap((name) => (word(form, name) ? [[name, word(form, name)]] : [])),
        ),
      },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(`/assets/${answer.done.id}`);
}

/** The place that was named may be one that is there, by another writing. */
const isNearlySo = (answer: Answer) => answer?.refused?.code.endsWith('-nearly-so') ?? false;

/** A device by hand. Vendor and product are found as advisories call them, so that warnings find the device. */
export default function AddAsset({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const { sites, typed, names, vendor, product } = loaderData;
  const given = { vendor, product };
  return (
    <Page
      title={text('asset.add')}
      lead={text('asset.add.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      crumbs={
        <>
          <Link to="/assets">{text('nav.assets')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('asset.add')}</span>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      <Form method="get" className="stack stack-s measure">
        <NameFinder key={typed} form="add" defaultValue={typed} />
        <div>
          <Button type="submit" size="small">
            {text('names.look')}
          </Button>
        </div>
        {names && names.length === 0 && <p className="soft">{text('names.none')}</p>}
        {names && names.length > 0 && (
          <ul className="plain-list">
            {names.map((one) => (
              <li key={nameWords(one)}>
                <Link
                  to={`?${new URLSearchParams({ vendor: one.vendor, product: one.product ?? '' }).toString()}`}
                >
                  {nameWords(one)}
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Form>
      <Form method="post" id="add" className="panel stack measure" key={`${vendor} ${product}`}>
        {sites.length > 0 && (
          <SelectField
            label={text('site')}
            name="site"
            options={sites.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        <TextField
          label={text('asset.newSite')}
          hint={text('asset.newSite.hint')}
          name="newSite"
          maxLength={200}
          error={fieldError('newSite')}
        />
        <TextField
          label={text('asset.zone')}
          hint={text('asset.zone.hint')}
          name="zone"
          maxLength={200}
          error={fieldError('zone')}
        />
        {isNearlySo(actionData) && <Checkbox name="anyway" value="true" label={text('asset.place.anyway')} />}
        <TextField
          label={text('asset.name')}
          name="name"
          maxLength={200}
          required
          error={fieldError('name')}
        />
        <TextField
          label={text('asset.address')}
          name="address"
          maxLength={60}
          error={fieldError('address')}
        />
        {writtenFields.map((name) => (
          <TextField
            key={name}
            label={text(`asset.${name}`)}
            name={name}
            maxLength={name === 'cpe' || name === 'purl' ? 600 : 200}
            defaultValue={name === 'vendor' || name === 'product' ? given[name] : ''}
            error={fieldError(name)}
          />
        ))}
        <SelectField
          label={text('asset.role')}
          name="role"
          defaultValue="unknown"
          options={AssetRole.options.map((role) => ({ value: role, label: text(`role.asset.${role}`) }))}
        />
        <SelectField
          label={text('asset.level')}
          name="level"
          defaultValue="unknown"
          options={Level.options.map((level) => ({ value: level, label: text(`level.${level}`) }))}
        />
        <SelectField
          label={text('asset.criticality')}
          hint={text('asset.criticality.hint')}
          name="criticality"
          options={[
            { value: '', label: text('asset.criticality.unsaid') },
            ...Criticality.options.map((one) => ({
              value: one,
              label: text(`criticality.${one}.means`),
            })),
          ]}
        />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('asset.add.do')}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
