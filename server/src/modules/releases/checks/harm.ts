import { textsOf } from '../snapshot.ts';
import { type Check, warning } from './check.ts';

/** Words and shapes that more often help an attacker than a defender, in the languages we publish in. */
const signs: readonly { readonly kind: string; readonly pattern: RegExp }[] = [
  {
    kind: 'exploit',
    pattern: /proof[- ]of[- ]concept|\bpoc\b|exploit (?:code|module)|metasploit|msfconsole|exploit-db/i,
  },
  { kind: 'exploit', pattern: /эксплойт|доказательств\p{L}* концепции|код эксплуатации/iu },
  { kind: 'exploit', pattern: /漏洞利用代码|概念验证|利用脚本/ },
  {
    kind: 'payload',
    pattern: /shellcode|reverse shell|payload|шелл-?код|полезн\p{L}* нагрузк\p{L}*|有效载荷|反弹\s?shell/iu,
  },
  {
    kind: 'command',
    pattern: /(?:^|\s)(?:curl|wget|nc|ncat|nmap|hydra|sqlmap|powershell|python3? -c)\s+[-/\w]/im,
  },
  {
    kind: 'bytes',
    pattern: /(?:\\x[0-9a-f]{2}){4,}|(?:\b[0-9a-f]{2}\b[ :]){8,}|(?:0x[0-9a-f]{2},?\s*){6,}/i,
  },
  {
    kind: 'secret',
    pattern:
      /default password (?:is|=|:)|hard-?coded (?:password|key) (?:is|=|:)|пароль по умолчанию\s*[:—-]|默认密码[为是:：]/iu,
  },
  {
    kind: 'steps',
    pattern: /function code \d+.{0,80}(?:write|stop|force)|send .{0,40}packet.{0,60}(?:crash|reboot|stop)/is,
  },
];

/** Could this prepare an attack? The second checker answers; here is what to look at. */
export const harm: Check = {
  name: 'harm',
  *find(snapshot) {
    for (const { where, text } of textsOf(snapshot))
      for (const { kind, pattern } of signs) {
        const [found] = pattern.exec(text) ?? [];
        if (found)
          yield warning(
            where,
            `harm-${kind}`,
            `“${found.trim().slice(0, 80)}” may help an attacker more than a defender. Take it out, or say why it may stay`,
            { found: found.trim().slice(0, 80) },
          );
      }
  },
};
