import { of } from '../mutation.ts';

const rules = 'test/awards/rules/award-rules.test.ts';

/** Points and fen are whole and rounded down: nobody is given a part that was not earned. */
export const rounding = [
  ...of(
    'shared/awards/rules/award.ts',
    [rules],
    [
      {
        breaks: 'rounding down of what a campaign makes of points: rounded up',
        old: 'const wanted = Math.floor(',
        now: 'const wanted = Math.ceil(',
      },
      {
        breaks: 'rounding down of points by the hour: rounded up',
        old: ': Math.floor((activity.points',
        now: ': Math.ceil((activity.points',
      },
    ],
  ),
  ...of(
    'shared/redemptions/rules/discount.ts',
    ['test/redemptions/rules/discount.test.ts'],
    [
      {
        breaks: 'rounding down of a discount in percent: rounded up',
        old: '* percent + Math.floor(',
        now: '* percent + Math.ceil(',
      },
    ],
  ),
];
