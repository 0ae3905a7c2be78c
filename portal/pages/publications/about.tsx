import { type Publication, Scope, scopesOf, Tlp as TlpLabel } from '@busbar/contract';
import { Form, useNavigation, useOutletContext } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { History } from '../../ui/history.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { useMay } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { PublicationStanding } from './standing.tsx';

/** For whom it is to go out, who has a hand in it, and what became of it so far. */
export default function About() {
  const publication = useOutletContext<Publication>();
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const { id, state, hands, history } = publication;
  const path = `/drafts/${id}`;
  const closed = state !== 'draft';
  return (
    <div className="split">
      <div className="stack">
        {(state === 'checked' || state === 'inTranslation') && may('draft publication', ['Y']) && (
          <Form method="post" action="/releases" className="panel stack">
            <h2>{text('about.gate')}</h2>
            <p className="soft">{text('about.gate.lead')}</p>
            <input type="hidden" name="publication" value={id} />
            <div>
              <Button type="submit" kind="main" icon="shield" busy={busy}>
                {text('about.gate.propose')}
              </Button>
            </div>
          </Form>
        )}
        <Form method="post" action={path} className="panel stack">
          <h2>{text('about.release')}</h2>
          <input type="hidden" name="do" value="describe" />
          <input type="hidden" name="back" value={`${path}/about`} />
          <SelectField
            label={text('publication.label')}
            name="label"
            defaultValue={publication.label}
            disabled={closed}
            options={TlpLabel.options.map((value) => ({ value, label: `TLP:${value}` }))}
          />
          <SelectField
            label={text('about.scope')}
            hint={text('about.scope.hint')}
            name="scope"
            defaultValue={publication.scope}
            disabled={closed}
            options={[...Scope.options].reverse().map((value) => ({
              value,
              label: scopesOf(publication.label).includes(value)
                ? text(`scope.${value}`)
                : text('about.scope.notYet', { scope: text(`scope.${value}`) }),
            }))}
          />
          <TextField
            label={text('about.sectors')}
            name="sectors"
            defaultValue={publication.sectors.join(', ')}
            disabled={closed}
          />
          <TextArea
            label={text('about.changeNote')}
            hint={text('about.changeNote.hint')}
            name="changeNote"
            defaultValue={publication.changeNote}
            maxLength={2000}
            rows={2}
            disabled={closed}
          />
          {!closed && (
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('save')}
              </Button>
            </div>
          )}
        </Form>
        <Embargo publication={publication} />
        {publication.publishedVersion !== null &&
          state !== 'withdrawn' &&
          may('recall or withdraw a release') && (
            <Form method="post" action={path} className="panel stack">
              <h2>{text('about.withdraw')}</h2>
              <p>{text('about.withdraw.what')}</p>
              <input type="hidden" name="do" value="withdraw" />
              <input type="hidden" name="back" value={`${path}/about`} />
              <TextArea
                label={text('about.withdraw.reason')}
                name="reason"
                required
                maxLength={2000}
                rows={3}
              />
              <TextField
                label={text('about.withdraw.confirm', { ref: publication.ref })}
                name="confirm"
                required
                width="short"
                autoComplete="off"
              />
              <div>
                <Button type="submit" kind="danger" busy={busy}>
                  {text('about.withdraw')}
                </Button>
              </div>
            </Form>
          )}
      </div>
      <div className="stack">
        <section className="panel" aria-labelledby="hands">
          <h2 id="hands">{text('about.hands', { version: publication.version })}</h2>
          <p className="soft small">{text('about.hands.rule')}</p>
          <ul className="plain-list lines">
            {hands.map(({ person, name, part, at }) => (
              <li key={person} className="row">
                <strong>{name}</strong> {text(`publicationPart.${part}`)}
                <span className="soft small">
                  <Time at={at} />
                </span>
              </li>
            ))}
          </ul>
          {publication.proposedBy && (
            <p>{text('about.proposedBy', { organisation: publication.proposedBy })}</p>
          )}
        </section>
        <section className="panel" aria-labelledby="history">
          <History steps={history}>
            {(step) => (
              <>
                <PublicationStanding state={step.state} />{' '}
                <span className="soft">{text('publication.version', { version: step.version })}</span>
              </>
            )}
          </History>
        </section>
      </div>
    </div>
  );
}

/** Until when those concerned agreed to be silent: in whatever state, for the gate asks again at its minute. */
function Embargo({ publication: { id, embargo } }: { publication: Publication }) {
  const text = useText();
  const may = useMay()('propose embargo date', ['team', 'Y']);
  if (!embargo && !may) return null;
  return (
    <section className="panel stack" aria-labelledby="embargo">
      <h2 id="embargo">{text('embargo')}</h2>
      <p className="soft">{text('embargo.lead')}</p>
      {embargo && (
        <p>
          <strong>
            <Time at={embargo.until} />
          </strong>{' '}
          {embargo.with}
        </p>
      )}
      {may && (
        <details className="more">
          <summary>{text(embargo ? 'embargo.change' : 'embargo.set')}</summary>
          <Form method="post" action={`/drafts/${id}`} className="stack">
            <input type="hidden" name="do" value="embargo" />
            <input type="hidden" name="back" value={`/drafts/${id}/about`} />
            <TextField
              label={text('embargo.until')}
              hint={text('embargo.until.hint')}
              name="until"
              type="datetime-local"
              defaultValue={embargo?.until.slice(0, 16)}
              width="short"
            />
            <TextField
              label={text('embargo.with')}
              name="with"
              defaultValue={embargo?.with}
              maxLength={300}
            />
            <TextArea label={text('release.reason')} name="reason" required maxLength={2000} rows={2} />
            <div>
              <Button type="submit">{text('save')}</Button>
            </div>
          </Form>
        </details>
      )}
    </section>
  );
}
