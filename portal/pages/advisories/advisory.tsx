import { apis, mayDo, urlOf } from '@busbar/contract';
import { Form, Link, redirect, useNavigation, useSearchParams } from 'react-router';

import { visitOf } from '../../context.ts';
import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { useMay } from '../../ui/shell.tsx';
import { DataTable, type Column } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import { Origins } from '../sources/origins.tsx';
import { WarningTable } from '../warnings/warning-table.tsx';
import type { Route } from './+types/advisory';
import { Changes } from './changes.tsx';
import { Conversion } from './conversion.tsx';
import { Plain } from './plain.tsx';
import { Remedies } from './remedies.tsx';
import { ValidationFindings } from './validation.tsx';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  const advisory = await reader(context, request)(apis.advisories.get, { params: { id: params.id } });
  const { call, me } = visitOf(context);
  const mine =
    advisory.myMatches > 0
      ? await attempt(() => call(apis.warnings.list, { query: { advisory: params.id, limit: 200 } }))
      : null;
  const changes = await attempt(() => call(apis.advisories.changes, { params: { id: params.id } }));
  const isOfCert = mayDo(me?.roles ?? [], 'import advisories of others');
  const [origins, validation, conversion] = isOfCert
    ? await Promise.all([
        attempt(() => call(apis.sources.origins, { params: { id: params.id } })),
        attempt(() => call(apis.advisories.validation, { params: { id: params.id } })),
        attempt(() => call(apis.advisories.conversion, { params: { id: params.id } })),
      ])
    : [];
  return {
    advisory,
    mine: mine?.done?.items ?? [],
    changes: changes.done,
    origins: origins?.done?.items,
    validation: validation?.done,
    conversion: conversion?.done,
  };
}

