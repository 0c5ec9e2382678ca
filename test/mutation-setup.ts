import fc from 'fast-check';

// a mutant is dead once a property fails; nobody reads the smallest counterexample
fc.configureGlobal({ endOnFailure: true });
