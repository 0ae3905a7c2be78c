import { serialSays } from '../versions/evaluate.ts';
import type { SerialCondition } from '../versions/expression.ts';
import { type AdvisoryFacts, AdvisoryIndex, anyVendor } from './advisory-index.ts';
import { type Asset, know, type KnownAsset } from './asset.ts';
import { readVersion, type VersionRead } from './inventory-text.ts';
import { type Answer, type Certainty, judge, type Verdict } from './judge.ts';
import { type Found, recognise, type Recognised } from './recognise.ts';

/** What an advisory says about some equal assets. Reasons are told by `match` for the one that somebody looks at. */
export interface FleetVerdict {
  readonly advisory: number;
  readonly verdict: Answer;
  readonly certainty: Certainty;
}

/** What is said of assets, called by their positions. */
export interface Told<V> {
  readonly assets: readonly number[];
  readonly verdicts: readonly V[];
}

/**
 * Many assets, of which most are equal to others: what is equal is compared once. Found both ways, so that a new advisory
 * asks only those whose vendor, number or name it could mean.
 *
 * Assets are called by their position. Texts are kept once; an asset costs a number and its serial number, a kind of them
 * a few kilobytes.
 */
export class Fleet {
  readonly #models: Model[] = [];
  readonly #modelByKey = new Map<string, Model>();
  readonly #states = new Map<string, State>();
  readonly #serials: (string | undefined)[] = [];
  readonly #byNumber = new Map<string, Model[]>();
  readonly #byName = new Map<string, Model[]>();
  readonly #byVendor = new Map<string, Model[]>();

  get size(): number {
    return this.#serials.length;
  }

