import { type AlertSettings, apis } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, word } from '../calls.ts';
import { Secret } from '../people/once.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/settings';

const rhythms = ['daily', 'weekly', 'none'] as const;

export async function loader({ request, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const [settings, heads] = await Promise.all([read(apis.alerts.settings), read(apis.audit.headMail)]);
  return { ...settings, heads: heads.wanted };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  return attempt(async () => {
    switch (what) {
      case 'organisation':
        await call(apis.alerts.setOrganisation, {
          body: {
            ...settingsIn(form),
            remindHours: Number(word(form, 'remindHours')),
            secondContact: word(form, 'secondContact') || null,
          },
        });
        return { url: null };
      case 'heads':
        await call(apis.audit.chooseHeadMail, { body: { wanted: form.has('wanted') } });
        return { url: null };
      case 'usual':
        await call(apis.alerts.setMine, { body: { settings: null } });
        return { url: null };
      case 'calendar':
        return call(apis.alerts.openCalendar, { body: { names: form.has('names') } });
      case 'close':
        await call(apis.alerts.closeCalendar, {});
        return { url: null };
      default:
        await call(apis.alerts.setMine, { body: { settings: settingsIn(form) } });
        return { url: null };
    }
  });
}

function settingsIn(form: FormData): AlertSettings {
  return {
    atOnce: form.has('atOnce'),
    digest: rhythms.find((one) => one === word(form, 'digest')) ?? 'daily',
    hour: Number(word(form, 'hour')),
    weekday: Number(word(form, 'weekday')),
    zone: word(form, 'zone'),
  };
}

/** How one is told of warnings: at once, in a digest, by a calendar; and how everybody is who has not chosen. */
export default function AlertSettingsPage({ loaderData, actionData }: Route.ComponentProps) {
  const { mine, organisation, people, mail, key, calendar, heads } = loaderData;
  const text = useText();
  const may = useMay();
  const { me, zone } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  const url = actionData?.done?.url;
  return (
    <Page
      title={text('alerts.settings')}
      lead={text('alerts.settings.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      help={text('alerts.help')}
      crumbs={
        <>
          <Link to="/alerts">{text('alerts')}</Link> <Icon name="chevronRight" size={12} />
          <span>{text('alerts.settings')}</span>
        </>
      }
    >
      <RefusalNotice answer={actionData} />
      {!mail && (
        <Notice kind="warn" title={text('subscriptions.off')}>
          {text('alerts.mailOff.why')}
        </Notice>
      )}
      {mail && key !== 'usable' && (
        <Notice
          kind={key === 'expired' ? 'alarm' : 'note'}
          title={text(key === 'expired' ? 'recipientKey.expired' : 'alerts.noKey')}
        >
          {text('alerts.noKey.why')} <Link to="/subscriptions">{text('subscriptions')}</Link>
        </Notice>
      )}
      {actionData?.done &&
        (url ? (
          <Notice kind="good" live title={text('alerts.calendar.made')}>
            <p>{text('alerts.calendar.once')}</p>
            <Secret words={url} />
          </Notice>
        ) : (
          <Notice kind="good" live title={text('saved')} />
        ))}
      <div className="split">
        <div className="stack">
          <section className="panel stack" aria-labelledby="mine">
            <h2 id="mine">{text('alerts.mine.title')}</h2>
            {!mine && <p className="soft">{text('alerts.mine.usual')}</p>}
            <Form method="post" className="stack" key={JSON.stringify(mine)}>
              <input type="hidden" name="do" value="mine" />
              <SettingFields
                settings={mine ?? { ...organisation, zone: zone ?? organisation.zone }}
                errors={actionData}
              />
              <div className="row">
                <Button type="submit" kind="main" busy={busy}>
                  {text('save')}
                </Button>
              </div>
            </Form>
            {mine && (
              <Form method="post">
                <input type="hidden" name="do" value="usual" />
                <Button type="submit" kind="quiet">
                  {text('alerts.mine.asUsual')}
                </Button>
              </Form>
            )}
          </section>
          {may('manage users of own organisation') && (
            <section className="panel stack" aria-labelledby="organisation">
              <h2 id="organisation">{text('alerts.organisation')}</h2>
              <p className="soft">{text('alerts.organisation.lead')}</p>
              <Form method="post" className="stack" key={JSON.stringify(organisation)}>
                <input type="hidden" name="do" value="organisation" />
                <SettingFields settings={organisation} errors={actionData} />
                <TextField
                  label={text('alerts.remind')}
                  hint={text('alerts.remind.hint')}
                  name="remindHours"
                  type="number"
                  min={1}
                  max={168}
                  required
                  width="short"
                  defaultValue={organisation.remindHours}
                />
                <SelectField
                  label={text('alerts.second')}
                  hint={text('alerts.second.hint')}
                  name="secondContact"
                  defaultValue={organisation.secondContact ?? ''}
                  options={[
                    { value: '', label: text('alerts.second.none') },
                    ...people.map(({ id, name }) => ({ value: id, label: name })),
                  ]}
                />
                <div>
                  <Button type="submit" busy={busy}>
                    {text('save')}
                  </Button>
                </div>
              </Form>
            </section>
          )}
        </div>
        <div className="stack">
          <section className="panel stack" aria-labelledby="calendar">
            <h2 id="calendar">{text('alerts.calendar')}</h2>
            <p>{text('alerts.calendar.lead')}</p>
            {calendar && (
              <>
                <p className="soft">
                  {text(calendar.names ? 'alerts.calendar.named' : 'alerts.calendar.quiet')}
                  <br />
                  {calendar.readAt ? (
                    <>
                      {text('alerts.calendar.read')} <Time at={calendar.readAt} />
                    </>
                  ) : (
                    text('alerts.calendar.unread')
                  )}
                </p>
                <Form method="post">
                  <input type="hidden" name="do" value="close" />
                  <ConfirmButton
                    kind="quiet"
                    question={text('alerts.calendar.close.question')}
                    consequence={text('alerts.calendar.close.consequence')}
                    confirm={text('alerts.calendar.close')}
                  >
                    {text('alerts.calendar.close')}
                  </ConfirmButton>
                </Form>
              </>
            )}
            <Form method="post" className="stack stack-s">
              <input type="hidden" name="do" value="calendar" />
              <Checkbox
                name="names"
                value="on"
                label={text('alerts.calendar.names')}
                hint={text('alerts.calendar.names.hint')}
              />
              <div>
                <Button type="submit" icon="calendar">
                  {text(calendar ? 'alerts.calendar.again' : 'alerts.calendar.open')}
                </Button>
              </div>
            </Form>
          </section>
          <section className="panel stack" aria-labelledby="heads">
            <h2 id="heads">{text('headMail')}</h2>
            <p>
              {text('headMail.lead')} <Link to="/audit">{text('headMail.all')}</Link>
            </p>
            <Form method="post" className="stack stack-s" key={String(heads)}>
              <input type="hidden" name="do" value="heads" />
              <Checkbox
                name="wanted"
                value="on"
                label={text('headMail.wanted')}
                hint={text('headMail.wanted.hint')}
                defaultChecked={heads}
              />
              <div>
                <Button type="submit" busy={busy}>
                  {text('save')}
                </Button>
              </div>
            </Form>
          </section>
        </div>
      </div>
    </Page>
  );
}

function SettingFields({
  settings,
  errors,
}: {
  settings: AlertSettings;
  errors: Route.ComponentProps['actionData'];
}) {
  const text = useText();
  const fieldError = useFieldError(errors);
  return (
    <>
      <Checkbox
        name="atOnce"
        value="on"
        label={text('alerts.atOnce')}
        hint={text('alerts.atOnce.hint')}
        defaultChecked={settings.atOnce}
      />
      <SelectField
        label={text('alerts.digest')}
        hint={text('alerts.digest.hint')}
        name="digest"
        defaultValue={settings.digest}
        options={rhythms.map((value) => ({ value, label: text(`alerts.digest.${value}`) }))}
      />
      <SelectField
        label={text('alerts.hour')}
        name="hour"
        defaultValue={String(settings.hour)}
        options={Array.from({ length: 24 }, (_, hour) => ({
          value: String(hour),
          label: `${String(hour).padStart(2, '0')}:00`,
        }))}
      />
      <SelectField
        label={text('alerts.weekday')}
        name="weekday"
        defaultValue={String(settings.weekday)}
        options={Array.from({ length: 7 }, (_, day) => ({
          value: String(day + 1),
          label: weekdayName(text.locale, day),
        }))}
      />
      <TextField
        label={text('alerts.zone')}
        hint={text('alerts.zone.hint')}
        name="zone"
        required
        maxLength={60}
        spellCheck={false}
        defaultValue={settings.zone}
        error={fieldError('zone')}
      />
    </>
  );
}

/** The first of January 2024 was a Monday. */
const weekdayName = (locale: string, day: number) =>
  new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + day));
