/** Hands a file made here to the reader's downloads. */
export function saveFile(name: string, type: string, content: string): void {
  // A spreadsheet takes a table without this mark for one in the machine's old code page.
  const parts = type === 'text/csv' ? ['\uFEFF', content] : [content];
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A page as one file that needs no other: its words, and the styles that it has now. Nothing in it runs. */
export function pageAsFile(element: Element, title: string): string {
  const styles = [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules].map(({ cssText }) => cssText),
  );
  const root = document.implementation.createHTMLDocument(title);
  root.documentElement.lang = document.documentElement.lang;
  const charset = root.createElement('meta');
  charset.setAttribute('charset', 'utf-8');
  const policy = root.createElement('meta');
  policy.httpEquiv = 'Content-Security-Policy';
  policy.content = "default-src 'none'; style-src 'unsafe-inline'";
  const style = root.createElement('style');
  // Fonts stay behind: the reader's own will do.
  style.textContent = styles.filter((rule) => !rule.startsWith('@font-face')).join('\n');
  root.head.prepend(charset, policy);
  root.head.append(style);
  const copy = root.importNode(element, true);
  for (const control of copy.querySelectorAll('button, a.button, .menu')) control.remove();
  root.body.append(copy);
  return `<!doctype html>\n${root.documentElement.outerHTML}\n`;
}
