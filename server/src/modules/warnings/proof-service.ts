import { csvLine, type FileAnswer, type MatchState, remediationOf } from '@busbar/contract';
import {
  draftOfVex,
  type VexDocument,
  type VexProduct,
  type VexStatement,
  writeAdvisory,
  writeOpenVex,
} from '@busbar/csaf';

import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { notFound } from '../../platform/problem.ts';
import type { AdvisoryLine, AdvisoryService } from '../advisories/advisory-service.ts';
import type { DeliveryService } from '../deliveries/delivery-service.ts';
import { tellingsOf } from './alert-store.ts';
import { ssvcOf } from './decision.ts';
import { chosenFor } from './work-store.ts';
import { matchesForProof, type MatchRow, stepsOfAll } from './warning-store.ts';
import type { Plant } from './warning-service.ts';

export type ProofService = ReturnType<typeof proofService>;

export interface ProofParts {
  readonly advisories: Pick<AdvisoryService, 'lines' | 'versions'>;
  readonly plant: Pick<Plant, 'assetsById'>;
  /** What became of messages about warnings; handed over late, for deliveries stand on much else. */
  readonly messages: DeliveryService['warningMessages'];
  readonly owner: (tx: Db) => Promise<string>;
  /** Of this installation; names whoever publishes a VEX. */
  readonly origin: string;
}

/** Somebody heard of a warning, or could have. */
interface Telling {
  readonly at: string | null;
  readonly what: 'told' | 'message' | 'seen' | 'acknowledged';
  /** A person or the host of a webhook; empty where it was everybody who sees warnings. */
  readonly to: string;
  readonly channel: 'portal' | 'mail' | 'webhook';
  /** Of a message: what became of it. */
  readonly state: string;
  readonly urgency: MatchRow['urgency'];
}

type Wanted = { warning?: string | undefined };

