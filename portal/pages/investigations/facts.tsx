import { apis, type CaseFact, EvidenceSource } from '@busbar/contract';
import { useEffect, useState } from 'react';
import { Form, useNavigation, useParams } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { fromBrowser, word, words } from '../calls.ts';
import { EditionFields, Meanwhile, useAdding, useEdition } from '../edition.tsx';
import { WrittenIn, writtenIn } from './written-in.tsx';

type Cited = CaseFact['evidence'][number];
/** What a fact of the case may stand on. */
export type Source = Omit<Cited, 'place'>;

/** What the form of a fact says. */
export function factIn(form: FormData) {
  const added = word(form, 'evidence');
  return {
    says: word(form, 'says'),
    ...writtenIn(form),
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
  const adding = useAdding('fact');
  // Where there is none yet it stands open, and stays so when somebody else adds the first.
  const [isOpen] = useState(facts.length === 0);
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
                <span lang={fact.language}>{fact.says}</span>
                {fact.evidence.map((one) => (
                  <div key={`${one.id} ${one.place}`} className="soft small">
                    <EvidenceName {...one} />
                  </div>
                ))}
                {fact.evidence.length === 0 && (
                  <div className="small warn-words">{text('investigation.noEvidence')}</div>
                )}
                <ChangeFact {...{ fact, sources, busy }} />
              </div>
            )}
          </li>
        ))}
      </ol>
      <details className="panel more" open={isOpen}>
        <summary>{text('investigation.addFact')}</summary>
        <Form method="post" className="stack stack-s" key={adding.key} {...adding.form}>
          <EditionFields of={adding} />
          <TextArea label={text('investigation.says')} name="says" required maxLength={2000} rows={3} />
          <WrittenIn />
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
  const { id, number, revision } = fact;
  const edition = useEdition({
    name: `fact ${id}`,
    revision,
    value: { says: fact.says, language: fact.language, evidence: fact.evidence.map(citedWords) },
    read: (form) => {
      const { says, language, evidence } = factIn(form);
      return { says, language, evidence: evidence.map(citedWords) };
    },
  });
  const { says, evidence } = edition.value;
  const nameOf = (words: string) => {
    const [source = '', of = '', ...place] = words.split(' ');
    const known =
      fact.evidence.find((one) => citedWords(one) === words) ??
      sources.find((one) => one.source === source && one.id === of);
    return known && { ...known, place: place.join(' ') };
  };
  return (
    <details className="more small">
      <summary>{text('investigation.changeFact', { number })}</summary>
      <div className="stack">
        <Form method="post" className="stack stack-s" key={edition.key} {...edition.form}>
          <EditionFields of={edition} />
          <input type="hidden" name="do" value="change" />
          <input type="hidden" name="fact" value={id} />
          <TextArea
            label={text('investigation.says')}
            name="says"
            required
            maxLength={2000}
            rows={3}
            defaultValue={says}
          />
          <WrittenIn begun={edition.value.language} />
          {evidence.map((words) => {
            const one = nameOf(words);
            return (
              one && (
                <Checkbox
                  key={words}
                  name="cited"
                  value={words}
                  defaultChecked
                  label={<EvidenceName {...one} />}
                />
              )
            );
          })}
          <EvidenceFields sources={sources} />
          <div>
            <Button type="submit" busy={busy}>
              {text('investigation.saveFact')}
            </Button>
          </div>
          <Meanwhile
            of={edition}
            by={fact.changedBy}
            lines={(one) => [
              { label: text('investigation.says'), says: one.says },
              {
                label: text('investigation.evidence'),
                says: one.evidence.map((words) => nameOf(words)?.name ?? words).join('\n'),
              },
            ]}
          />
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

const citedWords = ({ source, id, place }: Pick<Cited, 'source' | 'id' | 'place'>) =>
  `${source} ${id} ${place}`;

/** Waits for the next letter before it asks. */
const PAUSE = 250;

/** The newest of what the case has, and with scripts whatever of it has the words that are typed. */
function EvidenceFields({ sources }: { sources: readonly Source[] }) {
  const text = useText();
  const { id } = useParams();
  const [words, setWords] = useState('');
  const [found, setFound] = useState<readonly Source[] | null>(null);
  const [chosen, setChosen] = useState<Source | null>(null);
  useEffect(() => {
    if (words.trim() === '' || !id) return;
    let current = true;
    const timer = setTimeout(() => {
      fromBrowser(apis.investigations.sources, { params: { id }, query: { search: words.trim() } }).then(
        ({ items }) => current && setFound(items),
        // The newest are still there to choose from.
        () => current && setFound(null),
      );
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [words, id]);
  const shown = (words.trim() && found) || sources;
  // What was chosen stays chosen, whatever is looked for next.
  const offered = chosen && !shown.some((one) => keyOf(one) === keyOf(chosen)) ? [chosen, ...shown] : shown;
  return (
    <>
      <div className="needs-scripts">
        <TextField
          label={text('investigation.findEvidence')}
          hint={
            words.trim() && found ? text('investigation.foundEvidence', { count: found.length }) : undefined
          }
          type="search"
          maxLength={200}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault();
          }}
        />
      </div>
      <SelectField
        label={text('investigation.evidence')}
        name="evidence"
        value={chosen ? keyOf(chosen) : ''}
        onChange={({ currentTarget: { value } }) =>
          setChosen(offered.find((one) => keyOf(one) === value) ?? null)
        }
        options={[
          { value: '', label: text('investigation.noneChosen') },
          ...offered.map((one) => ({
            value: keyOf(one),
            label: `${text(`evidenceSource.${one.source}`)}: ${one.name.slice(0, 80)}`,
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

const keyOf = ({ source, id }: Source) => `${source} ${id}`;

function EvidenceName({ source, name, place }: Cited) {
  const text = useText();
  return <>{[`${text(`evidenceSource.${source}`)}: ${name}`, place].filter(Boolean).join(' · ')}</>;
}
