import { apis, AssetRole, Criticality, Level, writtenFields } from '@busbar/contract';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import { useMay } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { all, attempt, reader, word, words } from '../calls.ts';
import { CasesOfDevice, casesOfDevice } from '../concerns/cases-of-device.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import { WarningTable } from '../warnings/warning-table.tsx';
import type { Route } from './+types/asset';
import { AssetState } from './asset-parts.tsx';
import { Facts } from './facts.tsx';
import { Merging } from './merging.tsx';
import { NameFinder, nameWords, otherName } from './name-finder.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [asset, cases, warnings] = await Promise.all([
    read(apis.plant.asset, { params: { id: params.id } }),
    casesOfDevice(visitOf(context).call, params.id),
    all(
      (after) =>
        read(apis.warnings.list, { query: { asset: params.id, limit: 200, ...(after && { after }) } }),
      1000,
    ),
  ]);
  const typed = [asset.vendor, asset.product].filter(Boolean).join(' ');
  const names = typed ? await read(apis.plant.names, { query: { typed } }) : null;
  return { asset, cases, warnings: warnings.items, meant: otherName(asset, names?.items ?? []) ?? null };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const answer = await attempt<unknown>(() => {
    if (what === 'accept') return call(apis.plant.accept, { body: { assets: [params.id] } });
    if (what === 'dismiss') return call(apis.plant.dismiss, { body: { assets: [params.id] } });
    if (what === 'compare')
      return call(apis.warnings.compare, { body: { assets: [params.id], advisories: [] } });
    if (what === 'unmerge') return call(apis.plant.unmerge, { params: { id: word(form, 'merge') } });
    if (what === 'apart')
      return call(apis.plant.apart, { params: { id: params.id }, body: { other: word(form, 'other') } });
    if (what === 'split')
      return call(apis.plant.split, {
        params: { id: params.id },
        body: { captures: words(form, 'capture'), inventories: words(form, 'inventory') },
      });
    // Only what was changed is a correction; the rest stays with the source that said it.
    const changed = (name: string) => form.has(name) && word(form, name) !== word(form, `was-${name}`);
    return call(apis.plant.correct, {
      params: { id: params.id },
      body: {
        ...(changed('name') && { name: word(form, 'name') || null }),
        ...(changed('role') && { role: AssetRole.parse(word(form, 'role')) }),
        ...(changed('level') && { level: Level.parse(word(form, 'level')) }),
        ...(changed('criticality') && {
          criticality: Criticality.nullable().catch(null).parse(word(form, 'criticality')),
        }),
        ...Object.fromEntries(writtenFields.filter(changed).map((name) => [name, word(form, name) || null])),
        ...Object.fromEntries(
          addressFields.filter(changed).map((name) => [
            name,
            word(form, name)
              .split(/[,;\s]+/)
              .filter(Boolean),
          ]),
        ),
      },
    });
  });
  if (answer.refused) return answer;
  throw redirect(`/assets/${params.id}${what === 'compare' ? '?compared' : ''}`);
}

/** What is written as a list, with commas between. */
const addressFields = ['addresses', 'macs'] as const;

