/** Mutants of shared/domain that no test can tell from the rule, each with the reason. */
export const survivors: readonly {
  readonly file: string;
  readonly was: string;
  readonly now: string;
  readonly why: string;
}[] = [];
