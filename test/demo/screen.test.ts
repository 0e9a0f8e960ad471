import { afterEach, expect, it, vi } from 'vitest';
import { progress, table, widthOf } from '../../demo/screen.ts';

const rows = [
  { name: '杨师傅 d-047', points: 1161, why: '时长过短 too short ×4, 未列活动 unknown activity ×1' },
  { name: '朱师傅 d-008', points: 1021, why: '' },
];
const columns = [
  { title: '司机 driver', of: (row: (typeof rows)[0]) => row.name },
  { title: '积分 points', of: (row: (typeof rows)[0]) => row.points },
  { title: '封顶或未计 capped or declined', of: (row: (typeof rows)[0]) => row.why },
];

it('breaks titles and lists of a table that is wider than the screen', () => {
  expect(table(rows, columns, 56).split('\n')).toEqual([
    '  司机 driver     积分  封顶或未计 capped or declined',
    '                points',
    '  ────────────  ──────  ────────────────────────────────',
    '  杨师傅 d-047    1161  时长过短 too short ×4,',
    '                        未列活动 unknown activity ×1',
    '  朱师傅 d-008    1021',
  ]);
});

it('leaves a table in one line a row where there is room', () => {
  const lines = table(rows, columns, Number.POSITIVE_INFINITY).split('\n');
  expect(lines).toHaveLength(4);
  expect(lines[2]).toContain('too short ×4, 未列活动 unknown activity ×1');
});

afterEach(() => vi.restoreAllMocks());

it('never draws a progress bar wider than the terminal, for what is broken in two cannot be drawn over', () => {
  const terminal = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
  Object.assign(process.stdout, { isTTY: true, columns: 60 });
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation(text => written.push(String(text)) > 0);
  progress('兑换 redemptions  ', 4)(1, 'insufficient-points ×10, out-of-stock ×31');
  Object.assign(process.stdout, terminal);
  const drawn = written.join('').replace('\r', '').replace('\x1b[K', '');
  expect(drawn).toContain('25%');
  expect(widthOf(drawn)).toBeLessThan(60);
});
