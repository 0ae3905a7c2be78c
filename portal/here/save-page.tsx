import { useText } from '../i18n/text.tsx';
import { Button } from '../ui/button.tsx';
import { saveFile } from './save-file.ts';

/** The page as it is seen, in one file that any browser opens and that asks nobody for anything. */
export function SavePage({ name }: { name: string }) {
  const text = useText();
  return (
    <Button icon="download" onClick={() => saveFile(name, 'text/html', pageAsFile(document, name))}>
      {text('report.html')}
    </Button>
  );
}

/** What leads elsewhere, or does something: there is nothing behind it in a file. */
const ACTIVE = '.page-actions, .crumbs, nav, button, dialog, script, noscript, form';

export function pageAsFile(page: Document, name: string): string {
  const main = page.querySelector('main')!.cloneNode(true) as HTMLElement;
  for (const active of main.querySelectorAll(ACTIVE)) active.remove();
  for (const link of main.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  for (const section of main.querySelectorAll('details')) section.open = true;
  const { lang } = page.documentElement;
  const title = page.createElement('title');
  title.textContent = name;
  // Whoever opens it has the fonts of their own system: ours are larger than all the rest.
  const style = [...page.styleSheets]
    .flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => !(rule instanceof CSSFontFaceRule))
    .map(({ cssText }) => cssText)
    .join('\n');
  return `<!doctype html>
<html lang="${lang}" data-theme="light">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
${title.outerHTML}
<style>
${style}
</style>
</head>
<body>
${main.outerHTML}
</body>
</html>
`;
}
