// The words of which a remedy may be made that is told to be safe during operation. A list of what is dangerous is never
// complete: there is always one more way to say "restart". This one may lack as many words as it likes, for a word that is
// not here only makes the answer "unknown". So no word stands here that changes, loads, starts or stops something.

const known = new Set(
  `
  a able about above acceptable access accessed accesses accessible accessing accordance according account across
  actively activities activity actor actors acts addition additional additionally address addresses adequate
  adherence adjacent administrators advice advise advised advises advisories advisory affected after against air
  alert alerts all allow allowed allowing allowlist allowlists allows along also always an analyse analyze and
  anomalies anomalous any anyone appliance appliances applicable application applications apply applying approach
  approaches appropriate appropriately approved are area areas article as assets associated assume at attached
  attachment attachments attack attacker attackers attacking attacks attempt attempts attention audit audits
  authentic authenticity authorised authorized automation availability available avoid avoiding aware awareness
  away barrier barriers based basis be because been before behavior behaviour behind being best better between
  block blocked blocking blocks border both boundaries boundary bridging browse browsing building buildings
  bulletin business but by cabinet cabinets cables campaigns can cannot careful carefully cell cells certain
  check checked checking checks checksum checksums circuit click clicked clicking client clients close closed
  closely closing com command common communicate communicating communication communications company compensating
  component components comprehensive compromised computer computers concept concerning conditioning conduct
  conducting confirm confirmation confirmed confirming connect connected connecting connection connections
  connectivity connects consider considerations consult contact contain containing content context continue
  control controlled controller controllers controlling controls corporate could critical current currently
  customer customers cyber cybersecurity data dedicated deep default defence defense defense-in-depth defensive
  demilitarised demilitarized denied denies deny denying departments depth described designated detail detailed
  details detect detected detecting detection determine development device devices different diode diodes direct
  directly divided do document documentation documented documents does don't done door doors drive drives due
  during e-mail e-mailed e-mails each early educate effective either else email emailed emails employ employee
  employees employing enclosure enclosures encouraged encourages end-users enforce enforcing engineer engineering
  engineers enough ensure ensured ensures ensuring enterprise entry environment environments equipment especially
  essential establish etc ethernet evaluate event events every everything example except exchange exchanged
  exchanges exchanging exclusively existing expected exploit exploitation exploited exploiting exploits expose
  exposed exposing exposure exposures external externally face facilities facility facing far field file files
  filter filtered filtering filters find firewall firewalls first focus follow followed following follows for
  found fraud fraudulent free frequently from front full further gate gates gateway gateways general get give
  given goes good group guard guidance guide guideline guidelines handle handling hardware has have having held
  help helps high highly hospital host hosted hosts how human identified identify identifying if impact implement
  implementation implementing implements important in inbound include included includes including incoming
  increase increased indicators individual individuals industrial industry information infrastructure inside
  inspect inspected inspecting inspection instant instead instructions integrated integrity intended interface
  interfaces internal internally internet into intrusion intrusions is isolate isolated isolates isolating
  isolation issue issues it its itself keep keeping kept know knowledge known layer layers least leave legitimate
  less level levels likelihood limit limitation limited limiting limits line lines link linked links list listed
  lists local locally locate located locating location locations lock locked locks log logged logically logs look
  low machine machines mail maintain maintenance make makes malicious malware managed management manner manual
  manuals manufacturer manufacturing many may means measure measures mechanism mechanisms media member members
  memory message messages messaging method methods might minimal minimise minimising minimize minimized minimizes
  minimizing minimum mitigate mitigated mitigates mitigating mitigation mitigations mobile module modules monitor
  monitored monitoring monitors more most much multi-level must must-have name named narrow necessary need
  need-to-use needed needs network networked networking networks never no node nodes non-essential none normal
  not note nothing notice notification notifications number obtain obtained occur of office official office offices often on
  once one ones only open opened opening opens operate operated operating operation operational operations
  operator operators option optional or order organisation organization organizational organizations originate
  originated originating other others otherwise our out outbound outgoing outlined outside over own owner owners
  packet packets page panel panels part particular particularly parties partner partners party passively path
  paths patient patterns people per perform perimeter perimeters period periodic periodically periods peripheral
  permit permits permitted permitting person personal personnel persons phishing phone physical physically place
  placed placement placing plain plant plants please point points policies policy port portable ports possibility
  possible possibly potential potentially practice practices prevent prevented preventing prevention prevents
  private privilege process processes processing product production products program programs prohibit prohibits
  project projects proper properly protect protected protecting protection protective protects protocol
  protocol-based protocols provide provided provides providing proxies public public-facing publicly published
  question questions radio reach reachable reached read reason receive received receiving recognize recognizing
  recommend recommendation recommendations recommended recommending recommends reduce reduced reduces reducing
  refer reference regard regarding regular regularly reinforce related rely remain remains remote remotely
  removable report reported reports request requests require required requirement requirements requires responses
  restrict restricted restricting restriction restrictions restrictive restricts review reviewed reviewing
  reviews risk risks robust role room rooms round router routers routine routinely rule rules s
  safe safely safety same scam scams scan scanned scanning scope screen seal sealed seals second secure secured
  securely secures securing security see seen segment segmentation segmented segmenting segments segregate
  segregated segregating segregation send sender senders sending sensitive sent separate separated separates
  separating series server servers service services several shall share shared sharing should show shown side
  sign sign-in signatures signs similar since site sites situations small sniffing so social software solution
  solutions some source sources special specific specifically spoofed spoofing staff standard standards station
  stations step steps still storage store stored storing strategy strict strictly strong strongly sub-networks
  subnet subnets such sufficient suggest suggests suitable suitably support supporting sure surf surfing suspect
  suspicious switch switches switchgear system systems systems' take taken taking tamper tamper-evident tampered
  tampering target targeted targets team technical technician technicians techniques temporary terminal terminals
  than that the their them themselves then there therefore these they thing things third third-party this those
  though threat threats through throughout ticket tight tightly to together tool tools traffic train trained
  training transit trust trusted trustworthy tunnel tunnels two type unable unauthenticated unauthorised
  unauthorized under understand unencrypted unexpected unexplained unfamiliar unintended unit units unknown
  unless unlikely unnecessary unneeded unprotected unrecognized unsolicited until untrusted unused unusual up
  up-to-date upon url urls usage use used user users uses using usual utilities utilize utilizing validate
  validated vendor vendors verified verify verifying via view virtual virus viruses visible visit visited
  visiting visitors vlan vlans voting vulnerabilities vulnerability vulnerable wan want warning warnings was
  watch watching way ways we weak web web-based webclient webpages webserver website websites well well-protected
  were what when whenever where whereby wherever whether which while who whole whom whose why wide will wireless
  with within without worker workers working workstation workstations would you your zone zone-firewalls zones
`
    .trim()
    .split(/\s+/),
);

