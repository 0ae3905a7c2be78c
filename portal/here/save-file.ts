/** Hands a file made here to the reader's downloads. */
export function saveFile(name: string, type: string, content: string | Blob): void {
  // A spreadsheet takes a table without this mark for one in the machine's old code page.
  const parts = type === 'text/csv' ? ['\uFEFF', content] : [content];
  saveBlob(name, new Blob(parts, { type }));
}

export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
