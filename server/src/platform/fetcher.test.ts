import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import { after, afterEach, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { certificate, OtherSide } from '../testing/other-side.ts';
import { bytesOf, type Errand, fetcherOver, type FetcherOptions, NotFetched, type Reach } from './fetcher.ts';
import { mayConnect } from './reach.ts';

describe('the way out', () => {
  let plain: OtherSide;
  let secure: OtherSide;
  const opened: { close(): void }[] = [];
  before(async () => {
    plain = await new OtherSide().open();
    secure = await new OtherSide({ secure: true }).open();
  });
  after(() => Promise.all([plain.close(), secure.close()]));
  afterEach(() => {
    for (const fetcher of opened.splice(0)) fetcher.close();
  });

  const fetcher = (options: FetcherOptions = {}) => {
    const made = fetcherOver({ patience: { head: 300, idle: 300 }, ...options });
    opened.push(made);
    return made;
  };
  const local = (...more: string[]): Reach => ({
    local: true,
    hosts: [`127.0.0.1:${plain.port}`, `psirt.example:${secure.port}`, ...more],
  });
  const text = async (errand: Partial<Errand> & { url: string }, options?: FetcherOptions) => {
    const answer = await fetcher(options).fetch({ reach: local(), ...errand });
    return answer.status === 'fetched' ? (await bytesOf(answer)).toString() : answer.status;
  };
  const isRefused = (code: string) => (error: unknown) => {
    assert.ok(error instanceof NotFetched, String(error));
    assert.equal(error.code, code, error.message);
    return true;
  };
  const refuses = async (code: string, errand: Partial<Errand> & { url: string }, options?: FetcherOptions) =>
    assert.rejects(text(errand, options), isRefused(code));

  describe('goes', () => {
    it('to an allowed host over https, whose certificate is for that name', async () => {
      secure.files.set('/a', 'here');
      const resolve = async () => [{ address: '127.0.0.1', family: 4 }];
      assert.equal(await text({ url: secure.at('/a') }, { resolve, ca: certificate }), 'here');
      await refuses('certificate-wrong', { url: secure.at('/a') }, { resolve });
      const other = `other.example:${secure.port}`;
      await refuses(
        'certificate-wrong',
        { url: `https://${other}/a`, reach: local(other) },
        { resolve, ca: certificate },
      );
    });

    it('nowhere that is not on the list, by whatever port or name', async () => {
      plain.files.set('/a', 'here');
      await refuses('host-not-allowed', {
        url: plain.at('/a'),
        reach: { local: true, hosts: ['127.0.0.1'] },
      });
      await refuses('host-not-allowed', { url: `http://localhost:${plain.port}/a` });
      await refuses('address-with-password', { url: `http://a:b@127.0.0.1:${plain.port}/a` });
      await refuses('address-wrong', { url: 'psirt.example/a' });
    });

    it('by plain http only to what is marked as local', async () => {
      await refuses('not-https', { url: 'http://psirt.example/a', reach: { hosts: ['psirt.example'] } });
      for (const url of ['file:///etc/passwd', 'ftp://psirt.example/', 'data:text/plain,a'])
        await refuses('not-https', { url });
    });

    it('again only for what is new', async () => {
      plain.files.set('/etag', (request, response) => {
        const known = request.headers['if-none-match'] === '"1"' || request.headers['if-modified-since'];
        response.writeHead(known ? 304 : 200, { etag: '"1"' }).end(known ? undefined : 'news');
      });
      const first = await fetcher().fetch({ url: plain.at('/etag'), reach: local() });
      assert.ok(first.status === 'fetched' && first.etag === '"1"');
      assert.equal(String(await bytesOf(first)), 'news');
      assert.equal(await text({ url: plain.at('/etag'), etag: '"1"' }), 'unchanged');
      assert.equal(
        await text({ url: plain.at('/etag'), lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' }),
        'unchanged',
      );
    });

    it('by a proxy to what is public, and tells it the address that was judged', async () => {
      const told: string[] = [];
      const proxy = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', (head) => {
          told.push(String(head).split('\r\n')[0]!);
          socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
        });
      });
      await listening(proxy);
      const resolve = async () => [{ address: '93.184.215.14', family: 4 }];
      await assert.rejects(
        text(
          { url: 'https://psirt.example/a', reach: { hosts: ['psirt.example'] } },
          { resolve, proxy: `http://127.0.0.1:${portOf(proxy)}` },
        ),
        NotFetched,
      );
      assert.deepEqual(told, ['CONNECT 93.184.215.14:443 HTTP/1.1']);
      proxy.close();
    });
  });

  describe('judges addresses', () => {
    it('and lets nobody near what is private, however it is written', async () => {
      const inside =
        '127.0.0.1 10.1.2.3 172.31.0.1 192.168.1.1 100.64.0.1 0.0.0.0 169.254.169.254 224.0.0.1 255.255.255.255 198.18.0.1 192.0.2.1 :: ::1 fe80::1 fd00::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1::1 2001::1 2001:db8::1 100::1 fec0::1'.split(
          ' ',
        );
      for (const address of inside) assert.equal(mayConnect(address, false), false, address);
      for (const address of ['93.184.215.14', '172.32.0.1', '2606:2800:21f::1', '2a00::1'])
        assert.equal(mayConnect(address, false), true, address);
    });

    it('and opens to what is marked as local our own networks, and nothing else', () => {
      for (const address of ['127.0.0.1', '10.1.2.3', '::1', 'fd00::1'])
        assert.ok(mayConnect(address, true), address);
      for (const address of [
        '169.254.169.254',
        'fe80::1',
        '224.0.0.1',
        '::ffff:127.0.0.1',
        '64:ff9b::7f00:1',
        '0.0.0.0',
      ])
        assert.equal(mayConnect(address, true), false, address);
    });

    it('as URLs write them, too', async () => {
      for (const host of ['2130706433', '0x7f.1', '127.1', '[::ffff:127.0.0.1]', '[::1]']) {
        const { host: written } = new URL(`https://${host}/`);
        await refuses('address-not-public', { url: `https://${host}/a`, reach: { hosts: [written] } });
      }
    });

    it('and asks once: a name that changes between two looks changes nothing', async () => {
      secure.files.set('/a', 'here');
      const answers = ['127.0.0.1', '169.254.169.254', '169.254.169.254'];
      let asked = 0;
      const resolve = async () => [{ address: answers[asked++]!, family: 4 }];
      assert.equal(await text({ url: secure.at('/a') }, { resolve, ca: certificate }), 'here');
      assert.equal(asked, 1);
      const open = { url: secure.at('/a'), reach: { hosts: [`psirt.example:${secure.port}`] } };
      await refuses('address-not-public', open, {
        resolve: async () => [{ address: '127.0.0.1', family: 4 }],
      });
    });

    it('and takes one that is private for a bad sign, even among others', async () => {
      const resolve = async () => [
        { address: '93.184.215.14', family: 4 },
        { address: '::1', family: 6 },
      ];
      await refuses(
        'address-not-public',
        { url: 'https://psirt.example/', reach: { hosts: ['psirt.example'] } },
        { resolve },
      );
      await refuses(
        'name-unknown',
        { url: 'https://psirt.example/', reach: { hosts: ['psirt.example'] } },
        { resolve: async () => [] },
      );
    });
  });

  describe('follows redirects', () => {
    const redirect = (path: string, to: string, status = 302) =>
      plain.files.set(path, (_request, response) => response.writeHead(status, { location: to }).end());

    it('and says where it ended', async () => {
      plain.files.set('/a', 'here');
      redirect('/to-a', '/a', 308);
      const answer = await fetcher().fetch({ url: plain.at('/to-a'), reach: local() });
      assert.equal(answer.url, plain.at('/a'));
    });

    it('and judges each hop anew', async () => {
      redirect('/metadata', 'http://169.254.169.254/latest/meta-data/');
      await refuses('host-not-allowed', { url: plain.at('/metadata') });
      await refuses('address-not-public', { url: plain.at('/metadata'), reach: local('169.254.169.254') });
      redirect('/elsewhere', 'http://evil.example/');
      await refuses('host-not-allowed', { url: plain.at('/elsewhere') });
    });

    it('but not to another scheme, and not in circles', async () => {
      for (const to of [
        `https://psirt.example:${secure.port}/a`,
        'file:///etc/passwd',
        'javascript:1',
        'http://[',
      ]) {
        redirect('/scheme', to);
        await refuses('redirect-wrong', { url: plain.at('/scheme') });
      }
      redirect('/circle', '/circle');
      plain.asked.length = 0;
      await refuses('too-many-redirects', { url: plain.at('/circle') });
      assert.equal(plain.asked.length, 6);
    });
  });

  describe('sets bounds', () => {
    it('to what comes, packed and unpacked', async () => {
      plain.files.set('/endless', (_request, response) => {
        const more = () => {
          while (response.writable && response.write(Buffer.alloc(65_536)));
        };
        response.on('drain', more);
        more();
      });
      await refuses('answer-too-large', { url: plain.at('/endless'), most: 1 << 20 });
      const bomb = gzipSync(Buffer.alloc(64 << 20));
      assert.ok(bomb.length < 100_000);
      plain.files.set('/bomb', (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
      );
      await refuses('answer-too-large', { url: plain.at('/bomb'), most: 1 << 20 });
      plain.files.set('/announced', (_request, response) =>
        response.writeHead(200, { 'content-length': 2 << 20 }).flushHeaders(),
      );
      await refuses('answer-too-large', { url: plain.at('/announced'), most: 1 << 20 });
    });

    it('to time: for the head, between two pieces, and for all of it', async () => {
      plain.files.set('/silent', () => {});
      await refuses('answer-too-slow', { url: plain.at('/silent') });
      plain.files.set('/stops', (_request, response) => void response.write('a'));
      await refuses('answer-too-slow', { url: plain.at('/stops') });
      plain.files.set('/loris', (_request, response) => {
        const drip = setInterval(() => response.write('a'), 50);
        response.on('close', () => clearInterval(drip));
      });
      const begun = Date.now();
      await refuses('answer-too-slow', { url: plain.at('/loris'), within: 1000 });
      assert.ok(Date.now() - begun >= 900);
    });

    it('to the time that a name takes to resolve', async () => {
      const resolve = () => new Promise<never>(() => {});
      await refuses('answer-too-slow', { url: plain.at('/silent'), within: 100 }, { resolve });
    });

    it('and is called off at any moment, for the reason given', async () => {
      const calledOff = new AbortController();
      setTimeout(() => calledOff.abort(new Error('enough')), 50);
      await assert.rejects(text({ url: plain.at('/silent'), signal: calledOff.signal }), /enough/);
    });

    it('and reads no faster than it is read', async () => {
      let sent = 0;
      plain.files.set('/fast', (_request, response) => {
        const more = () => {
          while (response.writable && response.write(Buffer.alloc(65_536))) sent += 65_536;
        };
        response.on('drain', more);
        more();
      });
      const answer = await fetcher().fetch({ url: plain.at('/fast'), reach: local(), most: 1 << 30 });
      assert.ok(answer.status === 'fetched');
      for await (const _ of answer.body) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        break;
      }
      assert.ok(sent < 16 << 20, `${sent} bytes were taken for one that was read`);
    });
  });

  describe('says what went wrong', () => {
    it('when there is nothing, or not now', async () => {
      await refuses('nothing-there', { url: plain.at('/nowhere') });
      plain.files.set('/busy', (_request, response) => response.writeHead(429, { 'retry-after': '7' }).end());
      await assert.rejects(text({ url: plain.at('/busy') }), (error: NotFetched) => {
        assert.deepEqual([error.code, error.passing, error.retryAfter], ['answer-refused', true, 7000]);
        return true;
      });
      plain.files.set('/no', (_request, response) => response.writeHead(403, { 'retry-after': '7' }).end());
      await assert.rejects(text({ url: plain.at('/no') }), { code: 'answer-refused', passing: false });
    });

    it('when the other side breaks off, or cannot be reached', async () => {
      plain.files.set('/half', (_request, response) => {
        response.writeHead(200, { 'content-length': 10 }).write('half');
        setTimeout(() => response.destroy(), 20);
      });
      await refuses('answer-broken-off', { url: plain.at('/half') });
      const closed = await new OtherSide().open();
      const url = closed.at('/');
      const { host } = new URL(url);
      await closed.close();
      await refuses('not-reachable', { url, reach: local(host) });
    });

    it('when a packed answer is not packed', async () => {
      plain.files.set('/unpacked', (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'gzip' }).end('text'),
      );
      await refuses('packed-wrong', { url: plain.at('/unpacked') });
      plain.files.set('/odd', (_request, response) =>
        response.writeHead(200, { 'content-encoding': 'zstd' }).end('text'),
      );
      await refuses('packed-unknown', { url: plain.at('/odd') });
    });
  });
});

const listening = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const portOf = (server: Server) => (server.address() as { port: number }).port;
