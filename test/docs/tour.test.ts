import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { TestPlatform } from '../support/platform.ts';
import { startTestPlatform } from '../support/start-platform.ts';
import { readPage, type ShellBlock, shellBlocks } from './pages.ts';

/** Pastes the shell blocks of a page into one bash against a fresh platform, as a reader would. */

let platform: TestPlatform | undefined;
afterEach(async () => {
  await platform?.close();
  platform = undefined;
});

describe('the tour in docs/tour.md', () => {
  it('runs when pasted from top to bottom, and each part prints what its comments say', async () => {
    const printed = await paste(shellBlocks(readPage('docs/tour.md')));
    expectInOrder(printed, 'Organizer: set up the program', [
      '"version":1,"effectiveFrom":"2026-03-01T00:00:00+08:00"',
      '"merchantId":"honghong-station"',
      '"stock":0',
      '"stock":20',
      '"stock":20',
      '"code":"rulebook-exists"',
      '"action":"stock.adjust"',
    ]);
    expectInOrder(printed, 'Platform app: report service', [
      '"driverId":"d-001"',
      '"driverId":"d-002"',
      '"eventId":"e-2","status":"accepted"',
      '"status":"rejected"',
      '"eventId":"e-2","status":"accepted"',
      '"drained":true,"deadLetters":0',
      '"wanted":100,"granted":80,"reason":"daily-cap"',
      '"wanted":40,"granted":40,"reason":null',
      '"code":"not-found"',
    ]);
    expectInOrder(printed, 'Driver: see the points, reserve a reward', [
      '"available":80,"reserved":0',
      '"seq":1,"kind":"award"',
      '"code":"not-found"',
      '"stock":20',
      '"status":"reserved","code":',
      '"status":"reserved","code":',
      '"code":"limit-reached"',
      '"code":"insufficient-points"',
      '"available":20,"reserved":60',
      '"rank":1,"displayName":"王**","score":80',
      '"rank":1,"score":80',
    ]);
    expectInOrder(printed, 'Merchant or station: confirm a code', [
      '"status":"confirmed"',
      '"status":"confirmed"',
      '"code":"already-confirmed"',
      '"code":"code-unknown"',
      '"status":"returned"',
      '"available":80,"reserved":0',
      '"confirmed":1,"returned":1,"discountFen":0,"subsidyFen":0',
      '核销 confirmed',
    ]);
    expectInOrder(printed, 'Organizer: close, publish and correct the month', [
      '"code":"month-not-over"',
      '"state":"closed","version":1',
      '"code":"objection-period"',
      '"code":"unauthenticated"',
      '"state":"published","version":1',
      '"displayName":"王**","score":80',
      '"status":"reversed"',
      '"state":"corrected","version":2',
      '"displayName":"匿名","score":40',
      '"displayName":"王**","score":80',
      '"differences":0',
      '"differences":0',
    ]);
  }, 120_000);

  it('has some twenty lines for each user', () => {
    const users = shellBlocks(readPage('docs/tour.md')).slice(1);
    expect(users).toHaveLength(5);
    for (const { script } of users) expect(script.trim().split('\n').length).toBeLessThan(28);
  });
});

describe('the tour in README.md', () => {
  it('runs when pasted after npm start', async () => {
    const blocks = shellBlocks(readPage('README.md')).filter(({ heading }) => heading === 'A tour');
    expectInOrder(await paste(blocks), 'A tour', [
      '"version":1',
      '"stock":20',
      '"status":"accepted"',
      '"status":"accepted"',
      '"drained":true,"deadLetters":0',
      '"granted":80,"reason":"daily-cap"',
      '"available":80',
      '"status":"reserved","code":',
      '"status":"confirmed"',
      '"status":"confirmed"',
      '"code":"already-confirmed"',
      '"state":"closed","version":1',
      '"state":"published"',
      '"rank":1,"displayName":"匿名","score":80',
    ]);
  }, 120_000);
});

/** What bash printed under each heading. */
async function paste(blocks: readonly ShellBlock[]): Promise<Map<string, string>> {
  expect(blocks.length).toBeGreaterThan(0);
  platform = await startTestPlatform();
  const script = blocks.map(block => `echo '## ${block.heading}'\n${block.script}`).join('\n');
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', script], {
    env: { ...process.env, PORT: new URL(platform.url).port },
  });
  expect(stderr).toBe('');
  const parts = `\n${stdout}`.split('\n## ').slice(1);
  return new Map(parts.map(part => [part.slice(0, part.indexOf('\n')), part]));
}

function expectInOrder(printed: ReadonlyMap<string, string>, heading: string, snippets: readonly string[]) {
  let rest = printed.get(heading) ?? '';
  for (const snippet of snippets) {
    expect(rest, `${heading}: in what is left of the output`).toContain(snippet);
    rest = rest.slice(rest.indexOf(snippet) + snippet.length);
  }
}
