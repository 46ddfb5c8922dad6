//! Use cases, for every host: window and command line.
