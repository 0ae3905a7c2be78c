import {
  type AnyRoute,
  apis,
  type Call,
  type Capture,
  type Language,
  type OperationSearch,
  type Paging,
  Refusal,
  type Warning,
} from '@busbar/contract';
import { plainCounts, summaryOf } from '@busbar/dissect';

import { devicesOf } from './asset-list.ts';
import type { Captures, HeldCapture } from './held-capture.ts';
import { mapOf, nothingShown, type Shown, toDetection, toDifference, wordsIn } from './shown.ts';
import type { FoundWarning } from './work.ts';

/** The warnings of a capture, with what only people can say left out. */
type HereWarning = Pick<
  Warning,
  'id' | 'asset' | 'advisory' | 'product' | 'certainty' | 'because' | 'lookUp'
>;

interface Question {
  readonly params: Record<string, string>;
  readonly query: Partial<Paging & OperationSearch> & {
    at?: string;
    capture?: string;
    severity?: string;
    language?: Language;
  };
  readonly body: { capture?: string };
  readonly signal?: AbortSignal;
}

/**
 * Answers what pages of a capture ask, from the captures on the desk. The questions and answers are those of the
 * service, so the pages are the same; nothing is asked of anybody.
 */
export function serviceOf(desk: Captures): Call {
  const answers = new Map<AnyRoute, (question: Question) => unknown>([
    [apis.captures.get, ({ params }) => toCapture(held(params['id']), desk)],
    [apis.captures.devices, devices],
    [apis.captures.conversations, ({ params, query }) => pageOf(shown(params).conversations, query)],
    [apis.captures.map, ({ params }) => mapOf({ ...shown(params), devices: warned(held(params['id'])) })],
    [apis.captures.operations, operations],
    [apis.captures.anomalies, ({ params, query }) => pageOf(shown(params).anomalies, query)],
    [apis.captures.counts, ({ params }) => countsOf(held(params['id']))],
    [apis.captures.message, message],
    [apis.observations.detections, detections],
    [apis.observations.variables, variables],
    [apis.observations.transfers, ({ params, query }) => pageOf(shown(params).transfers, query)],
    [apis.observations.credentials, ({ params, query }) => pageOf(shown(params).credentials, query)],
    [apis.warnings.list, warnings],
    [apis.baselines.differences, differences],
    [apis.baselines.learn, ({ body }) => desk.setUsual(body.capture ?? '', true)],
  ]);

  return (async (route: AnyRoute, question?: Partial<Question>) => {
    const answer = answers.get(route);
    if (!answer) throw refused(404, 'not-found');
    return answer({ params: {}, query: {}, body: {}, ...question });
  }) as Call;

  function held(id: string | undefined): HeldCapture {
    const capture = desk.capture(id);
    if (!capture) throw refused(404, 'not-found');
    return capture;
  }

  /** Before anything was found, there is nothing to list: views are asked as soon as a file is dropped. */
  function shown(params: Question['params']): Shown {
    return held(params['id']).shown ?? nothingShown;
  }

  function devices({ params, query }: Question) {
    return pageOf(warned(held(params['id'])), query, (device) => [
      device.name,
      device.vendor,
      device.product,
      device.model,
      device.orderNumber,
      device.firmware,
      device.serial,
      ...device.addresses,
      ...device.macs,
    ]);
  }

  function operations({ params, query }: Question) {
    const { dangerous, protocol, access } = query;
    const wanted = shown(params).operations.filter(
      (one) =>
        (dangerous === undefined || one.dangerous === (dangerous === 'true')) &&
        (protocol === undefined || one.protocol === protocol) &&
        (access === undefined || one.access === access),
    );
    return pageOf(wanted, query, ({ code, what, source, target, techniques, samples, ...one }) => [
      code,
      what.text,
      one.protocol,
      source.address,
      target.address,
      ...techniques.map(({ id }) => id),
      ...samples.map((sample) => sample.what.text),
    ]);
  }

  function detections({ params, query }: Question) {
    const { detected, party } = shown(params);
    const words = wordsIn(query.language ?? 'en', desk.detections);
    const wanted = detected.filter(({ severity }) => !query.severity || severity === query.severity);
    return pageOf(
      wanted.map((one, place) => toDetection(one, place, party, words)),
      query,
      ({ code, title, source, target }) => [
        code,
        title,
        source?.name,
        source?.address,
        target?.name,
        target?.address,
      ],
    );
  }

  function variables({ params, query }: Question) {
    return pageOf(shown(params).variables, query, ({ name, protocol, device }) => [
      name,
      protocol,
      device.address,
    ]);
  }

  function warnings({ query }: Question) {
    const list = desk.lists.find(({ id }) => id === query.capture);
    const found = list
      ? warningsOf({ shown: { devices: devicesOf(list) }, warnings: list.warnings })
      : warningsOf(held(query.capture));
    return pageOf(found, query, ({ asset, advisory }) => [
      asset.name,
      asset.vendor,
      asset.product,
      advisory.title,
      advisory.trackingId,
      ...advisory.cves,
    ]);
  }

  async function message({ params, query: { at }, signal }: Question) {
    const found = await desk.message(
      held(params['id']).file,
      { packet: Number(params['packet']), at },
      signal,
    );
    if (!found) throw refused(404, 'not-found');
    return found;
  }

  /** What is usual is what the captures show that somebody said so of. */
  async function differences({ params, query }: Question) {
    const capture = held(params['id']);
    const { usual, brought } = usualOn(desk);
    const told = {
      learnt: usual.length + brought.reduce((sum, { captures }) => sum + captures, 0),
      isLearnt: capture.usual,
    };
    const { party } = shown(params);
    const words = wordsIn(query.language ?? 'en', desk.detections);
    const all = ((await desk.differences(capture)) ?? []).map((one) => toDifference(one, party, words));
    return { ...pageOf(all, query), ...told };
  }
}

