import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, secret, word } from '../calls.ts';
import { NewPasswordField } from '../fields.tsx';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/set-up';
import { auth } from './auth.ts';

const steps = ['organisation', 'reach', 'administrator'] as const;
type Step = (typeof steps)[number];
const fieldsOf: Record<Step, readonly string[]> = {
  organisation: ['code', 'name', 'shortName', 'country'],
  reach: ['phone', 'email'],
  administrator: ['adminName', 'adminEmail'],
};

export async function loader({ context }: Route.LoaderArgs) {
  const { state } = await visitOf(context).call(apis.system.instance);
  if (state !== 'empty') throw redirect('/sign-in');
  return null;
}

/** Each step posts everything filled in so far, so that the wizard works without scripts and keeps nothing half-done. */
export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData();
  const values = Object.fromEntries(
    Object.values(fieldsOf)
      .flat()
      .map((name) => [name, word(form, name)]),
  );
  const at = steps.indexOf(word(form, 'step') as Step);
  if (form.get('go') === 'back') return { step: steps[Math.max(0, at - 1)]!, values };
  if (at < steps.length - 1) return { step: steps[at + 1]!, values };

  const { call, send } = visitOf(context);
  const password = secret(form, 'password');
  const answer = await attempt(() =>
    call(apis.system.setUp, {
      body: {
        code: values['code']!,
        cert: {
          name: values['name']!,
          shortName: values['shortName']!,
          country: values['country']!.toUpperCase(),
          phone: values['phone']!,
          email: values['email']!,
        },
        administrator: { name: values['adminName']!, email: values['adminEmail']!, password },
      },
    }),
  );
  if (answer.refused) {
    const wrong = answer.refused.fields[0]?.path ?? '';
    const step: Step =
      answer.refused.code.includes('code') || /code|country|cert\.name|short/i.test(wrong)
        ? 'organisation'
        : wrong.startsWith('cert')
          ? 'reach'
          : 'administrator';
    return { step, values, ...answer };
  }
  await auth(send, 'POST', 'sign-in/email', { email: values['adminEmail'], password });
  throw redirect('/me?first=1');
}

export default function SetUp({ actionData }: Route.ComponentProps) {
  const text = useText();
  const navigation = useNavigation();
  const step = actionData?.step ?? 'organisation';
  const values: Record<string, string> = actionData?.values ?? {};
  const refused = actionData && 'refused' in actionData ? actionData : undefined;
  const wrong = useFieldError(refused);
  const field = (name: string, path: string) => ({
    name,
    defaultValue: values[name],
    error: wrong(path),
    required: true,
  });

  return (
    <Page
      plain
      title={text(`setUp.${step}`)}
      lead={text(`setUp.${step}.lead`)}
      seen={{ scope: 'administrators' }}
      crumbs={<span>{text('setUp.step', { step: steps.indexOf(step) + 1, steps: steps.length + 1 })}</span>}
    >
      <Form method="post" className="stack measure" key={step}>
        <RefusalNotice answer={refused} />
        <input type="hidden" name="step" value={step} />
        {steps
          .filter((other) => other !== step)
          .flatMap((other) => fieldsOf[other])
          .map((name) => (
            <input key={name} type="hidden" name={name} value={values[name] ?? ''} />
          ))}
        {step === 'organisation' && (
          <>
            <TextField
              label={text('setUp.code')}
              hint={text('setUp.code.hint')}
              {...field('code', 'code')}
              autoComplete="off"
              width="short"
            />
            <TextField
              label={text('setUp.name')}
              hint={text('setUp.name.hint')}
              {...field('name', 'cert.name')}
            />
            <TextField
              label={text('setUp.shortName')}
              hint={text('setUp.shortName.hint')}
              {...field('shortName', 'shortName')}
              maxLength={40}
              width="short"
            />
            <TextField
              label={text('country')}
              hint={text('country.hint')}
              {...field('country', 'country')}
              pattern="[A-Za-z]{2}"
              maxLength={2}
              width="code"
              autoComplete="country"
            />
          </>
        )}
        {step === 'reach' && (
          <>
            <TextField
              label={text('phone')}
              hint={text('setUp.phone.hint')}
              type="tel"
              {...field('phone', 'phone')}
              maxLength={40}
              width="short"
            />
            <TextField
              label={text('email')}
              hint={text('setUp.email.hint')}
              type="email"
              {...field('email', 'cert.email')}
            />
          </>
        )}
        {step === 'administrator' && (
          <>
            <TextField
              label={text('yourName')}
              {...field('adminName', 'administrator.name')}
              autoComplete="name"
            />
            <TextField
              label={text('email')}
              type="email"
              {...field('adminEmail', 'administrator.email')}
              autoComplete="username"
            />
            <NewPasswordField name="password" error={wrong('password')} />
          </>
        )}
        <div className="row">
          <Button type="submit" kind="main" busy={navigation.state === 'submitting'}>
            {text(step === 'administrator' ? 'setUp.finish' : 'continue')}
          </Button>
          {step === 'organisation' ? (
            <Link to="/">{text('cancel')}</Link>
          ) : (
            <Button type="submit" name="go" value="back" formNoValidate>
              {text('back')}
            </Button>
          )}
        </div>
      </Form>
    </Page>
  );
}
