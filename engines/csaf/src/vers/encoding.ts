/** A version as VERS writes it: only what has a meaning of its own there is percent-encoded. */
export function encodeVersion(version: string): string {
  return version.replace(/[^\w.~:+-]/g, (character) =>
    encodeURIComponent(character).replace(/[!'()*]/g, percent),
  );
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
