//! Holds the tests of the repository itself, and the benchmarks. Has no code of its own.
