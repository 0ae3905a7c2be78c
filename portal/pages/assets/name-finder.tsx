import { apis, type ProductName } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { fromBrowser } from '../calls.ts';

export const nameWords = ({ vendor, product }: ProductName) => [vendor, product].filter(Boolean).join(' ');

const find = async (typed: string) => (await fromBrowser(apis.plant.names, { query: { typed } })).items;

/** Proposes vendor and product as advisories call them, and fills both fields of a form. */
export function NameFinder({ form, defaultValue = '' }: { form: string; defaultValue?: string }) {
  const text = useText();
  const fill = (picked: ProductName) => {
    for (const name of ['vendor', 'product'] as const) {
      const field = document.querySelector<HTMLInputElement>(`#${form} input[name=${name}]`);
      if (field && picked[name]) field.value = picked[name];
    }
  };
  return (
    <Combobox
      label={text('names.find')}
      hint={text('names.find.hint')}
      name="typed"
      defaultValue={defaultValue}
      find={find}
      wordsOf={nameWords}
      onPick={fill}
    />
  );
}

/** What a person wrote, and what it may mean; undefined where it is written like that already. */
export function otherName(
  { vendor, product }: { vendor: string | null; product: string | null },
  [first]: readonly ProductName[],
): ProductName | undefined {
  if (!first) return undefined;
  const bare = (words: string | null) => (words ?? '').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const same =
    bare(first.vendor) === bare(vendor) && (!first.product || bare(first.product) === bare(product));
  return same ? undefined : first;
}
