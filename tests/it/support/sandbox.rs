//! A home, module cache and environment of its own for one test, and the program run in it.
