/** Undefined where the text is no decimal number. */
export function numberIn(text: string): number | undefined {
  return /^[+-]?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/i.test(text) && Number.isFinite(Number(text))
    ? Number(text)
    : undefined;
}
