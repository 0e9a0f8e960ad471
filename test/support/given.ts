import { expect } from 'vitest';
import { isRefusal, type Refusal } from '../../shared/kernel/refusal.ts';
import type { Account } from '../../shared/ledger/rules/account.ts';
import type { Entry } from '../../shared/ledger/rules/entry.ts';
import { happens, newDriver, type Step } from './steps.ts';

export * from './steps.ts';

/** given(what happened).when(something happens).records(entries).leaving(the account), on the rules alone. */
export function given(...history: readonly Step[]) {
  const before = history.reduce(happens, newDriver());
  return {
    /** What has come of the history. */
    has: (expected: Partial<Account>) => expectFields(before.account, expected),
    when: (step: Step) => {
      const drafts = step.decides(before);
      return {
        /** Just these entries, of each the fields that are named. */
        records: (...expected: Partial<Entry>[]) => {
          if (isRefusal(drafts)) throw new Error(`refused: ${drafts.refusal}`);
          expect(drafts.map((draft, index) => fieldsOf(draft, expected[index] ?? {}))).toEqual(expected);
          return {
            leaving: (account: Partial<Account>) => expectFields(happens(before, step).account, account),
          };
        },
        isRefused: (refusal: Refusal) => expect(drafts).toEqual(refusal),
      };
    },
  };
}

/** Whole fields are compared: an empty object is not equal to one that holds something. */
function expectFields(actual: object, expected: object): void {
  expect(fieldsOf(actual, expected)).toEqual(expected);
}

function fieldsOf(actual: object, named: object) {
  return Object.fromEntries(Object.entries(actual).filter(([name]) => name in named));
}
