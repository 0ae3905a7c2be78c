import type { Location } from '@busbar/contract';
import { Link, useRouteLoaderData } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';

/** To the bytes: an address that a colleague who may see the capture can open. */
export function PacketLink({ capture, packet, at }: { capture: string; packet: number; at?: Location }) {
  const text = useText();
  const format = useFormat();
  const isElsewhere = useRouteLoaderData<{ capture?: { bundle: object | null } }>('pages/plant/capture')
    ?.capture?.bundle;
  if (isElsewhere)
    return <span className="packet nowrap">{text('packet', { number: format.number(packet) })}</span>;
  return (
    <Link to={packetHref(capture, packet, at)} className="packet nowrap" title={text('packet.open')}>
      <Icon name="bytes" size={13} />
      {text('packet', { number: format.number(packet) })}
    </Link>
  );
}

export function packetHref(capture: string, packet: number, at?: Location): string {
  const path = `/captures/${capture}/messages/${packet}`;
  return at ? `${path}?at=${encodeURIComponent(JSON.stringify(at))}` : path;
}
