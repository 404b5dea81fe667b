/** Servers of this machine that probes are run against: each says the same to whoever asks. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createSecureServer } from 'node:http2';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface ProbedServers {
  readonly http: number;
  readonly https: number;
  readonly tcp: number;
  readonly dns: number;
  /** The certificate of https. */
  readonly caFile: string;
  close(): void;
}

const answerHttp: RequestListener = (request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://a');
  switch (pathname) {
    case '/gzip':
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5000)));
      return;
    case '/redirect':
      response.writeHead(302, { location: '/', 'set-cookie': 'a=1' }).end('elsewhere');
      return;
    case '/loop':
      response.writeHead(302, { location: '/loop' }).end();
      return;
    case '/fail':
      response.writeHead(503, { 'x-why': 'database', 'content-length': '4' }).end('down');
      return;
    case '/slow':
      return;
    default:
      response
        .writeHead(200, { 'last-modified': 'Wed, 21 Oct 2015 07:28:00 GMT', 'x-a': '1' })
        .end(`hello ${request.method} ${request.headers.host === 'shop' ? 'shop' : ''}`);
  }
};

/** `example.` has an address and a zone; nothing else exists. */
function answerDns(question: Buffer): Buffer {
  const name = question.subarray(12, question.indexOf(0, 12) + 1);
  const type = question.readUInt16BE(12 + name.length);
  const isKnown = name.equals(Buffer.from('\x07example\0'));
  const records = isKnown ? (RECORDS[type] ?? []) : [];
  const head = Buffer.alloc(12);
  head.writeUInt16BE(question.readUInt16BE(0), 0);
  head.writeUInt16BE(0x8580 | (isKnown ? 0 : 3), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  const asked = question.subarray(12, 12 + name.length + 4);
  const answers = records.map((data) => {
    const fixed = Buffer.alloc(12);
    fixed.writeUInt16BE(0xc00c, 0);
    fixed.writeUInt16BE(type, 2);
    fixed.writeUInt16BE(1, 4);
    fixed.writeUInt32BE(300, 6);
    fixed.writeUInt16BE(data.length, 10);
    return Buffer.concat([fixed, data]);
  });
  return Buffer.concat([head, asked, ...answers]);
}

const RECORDS: Readonly<Record<number, readonly Buffer[]>> = {
  1: [Buffer.from([192, 0, 2, 1]), Buffer.from([192, 0, 2, 2])],
  6: [
    Buffer.from([0xc0, 12, 0xc0, 12, 0, 0, 0, 77, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4]),
  ],
  16: [Buffer.from('\x05hello')],
};

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Starts all of them on free ports of 127.0.0.1. */
export async function startProbedServers(): Promise<ProbedServers> {
  const folder = mkdtempSync(join(tmpdir(), 'nines-probed-'));
  const [keyFile, caFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = '/C=DE/O=Nines/OU=Tests/CN=localhost';
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '30',
      '-subj',
      subject,
      '-keyout',
      keyFile,
      '-out',
      caFile,
      '-addext',
      'subjectAltName=DNS:localhost,DNS:shop,IP:127.0.0.1',
    ],
    { stdio: 'ignore' },
  );
  const http = createServer(answerHttp);
  const https = createSecureServer(
    { key: readFileSync(keyFile), cert: readFileSync(caFile), allowHTTP1: true },
    (_request, response) => void response.end('hello over TLS'),
  );
  const tcp = createTcpServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 mail.example ESMTP ready\r\n');
    socket.on('data', (chunk) => {
      const said = chunk.toString().trim();
      socket.write(said === 'bytes' ? 'SN' : `250 hello ${said}\r\n250 second\r\n`);
    });
  });
  const dns = createSocket('udp4');
  dns.on('message', (question, from) => dns.send(answerDns(question), from.port, from.address));
  const listening = [http, https, tcp].map(async (server) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    return promise;
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  dns.bind(0, '127.0.0.1', resolve);
  await Promise.all([...listening, promise]);
  return {
    http: portOf(http),
    https: portOf(https),
    tcp: portOf(tcp),
    dns: dns.address().port,
    caFile,
    close() {
      http.closeAllConnections();
      for (const server of [http, https, tcp, dns]) server.close();
      rmSync(folder, { recursive: true });
    },
  };
}