/** What somebody said is usual, or brought as such. */
export function usualOn({ captures, baselines }: Pick<Captures, 'captures' | 'baselines'>) {
  return {
    usual: captures.filter((one) => one.usual && one.report),
    brought: baselines.flatMap(({ baseline }) => baseline ?? []),
  };
}

function toCapture({ report, file, rescued, engine, ...held }: HeldCapture, { captures }: Captures) {
  const capture: Omit<Capture, 'summary'> = {
    id: held.id,
    site: { id: held.id, name: '' },
    name: file.name,
    evidence: {
      id: held.id,
      state: 'stored',
      size: rescued?.size ?? file.size,
      received: rescued?.size ?? file.size,
      sha256: held.sha256,
      uploadedBy: '',
      uploadedAt: new Date(held.began).toISOString(),
    },
    // Where its packets are not here, nothing leads to them.
    bundle: rescued ? { id: held.id, name: file.name } : null,
    job: null,
    engine,
  };
  return {
    ...capture,
    captures: captures.length,
    summary: report && { ...summaryOf(report), warnings: held.warnings.length },
    visibility: { scope: 'here' },
  };
}

const countsOf = ({ report }: HeldCapture) => (report ? plainCounts(report) : {});

/** Devices with how many advisories may concern each. */
function warned({ shown, warnings }: HeldCapture) {
  const counts = new Map<string, number>();
  for (const { device } of warnings) counts.set(device, (counts.get(device) ?? 0) + 1);
  return (shown ?? nothingShown).devices.map((device) => ({
    ...device,
    warnings: counts.get(device.asset) ?? 0,
  }));
}

const sureness = ['exact', 'likely', 'unsure'];

/** The surest first, of these the gravest. */
export function warningsOf({
  shown,
  warnings,
}: Pick<HeldCapture, 'warnings'> & { readonly shown: Pick<Shown, 'devices'> | null }): HereWarning[] {
  const devices = new Map(shown?.devices.map((device) => [device.asset, device]));
  return warnings
    .flatMap((found, place) => {
      const device = devices.get(found.device);
      return device ? [toWarning(found, place, device)] : [];
    })
    .sort(
      (a, b) =>
        sureness.indexOf(a.certainty) - sureness.indexOf(b.certainty) ||
        (b.advisory.score ?? 0) - (a.advisory.score ?? 0),
    );
}

function toWarning(
  { advisory: { label: _, ...advisory }, product, certainty, because, lookUp }: FoundWarning,
  place: number,
  {
    asset: id,
    name,
    vendor,
    product: sold,
    model,
    orderNumber,
    firmware,
    role,
    level,
    addresses,
  }: Shown['devices'][number],
): HereWarning {
  return {
    id: `w${place}`,
    asset: {
      id,
      name,
      vendor,
      product: sold,
      model,
      orderNumber,
      firmware,
      role,
      level,
      addresses,
      site: { id: '', name: '' },
      zone: null,
    },
    advisory,
    product,
    certainty,
    because,
    lookUp,
  };
}

/** A page of a list that is all here, with the words asked for in each of its rows. */
function pageOf<Item>(
  items: readonly Item[],
  { after, limit = 50, search }: Question['query'],
  wordsOf: (item: Item) => readonly (string | null | undefined)[] = () => [],
) {
  const wanted = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const found =
    wanted.length === 0
      ? items
      : items.filter((item) => {
          const words = wordsOf(item).join(' ').toLowerCase();
          return wanted.every((word) => words.includes(word));
        });
  const from = Number.parseInt(after ?? '0', 10) || 0;
  const to = from + Number(limit);
  return {
    items: found.slice(from, to),
    next: to < found.length ? String(to) : null,
    total: found.length,
  };
}

const refused = (status: number, code: string) => new Refusal(status, { code, title: code });
