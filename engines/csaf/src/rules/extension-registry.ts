/**
 * Schemas of the extensions that the OASIS CSAF TC has made official or registered (CSAF 2.1, section 2.4.2).
 * There are none yet; what is neither is experimental.
 */
export const officialExtensions: ReadonlySet<string> = new Set();
export const registeredExtensions: ReadonlySet<string> = new Set();

export function isExperimental(schema: string | undefined): boolean {
  return schema !== undefined && !officialExtensions.has(schema) && !registeredExtensions.has(schema);
}
