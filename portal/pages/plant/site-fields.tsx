import type { Site } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { TextArea, TextField } from '../../ui/field.tsx';
import { word } from '../calls.ts';
import { EditionFields, Meanwhile, refusalOf, useEdition } from '../edition.tsx';
import { CountryField } from '../fields.tsx';
import { type Answer, RefusalNotice, useFieldError } from '../refusal.tsx';

type Said = Pick<Site, 'name' | 'sector' | 'country' | 'process'>;

export const siteIn = (form: FormData): Said => ({
  name: word(form, 'name'),
  sector: word(form, 'sector'),
  country: word(form, 'country').toUpperCase(),
  process: word(form, 'process'),
});

/** What is said of a site: of a new one, or of one that is there. */
export function SiteFields({ site, answer }: { site?: Said; answer: Answer }) {
  const text = useText();
  const fieldError = useFieldError(answer);
  return (
    <>
      <RefusalNotice answer={answer} />
      <TextField
        label={text('name')}
        hint={text('sites.name.hint')}
        name="name"
        defaultValue={site?.name}
        required
        error={fieldError('name')}
      />
      <TextField
        label={text('sites.sector')}
        name="sector"
        defaultValue={site?.sector}
        maxLength={60}
        width="short"
      />
      <CountryField name="country" defaultValue={site?.country} error={fieldError('country')} />
      <TextArea
        label={text('sites.process')}
        hint={text('sites.process.hint')}
        name="process"
        defaultValue={site?.process}
        maxLength={500}
        rows={2}
      />
    </>
  );
}

/** A site may be called otherwise at any time; it may be removed while nothing belongs to it. */
export function ChangeSite({ site, isEmpty, answer }: { site: Site; isEmpty: boolean; answer: Answer }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { name, sector, country, process } = site;
  const edition = useEdition({
    name: `site ${site.id}`,
    revision: site.revision,
    value: { name, sector, country, process },
    read: siteIn,
  });
  return (
    <details className="more" open={answer?.refused !== undefined}>
      <summary aria-label={`${text('change')}: ${site.name}`}>{text('change')}</summary>
      <div className="stack">
        <Form method="post" className="stack" key={edition.key} {...edition.form}>
          <EditionFields of={edition} />
          <input type="hidden" name="site" value={site.id} />
          <input type="hidden" name="do" value="change" />
          <SiteFields site={edition.value} answer={refusalOf(answer, edition)} />
          <div>
            <Button type="submit" busy={busy}>
              {text('save')}
            </Button>
          </div>
          <Meanwhile
            of={edition}
            lines={({ name, sector, country, process }) => [
              { label: text('name'), says: name },
              { label: text('sites.sector'), says: sector },
              { label: text('country'), says: country },
              { label: text('sites.process'), says: process },
            ]}
          />
        </Form>
        {isEmpty && (
          <Form method="post">
            <input type="hidden" name="site" value={site.id} />
            <input type="hidden" name="do" value="remove" />
            <ConfirmButton
              size="small"
              icon="trash"
              kind="plain"
              question={text('sites.remove.question', { site: site.name })}
              consequence={text('sites.remove.consequence')}
              confirm={text('sites.remove')}
            >
              {text('sites.remove')}
            </ConfirmButton>
          </Form>
        )}
      </div>
    </details>
  );
}