export default function AssetPage({
  loaderData: { asset, cases, warnings, meant },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const compared = useSearchParams()[0].has('compared');
  const edit = may('manage sites zones assets');
  const product = [asset.vendor, asset.product ?? asset.model].filter(Boolean).join(' ');

  return (
    <Page
      title={asset.name}
      heading={
        <span className="with-icon">
          <Icon name={roleIcon(asset.role)} size={24} /> {asset.name}
        </span>
      }
      seen={asset.visibility}
      help={text('asset.help')}
      lead={
        <>
          {text(product ? 'asset.sentence' : 'asset.sentence.unknown', {
            role: text(`role.asset.${asset.role}`),
            product,
            level: text(`level.${asset.level}`),
            site: asset.site.name,
          })}{' '}
          <AssetState state={asset.state} />
        </>
      }
      crumbs={
        <>
          <Link to="/assets">{text('nav.assets')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{asset.site.name}</span>
        </>
      }
      actions={
        edit && (
          <Form method="post" className="row">
            {asset.state !== 'accepted' && (
              <Button type="submit" name="do" value="accept" kind="main" icon="check" busy={busy}>
                {text('assets.accept')}
              </Button>
            )}
            {asset.state !== 'dismissed' && (
              <Button type="submit" name="do" value="dismiss" busy={busy}>
                {text('assets.dismiss')}
              </Button>
            )}
          </Form>
        )
      }
    >
      {edit && meant && (
        <Notice title={text('names.meant', { name: nameWords(meant) })}>
          <p>{text('names.meant.why')}</p>
          <Form method="post">
            <input type="hidden" name="vendor" value={meant.vendor} />
            {meant.product && <input type="hidden" name="product" value={meant.product} />}
            <Button type="submit" name="do" value="correct" size="small" busy={busy}>
              {text('names.meant.use')}
            </Button>
          </Form>
        </Notice>
      )}
      <section className="stack stack-s" aria-labelledby="warnings">
        <h2 id="warnings">{text('nav.warnings')}</h2>
        <WarningTable
          warnings={warnings}
          forAsset
          empty={<p className="soft">{text('asset.noWarnings')}</p>}
        />
        {compared && !actionData && (
          <Notice kind="good" live>
            {text('compare.done')}
          </Notice>
        )}
        {may('set match state / acknowledge alert') && asset.state !== 'dismissed' && (
          <Form method="post">
            <Button type="submit" name="do" value="compare" size="small" busy={busy}>
              {text('compare.device')}
            </Button>
          </Form>
        )}
      </section>

      <CasesOfDevice cases={cases} />

      <div className="split">
        <section className="stack stack-s">
          <h2>{text('asset.facts')}</h2>
          <p className="soft">{text('asset.facts.lead')}</p>
          {asset.facts.length === 0 ? (
            <Empty title={text('asset.facts.none')}>{text('asset.facts.none.why')}</Empty>
          ) : (
            <Facts facts={asset.facts} />
          )}
        </section>
        <div className="stack">
          <section className="panel stack stack-s" aria-labelledby="addresses">
            <h3 id="addresses">{text('asset.addresses')}</h3>
            <dl className="facts">
              {asset.addresses.length > 0 && (
                <>
                  <dt>{text('asset.ip')}</dt>
                  <dd>
                    <code>{asset.addresses.join(', ')}</code>
                  </dd>
                </>
              )}
              {asset.macs.length > 0 && (
                <>
                  <dt>{text('asset.mac')}</dt>
                  <dd>
                    <code>{asset.macs.join(', ')}</code>
                  </dd>
                </>
              )}
              <dt>{text('asset.protocols')}</dt>
              <dd>{asset.protocols.join(', ') || '–'}</dd>
              <dt>{text('asset.firstSeen')}</dt>
              <dd>
                <Time at={asset.firstSeen} style="short" />
              </dd>
              <dt>{text('asset.lastSeen')}</dt>
              <dd>
                <Time at={asset.lastSeen} style="short" />
              </dd>
            </dl>
          </section>
          {edit && (
            <details className="panel more" open={actionData?.refused !== undefined}>
              <summary>{text('asset.correct')}</summary>
              <Form method="post" id="correction" className="stack">
                <RefusalNotice answer={actionData} />
                <p className="soft small">{text('asset.correct.lead')}</p>
                <input type="hidden" name="do" value="correct" />
                <input type="hidden" name="was-name" value={asset.name} />
                <TextField
                  label={text('asset.name')}
                  name="name"
                  defaultValue={asset.name}
                  error={fieldError('name')}
                />
                <input type="hidden" name="was-role" value={asset.role} />
                <SelectField
                  label={text('asset.role')}
                  name="role"
                  defaultValue={asset.role}
                  options={AssetRole.options.map((role) => ({
                    value: role,
                    label: text(`role.asset.${role}`),
                  }))}
                />
                <input type="hidden" name="was-level" value={asset.level} />
                <SelectField
                  label={text('asset.level')}
                  name="level"
                  defaultValue={asset.level}
                  options={Level.options.map((level) => ({ value: level, label: text(`level.${level}`) }))}
                />
                <input type="hidden" name="was-criticality" value={asset.criticality ?? ''} />
                <SelectField
                  label={text('asset.criticality')}
                  hint={text('asset.criticality.hint')}
                  name="criticality"
                  defaultValue={asset.criticality ?? ''}
                  options={[
                    { value: '', label: text('asset.criticality.unsaid') },
                    ...Criticality.options.map((criticality) => ({
                      value: criticality,
                      label: text(`criticality.${criticality}.means`),
                    })),
                  ]}
                />
                <NameFinder form="correction" />
                {writtenFields.map((name) => (
                  <div key={name}>
                    <input type="hidden" name={`was-${name}`} value={asset[name] ?? ''} />
                    <TextField
                      label={text(`asset.${name}`)}
                      name={name}
                      defaultValue={asset[name] ?? ''}
                      maxLength={name === 'cpe' || name === 'purl' ? 600 : 200}
                      error={fieldError(name)}
                    />
                  </div>
                ))}
                {addressFields.map((name) => (
                  <div key={name}>
                    <input type="hidden" name={`was-${name}`} value={asset[name].join(', ')} />
                    <TextField
                      label={text(name === 'macs' ? 'asset.macList' : 'asset.ips')}
                      hint={text('asset.ips.hint')}
                      name={name}
                      defaultValue={asset[name].join(', ')}
                      maxLength={2000}
                      error={fieldError(name)}
                    />
                  </div>
                ))}
                <div>
                  <Button type="submit" kind="main" busy={busy}>
                    {text('asset.correct.save')}
                  </Button>
                </div>
              </Form>
            </details>
          )}
        </div>
      </div>

      {edit && <Merging asset={asset} busy={busy} />}

      <section className="stack stack-s">
        <h2>{text('asset.talksTo')}</h2>
        {asset.talksTo.length === 0 ? (
          <p className="soft">{text('map.alone')}</p>
        ) : (
          <SmallTable label={text('asset.talksTo')}>
            <thead>
              <tr>
                <th scope="col">{text('asset.direction')}</th>
                <th scope="col">{text('asset.peer')}</th>
                <th scope="col">{text('conversation.protocol')}</th>
                <th scope="col" className="number">
                  {text('asset.packets')}
                </th>
              </tr>
            </thead>
            <tbody>
              {asset.talksTo.map((peer) => (
                <tr key={`${peer.id}-${peer.protocol}-${String(peer.outgoing)}`}>
                  <td className="nowrap">
                    <Icon name={peer.outgoing ? 'arrowRight' : 'arrowDown'} size={13} />{' '}
                    {text(peer.outgoing ? 'asset.outgoing' : 'asset.incoming')}
                  </td>
                  <td>
                    <Link to={`/assets/${peer.id}`}>{peer.name}</Link>{' '}
                    {peer.address !== peer.name && <span className="faint">{peer.address}</span>}
                  </td>
                  <td>{peer.protocol}</td>
                  <td className="number">{format.number(peer.packets)}</td>
                </tr>
              ))}
            </tbody>
          </SmallTable>
        )}
      </section>

      <section className="stack stack-s" aria-labelledby="seen-in">
        <h2 id="seen-in">{text('asset.history')}</h2>
        {asset.captures.length === 0 ? (
          <p className="soft">{text('asset.history.none')}</p>
        ) : (
          <ul className="plain-list lines">
            {asset.captures.map((capture) => (
              <li key={capture.id} className="row row-end">
                <Link to={`/captures/${capture.id}`}>{capture.name}</Link>
                <span className="soft small">
                  {text('asset.history.packets', { count: capture.packets })} ·{' '}
                  <Time at={capture.firstSeen} style="short" /> – <Time at={capture.lastSeen} style="short" />
                </span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </Page>
  );
}
