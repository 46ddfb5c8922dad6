//! `keyferry`, the command line.

fn main() {}
