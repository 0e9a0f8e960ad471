import * as fc from 'fast-check';

/** The same examples each time, so that a mutant is not caught by luck; and no search for the smallest that fails. */
fc.configureGlobal({ seed: 20_260_305, endOnFailure: true });
