import { apis, AssetRole, Criticality, FactField, Level, type AssetFact } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import { useMay } from '../../ui/shell.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { all, attempt, reader, word } from '../calls.ts';
import { PacketLink } from '../plant/packet-link.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import { WarningTable } from '../warnings/warning-table.tsx';
import type { Route } from './+types/asset';
import { AssetState } from './asset-parts.tsx';

const correctable = [
  'vendor',
  'product',
  'model',
  'orderNumber',
  'firmware',
  'hardware',
  'software',
  'serial',
  'slot',
] as const;

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [asset, warnings] = await Promise.all([
    read(apis.plant.asset, { params: { id: params.id } }),
    all(
      (after) =>
        read(apis.warnings.list, { query: { asset: params.id, limit: 200, ...(after && { after }) } }),
      1000,
    ),
  ]);
  return { asset, warnings: warnings.items };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const answer = await attempt<unknown>(() => {
    if (what === 'accept') return call(apis.plant.accept, { body: { assets: [params.id] } });
    if (what === 'dismiss') return call(apis.plant.dismiss, { body: { assets: [params.id] } });
    // Only what was changed is a correction; the rest stays with the source that said it.
    const changed = (name: string) => word(form, name) !== word(form, `was-${name}`);
    return call(apis.plant.correct, {
      params: { id: params.id },
      body: {
        ...(changed('name') && { name: word(form, 'name') || null }),
        ...(changed('role') && { role: AssetRole.parse(word(form, 'role')) }),
        ...(changed('level') && { level: Level.parse(word(form, 'level')) }),
        ...(changed('criticality') && {
          criticality: Criticality.nullable().catch(null).parse(word(form, 'criticality')),
        }),
        ...Object.fromEntries(correctable.filter(changed).map((name) => [name, word(form, name) || null])),
      },
    });
  });
  if (answer.refused) return answer;
  throw redirect(`/assets/${params.id}`);
}

export default function AssetPage({ loaderData: { asset, warnings }, actionData }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
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
      <section className="stack stack-s" aria-labelledby="warnings">
        <h2 id="warnings">{text('nav.warnings')}</h2>
        <WarningTable
          warnings={warnings}
          forAsset
          empty={<p className="soft">{text('asset.noWarnings')}</p>}
        />
      </section>

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
              <Form method="post" className="stack">
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
                {correctable.map((name) => (
                  <div key={name}>
                    <input type="hidden" name={`was-${name}`} value={asset[name] ?? ''} />
                    <TextField
                      label={text(`asset.${name}`)}
                      name={name}
                      defaultValue={asset[name] ?? ''}
                      maxLength={200}
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

/** Field by field; who said it, and where in which capture. Contradictions stand side by side. */
function Facts({ facts }: { facts: readonly AssetFact[] }) {
  const text = useText();
  const order = FactField.options;
  const rows = facts.toSorted(
    (a, b) => order.indexOf(a.field) - order.indexOf(b.field) || Number(b.holds) - Number(a.holds),
  );
  const disputed = new Set(
    rows
      .filter(({ field, value }) => rows.some((other) => other.field === field && other.value !== value))
      .map(({ field }) => field),
  );
  return (
    <SmallTable label={text('asset.facts')}>
      <thead>
        <tr>
          <th scope="col">{text('asset.fact')}</th>
          <th scope="col">{text('message.value')}</th>
          <th scope="col">{text('certainty')}</th>
          <th scope="col">{text('asset.source')}</th>
          <th scope="col">{text('asset.fact.at')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((fact, place) => (
          <tr key={fact.id} className={fact.holds ? undefined : 'fact-beaten'}>
            <td>{rows[place - 1]?.field === fact.field ? '' : fieldWords(text, fact.field)}</td>
            <td>
              <span className={fact.holds ? 'strong' : 'soft'}>{valueWords(text, fact)}</span>
              {disputed.has(fact.field) && (
                <span className="soft small">
                  {' '}
                  · {text(fact.holds ? 'asset.fact.holds' : 'asset.fact.beaten')}
                </span>
              )}
            </td>
            <td>
              <Certainty level={fact.source === 'person' ? 'confirmed' : fact.certainty} />
            </td>
            <td>
              {fact.capture ? (
                <span className="row">
                  {fact.capture.packet > 0 && (
                    <PacketLink capture={fact.capture.id} packet={fact.capture.packet} />
                  )}
                  <span className="soft small">
                    {fact.protocol} · {fact.capture.name}
                  </span>
                </span>
              ) : fact.inventory ? (
                <span className="small">
                  <Link to={`/assets/import/${fact.inventory.id}`}>{fact.inventory.name}</Link>{' '}
                  <span className="soft">{text('asset.fact.row', { row: fact.inventory.row })}</span>
                </span>
              ) : (
                <span>{fact.person ?? text(`asset.source.${fact.source}`)}</span>
              )}
            </td>
            <td className="soft">
              <Time at={fact.at} style="short" />
            </td>
          </tr>
        ))}
      </tbody>
    </SmallTable>
  );
}

function fieldWords(text: ReturnType<typeof useText>, field: AssetFact['field']): string {
  return text(`asset.${field}`);
}

function valueWords(text: ReturnType<typeof useText>, { field, value }: AssetFact): string {
  if (value === '') return text('asset.fact.unknown');
  if (field === 'role') return text.coded('role.asset', { code: value });
  if (field === 'level') return text.coded('level', { code: value });
  if (field === 'criticality') return text.coded('criticality', { code: value });
  return value;
}
