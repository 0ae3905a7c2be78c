import {
  apis,
  DocumentOutcome,
  type SourceDocument,
  SourceDocumentSearch,
  type SourceItem,
} from '@busbar/contract';
import { Link } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Tag, Tlp } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { FilterChoice, Filters } from '../../ui/search-box.tsx';
import { Time } from '../../ui/time.tsx';
import { place, reader } from '../calls.ts';
import type { Route } from './+types/source-contents';
import { Outcome, PackOf, ProblemList, Verdicts } from './source-parts.tsx';

/** Documents of those that bring documents; of the others, what they told us. */
export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  const read = reader(context, request);
  const params = { id };
  const { kind } = await read(apis.sources.get, { params });
  const { after, search } = place(request);
  const filtered = Boolean(search || new URL(request.url).searchParams.get('outcome'));
  if (kind.startsWith('csaf') || kind === 'archive') {
    const given = Object.fromEntries(
      [...new URL(request.url).searchParams].filter(
        ([name, value]) => value !== '' && name in SourceDocumentSearch.shape,
      ),
    );
    const query = SourceDocumentSearch.catch({ limit: 50 }).parse({ ...given, limit: 50 });
    return { id, filtered, items: null, documents: await read(apis.sources.documents, { params, query }) };
  }
  const query = { limit: 50, ...(after && { after }), ...(search && { search }) };
  return { id, filtered, documents: null, items: await read(apis.sources.items, { params, query }) };
}

export default function SourceContents({
  loaderData: { id, filtered, documents, items },
}: Route.ComponentProps) {
  const text = useText();
  const empty = (documents ?? items)!.items.length === 0;
  return (
    <section className="stack" aria-label={text(documents ? 'source.documents' : 'source.items')}>
      <Filters
        search={text(documents ? 'source.documents.search' : 'source.items.search')}
        filtered={filtered}
        all={`/sources/${id}`}
      >
        {documents && (
          <FilterChoice
            name="outcome"
            label={text('source.outcome')}
            options={DocumentOutcome.options.map((value) => ({
              value,
              label: text(`source.outcome.${value}`),
            }))}
          />
        )}
      </Filters>
      {empty && (
        <Empty
          title={text(filtered ? 'sources.noMatch' : 'source.nothing')}
          action={filtered && <ButtonLink to={`/sources/${id}`}>{text('table.clear')}</ButtonLink>}
        >
          {text(filtered ? 'sources.noMatch.why' : 'source.nothing.why')}
        </Empty>
      )}
      {documents?.items.map((document) => (
        <OneDocument key={document.id} document={document} />
      ))}
      {items?.items.map((item) => (
        <OneItem key={item.id} item={item} />
      ))}
      <Pager next={(documents ?? items)!.next} />
    </section>
  );
}

function OneDocument({ document }: { document: SourceDocument }) {
  const text = useText();
  const format = useFormat();
  const name = document.title ?? document.trackingId ?? document.url.split('/').at(-1);
  return (
    <article className="panel stack stack-s">
      <div className="row row-end">
        <h2>{document.advisory ? <Link to={`/advisories/${document.advisory}`}>{name}</Link> : name}</h2>
        <Outcome outcome={document.outcome} />
      </div>
      <div className="row soft small">
        {document.label && <Tlp label={document.label} />}
        {document.trackingId && <code>{document.trackingId}</code>}
        {document.version && <span>{text('source.version', { version: document.version })}</span>}
        <Verdicts document={document} />
        <span>
          <Time at={document.retrievedAt} />
        </span>
        {document.size !== null && <span>{format.bytes(document.size)}</span>}
      </div>
      {document.problems.length > 0 && <ProblemList problems={document.problems} />}
      <div className="row small">
        <code className="mono soft">{document.url}</code>
        {document.pack && (
          <span className="soft">
            {text('source.pack')}: <PackOf pack={document.pack} />
          </span>
        )}
        {document.outcome !== 'missed' && !['added', 'updated', 'unchanged'].includes(document.outcome) && (
          <a href={`/api/sources/${document.source.id}/documents/${document.id}/original`} download>
            {text('source.original')}
          </a>
        )}
      </div>
    </article>
  );
}

/** Text of strangers: shown as text, and their address as what it is. */
function OneItem({ item }: { item: SourceItem }) {
  const text = useText();
  return (
    <article className="panel stack stack-s">
      <div className="row row-end">
        <h2>{item.title}</h2>
        <span className="soft small">
          <Time at={item.publishedAt ?? item.retrievedAt} />
        </span>
      </div>
      {item.summary && <p>{item.summary}</p>}
      <div className="row small">
        {item.cves.slice(0, 12).map((cve) => (
          <Tag key={cve} mono>
            {cve}
          </Tag>
        ))}
        {item.link && (
          <a href={item.link} rel="noreferrer noopener" target="_blank" className="mono">
            {text('source.item.open', { host: new URL(item.link).host })}
          </a>
        )}
      </div>
    </article>
  );
}
