/** Vendor classes by which DHCP clients are known: RFC 2132, 9.13. */
const classes: readonly [RegExp, string][] = [
  [/^MSFT 5\.0$/, 'Windows'],
  [/^MSFT 98$/, 'Windows 98'],
  [/^android-dhcp-(?<version>[\w.]{1,8})$/, 'Android'],
  [/^dhcpcd[- ][\d.]+:Linux-(?<version>[\d.]{1,12})/, 'Linux'],
  [/^udhcp\b/, 'Linux'],
  [/^Cisco Systems, Inc\./, 'Cisco IOS'],
  [/^(?:AAPLBSDPC|BSDP)/, 'Apple'],
  [/^ciscopnp$/, 'Cisco IOS'],
];

export function systemOfClass(text: string): string {
  for (const [pattern, system] of classes) {
    const found = pattern.exec(text);
    if (found) return [system, found.groups?.['version']].filter(Boolean).join(' ');
  }
  return '';
}

/** NetBIOS over TCP/IP (43, 44, 46, 47) and Microsoft's own number for classless routes: only Windows asks for all. */
const WINDOWS = [43, 44, 46, 47, 249];
/** LDAP, proxy discovery, search list: RFC 3679 and 3397. */
const APPLE = [95, 119, 252];

/** What a client asks for: RFC 2132, 9.8. */
export function systemOfRequests(options: readonly number[]): string {
  const asksFor = (all: readonly number[]) => all.every((option) => options.includes(option));
  if (asksFor(WINDOWS)) return 'Windows';
  return asksFor(APPLE) && options[0] === 1 ? 'Apple' : '';
}
