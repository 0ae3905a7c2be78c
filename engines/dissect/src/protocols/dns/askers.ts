import type { FactField } from '../../dissector.ts';

/** What asking for such a name says about whoever asks: programs look up their own makers' servers. */
const askers: readonly [RegExp, FactField, string][] = [
  [/(^|\.)(windowsupdate\.(com|microsoft\.com)|update\.microsoft\.com)$/i, 'os', 'Windows'],
  [/^(time\.windows\.com|(www|dns|ipv6)\.msft(ncsi|connecttest)\.com)$/i, 'os', 'Windows'],
  [/^(\d\.)?(ubuntu\.pool\.ntp\.org|.*\.archive\.ubuntu\.com|ntp\.ubuntu\.com)$/i, 'os', 'Ubuntu Linux'],
  [/^(\d\.debian\.pool\.ntp\.org|deb\.debian\.org|security\.debian\.org)$/i, 'os', 'Debian Linux'],
  [/^(\d\.(rhel|centos|fedora)\.pool\.ntp\.org|mirrorlist\.centos\.org)$/i, 'os', 'Red Hat Linux'],
  [/^(time(-\w+)?\.apple\.com|captive\.apple\.com|swscan\.apple\.com)$/i, 'os', 'Apple'],
  [/^(connectivitycheck\.(gstatic|android)\.com|time\.android\.com)$/i, 'os', 'Android'],
  [/(^|\.)(kaspersky|kaspersky-labs)\.com$/i, 'software', 'Kaspersky'],
  [/(^|\.)(symantecliveupdate|liveupdate\.symantec)\.com$/i, 'software', 'Symantec Endpoint Protection'],
  [/(^|\.)teamviewer\.com$/i, 'software', 'TeamViewer'],
  [/(^|\.)anydesk\.com$/i, 'software', 'AnyDesk'],
];

export function saidOfAsker(name: string): { field: FactField; value: string } | undefined {
  for (const [pattern, field, value] of askers) if (pattern.test(name)) return { field, value };
  return undefined;
}
