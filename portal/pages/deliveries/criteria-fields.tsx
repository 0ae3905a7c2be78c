import type { ReactNode } from 'react';

import { type NewSubscription, PublicationKind, type SubscriptionCriteria } from '@busbar/contract';

import { isLocale, localeNames, locales } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Checkbox, SelectField, TextArea } from '../../ui/field.tsx';
import { word, words } from '../calls.ts';

const severities = ['low', 'medium', 'high', 'critical'] as const;
/** Who we are is published too, and told to nobody. */
const kinds = PublicationKind.options.filter((kind) => kind !== 'rfc2350');

/** Folded away where most leave all of it open. */
export function Narrow({ children }: { children: ReactNode }) {
  const text = useText();
  return (
    <details className="more">
      <summary>{text('subscriptions.narrow')}</summary>
      <div className="stack">{children}</div>
    </details>
  );
}

/** What somebody wants to be told of; nothing filled in is everything. */
export function CriteriaFields({ criteria }: { criteria?: SubscriptionCriteria | undefined }) {
  const text = useText();
  return (
    <>
      <fieldset className="field">
        <legend>{text('subscriptions.kinds')}</legend>
        <p className="field-hint">{text('subscriptions.kinds.hint')}</p>
        {kinds.map((kind) => (
          <Checkbox
            key={kind}
            name="kind"
            value={kind}
            label={text(`publicationKind.${kind}`)}
            defaultChecked={criteria?.kinds.includes(kind)}
          />
        ))}
      </fieldset>
      <TextArea
        label={text('subscriptions.vendors')}
        hint={text('subscriptions.vendors.hint')}
        name="vendors"
        rows={3}
        maxLength={6000}
        defaultValue={criteria?.vendors.join('\n')}
      />
      <SelectField
        label={text('subscriptions.severity')}
        hint={text('subscriptions.severity.hint')}
        name="minSeverity"
        defaultValue={criteria?.minSeverity ?? ''}
        options={[
          { value: '', label: text('subscriptions.severity.any') },
          ...severities.map((value) => ({
            value,
            label: text('subscriptions.severity.from', { severity: text(`severity.${value}`) }),
          })),
        ]}
      />
    </>
  );
}

export function LanguageField({ language }: { language?: string | undefined }) {
  const text = useText();
  return (
    <SelectField
      label={text('subscriptions.language')}
      hint={text('subscriptions.language.hint')}
      name="language"
      defaultValue={language ?? text.locale}
      options={locales.map((value) => ({ value, label: localeNames[value] }))}
    />
  );
}

export function criteriaIn(form: FormData): SubscriptionCriteria {
  const severity = word(form, 'minSeverity');
  return {
    kinds: words(form, 'kind').flatMap((kind) => kinds.find((one) => one === kind) ?? []),
    vendors: word(form, 'vendors')
      .split(/[\n;]/)
      .map((vendor) => vendor.trim())
      .filter(Boolean),
    minSeverity: severities.find((one) => one === severity) ?? null,
  };
}

export function subscriptionIn(form: FormData): NewSubscription {
  const language = word(form, 'language');
  return { ...criteriaIn(form), language: isLocale(language) ? language : 'en' };
}

/** The same in a sentence. */
export function useCriteriaWords() {
  const text = useText();
  return ({ kinds, vendors, minSeverity }: SubscriptionCriteria): string =>
    [
      kinds.length > 0
        ? kinds.map((kind) => text(`publicationKind.${kind}`)).join(', ')
        : text('subscriptions.everything'),
      ...(vendors.length > 0 ? [vendors.join(', ')] : []),
      ...(minSeverity
        ? [text('subscriptions.severity.from', { severity: text(`severity.${minSeverity}`) })]
        : []),
    ].join(' · ');
}
