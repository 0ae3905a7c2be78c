import {
  type CrossingTalk,
  Exposure,
  foundationalRequirements,
  Level,
  SafetyImpact,
  type Told,
  type Zone,
} from '@busbar/contract';
import { Form, Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import type { Column } from '../../ui/table.tsx';
import { word, words } from '../calls.ts';

/** Why something is proposed, or stands out, a sentence each. */
export function Reasons({ reasons }: { reasons: readonly Told[] }) {
  const text = useText();
  return (
    <ul className="plain-list small soft">
      {reasons.map((told) => (
        <li key={told.code}>{text.coded('zoneReason', told)}</li>
      ))}
    </ul>
  );
}

export type Undo = readonly { assets: readonly string[]; zone: string | null; open?: boolean | undefined }[];

/** What was just placed, and the way back. */
export function Placed({ changed, undo }: { changed: number; undo: Undo }) {
  const text = useText();
  return (
    <Notice kind="good" title={text('zones.placed', { count: changed })} live>
      <Form method="post" preventScrollReset>
        <input type="hidden" name="places" value={JSON.stringify(undo)} />
        <Button type="submit" name="do" value="undo" size="small">
          {text('zones.undo')}
        </Button>
      </Form>
    </Notice>
  );
}

export function useZoneOptions(zones: readonly Zone[]) {
  const text = useText();
  return [
    ...zones.filter(({ state }) => state === 'accepted').map(({ id, name }) => ({ value: id, label: name })),
    { value: '', label: text('zones.none') },
  ];
}

/** What is said of a zone or a conduit, to be filled in. */
export function ZoneFields({
  zone,
  kind,
  zones,
}: {
  zone?: Zone;
  kind: Zone['kind'];
  zones: readonly Zone[];
}) {
  const text = useText();
  const unsaid = { value: '', label: text('zones.unsaid') };
  const joined = new Set(zone?.connects.map(({ id }) => id));
  return (
    <>
      <input type="hidden" name="kind" value={kind} />
      <TextField label={text('zones.name')} name="name" defaultValue={zone?.name} maxLength={80} required />
      {kind === 'zone' ? (
        <>
          <SelectField
            label={text('asset.level')}
            name="level"
            defaultValue={zone?.level ?? 'unknown'}
            options={Level.options.map((value) => ({ value, label: text(`level.${value}`) }))}
          />
          <SelectField
            label={text('zones.safetyImpact')}
            hint={text('zones.safetyImpact.hint')}
            name="safetyImpact"
            defaultValue={zone?.safetyImpact ?? ''}
            options={[
              unsaid,
              ...SafetyImpact.options.map((value) => ({ value, label: text(`safetyImpact.${value}`) })),
            ]}
          />
          <SelectField
            label={text('zones.exposure')}
            hint={text('zones.exposure.hint')}
            name="exposure"
            defaultValue={zone?.exposure ?? ''}
            options={[
              unsaid,
              ...Exposure.options.map((value) => ({ value, label: text(`exposure.${value}`) })),
            ]}
          />
        </>
      ) : (
        <>
          <fieldset className="field">
            <legend>{text('zones.connects')}</legend>
            {zones
              .filter(({ state }) => state === 'accepted')
              .map(({ id, name }) => (
                <Checkbox key={id} name="connects" value={id} label={name} defaultChecked={joined.has(id)} />
              ))}
            <Checkbox
              name="outside"
              value="yes"
              label={text('zones.outside')}
              defaultChecked={zone?.outside ?? false}
            />
          </fieldset>
          <TextField
            label={text('asset.protocols')}
            hint={text('zones.protocols.hint')}
            name="protocols"
            defaultValue={zone?.protocols.join(', ')}
          />
        </>
      )}
      <details className="more" open={Boolean(zone?.slTarget ?? zone?.slAchieved)}>
        <summary>{text('zones.levels')}</summary>
        <p className="field-hint">{text('zones.levels.hint')}</p>
        <div className="table-scroll">
          <table className="table">
            <thead>
              <tr>
                <th scope="col">{text('zones.requirement')}</th>
                <th scope="col">{text('zones.target')}</th>
                <th scope="col">{text('zones.achieved')}</th>
              </tr>
            </thead>
            <tbody>
              {foundationalRequirements.map((code, n) => (
                <tr key={code}>
                  <th scope="row">{text(`requirement.${code}`)}</th>
                  {(['slTarget', 'slAchieved'] as const).map((which) => (
                    <td key={which}>
                      <select
                        className="input select"
                        name={`${which}-${n}`}
                        defaultValue={zone?.[which]?.[n] ?? ''}
                        aria-label={`${text(`requirement.${code}`)}: ${text(which === 'slTarget' ? 'zones.target' : 'zones.achieved')}`}
                      >
                        <option value="">–</option>
                        {[0, 1, 2, 3, 4].map((level) => (
                          <option key={level}>{level}</option>
                        ))}
                      </select>
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
      <TextArea label={text('zones.note')} name="note" defaultValue={zone?.note} maxLength={2000} rows={3} />
    </>
  );
}

/** As `ZoneFields` sends it. Security levels are said for all seven requirements, or not at all. */
export function zoneIn(form: FormData) {
  const one = (name: string) => word(form, name);
  const levels = (which: string) => {
    const said = foundationalRequirements.map((_, n) => one(`${which}-${n}`));
    return said.every((level) => level === '') ? null : said.map(Number);
  };
  return {
    name: one('name'),
    level: Level.catch('unknown').parse(one('level')),
    safetyImpact: SafetyImpact.nullable()
      .catch(null)
      .parse(one('safetyImpact') || null),
    exposure: Exposure.nullable()
      .catch(null)
      .parse(one('exposure') || null),
    slTarget: levels('slTarget'),
    slAchieved: levels('slAchieved'),
    protocols: one('protocols')
      .split(',')
      .map((protocol) => protocol.trim())
      .filter(Boolean),
    outside: form.get('outside') === 'yes',
    note: one('note'),
    connects: words(form, 'connects'),
  };
}

/** Where each conversation was seen: who began, with whom, in which capture. */
export function useTalkColumns(): Column<CrossingTalk>[] {
  const text = useText();
  const { words, count, time } = useColumns();
  const end = (id: 'from' | 'to', label: string): Column<CrossingTalk> => ({
    id,
    label,
    sort: (talk) => talk[id].name,
    words: (talk) => `${talk[id].name} ${talk[id].address}`,
    cell: (talk) => (
      <>
        <Link to={`/assets/${talk[id].asset}`}>{talk[id].name}</Link>
        {talk[id].address !== talk[id].name && <span className="faint">{` ${talk[id].address}`}</span>}
      </>
    ),
  });
  return [
    end('from', text('conversation.from')),
    end('to', text('conversation.to')),
    words('protocol', text('conversation.protocol'), ({ protocol }) => protocol),
    count('port', text('conversation.port'), ({ port }) => port),
    count('packets', text('asset.packets'), ({ packets }) => packets),
    {
      id: 'capture',
      label: text('zones.capture'),
      sort: ({ capture }) => capture.name,
      cell: ({ capture }) => <Link to={`/captures/${capture.id}/conversations`}>{capture.name}</Link>,
    },
    time('first', text('asset.firstSeen'), ({ firstSeen }) => firstSeen, { style: 'short', spare: true }),
    time('last', text('asset.lastSeen'), ({ lastSeen }) => lastSeen, { style: 'short' }),
  ];
}

export function useProtocols() {
  const text = useText();
  const format = useFormat();
  return (protocols: readonly string[]) =>
    protocols.length === 0 ? text('zones.anything') : format.list([...protocols]);
}
