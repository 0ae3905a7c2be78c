import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { Facts } from '../assets/facts.tsx';
import { reader } from '../calls.ts';
import { CasesOfDevice, casesOfDevice } from '../concerns/cases-of-device.tsx';
import type { Route } from './+types/open-asset';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const [asset, cases] = await Promise.all([
    reader(context, request)(apis.consents.asset, { params }),
    casesOfDevice(visitOf(context).call, params.asset, params.id),
  ]);
  return { plant: params.id, asset, cases };
}

/** One device of a plant that is open to us: what is known of it, and nothing to change. */
export default function OpenAsset({ loaderData: { plant, asset, cases } }: Route.ComponentProps) {
  const text = useText();
  const product = [asset.vendor, asset.product ?? asset.model].filter(Boolean).join(' ');
  return (
    <Page
      title={asset.name}
      seen={asset.visibility}
      help={text('plants.help')}
      lead={text(product ? 'asset.sentence' : 'asset.sentence.unknown', {
        role: text(`role.asset.${asset.role}`),
        product,
        level: text(`level.${asset.level}`),
        site: asset.site.name,
      })}
      crumbs={
        <>
          <Link to="/plants">{text('plants')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/plants/${plant}`}>{asset.visibility.owner}</Link>
        </>
      }
    >
      <CasesOfDevice cases={cases} />
      <section className="stack stack-s">
        <h2>{text('asset.facts')}</h2>
        <Facts facts={asset.facts} isOwn={false} />
      </section>
    </Page>
  );
}
