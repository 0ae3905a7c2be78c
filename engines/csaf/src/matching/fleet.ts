import { type AdvisoryFacts, AdvisoryIndex, keysOf } from './advisory-index.ts';
import { type Asset, know, type KnownAsset } from './asset.ts';
import { readVersion, type VersionRead } from './inventory-text.ts';
import { type Answer, type Certainty, judge, type Verdict } from './judge.ts';
import { type Found, keysOfAsset, recognise, type Recognised } from './recognise.ts';

/** What an advisory says about some equal assets. Reasons are told by `match` for the one that somebody looks at. */
export interface FleetVerdict {
  readonly advisory: number;
  readonly verdict: Answer;
  readonly certainty: Certainty;
}

/**
 * Many assets, of which most are equal to others: what is equal is compared once. Found both ways, so that a new advisory
 * asks only those whose vendor, number or name it could mean.
 *
 * Assets are called by their position. Texts are kept once; an asset costs two numbers and its serial number.
 */
export class Fleet {
  readonly #models: Model[] = [];
  readonly #modelByKey = new Map<string, number>();
  readonly #groups: Group[] = [];
  readonly #groupOf: number[] = [];
  readonly #serials: (string | undefined)[] = [];
  readonly #byNumber = new Map<string, number[]>();
  readonly #byName = new Map<string, number[]>();
  readonly #byVendor = new Map<string, number[]>();

  get size(): number {
    return this.#groupOf.length;
  }