  /** How many are different, as models and as models with a version. */
  get distinct(): { readonly models: number; readonly groups: number } {
    let groups = 0;
    for (const model of this.#models) groups += model.groups.size;
    return { models: this.#models.length, groups };
  }

  /**
   * Assets whose vendor nobody named. They are tried as one of those whose products sound alike, and who that is depends
   * on all advisories there are: what a few say of them is nothing to go by.
   */
  get unnamed(): number[] {
    return this.#models
      .filter(({ known }) => known.vendors.length === 0)
      .flatMap(({ groups }) => [...groups.values()].flat());
  }

  /** Adds an asset and returns its position. */
  add(asset: Asset): number {
    const state = readVersion(asset.firmware?.trim() ? asset.firmware : asset.software, asset.hardware);
    const key = `${asset.vendor}\n${asset.product}\n${asset.model}\n${asset.orderNumber}\n${state.hardware}\n${asset.cpe}\n${asset.purl}`;
    let model = this.#modelByKey.get(key);
    if (!model) this.#modelByKey.set(key, (model = this.#addModel(asset)));
    const position = this.#serials.push(asset.serial) - 1;
    push(model.groups, this.#stateOf(state), position);
    return position;
  }

  /** Every asset with what the advisories of an index say about it, equal assets together. */
  *against(index: AdvisoryIndex): Generator<Told<FleetVerdict>> {
    const known = new Verdicts();
    for (const model of this.#models) yield* this.#told(model, index, known);
  }

  /** The same with what it comes from, as `match` tells it; of all assets that an advisory speaks of. */
  *explained(index: AdvisoryIndex): Generator<Told<Verdict>> {
    for (const model of this.#models) {
      const recognised = recognise(model.known, index).filter(({ found }) => found.size > 0);
      if (recognised.length === 0) continue;
      const verdictsOf = (state: State, serial: string | undefined) =>
        recognised.flatMap(({ known, found }) =>
          Array.from(found, ([advisory, list]) =>
            judge(withState(known, state, serial), index, advisory, list, true),
          ),
        );
      const bySerial = serialsAsked(recognised).length > 0;
      for (const [state, assets] of model.groups) {
        if (!bySerial) yield { assets, verdicts: verdictsOf(state, undefined) };
        else
          for (const asset of assets)
            yield { assets: [asset], verdicts: verdictsOf(state, this.#serials[asset]) };
      }
    }
  }

  /** The assets that a new advisory speaks of. */
  concernedBy(facts: AdvisoryFacts): Told<FleetVerdict>[] {
    const index = new AdvisoryIndex();
    index.addFacts(facts);
    const told: Told<FleetVerdict>[] = [];
    const known = new Verdicts();
    for (const model of this.#candidates(index))
      for (const one of this.#told(model, index, known)) told.push(one);
    return told;
  }

  #addModel(asset: Asset): Model {
    const model: Model = { known: know(asset), groups: new Map() };
    const { keys, vendors } = model.known;
    for (const number of keys.numbers) push(this.#byNumber, number, model);
    for (const name of keys.names) push(this.#byName, name, model);
    for (const vendor of [...vendors, anyVendor]) push(this.#byVendor, vendor, model);
    this.#models.push(model);
    return model;
  }

  #stateOf({ version, swapped }: VersionRead): State {
    const key = (swapped ? `${swapped.firmware}\n${swapped.hardware}` : version) ?? '';
    let state = this.#states.get(key);
    if (!state) this.#states.set(key, (state = { version, swapped }));
    return state;
  }

  *#told(
    { known: model, groups }: Model,
    index: AdvisoryIndex,
    known: Verdicts,
  ): Generator<Told<FleetVerdict>> {
    const recognised = recognise(model, index).filter(({ found }) => found.size > 0);
    if (recognised.length === 0) return;
    const spoken = recognised.flatMap(({ known: as, found }) =>
      Array.from(found, ([advisory, list]) => known.of(as, index, advisory, list)),
    );
    const asked = serialsAsked(recognised);
    for (const [state, assets] of groups)
      for (const alike of asked.length > 0 ? this.#alike(assets, asked) : [assets]) {
        const serial = asked.length > 0 ? this.#serials[alike[0]!] : undefined;
        yield { assets: alike, verdicts: spoken.map((verdictOf) => verdictOf(state, serial)) };
      }
  }

  /** Assets whose serial numbers say the same to all that is asked of them are equal again. */
  #alike(assets: readonly number[], asked: readonly SerialCondition[]): Iterable<readonly number[]> {
    const alike = new Map<string, number[]>();
    for (const asset of assets) {
      const serial = this.#serials[asset];
      push(alike, asked.map((condition) => serialSays(condition, serial)).join(), asset);
    }
    return alike.values();
  }

  #candidates(index: AdvisoryIndex): Set<Model> {
    const found = new Set<Model>();
    const addAll = (list: readonly Model[] | undefined) => {
      if (list) for (const model of list) found.add(model);
    };
    const { numbers, names, vendors } = index.keys;
    for (const number of numbers) addAll(this.#byNumber.get(number));
    for (const name of names) addAll(this.#byName.get(name));
    for (const vendor of vendors) addAll(this.#byVendor.get(vendor));
    return found;
  }
}

/** Equal but for version and serial number. */
interface Model {
  readonly known: KnownAsset;
  readonly groups: Map<State, number[]>;
}

/** Equal versions are one object, whatever device they are of. */
type State = Pick<VersionRead, 'version' | 'swapped'>;

type VerdictOf = (state: State, serial: string | undefined) => FleetVerdict;

/** Products of an advisory that say the same of the same version are judged once: by meaning, and below it by version. */
class Verdicts {
  readonly #byMeaning = new Map<string, Map<State, FleetVerdict>>();

  of(known: KnownAsset, index: AdvisoryIndex, advisory: number, found: readonly Found[]): VerdictOf {
    const judged: VerdictOf = (state, serial) => {
      const { verdict, certainty } = judge(withState(known, state, serial), index, advisory, found, false);
      return { advisory, verdict, certainty };
    };
    const byState = this.#sameMeaning(known, advisory, found);
    if (!byState) return judged;
    return (state, serial) => {
      let verdict = byState.get(state);
      if (!verdict) byState.set(state, (verdict = judged(state, serial)));
      return verdict;
    };
  }

  #sameMeaning(
    { hardware, nameVersion, identifierVersion }: KnownAsset,
    advisory: number,
    [only, ...others]: readonly Found[],
  ): Map<State, FleetVerdict> | undefined {
    if (!only || others.length > 0 || only.entry.meaning === undefined || only.entry.serials.length > 0)
      return undefined;
    const { rule, certainty } = only.identity;
    const meaning = [
      advisory,
      rule,
      certainty,
      hardware,
      nameVersion?.text,
      identifierVersion,
      only.entry.meaning,
    ].join('\n');
    let byState = this.#byMeaning.get(meaning);
    if (!byState) {
      if (this.#byMeaning.size >= MOST_MEANINGS) this.#byMeaning.clear();
      this.#byMeaning.set(meaning, (byState = new Map()));
    }
    return byState;
  }
}

const MOST_MEANINGS = 10_000;

/** What is asked of serial numbers: where that is something, equal assets may differ. */
function serialsAsked(recognised: readonly Recognised[]): SerialCondition[] {
  const entries = recognised.flatMap(({ found }) => [...found.values()].flat());
  return [...new Set(entries.flatMap(({ entry }) => entry.serials))];
}

function withState(known: KnownAsset, { version, swapped }: State, serial: string | undefined): KnownAsset {
  return {
    ...known,
    asset: { ...known.asset, serial },
    version: version ?? (swapped ? undefined : (known.identifierVersion ?? known.nameVersion?.text)),
    swapped,
  };
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
