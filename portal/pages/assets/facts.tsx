import { FactField, type AssetFact } from '@busbar/contract';
import { Form, Link, useSearchParams } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { FilterChoice } from '../../ui/search-box.tsx';
import { SmallTable } from '../../ui/small-table.tsx';
import { Time } from '../../ui/time.tsx';
import { PacketLink } from '../plant/packet-link.tsx';

/** Field by field; who said it, and where in which capture. Contradictions stand side by side. */
export function Facts({ facts, isOwn = true }: { facts: readonly AssetFact[]; isOwn?: boolean }) {
  const text = useText();
  const order = FactField.options;
  const [query] = useSearchParams();
  const field = FactField.safeParse(query.get('field')).data;
  const fields = order.filter((one) => facts.some((fact) => fact.field === one));
  const shown = field ? facts.filter((fact) => fact.field === field) : facts;
  const rows = shown.toSorted(
    (a, b) => order.indexOf(a.field) - order.indexOf(b.field) || Number(b.holds) - Number(a.holds),
  );
  const disputed = new Set(
    rows
      .filter(({ field, value }) => rows.some((other) => other.field === field && other.value !== value))
      .map(({ field }) => field),
  );
  return (
    <>
      {fields.length > 3 && (
        <Form method="get" className="row filters" preventScrollReset>
          <FilterChoice
            name="field"
            label={text('asset.fact')}
            options={fields.map((one) => ({ value: one, label: fieldWords(text, one) }))}
          />
          <button className="button button-plain button-small">{text('table.apply')}</button>
        </Form>
      )}
      <SmallTable label={text('asset.facts')}>
        <thead>
          <tr>
            <th scope="col">{text('asset.fact')}</th>
            <th scope="col">{text('message.value')}</th>
            <th scope="col">{text('certainty')}</th>
            <th scope="col">{text('asset.source')}</th>
            <th scope="col">{text('asset.fact.at')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((fact, place) => (
            <tr key={fact.id} className={fact.holds ? undefined : 'fact-beaten'}>
              <td>{rows[place - 1]?.field === fact.field ? '' : fieldWords(text, fact.field)}</td>
              <td>
                <span className={fact.holds ? 'strong' : 'soft'}>{valueWords(text, fact)}</span>
                {disputed.has(fact.field) && (
                  <span className="soft small">
                    {' '}
                    · {text(fact.holds ? 'asset.fact.holds' : 'asset.fact.beaten')}
                  </span>
                )}
              </td>
              <td>
                <Certainty level={fact.source === 'person' ? 'confirmed' : fact.certainty} />
              </td>
              <td>
                {fact.capture && isOwn ? (
                  <span className="row">
                    {fact.capture.packet > 0 && (
                      <PacketLink capture={fact.capture.id} packet={fact.capture.packet} />
                    )}
                    <span className="soft small">
                      {fact.protocol} · {fact.capture.name}
                    </span>
                  </span>
                ) : fact.inventory && isOwn ? (
                  <span className="small">
                    <Link to={`/assets/import/${fact.inventory.id}`}>{fact.inventory.name}</Link>{' '}
                    <span className="soft">{text('asset.fact.row', { row: fact.inventory.row })}</span>
                  </span>
                ) : (
                  <span>{fact.person || text(`asset.source.${fact.source}`)}</span>
                )}
              </td>
              <td className="soft">
                <Time at={fact.at} style="short" />
              </td>
            </tr>
          ))}
        </tbody>
      </SmallTable>
    </>
  );
}

export function fieldWords(text: ReturnType<typeof useText>, field: AssetFact['field']): string {
  return text(`asset.${field}`);
}

export function valueWords(
  text: ReturnType<typeof useText>,
  { field, value }: Pick<AssetFact, 'field' | 'value'>,
): string {
  if (value === '') return text('asset.fact.unknown');
  if (field === 'role') return text.coded('role.asset', { code: value });
  if (field === 'level') return text.coded('level', { code: value });
  if (field === 'criticality') return text.coded('criticality', { code: value });
  return value;
}
