import { apis, type Call, type CaseConcerns } from '@busbar/contract';
import { Form, Link, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { attempt, type Refused, word } from '../calls.ts';
import { Letter } from '../cases/shortcuts.tsx';
import { RefusalNotice } from '../refusal.tsx';
import { Concern, DeviceLine, useDevicePath } from './concern-parts.tsx';

const most = 12;

/** What `Told` sends. */
export const takeTold = (call: Call, id: string, form: FormData) =>
  attempt(() => call(apis.caseConcerns.add, { params: { id }, body: { device: word(form, 'device') } }));

/** For the room: the plant and the devices that the case is about, and those that its timeline tells of besides. */
export function ConcernsPanel({
  id,
  concerns: { items, told, plant },
  answer,
}: {
  id: string;
  concerns: CaseConcerns;
  answer: { refused?: Refused['refused'] | undefined } | undefined;
}) {
  const text = useText();
  const pathOf = useDevicePath(plant);
  return (
    <section className="panel stack stack-s" aria-labelledby="concerns">
      <h2 id="concerns">{text('concerns')}</h2>
      <RefusalNotice answer={answer} />
      {items.length === 0 && <p className="soft">{text('concerns.none')}</p>}
      <ul className="plain-list lines">
        {items.slice(0, most).map((concern) => (
          <li key={concern.id}>
            <Concern concern={concern} pathOf={pathOf} />
          </li>
        ))}
      </ul>
      <Told told={told.slice(0, 3)} pathOf={pathOf} />
      <Link to={`/cases/${id}/plant`} aria-keyshortcuts="D">
        {text('concerns.manage', { more: Math.max(items.length - most, 0) })} <Letter letter="D" />
      </Link>
    </section>
  );
}

/** Devices that the timeline tells of: each taken with one press. */
export function Told({ told, pathOf }: { told: CaseConcerns['told']; pathOf: (device: string) => string }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  if (told.length === 0) return null;
  return (
    <>
      <h3>{text('concerns.told')}</h3>
      <ul className="plain-list lines">
        {told.map(({ device, observations }) => (
          <li key={device.id} className="stack stack-s">
            <div>
              <DeviceLine device={device} to={pathOf(device.id)} />
              <div className="soft small">{text('concerns.told.count', { count: observations })}</div>
            </div>
            <Form method="post" preventScrollReset>
              <input type="hidden" name="device" value={device.id} />
              <Button
                type="submit"
                name="do"
                value="concern"
                size="small"
                icon="plus"
                busy={busy}
                aria-label={text('concerns.take.of', { name: device.name })}
              >
                {text('concerns.take')}
              </Button>
            </Form>
          </li>
        ))}
      </ul>
    </>
  );
}