export async function action({ params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const answer = await attempt(() =>
    call(apis.warnings.compare, { body: { assets: [], advisories: [params.id] } }),
  );
  if (answer.refused) return answer;
  throw redirect(`/advisories/${params.id}?compared`);
}

/** Mitigations first, then what is affected, then everything. */
export default function AdvisoryPage({
  loaderData: { advisory, mine, changes, origins, validation, conversion },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const busy = useNavigation().state === 'submitting';
  const compared = useSearchParams()[0].has('compared');
  const format = useFormat();
  type Product = (typeof advisory.products)[number];
  const productColumns: Column<Product & { key: string }>[] = [
    {
      id: 'product',
      label: text('asset.product'),
      sort: ({ product }) => product,
      cell: ({ product, name }) => product || name,
    },
    { id: 'vendor', label: text('asset.vendor'), sort: ({ vendor }) => vendor, cell: ({ vendor }) => vendor },
    {
      id: 'versions',
      label: text('advisory.versions'),
      sort: ({ versions }) => versions,
      cell: ({ versions }) => <code>{versions || '–'}</code>,
    },
    {
      id: 'orderNumbers',
      label: text('asset.orderNumber'),
      sort: ({ orderNumbers }) => orderNumbers.join(', '),
      cell: ({ orderNumbers }) => (
        <code>
          {orderNumbers.slice(0, 4).join(', ') +
            (orderNumbers.length > 4 ? ` +${orderNumbers.length - 4}` : '') || '–'}
        </code>
      ),
    },
  ];
  return (
    <Page
      title={advisory.title}
      seen={advisory.visibility}
      help={text('advisory.help')}
      crumbs={
        <>
          <Link to="/advisories">{text('nav.advisories')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span className="mono">{advisory.trackingId}</span>
        </>
      }
      lead={
        <span className="row">
          <Severity level={advisory.severity} score={advisory.score} />
          <span>{advisory.publisher}</span>
          <span>
            {text('advisory.version', {
              version: advisory.version,
              status: text(`advisoryStatus.${advisory.status}`),
            })}
          </span>
          <span>
            {text('advisory.updated')} <Time at={advisory.updatedAt} style="date" />
          </span>
        </span>
      }
      actions={
        <a
          className="button button-plain button-normal"
          href={urlOf(apis.advisories.document, { params: { id: advisory.id } })}
          download
        >
          <Icon name="download" /> {text('advisory.document')}
        </a>
      }
    >
      {advisory.problems.length > 0 && (
        <Notice kind="warn" title={text('advisory.problems', { count: advisory.problems.length })}>
          <ul className="plain-list">
            {advisory.problems.slice(0, 8).map((problem, place) => (
              <li key={`${problem.code}-${place}`}>{text.coded('csafProblem', problem)}</li>
            ))}
          </ul>
        </Notice>
      )}
      {mine.length > 0 && (
        <section className="stack stack-s" aria-labelledby="mine">
          <h2 id="mine">{text('advisory.concerns', { count: advisory.myMatches })}</h2>
          <WarningTable warnings={mine} empty={null} />
        </section>
      )}
      <RefusalNotice answer={actionData} />
      {compared && !actionData && (
        <Notice kind="good" live>
          {text('compare.begun')}
        </Notice>
      )}
      {may('set match state / acknowledge alert') && (
        <Form method="post">
          <Button type="submit" size="small" busy={busy}>
            {text('compare.advisory')}
          </Button>
        </Form>
      )}
      <section className="stack stack-s" aria-labelledby="do">
        <h2 id="do">{text('warning.do')}</h2>
        <Remedies remedies={advisory.remedies} />
      </section>
      {changes && <Changes changes={changes} />}
      {advisory.summary && (
        <section className="stack stack-s" aria-labelledby="summary">
          <h2 id="summary">{text('advisory.summary')}</h2>
          <Plain>{advisory.summary}</Plain>
        </section>
      )}
      <section className="stack stack-s" aria-labelledby="products">
        <h2 id="products">{text('advisory.products')}</h2>
        <DataTable
          name="products"
          caption={text('advisory.products')}
          rows={advisory.products.map((product, place) => ({ ...product, key: String(place) }))}
          columns={productColumns}
          rowKey={({ key }) => key}
          filter={advisory.products.length > 10}
          empty={<p className="soft">{text('advisory.products.none')}</p>}
        />
      </section>
      <section className="stack stack-s" aria-labelledby="vulnerabilities">
        <h2 id="vulnerabilities">
          {text('advisory.vulnerabilities', { count: advisory.vulnerabilities.length })}
        </h2>
        {advisory.vulnerabilities.map((vulnerability, place) => (
          <article
            key={`${vulnerability.cve}-${place}`}
            className="panel stack stack-s"
            id={vulnerability.cve ?? undefined}
          >
            <h3>
              {vulnerability.cve && (
                <Link to={`/vulnerabilities/${vulnerability.cve}`} className="mono">
                  {vulnerability.cve}
                </Link>
              )}{' '}
              {vulnerability.title}
            </h3>
            {vulnerability.cwe && (
              <p className="soft">
                {vulnerability.cwe.id} {vulnerability.cwe.name}
              </p>
            )}
            {vulnerability.text && <Plain>{vulnerability.text}</Plain>}
            {vulnerability.scores.map((score) => (
              <p key={score.vector} className="row">
                <Severity level={score.severity} score={score.base} />
                <span className="soft">{text('advisory.cvss', { version: score.version })}</span>
                <code className="small">{score.vector}</code>
              </p>
            ))}
            <dl className="facts">
              {(['affected', 'fixed', 'notAffected'] as const).map(
                (status) =>
                  vulnerability[status].length > 0 && (
                    <div key={status} className="contents">
                      <dt>{text(`advisory.${status}`)}</dt>
                      <dd>
                        {format.list(vulnerability[status].slice(0, 6))}
                        {vulnerability[status].length > 6 && (
                          <details className="more">
                            <summary>
                              {text('advisory.moreProducts', { count: vulnerability[status].length - 6 })}
                            </summary>
                            <ul>
                              {vulnerability[status].slice(6, 400).map((name) => (
                                <li key={name}>{name}</li>
                              ))}
                            </ul>
                          </details>
                        )}
                      </dd>
                    </div>
                  ),
              )}
            </dl>
          </article>
        ))}
      </section>
      {validation && <ValidationFindings validation={validation} />}
      {conversion && <Conversion id={advisory.id} conversion={conversion} />}
      {origins && <Origins documents={origins} />}
      {advisory.notes.length > 0 && (
        <details className="more">
          <summary>{text('advisory.notes', { count: advisory.notes.length })}</summary>
          {advisory.notes.map((note, place) => (
            <section key={`${note.title}-${place}`} className="stack stack-s">
              <h3>{note.title || note.category}</h3>
              <Plain>{note.text}</Plain>
            </section>
          ))}
        </details>
      )}
      {advisory.references.length > 0 && (
        <section className="stack stack-s" aria-labelledby="references">
          <h2 id="references">{text('advisory.references')}</h2>
          <ul className="plain-list">
            {advisory.references.map(({ title, url }) => (
              <li key={url}>
                <a href={url} rel="noreferrer noopener">
                  {title || url}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
      {advisory.history.length > 0 && (
        <details className="more">
          <summary>{text('advisory.history', { count: advisory.history.length })}</summary>
          <ol className="plain-list lines">
            {advisory.history.map((step) => (
              <li key={`${step.version}-${step.at}`}>
                <strong>{step.version}</strong>{' '}
                <span className="soft">
                  <Time at={step.at} style="date" />
                </span>{' '}
                {step.summary}
              </li>
            ))}
          </ol>
        </details>
      )}
    </Page>
  );
}