  /** How many are different, as models and as models with a version. */
  get distinct(): { readonly models: number; readonly groups: number } {
    return { models: this.#models.length, groups: this.#groups.length };
  }

  /**
   * Assets whose vendor nobody named. They are tried as one of those whose products sound alike, and who that is depends
   * on all advisories there are: what a few say of them is nothing to go by.
   */
  get unnamed(): number[] {
    return this.#models
      .filter(({ isNamed }) => !isNamed)
      .flatMap(({ groupByVersion }) => [...groupByVersion.values()])
      .flatMap((group) => this.#groups[group]!.members);
  }

  /** Adds an asset and returns its position. */
  add(asset: Asset): number {
    const state = stateOf(asset);
    const key = `${asset.vendor}\n${asset.product}\n${asset.model}\n${asset.orderNumber}\n${state.hardware}`;
    let model = this.#modelByKey.get(key);
    if (model === undefined) {
      model = this.#addModel(asset);
      this.#modelByKey.set(key, model);
    }
    const { groupByVersion } = this.#models[model]!;
    const { swapped } = state;
    const version = (swapped ? `${swapped.firmware}\n${swapped.hardware}` : state.version) ?? '';
    let group = groupByVersion.get(version);
    if (group === undefined) {
      group = this.#groups.push({ model, asset, members: [] }) - 1;
      groupByVersion.set(version, group);
    }
    const position = this.#groupOf.push(group) - 1;
    this.#serials.push(asset.serial);
    this.#groups[group]!.members.push(position);
    return position;
  }

  /** Every asset with what the advisories of an index say about it, equal assets together. */
  *against(index: AdvisoryIndex): Generator<{ assets: readonly number[]; verdicts: FleetVerdict[] }> {
    const said = new Said();
    for (const model of this.#models) {
      const recognised = recognise(this.#groups[model.firstGroup]!.asset, index);
      yield* this.#told(model, recognised, index, said);
    }
  }

  /** The same with what it comes from, as `match` tells it; of all assets that an advisory speaks of. */
  *explained(index: AdvisoryIndex): Generator<{ assets: readonly number[]; verdicts: Verdict[] }> {
    for (const model of this.#models) {
      const recognised = recognise(this.#groups[model.firstGroup]!.asset, index).filter(
        ({ found }) => found.size > 0,
      );
      if (recognised.length === 0) continue;
      const verdictsOf = (asset: Asset, serial: string | undefined) =>
        recognised.flatMap(({ known, found }) => {
          const state = withState(known, asset, serial);
          return Array.from(found, ([advisory, list]) => judge(state, index, advisory, list, true));
        });
      const bySerial = asksSerial(recognised);
      for (const group of model.groupByVersion.values()) {
        const { asset, members } = this.#groups[group]!;
        if (!bySerial) yield { assets: members, verdicts: verdictsOf(asset, undefined) };
        else
          for (const member of members)
            yield { assets: [member], verdicts: verdictsOf(asset, this.#serials[member]) };
      }
    }
  }

  /** The assets that a new advisory speaks of. */
  concernedBy(facts: AdvisoryFacts): { assets: readonly number[]; verdicts: FleetVerdict[] }[] {
    const index = new AdvisoryIndex();
    index.addFacts(facts);
    const told = [];
    const said = new Said();
    for (const position of this.#candidates(index)) {
      const model = this.#models[position]!;
      const recognised = recognise(this.#groups[model.firstGroup]!.asset, index);
      for (const one of this.#told(model, recognised, index, said)) told.push(one);
    }
    return told;
  }

  #addModel(asset: Asset): number {
    const known = know(asset);
    const position =
      this.#models.push({
        firstGroup: this.#groups.length,
        groupByVersion: new Map(),
        isNamed: known.vendors.length > 0,
      }) - 1;
    const { numbers, names } = keysOfAsset(known);
    for (const number of numbers) push(this.#byNumber, number, position);
    for (const name of names) push(this.#byName, name, position);
    for (const vendor of known.vendors) push(this.#byVendor, vendor, position);
    return position;
  }

  *#told(
    { groupByVersion }: Model,
    recognised: readonly Recognised[],
    index: AdvisoryIndex,
    said: Said,
  ): Generator<{ assets: readonly number[]; verdicts: FleetVerdict[] }> {
    if (recognised.every(({ found }) => found.size === 0)) return;
    const bySerial = asksSerial(recognised);
    const spoken = recognised.flatMap(({ known, found }) =>
      Array.from(found, ([advisory, list]) => ({
        known,
        advisory,
        list,
        told: said.of(known, advisory, list),
      })),
    );
    for (const [version, group] of groupByVersion) {
      const { asset, members } = this.#groups[group]!;
      const verdictsOf = (serial: string | undefined) =>
        spoken.map(({ known, advisory, list, told }): FleetVerdict => {
          const same = serial === undefined ? told?.get(version) : undefined;
          if (same) return same;
          const { verdict, certainty } = judge(withState(known, asset, serial), index, advisory, list, false);
          const verdictTold = { advisory, verdict, certainty };
          if (serial === undefined) told?.set(version, verdictTold);
          return verdictTold;
        });
      if (!bySerial) yield { assets: members, verdicts: verdictsOf(undefined) };
      else
        for (const member of members) yield { assets: [member], verdicts: verdictsOf(this.#serials[member]) };
    }
  }

  #candidates(index: AdvisoryIndex): Set<number> {
    const found = new Set<number>();
    const addAll = (list: readonly number[] | undefined) => {
      if (list) for (const position of list) found.add(position);
    };
    for (const entry of index.entries) {
      const { numbers, names, needsEvery } = keysOf(entry);
      for (const number of numbers) addAll(this.#byNumber.get(number));
      for (const name of names) addAll(this.#byName.get(name));
      if (needsEvery) for (const vendor of entry.vendors) addAll(this.#byVendor.get(vendor));
    }
    return found;
  }
}

/** Equal but for version and serial number. */
interface Model {
  readonly firstGroup: number;
  readonly groupByVersion: Map<string, number>;
  readonly isNamed: boolean;
}

interface Group {
  readonly model: number;
  readonly asset: Asset;
  readonly members: number[];
}

/** Products of an advisory that say the same of the same version are judged once: by meaning, and below it by version. */
class Said {
  readonly #byMeaning = new Map<string, Map<string, FleetVerdict>>();

  of(
    { hardware, nameVersion }: KnownAsset,
    advisory: number,
    [only, ...others]: readonly Found[],
  ): Map<string, FleetVerdict> | undefined {
    if (!only || others.length > 0 || only.entry.meaning === undefined) return undefined;
    const { rule, certainty } = only.identity;
    const meaning = [advisory, rule, certainty, hardware, nameVersion?.text, only.entry.meaning].join('\n');
    let told = this.#byMeaning.get(meaning);
    if (!told) {
      if (this.#byMeaning.size >= MOST_MEANINGS) this.#byMeaning.clear();
      this.#byMeaning.set(meaning, (told = new Map()));
    }
    return told;
  }
}

const MOST_MEANINGS = 10_000;

/** Whether a serial number decides: then equal assets may differ. */
function asksSerial(recognised: readonly Recognised[]): boolean {
  return recognised.some(({ found }) =>
    [...found.values()].some((list) => list.some(({ entry }) => entry.asksSerial)),
  );
}

function stateOf({ firmware, software, hardware }: Asset): VersionRead {
  return readVersion(firmware?.trim() ? firmware : software, hardware);
}

function withState(known: KnownAsset, asset: Asset, serial: string | undefined): KnownAsset {
  const { version, swapped } = stateOf(asset);
  return {
    ...known,
    asset: { ...asset, serial },
    version: version ?? (swapped ? undefined : known.nameVersion?.text),
    swapped,
  };
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
