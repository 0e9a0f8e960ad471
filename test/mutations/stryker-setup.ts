import * as fc from 'fast-check';

/** The same examples in every run, so that no mutant is killed by luck; and no shrinking, which only takes time. */
fc.configureGlobal({ seed: 20_260_305, endOnFailure: true });
