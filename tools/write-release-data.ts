/**
 * Writes what a release leaves on a disk, for the tests that later versions can still read it:
 *
 *   node tools/write-release-data.ts test/releases/0.1.0.json.zst
 *
 * Run it with the code of the release, before anything after it is changed. A server of that code
 * lives through a short life (users, tokens, alerts in every state, pages that came and that did
 * not) on a store with chunk files, a checkpoint and a log, and is killed, so that the logs matter
 * too. What the same code then reads from it is written beside the data as `expected.json`.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { constants, zstdCompressSync } from 'node:zlib';
import { createManualClock, createSilentLog } from '../packages/server/src/platform/index.ts';
import { createLabels } from '../packages/server/src/series/index.ts';
import { openTsdb } from '../packages/server/src/tsdb/index.ts';
import { startExporter } from '../test/harness/exporter.ts';
import { startPager } from '../test/harness/pager.ts';
import {
  createScratchFolder,
  runCommandLine,
  type RunningServer,
  startServer,
} from '../test/harness/server.ts';
import { waitUntil } from '../test/harness/wait.ts';
import { digestSeries } from '../test/releases/digest.ts';

const HOUR_MS = 3_600_000;
const RULES = `
groups:
  - name: release
    interval: 500ms
    rules:
      - { record: 'job:load:sum', expr: 'sum by (job) (load)' }
      - { alert: Pages, expr: 'fault{kind="page"} == 1', labels: { severity: page }, annotations: { summary: 'Größer als {{ $value }}' } }
      - { alert: Undelivered, expr: 'fault{kind="page"} == 1', labels: { severity: page, way: none } }
      - { alert: Pending, expr: 'fault == 1', for: 1h, labels: { severity: ticket } }
      - { alert: Ticket, expr: 'fault{kind="ticket"} == 1', labels: { severity: ticket } }
      - { alert: Log, expr: 'fault{kind="page"} == 1', labels: { severity: info } }
      - { alert: Ended, expr: 'fault{kind="short"} == 1', labels: { severity: ticket } }
      - { alert: Closed, expr: 'fault{kind="page"} == 1', labels: { severity: ticket, way: hand } }
`;

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error('name the archive to write');
const folder = createScratchFolder();
const dataDir = join(folder, 'data');
await writeLongSeries(join(dataDir, 'series'));
await live(dataDir);
const copy = join(createScratchFolder(), 'data');
cpSync(dataDir, copy, { recursive: true });
const expected = {
  takenAt: Date.now(),
  tables: readTables(join(copy, 'nines.db')),
  series: await readSeries(join(copy, 'series')),
};
const packed = JSON.stringify({ files: readFiles(dataDir), expected });
const params = { [constants.ZSTD_c_compressionLevel]: 19 };
writeFileSync(target, zstdCompressSync(packed, { params }));

/** Every file that a server finds at its start, in base64. */
function readFiles(dir: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isLeftOver = /^(lock\.db|server\.json|nines\.db-shm)$/.test(entry.name);
    if (!entry.isFile() || isLeftOver) continue;
    files[relative(dir, path)] = readFileSync(path, 'base64');
  }
  return files;
}

/** Four hours of samples that end an hour ago: sealed and growing chunk files, and a checkpoint. */
async function writeLongSeries(dir: string): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const clock = createManualClock(Date.now() - 5 * HOUR_MS);
  const db = openTsdb({ dir, clock, log: createSilentLog() });
  const series = ['steps', 'waves', 'gaps'].map((kind) => createLabels({ __name__: 'long', kind }));
  for (let i = 0; i < 960; i++) {
    const values = [i, Math.round(1000 * Math.sin(i / 40)) / 8, i % 7];
    const isStale = i % 100 === 99;
    const timeMs = clock.now();
    db.writeSamples(
      series.map((labels, n) => ({
        labels,
        timeMs,
        value: values[n],
        isStale: isStale && n === 2,
      })),
    );
    clock.advance(15_000);
    if (i % 20 === 0) await db.maintain(clock.now());
  }
  await db.close();
}

async function live(dir: string): Promise<void> {
  const faults = new Set(['page', 'ticket', 'short']);
  let count = 0;
  const exporter = await startExporter(() => {
    count++;
    const lines = [...faults].map((kind) => `fault{kind="${kind}"} 1`);
    return `load{n="1"} ${count}\nload{n="2"} ${count / 8}\n${lines.join('\n')}\n`;
  });
  const pager = await startPager();
  const config = `
global: { scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 500ms }
scrape_configs:
  - job_name: shop
    static_configs: [{ targets: ['${exporter.address}'] }]
rule_files: [rules.yml]
webhooks: [{ name: ops, url: '${pager.url}', allow_private: true }]
escalation_policies:
  - { name: default, steps: [{ notify: [browser, webhook/ops], wait: 1h }] }
`;
  const server = await startServer({ config, files: { 'rules.yml': RULES }, dataDir: dir });
  await run(dir, 'user', 'create', 'mina', '--display-name', 'Mina Kim');
  await run(dir, 'user', 'create', 'gone');
  await run(dir, 'user', 'disable', 'gone');
  await run(dir, 'token', 'create', 'grafana', '--user', 'mina');
  await waitUntil('all alerts', async () => ((await countAlerts(server)) >= 7 ? true : undefined));
  await pager.waitFor(() => true);
  await server.client('acknowledgeAlert', { params: { id: await findAlert(server, 'Pages') } });
  const note = { note: 'by hand: größer' };
  await server.client('resolveAlert', {
    params: { id: await findAlert(server, 'Closed') },
    body: note,
  });
  faults.delete('short');
  const query = { state: 'resolved', limit: 100 } as const;
  await waitUntil('an alert to end', async () => {
    const { alerts } = await server.client('listAlerts', { query });
    return alerts.some(({ name }) => name === 'Ended') ? true : undefined;
  });
  await server.stop('SIGKILL');
  await Promise.all([exporter.stop(), pager.stop()]);
}

async function run(dir: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommandLine([...args, '--data', dir]);
  if (code !== 0) throw new Error(stderr);
}

async function countAlerts(server: RunningServer): Promise<number> {
  const { alerts } = await server.client('listAlerts', { query: { limit: 100 } });
  return new Set(alerts.map(({ name }) => name)).size;
}

async function findAlert(server: RunningServer, name: string): Promise<string> {
  return waitUntil(`${name} to fire`, async () => {
    const query = { state: 'firing', limit: 100 } as const;
    const { alerts } = await server.client('listAlerts', { query });
    return alerts.find((alert) => alert.name === name)?.id;
  });
}

/** Every row of every table. */
function readTables(file: string): Readonly<Record<string, readonly unknown[]>> {
  const database = new DatabaseSync(file);
  const tables: Record<string, readonly unknown[]> = {};
  const schema = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
  for (const { name } of database.prepare(schema).all()) {
    tables[String(name)] = database.prepare(`SELECT * FROM "${String(name)}"`).all();
  }
  database.close();
  return tables;
}

/** Count and checksum of the samples of every series. */
async function readSeries(dir: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const db = openTsdb({ dir, clock: createManualClock(Date.now()), log: createSilentLog() });
  const digests = digestSeries(db);
  await db.close();
  return digests;
}
