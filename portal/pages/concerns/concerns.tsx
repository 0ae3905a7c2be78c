import { apis } from '@busbar/contract';
import { useRef } from 'react';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { keyIn } from '../../ui/form-key.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLetterKeys } from '../../ui/keys.ts';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Filters } from '../../ui/search-box.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { EditionFields, useAdding } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/concerns';
import { Concern, DeviceLine, useDevicePath } from './concern-parts.tsx';
import { Told } from './concerns-panel.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const search = new URL(request.url).searchParams.get('search')?.slice(0, 200) ?? '';
  const [found, concerns] = await Promise.all([
    read(apis.cases.get, { params: { id } }),
    read(apis.caseConcerns.list, { params: { id } }),
  ]);
  const candidates = concerns.plant
    ? await read(apis.caseConcerns.candidates, { params: { id }, query: { search } })
    : null;
  return { pulse, found, concerns, candidates };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const [site, device] = [word(form, 'site'), word(form, 'device')];
  const answer = await attempt<unknown>(() => {
    if (what === 'remove')
      return call(apis.caseConcerns.remove, { params: { id, concern: word(form, 'concern') } });
    if (what === 'words')
      return call(apis.caseConcerns.add, {
        params: { id },
        body: { ...keyIn(form), words: word(form, 'words') },
      });
    return call(apis.caseConcerns.add, { params: { id }, body: site ? { site } : { device } });
  });
  if (answer.refused) return { ...answer, what };
  const { search } = new URL(request.url);
  throw redirect(`/cases/${id}/plant${search}`);
}

/** What a case is about in a plant: what is named, what the timeline tells of, and all the rest to choose from. */
export default function Concerns({
  loaderData: { pulse, found, concerns, candidates },
  actionData: answered,
}: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const may = useMay();
  const room = useRef<HTMLDivElement>(null);
  const [query] = useSearchParams();
  const busy = useNavigation().state === 'submitting';
  const fieldError = useFieldError(actionData);
  const pathOf = useDevicePath(concerns.plant);
  const adding = useAdding('words');
  const named = new Set(concerns.items.flatMap(({ device, site }) => [device?.id ?? '', site?.id ?? '']));
  const isMembers = found.claimed || found.naming === 'member';
  const search = query.get('search') ?? '';
  useLetterKeys(room);
  const sites = candidates?.sites.filter(({ id }) => !named.has(id)) ?? [];
  const devices = candidates?.devices.filter(({ id }) => !named.has(id)) ?? [];
  return (
    <Page
      title={`${text('concerns')} · ${found.reference}`}
      heading={text('concerns')}
      lead={text('concerns.lead')}
      seen={{ scope: 'receipt', label: found.label, ...(isMembers && { owner: found.owner }) }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${found.id}`}>{found.reference}</Link>
        </>
      }
    >
      <CaseTabs id={found.id} current="/plant" pulse={pulse} />
      {actionData?.what !== 'words' && <RefusalNotice answer={actionData} />}
      <div className="split" ref={room}>
        <section className="panel stack stack-s" aria-labelledby="named">
          <h2 id="named">{text('concerns.named')}</h2>
          {concerns.items.length === 0 && <p className="soft">{text('concerns.none')}</p>}
          <ul className="plain-list lines">
            {concerns.items.map((concern) => (
              <li key={concern.id} className="row row-end">
                <div>
                  <Concern concern={concern} pathOf={pathOf} />
                  <div className="soft small">
                    {concern.by ? text('concerns.by', { name: concern.by }) : text('concerns.by.cert')}{' '}
                    <Time at={concern.at} style="short" />
                  </div>
                </div>
                <Form method="post" preventScrollReset>
                  <input type="hidden" name="concern" value={concern.id} />
                  <input type="hidden" name="do" value="remove" />
                  <ConfirmButton
                    kind="quiet"
                    size="small"
                    busy={busy}
                    aria-label={`${text('concerns.remove')}: ${concern.name}`}
                    question={text('concerns.remove.of', { name: concern.name })}
                    consequence={text(
                      concern.kind === 'words' ? 'concerns.remove.words' : 'concerns.remove.means',
                    )}
                    confirm={text('concerns.remove')}
                  >
                    {text('concerns.remove')}
                  </ConfirmButton>
                </Form>
              </li>
            ))}
          </ul>
          <Told told={concerns.told} pathOf={pathOf} />
        </section>
        <div className="stack">
          {candidates && (
            <section className="panel stack stack-s" aria-labelledby="choose">
              <h2 id="choose">{text('concerns.choose')}</h2>
              <Filters
                search={text('concerns.search')}
                filtered={search !== ''}
                all={`/cases/${found.id}/plant`}
              />
              {sites.length + devices.length === 0 && !candidates.more && (
                <p className="soft">{text(search ? 'concerns.nothing' : 'concerns.allNamed')}</p>
              )}
              <ul className="plain-list lines">
                {sites.map(({ id, name }) => (
                  <li key={id} className="row row-end">
                    <span>
                      {name} <span className="soft small">{text('concerns.kind.site')}</span>
                    </span>
                    <Take chosen={{ site: id }} name={name} />
                  </li>
                ))}
                {devices.map((device) => (
                  <li key={device.id} className="row row-end">
                    <div>
                      <DeviceLine device={device} to={pathOf(device.id)} />
                    </div>
                    <Take chosen={{ device: device.id }} name={device.name} />
                  </li>
                ))}
              </ul>
              {candidates.more && <p className="soft">{text('concerns.more')}</p>}
            </section>
          )}
          {!candidates && may('triage and move cases') && (
            <Notice>
              {text(isMembers ? 'concerns.inventoryClosed' : 'concerns.noInventory', { owner: found.owner })}
              {isMembers && (
                <>
                  {' '}
                  <Link to="/plants">{text('plants')}</Link>
                </>
              )}
            </Notice>
          )}
          <section className="panel stack stack-s" aria-labelledby="words">
            <h2 id="words">{text('concerns.words')}</h2>
            <p className="soft">{text('concerns.words.when')}</p>
            <Form method="post" className="stack stack-s" key={adding.key} {...adding.form}>
              {actionData?.what === 'words' && <RefusalNotice answer={actionData} />}
              <EditionFields of={adding} />
              <TextField
                label={text('concerns.words.name')}
                name="words"
                required
                maxLength={200}
                aria-keyshortcuts="W"
                error={fieldError('words')}
              />
              <input type="hidden" name="do" value="words" />
              <div>
                <Button type="submit" busy={busy}>
                  {text('concerns.take')}
                </Button>
              </div>
            </Form>
          </section>
        </div>
      </div>
    </Page>
  );
}

function Take({ chosen, name }: { chosen: Readonly<Record<string, string>>; name: string }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <Form method="post" preventScrollReset>
      {Object.entries(chosen).map(([what, id]) => (
        <input key={what} type="hidden" name={what} value={id} />
      ))}
      <Button
        type="submit"
        name="do"
        value="add"
        size="small"
        icon="plus"
        busy={busy}
        aria-label={text('concerns.take.of', { name })}
      >
        {text('concerns.take')}
      </Button>
    </Form>
  );
}
