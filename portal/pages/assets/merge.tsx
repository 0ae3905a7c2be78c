import { apis, type Asset, saidFields } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { attempt, reader, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import { fieldWords, valueWords } from './facts.tsx';
import type { Route } from './+types/merge';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [kept, other] = await Promise.all(
    [params.id, params.other].map((id) => read(apis.plant.asset, { params: { id } })),
  );
  return { kept: kept!, other: other! };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const takes = saidFields.filter((field) => word(form, field) === 'other');
  const answer = await attempt(() =>
    call(apis.plant.merge, { params: { id: params.id }, body: { other: params.other, takes } }),
  );
  if (answer.refused) return answer;
  throw redirect(`/assets/${params.id}`);
}

/** Two devices side by side; where they disagree, a person says which value stays. */
export default function Merge({ loaderData: { kept, other }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const shown = (asset: Asset, field: (typeof saidFields)[number]) => {
    const value = asset[field];
    return value === null || value === 'unknown' ? null : valueWords(text, { field, value });
  };
  const rows = saidFields.filter((field) => shown(kept, field) ?? shown(other, field));
  return (
    <Page
      title={text('merge.title', { one: kept.name, other: other.name })}
      lead={text('merge.lead')}
      seen={kept.visibility}
      crumbs={
        <>
          <Link to="/assets">{text('nav.assets')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/assets/${kept.id}`}>{kept.name}</Link>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      <Form method="post" className="stack">
        <SmallTable narrow label={text('merge.title', { one: kept.name, other: other.name })}>
          <thead>
            <tr>
              <th scope="col">{text('asset.fact')}</th>
              <th scope="col">
                <Called asset={kept} />
              </th>
              <th scope="col">
                <Called asset={other} />
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((field) => {
              const [mine, theirs] = [shown(kept, field), shown(other, field)];
              const disputed = mine !== null && theirs !== null && mine !== theirs;
              return (
                <tr key={field}>
                  <th scope="row">{fieldWords(text, field)}</th>
                  {(
                    [
                      ['kept', mine],
                      ['other', theirs],
                    ] as const
                  ).map(([side, value]) => (
                    <td key={side}>
                      {disputed ? (
                        <label className="row nowrap">
                          <input type="radio" name={field} value={side} defaultChecked={side === 'kept'} />{' '}
                          {value}
                        </label>
                      ) : (
                        (value ?? <span className="soft">–</span>)
                      )}
                    </td>
                  ))}
                </tr>
              );
            })}
          </tbody>
        </SmallTable>
        <p className="soft measure">{text('merge.kept')}</p>
        <div className="row">
          <Button type="submit" kind="main" busy={busy}>
            {text('merge.do')}
          </Button>
          <ButtonLink to={`/assets/${kept.id}`} kind="quiet">
            {text('cancel')}
          </ButtonLink>
        </div>
      </Form>
    </Page>
  );
}

/** An asset without a name is called by its address: once is enough. */
function Called({ asset: { name, addresses } }: { asset: { name: string; addresses: readonly string[] } }) {
  return (
    <>
      {name} {addresses[0] !== name && <span className="soft small">{addresses[0]}</span>}
    </>
  );
}
