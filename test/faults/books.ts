import type { Stage } from './stage/stage.ts';

interface Reconciled {
  readonly result: { readonly state: string; readonly view?: { readonly differences: number } };
}

/** What has just changed is not looked at by the check of the books. */
const hourMs = 3_600_000;

/** What the platform's own check of all books finds. */
export async function booksOf(stage: Stage): Promise<string[]> {
  await stage.later(hourMs);
  const outcome = await stage.run('reconcile');
  const { state, view } = (outcome as Reconciled).result;
  if (state !== 'finished' || !view) return [`the books are not checked: ${state}`];
  return view.differences === 0 ? [] : [`the books differ: ${JSON.stringify(view)}`];
}