/** What was known when, for those who ask later; and what the plant says of itself to those who ask now. */
export function proofService({ advisories, plant, messages, owner, origin }: ProofParts) {
  return {
    async known({
      tx,
      query,
      actor,
      trail,
    }: Ask<unknown, Wanted & { format: 'csv' | 'json' }>): Promise<FileAnswer> {
      const rows = await matchesForProof(tx, query.warning);
      if (query.warning !== undefined && rows.length === 0) throw notFound('warning');
      const lines = await linesOf(tx, rows);
      const assets = await plant.assetsById(
        tx,
        rows.map(({ asset_id }) => asset_id),
      );
      const versions = await advisories.versions(tx, [...lines.keys()]);
      const steps = await stepsOfAll(
        tx,
        rows.map(({ id }) => id),
      );
      const told = await toldOf(
        tx,
        rows.map(({ id }) => id),
      );
      const now = new Date().toISOString();
      const warnings = rows.flatMap((row) => {
        const [line, asset] = [lines.get(row.advisory_id), assets.get(row.asset_id)];
        if (!asset) return [];
        return [
          {
            id: row.id,
            device: {
              id: asset.id,
              name: asset.name,
              site: asset.site.name,
              vendor: asset.vendor,
              product: asset.product ?? asset.model,
              orderNumber: asset.orderNumber,
              firmware: asset.firmware,
              serial: asset.serial,
            },
            ...(line ? wordsOf(row, line, versions.get(line.id) ?? []) : unreadable),
            state: row.state,
            certainty: row.certainty,
            urgency: row.urgency,
            ssvc: row.decision && ssvcOf(row.decision),
            due: row.due,
            acceptedUntil: row.accepted_until,
            steps: (steps.get(row.id) ?? []).map(({ at, name, details, match_id: _match, ...step }) => ({
              at: at.toISOString(),
              ...step,
              by: name ?? '',
              // What became of vulnerabilities is told in the words of the advisory.
              told: line ? (details ?? []).map(({ text }) => text) : [],
            })),
            told: told.get(row.id) ?? [],
          },
        ];
      });
      trail.on({
        kind: 'warning',
        ...(query.warning && { id: query.warning }),
        owner: actor.organisation,
        details: { export: query.format, warnings: warnings.length },
      });
      const name = `warnings-${now.slice(0, 10)}`;
      if (query.format === 'json')
        return {
          name: `${name}.json`,
          type: 'application/json',
          content: JSON.stringify({ exportedAt: now, organisation: await owner(tx), warnings }, null, 1),
        };
      return {
        name: `${name}.csv`,
        type: 'text/csv',
        content: `\ufeff${csvLine(columns)}${warnings.flatMap(linesIn).join('')}`,
      };

      function linesIn({
        id,
        device,
        advisory,
        steps: own,
        told: tellings,
      }: (typeof warnings)[number]): string[] {
        const common = [id, device.site, device.name, device.vendor, device.product, device.firmware];
        const about = advisory
          ? [advisory.publisher, advisory.trackingId, advisory.title, advisory.cves.join(' ')]
          : ['', '', 'not open to this organisation any more', ''];
        const received = (advisory?.versions ?? []).map(({ version, receivedAt }) =>
          csvLine([receivedAt, 'version received', ...common, ...about, version, '', '', '', '', '', '']),
        );
        const happened = own.map((step) =>
          csvLine([
            step.at,
            step.what,
            ...common,
            ...about,
            step.version,
            step.state,
            step.urgency,
            step.certainty,
            step.by,
            step.reason,
            step.told.join('; '),
          ]),
        );
        const heard = tellings.map(({ at, what, to, channel, state, urgency }) =>
          csvLine([at, what, ...common, ...about, '', '', urgency, '', '', '', '', to, channel, state]),
        );
        return [...received, ...happened, ...heard];
      }
    },

    async vex({
      tx,
      query,
      actor,
      trail,
    }: Ask<unknown, Wanted & { format: 'csaf' | 'openvex' }>): Promise<FileAnswer> {
      const rows = (await matchesForProof(tx, query.warning)).filter(({ state }) => state !== 'ended');
      if (rows.length === 0) throw notFound('warning');
      const lines = await linesOf(tx, rows);
      const assets = await plant.assetsById(
        tx,
        rows.map(({ asset_id }) => asset_id),
      );
      const chosen = await chosenFor(
        tx,
        rows.map(({ id }) => id),
      );
      const said = rows.flatMap((row) => {
        const [line, asset] = [lines.get(row.advisory_id), assets.get(row.asset_id)];
        if (!line || !asset) return [];
        const name = asset.product ?? asset.model ?? asset.orderNumber ?? 'unknown';
        const product = {
          id: [asset.vendor, name, asset.firmware].filter(Boolean).join(' '),
          vendor: asset.vendor ?? undefined,
          name,
          version: asset.firmware ?? undefined,
          range: undefined,
          purl: undefined,
          cpe: undefined,
        };
        const done = chosen.get(row.id)?.map(({ text }) => text) ?? [];
        return (row.cves.length > 0 ? row.cves : [line.trackingId]).map((id) => ({
          product,
          vulnerability: { id, aliases: [], description: line.title },
          ...saidOf({ ...row, state: stateOf(row, id), certainty: certaintyOf(row, id) }, done),
        }));
      });
      const statements = statementsOf(said);
      const now = new Date().toISOString();
      const author = await owner(tx);
      const id = `vex-${(query.warning ?? actor.organisation!).slice(0, 8)}-${now.slice(0, 19).replace(/[^0-9]/g, '')}`;
      const vex: VexDocument = {
        id,
        author,
        issued: now,
        updated: now,
        version: '1',
        statements,
      };
      trail.on({
        kind: 'warning',
        ...(query.warning && { id: query.warning }),
        owner: actor.organisation,
        details: { export: `vex ${query.format}`, statements: statements.length },
      });
      const document =
        query.format === 'openvex'
          ? writeOpenVex(vex).document
          : writeAdvisory(
              draftOfVex(vex, {
                title: `What of the plant of ${author} is affected`,
                tlp: 'AMBER+STRICT',
                publisher: { name: author, namespace: origin, category: 'user' },
                summary:
                  'Own decisions about devices in use, as of the date of this document. Products are named, devices are not.',
              }),
            );
      return {
        name: `${id}.json`,
        type: 'application/json',
        content: `${JSON.stringify(document, null, 2)}\n`,
      };
    },
  };

  /** Who heard of each warning, by what and when; what was not sent has no time, and says in which state it is. */
  async function toldOf(tx: Db, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Telling[]>> {
    const tellings = await tellingsOf(tx, ids);
    const alerts = [...tellings.values()].flat();
    const sent = await messages(tx, {
      dispatches: [
        ...new Set(alerts.flatMap(({ readers }) => readers.map(({ dispatch }) => dispatch))),
      ].filter((dispatch) => dispatch !== null),
      paths: [...new Set(alerts.map(({ alert }) => `/alerts/${alert}`))],
    });
    const [byDispatch, byPath] = [
      Map.groupBy(sent, ({ dispatch_id }) => dispatch_id),
      Map.groupBy(sent, ({ path }) => path),
    ];
    return new Map(
      Array.from(tellings, ([match, list]) => [
        match,
        list.flatMap(({ alert, urgency, told_at, readers }): Telling[] => {
          const names = new Map(readers.map(({ person, name }) => [person, name]));
          // A digest is of many alerts: to the page of this one leads what was sent of it alone.
          const own = new Set([
            ...(byPath.get(`/alerts/${alert}`) ?? []),
            ...readers.flatMap(({ person, dispatch }) =>
              (byDispatch.get(dispatch ?? '') ?? []).filter(({ person_id }) => person_id === person),
            ),
          ]);
          return [
            ...(told_at
              ? [
                  {
                    at: told_at.toISOString(),
                    what: 'told',
                    to: '',
                    channel: 'portal',
                    state: '',
                    urgency,
                  } as const,
                ]
              : []),
            ...Array.from(own, ({ person_id, channel, address, state, sent_at }) => ({
              at: sent_at?.toISOString() ?? null,
              what: 'message' as const,
              // Whoever has all of the address of a webhook may write to it: its host says who heard.
              to:
                (person_id === null ? undefined : names.get(person_id)) ??
                (channel === 'webhook' ? new URL(address).origin : address),
              channel,
              state,
              urgency,
            })),
            ...readers.flatMap(({ name: to, seen_at, acknowledged_at }) =>
              [['seen', seen_at] as const, ['acknowledged', acknowledged_at] as const].flatMap(([what, at]) =>
                at === null
                  ? []
                  : [
                      {
                        at: new Date(at).toISOString(),
                        what,
                        to,
                        channel: 'portal' as const,
                        state: '',
                        urgency,
                      },
                    ],
              ),
            ),
          ];
        }),
      ]),
    );
  }

  async function linesOf(tx: Db, rows: readonly MatchRow[]): Promise<Map<string, AdvisoryLine>> {
    const found = await advisories.lines(tx, [...new Set(rows.map((row) => row.advisory_id))]);
    return new Map(found.map((line) => [line.id, line]));
  }
}

/** What a warning says in the words of its advisory. */
const wordsOf = (
  row: MatchRow,
  line: AdvisoryLine,
  versions: readonly { version: string; receivedAt: Date }[],
) => ({
  advisory: {
    publisher: line.publisher,
    trackingId: line.trackingId,
    title: line.title,
    cves: row.cves,
    versions: versions.map(({ version, receivedAt }) => ({ version, receivedAt: receivedAt.toISOString() })),
  },
  product: row.product,
  because: row.because.map(({ text }) => text),
  remediation: row.remediation,
  vulnerabilities: row.vulnerabilities.map(({ of, state, certainty, product, because }) => ({
    of,
    state,
    certainty,
    product,
    because: because.map(({ text }) => text),
  })),
});

/** That there was a warning, and what was done, is the plant's own; the words of what it may not read any more are not. */
const unreadable = { advisory: null, product: null, because: [], remediation: {}, vulnerabilities: [] };

const columns = [
  'time (UTC)',
  'what',
  'warning',
  'site',
  'device',
  'vendor',
  'product',
  'firmware',
  'publisher',
  'advisory',
  'title',
  'CVE',
  'version',
  'state',
  'urgency',
  'certainty',
  'by',
  'reason',
  'changed',
  'told to',
  'by way of',
  'message',
];

type Saying = Omit<VexStatement, 'products'> & { readonly product: VexProduct };

/**
 * What is said alike, of all its products. Devices of one product, or advisories of one vulnerability, may have been decided
 * on differently; of the product then holds the gravest, for nothing may be called safe that is not everywhere.
 */
function statementsOf(said: readonly Saying[]): VexStatement[] {
  const place = ({ vulnerability, product }: Saying) => `${vulnerability.id}\n${product.id}`;
  const worst = new Map<string, number>();
  for (const one of said)
    worst.set(place(one), Math.min(gravest.indexOf(one.status), worst.get(place(one)) ?? gravest.length));
  const alike = Map.groupBy(
    said.filter((one) => gravest[worst.get(place(one))!] === one.status),
    ({ product: _product, ...rest }) => JSON.stringify(rest),
  );
  return Array.from(alike.values(), (some) => {
    const { product: _product, ...rest } = some[0]!;
    return { ...rest, products: [...new Map(some.map(({ product }) => [product.id, product])).values()] };
  });
}

const gravest: readonly VexStatement['status'][] = ['affected', 'underInvestigation', 'fixed', 'notAffected'];

/** An advisory that certainly affects a device may be unsure about one of its vulnerabilities. */
function certaintyOf({ vulnerabilities, certainty }: MatchRow, id: string): MatchRow['certainty'] {
  return vulnerabilities.find(({ of }) => of.includes(id))?.certainty ?? certainty;
}

/** What a person said of just this vulnerability goes before the state of the warning as a whole. */
function stateOf({ state, remediation }: MatchRow, id: string): MatchState {
  const mark = Object.hasOwn(remediation, id) ? remediation[id] : undefined;
  if (mark === undefined || remediationOf[state] === null || mark === remediationOf[state]) return state;
  return mark === 'done' ? 'fixed' : mark === 'inProgress' ? 'planned' : 'confirmed';
}

/** By the states of a VEX: nobody has looked yet, or what it is and what is done. */
function saidOf(
  { state, state_reason, certainty, accepted_until }: MatchRow,
  chosen: readonly string[],
): Pick<VexStatement, 'status' | 'justification' | 'impact' | 'action'> {
  const nothing = { justification: undefined, impact: undefined, action: undefined };
  const measures = chosen.join('\n');
  const affected = (action: string) => ({ ...nothing, status: 'affected' as const, action });
  const said: Record<MatchState, Pick<VexStatement, 'status' | 'justification' | 'impact' | 'action'>> = {
    new: { ...nothing, status: 'underInvestigation' },
    ended: { ...nothing, status: 'underInvestigation' },
    confirmed:
      certainty === 'unsure'
        ? { ...nothing, status: 'underInvestigation' }
        : affected('What is to be done is being decided.'),
    planned: affected(measures ? `Planned: ${measures}` : 'Something is planned.'),
    mitigated: affected(measures ? `Mitigated: ${measures}` : 'Mitigated.'),
    fixed: { ...nothing, status: 'fixed' },
    verified: { ...nothing, status: 'fixed' },
    notAffected: { ...nothing, status: 'notAffected', impact: state_reason ?? 'No reason was given.' },
    riskAccepted: affected(
      `The risk is accepted${accepted_until ? ` until ${accepted_until}` : ''}: ${state_reason ?? ''}`.trim(),
    ),
  };
  return said[state];
}
