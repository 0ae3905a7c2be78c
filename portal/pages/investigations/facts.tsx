import { type CaseFact, EvidenceSource } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { word, words } from '../calls.ts';

type Cited = CaseFact['evidence'][number];
/** What a fact of the case may stand on. */
export type Source = Omit<Cited, 'place'>;

/** What the form of a fact says. */
export function factIn(form: FormData) {
  const added = word(form, 'evidence');
  return {
    says: word(form, 'says'),
    evidence: [...words(form, 'cited'), ...(added ? [`${added} ${word(form, 'place')}`] : [])].map(
      (cited) => {
        const [source, id = '', ...place] = cited.split(' ');
        return { source: EvidenceSource.parse(source), id, place: place.join(' ') };
      },
    ),
  };
}

/** Numbered facts with what each stands on; a press on its number refers to it in the text. */
export function Facts({
  facts,
  sources,
  insert,
}: {
  facts: readonly CaseFact[];
  sources: readonly Source[];
  insert: (number: number) => void;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <>
      <ol className="plain-list lines">
        {facts.map((fact) => (
          <li key={fact.id} id={`F${fact.number}`} className="investigation-fact">
            <Button
              size="small"
              onClick={() => insert(fact.number)}
              disabled={fact.withdrawn !== null}
              aria-label={text('investigation.insert', { number: fact.number })}
            >
              {`F${fact.number}`}
            </Button>
            {fact.withdrawn ? (
              <div className="soft">
                <s>{fact.says}</s>
                <div className="small">
                  {text('investigation.withdrawn')}: {fact.withdrawn.reason}
                </div>
              </div>
            ) : (
              <div>
                {fact.says}
                {fact.evidence.map((one) => (
                  <div key={`${one.id} ${one.place}`} className="soft small">
                    <EvidenceName {...one} />
                  </div>
                ))}
                {fact.evidence.length === 0 && (
                  <div className="small warn-words">{text('investigation.noEvidence')}</div>
                )}
                <ChangeFact key={fact.revision} {...{ fact, sources, busy }} />
              </div>
            )}
          </li>
        ))}
      </ol>
      <details className="panel more" open={facts.length === 0}>
        <summary>{text('investigation.addFact')}</summary>
        <Form method="post" className="stack stack-s" key={facts.length}>
          <TextArea label={text('investigation.says')} name="says" required maxLength={2000} rows={3} />
          <EvidenceFields sources={sources} />
          <div>
            <Button type="submit" name="do" value="fact" busy={busy}>
              {text('investigation.addFact')}
            </Button>
          </div>
        </Form>
      </details>
    </>
  );
}

function ChangeFact({ fact, sources, busy }: { fact: CaseFact; sources: readonly Source[]; busy: boolean }) {
  const text = useText();
  const { id, number, says, revision, evidence } = fact;
  return (
    <details className="more small">
      <summary>{text('investigation.changeFact', { number })}</summary>
      <div className="stack">
        <Form method="post" className="stack stack-s">
          <input type="hidden" name="fact" value={id} />
          <input type="hidden" name="revision" value={revision} />
          <TextArea
            label={text('investigation.says')}
            name="says"
            required
            maxLength={2000}
            rows={3}
            defaultValue={says}
          />
          {evidence.map((one) => (
            <Checkbox
              key={`${one.id} ${one.place}`}
              name="cited"
              value={`${one.source} ${one.id} ${one.place}`}
              defaultChecked
              label={<EvidenceName {...one} />}
            />
          ))}
          <EvidenceFields sources={sources} />
          <div>
            <Button type="submit" name="do" value="change" busy={busy}>
              {text('investigation.saveFact')}
            </Button>
          </div>
        </Form>
        <Form method="post" className="stack stack-s">
          <input type="hidden" name="fact" value={id} />
          <TextField label={text('investigation.withdrawWhy')} name="reason" required maxLength={500} />
          <div>
            <Button type="submit" name="do" value="withdraw" busy={busy}>
              {text('investigation.withdraw')}
            </Button>
          </div>
        </Form>
      </div>
    </details>
  );
}

function EvidenceFields({ sources }: { sources: readonly Source[] }) {
  const text = useText();
  return (
    <>
      <SelectField
        label={text('investigation.evidence')}
        name="evidence"
        defaultValue=""
        options={[
          { value: '', label: text('investigation.noneChosen') },
          ...sources.map(({ source, id, name }) => ({
            value: `${source} ${id}`,
            label: `${text(`evidenceSource.${source}`)}: ${name.slice(0, 80)}`,
          })),
        ]}
      />
      <TextField
        label={text('investigation.place')}
        hint={text('investigation.place.hint')}
        name="place"
        maxLength={200}
      />
    </>
  );
}

function EvidenceName({ source, name, place }: Cited) {
  const text = useText();
  return <>{[`${text(`evidenceSource.${source}`)}: ${name}`, place].filter(Boolean).join(' · ')}</>;
}
