/** Every place of a file that has words in English and not in the two other languages. */
export function missingWords(value: unknown, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one, place) => missingWords(one, `${path}.${place}`));
  if (typeof value !== 'object' || value === null) return [];
  if ('en' in value) return 'ru' in value && 'zh' in value ? [] : [path];
  return Object.entries(value).flatMap(([name, one]) => missingWords(one, `${path}.${name}`));
}