/**
 * The words of a sentence that are not known. Addresses, numbers and names, which have a capital after the first word,
 * are none: what is dangerous in them is looked for before.
 */
export function unknownWords(sentence: string): string[] {
  const words = sentence
    .replace(/\bhttps?:\/\/\S+|\bwww\.\S+|\S+@\S+/gi, ' ')
    .replaceAll('’', "'")
    .match(/[\p{L}\p{N}_'./-]*\p{L}[\p{L}\p{N}_'./-]*/gu);
  return (words ?? []).filter((word, place) => {
    if (/^\d|\d[a-z]*$/i.test(word) || (place > 0 && /^\p{Lu}/u.test(word))) return false;
    return word
      .toLowerCase()
      .split('/')
      .map((part) => part.replaceAll(/^['.-]+|['.-]+$/g, ''))
      .some((part) => part && !known.has(part) && !known.has(part.replace(/'s$/, '')) && !isShort(part));
  });
}

/** What networks are made of, in small letters as in capitals. */
function isShort(word: string): boolean {
  return /^(?:acls?|e\.g|i\.e|dmz|dmzs|edr|ftp|http|https|icmp|ics|ids|ip|ips|ipv[46]|it|lan|lans|modbus|nac|opc|ot|pcs?|plcs?|hmis?|rtus?|rdp|scada|smtp|snmp|ssh|tcp|telnet|udp|usb|utm|vpns?|waf|wi-fi|wifi|cds?|dvds?)$/.test(
    word,
  );
}
