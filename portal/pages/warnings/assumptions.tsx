import { apis, Ssvc } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, reader, word } from '../calls.ts';
import { visitOf } from '../../context.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/assumptions';

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [{ sites }, plant] = await Promise.all([read(apis.warnings.assumptions), read(apis.plant.summary)]);
  return { sites, visibility: plant.visibility };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const zone = word(form, 'zone');
  return attempt(() =>
    call(apis.warnings.assume, {
      body: {
        site: word(form, 'site'),
        ...(zone && { zone }),
        exposure: Ssvc.shape.exposure.nullable().parse(word(form, 'exposure') || null),
        safetyImpact: Ssvc.shape.safetyImpact.nullable().parse(word(form, 'safetyImpact') || null),
      },
    }),
  );
}

type Said = Route.ComponentProps['loaderData']['sites'][number]['zones'][number];

/** What people say of places, in one place: how exposed they are, and what may happen to people there. */
export default function Assumptions({ loaderData: { sites, visibility }, actionData }: Route.ComponentProps) {
  const text = useText();
  const changed = actionData?.done;
  return (
    <Page
      title={text('nav.assumptions')}
      lead={text('assumptions.lead')}
      help={text('assumptions.help')}
      seen={visibility}
      crumbs={
        <>
          <Link to="/warnings">{text('nav.warnings')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span>{text('nav.assumptions')}</span>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      {changed && (
        <Notice kind="good" live>
          {changed.later
            ? text('assumptions.later')
            : text('assumptions.changed', { more: changed.more, less: changed.less })}
        </Notice>
      )}
      {sites.length === 0 && <Empty title={text('assumptions.none')}>{text('assumptions.none.why')}</Empty>}
      {sites.map(({ zones, ...site }) => (
        <section key={site.id} className="stack" aria-labelledby={site.id}>
          <h2 id={site.id}>{site.name}</h2>
          <Saying said={site} site={site.id} />
          {zones.map((zone) => (
            <section key={zone.id} className="stack stack-s" aria-labelledby={zone.id}>
              <h3 id={zone.id}>{text('assumptions.zone', { name: zone.name })}</h3>
              <Saying said={zone} site={site.id} zone={zone.id} />
            </section>
          ))}
        </section>
      ))}
    </Page>
  );
}

function Saying({ said, site, zone }: { said: Said; site: string; zone?: string }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const choices = <Value extends string>(point: 'exposure' | 'safetyImpact', values: readonly Value[]) => [
    { value: '', label: text('assumptions.unsaid') },
    ...values.map((value) => ({ value, label: text.coded(`ssvc.${point}`, { code: value }) })),
  ];
  return (
    <Form method="post" className="panel stack" key={`${said.exposure} ${said.safetyImpact}`}>
      <p className="soft small">
        {text('assumptions.counts', { devices: said.devices, warnings: said.warnings })}
      </p>
      <input type="hidden" name="site" value={site} />
      {zone && <input type="hidden" name="zone" value={zone} />}
      <SelectField
        label={text('ssvc.exposure')}
        name="exposure"
        defaultValue={said.exposure ?? ''}
        options={choices('exposure', Ssvc.shape.exposure.options)}
      />
      <SelectField
        label={text('ssvc.safetyImpact')}
        name="safetyImpact"
        defaultValue={said.safetyImpact ?? ''}
        options={choices('safetyImpact', Ssvc.shape.safetyImpact.options)}
      />
      <div>
        <Button type="submit" busy={busy}>
          {text('save')}
        </Button>
      </div>
    </Form>
  );
}
