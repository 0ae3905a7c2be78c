/** Versions as Windows tells them; servers and workstations share most. */
const versions: Readonly<Record<string, string>> = {
  '4.0': 'Windows NT 4.0',
  '5.0': 'Windows 2000',
  '5.1': 'Windows XP',
  '5.2': 'Windows XP x64 or Server 2003',
  '6.0': 'Windows Vista or Server 2008',
  '6.1': 'Windows 7 or Server 2008 R2',
  '6.2': 'Windows 8 or Server 2012',
  '6.3': 'Windows 8.1 or Server 2012 R2',
  '10.0': 'Windows 10, 11 or Server 2016 and later',
};

export function windowsVersion(major: number, minor: number, build = 0): string {
  const name = versions[`${major}.${minor}`];
  if (!name) return '';
  return build === 0 ? name : `${name} (build ${build})`;
}
