import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TracedReader } from '../../bytes/traced-reader.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import {
  CLIENT,
  conversation,
  credentialsOf,
  factsOf,
  operationsOf,
  SERVER,
  text,
} from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { http } from './http.ts';

const get = text(
  'GET /index.html?x=1 HTTP/1.1\r\nHost: plc-7.plant.example\r\nUser-Agent: Mozilla/5.0\r\nAuthorization: Basic b3BlcmF0b3I6czNjcmV0\r\n\r\n',
);
const body = '<html><head><title>S7-1200\n station 7</title></head></html>';
const page = (head = `Content-Length: ${body.length}\r\n`, content = body) =>
  text(`HTTP/1.1 200 OK\r\nServer: Siemens S7\r\nContent-Type: text/html\r\n${head}\r\n${content}`);
const lines = (...parts: string[]) => text(parts.join('\r\n'));
const form = 'user=operator&Login_password=s3cret%21';
const login = lines(
  'POST /FormLogin HTTP/1.1',
  'Content-Type: application/x-www-form-urlencoded',
  `Content-Length: ${form.length}`,
  '',
  form,
);
const file = 'x'.repeat(3_000);
const parts = lines(
  '--b',
  'Content-Disposition: form-data; name="f"; filename="C:\\fw\\Firmware_V4.upd"',
  'Content-Type: application/octet-stream',
  '',
  file,
);
const upload = lines(
  'POST /update HTTP/1.1',
  'Content-Type: multipart/form-data; boundary=b',
  `Content-Length: ${parts.length}`,
  '',
  '',
);

describe('HTTP', () => {
  keepsItsPromises(http, [{ request: get, reply: page() }]);

  it('tells what is read, without what stands behind a question mark', () => {
    const report = conversation([http], [['request', get]]);
    assert.deepEqual(operationsOf(report), [
      '1 × http.sign-in: sign in at /index.html',
      '1 × http.read: GET /index.html',
    ]);
    assert.deepEqual(factsOf(report, CLIENT), ['software Mozilla/5.0']);
    assert.deepEqual(factsOf(report, SERVER), ['name plc-7.plant.example']);
  });

  it('learns what a device runs and what its page is called, however the page comes', () => {
    const facts = ['software Siemens S7', 'description web page “S7-1200 station 7”'];
    const half = body.length >> 1;
    const chunks = [body.slice(0, half), body.slice(half)].map(
      (chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`,
    );
    const chunked = page('Transfer-Encoding: chunked\r\n', `${chunks.join('')}0\r\n\r\n`);
    for (const reply of [page(), page(''), chunked]) {
      const report = conversation(
        [http],
        [
          ['request', get],
          ['reply', reply],
        ],
      );
      assert.deepEqual(
        factsOf(report, SERVER).filter((fact) => !fact.startsWith('name')),
        facts,
      );
      assert.equal(report.dropped['streamBytes'] ?? 0, 0);
    }
  });

  it('finds the next answer behind a page of any length', () => {
    const long = page('Content-Length: 400000\r\n', '');
    const content = new Uint8Array(1_000).fill(0x48);
    const report = conversation(
      [http],
      [
        ['request', get],
        ['reply', long],
        ...Array.from({ length: 400 }, () => ['reply', content] as const),
        ['request', get],
        ['reply', text('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')],
      ],
    );
    assert.equal(
      report.operations.find(({ code }) => code === 'http.read')!.refused[0]!.code,
      'http.not-found',
    );
  });

  it('notices passwords in clear, and repeats none', () => {
    const report = conversation(
      [http],
      [
        ['request', get],
        ['request', login],
      ],
    );
    assert.deepEqual(credentialsOf(report), ['HTTP Basic operator 6', 'HTTP form  7']);
    const fields = report.operations.flatMap(({ samples }) => samples.map(({ params }) => params['fields']));
    assert.deepEqual(fields.find(Boolean), ['user', 'Login_password']);
    const reader = new TracedReader(get);
    http.read(reader, { direction: 'request' });
    const shown = JSON.stringify([report, reader.finish()]);
    assert.ok(!/s3cret|b3BlcmF0b3I6czNjcmV0/.test(shown));
    assert.match(JSON.stringify(reader.fields), /"head".*"section":"RFC 9112, 2.1"/);
  });

  it('finds the file in a form, and says when it is whole', () => {
    const halves = [parts.subarray(0, 1_500), parts.subarray(1_500)];
    const report = conversation(
      [http],
      [['request', upload], ...halves.map((half) => ['request', half] as const)],
    );
    assert.ok(operationsOf(report).includes('1 × http.upload: send the file Firmware_V4.upd to /update'));
    assert.deepEqual(
      report.transfers.map(({ name, kind, way, bytes, complete }) => [name, kind, way, bytes, complete]),
      [['Firmware_V4.upd', 'firmware', 'to', 3_000, true]],
    );
  });

  it('tells who commands Windows from afar', () => {
    const report = conversation(
      [http],
      [['request', text('POST /wsman HTTP/1.1\r\nContent-Length: 0\r\n\r\n')]],
    );
    assert.deepEqual(
      report.operations.map(({ code, techniques }) => [code, techniques]),
      [['http.winrm', ['T0886']]],
    );
  });

  it('knows which answers have no body, whatever they say', () => {
    const answers = ['304 Not Modified', '404 Not Found'].map(
      (status) => ['reply', text(`HTTP/1.1 ${status}\r\nContent-Length: 9\r\n\r\n`)] as const,
    );
    const report = conversation([http], [['request', get], ['request', get], ...answers]);
    const reads = report.operations.find(({ code }) => code === 'http.read')!;
    assert.deepEqual(
      reads.refused.map(({ code }) => code),
      ['http.not-found'],
    );
  });

  it('takes what a WebSocket carries for content', () => {
    const frames = Uint8Array.of(0x81, 0x85, 1, 2, 3, 4, 0x69, 0x67, 0x6f, 0x68, 0x6e);
    const report = conversation(
      [http],
      [
        ['request', text('GET /live HTTP/1.1\r\nUpgrade: websocket\r\n\r\n')],
        ['reply', text('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n')],
        ['request', frames],
        ['reply', frames],
      ],
    );
    assert.equal(report.dropped['streamBytes'] ?? 0, 0);
    assert.deepEqual(operationsOf(report), ['1 × http.read: GET /live']);
  });

  it('leaves alone what looks a little like it', () => {
    for (const words of [
      'GET / RTSP/1.0\r\n',
      'GETTING\r\n',
      'OPTIONS sip:a SIP/2.0\r\n',
      'HTTP/2.0 200\r\n',
    ]) {
      const bytes = text(words);
      assert.equal(http.recognises(bytes, 0, bytes.length, true), NOT_OURS, words);
    }
    assert.equal(http.recognises(get, 0, get.length, false), OURS);
  });
});
