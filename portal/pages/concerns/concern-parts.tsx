import type { CaseConcern, ConcernedDevice } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import { useVisitor } from '../../ui/shell.tsx';

/** Where a device of this plant has its page: one's own, or one that is open to us. */
export function useDevicePath(plant: string | null): (device: string) => string {
  const { me } = useVisitor();
  return plant === me?.acting?.organisation.id
    ? (device) => `/assets/${device}`
    : (device) => `/plants/${plant}/assets/${device}`;
}

/** What people who work on a case look at first: where it stands, what depends on it, what runs on it, what is known of it. */
export function DeviceLine({ device, to }: { device: ConcernedDevice; to: string }) {
  const text = useText();
  const product = [device.vendor, device.product].filter(Boolean).join(' ');
  const facts = [
    text(`role.asset.${device.role}`),
    device.zone ? text('concerns.zone', { name: device.zone.name }) : device.site.name,
    product,
    device.firmware && text('concerns.firmware', { version: device.firmware }),
    device.addresses[0],
  ].filter(Boolean);
  return (
    <>
      <div className="with-icon">
        <Icon name={roleIcon(device.role)} size={16} /> <Link to={to}>{device.name}</Link>
      </div>
      <div className="soft small">{facts.join(' · ')}</div>
      <div className="row small">
        {device.criticality && (
          <span>{text('concerns.criticality', { level: text(`criticality.${device.criticality}`) })}</span>
        )}
        {device.warnings !== null && device.warnings > 0 && (
          <span className="with-icon">
            <Icon name="alarm" size={13} /> {text('concerns.warnings', { count: device.warnings })}
          </span>
        )}
      </div>
    </>
  );
}

/** One thing that a case is about: as its inventory tells, or by its name alone. */
export function Concern({ concern, pathOf }: { concern: CaseConcern; pathOf: (device: string) => string }) {
  const text = useText();
  const kind = concern.kind === 'words' ? concern.kind : concern.site && 'site';
  if (concern.device) return <DeviceLine device={concern.device} to={pathOf(concern.device.id)} />;
  return (
    <div>
      {concern.name}{' '}
      <span className="soft small">{text(kind ? `concerns.kind.${kind}` : 'concerns.closed')}</span>
    </div>
  );
}
