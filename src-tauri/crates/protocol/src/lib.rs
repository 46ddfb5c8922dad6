//! RESP, PSYNC and RDB: bytes in, values out.
//!
//! No sockets, no files, no clock. "Need more bytes" is not an error, and any split of the input
//! decodes the same.

pub mod command;
pub mod crc;
pub mod glob;
pub mod lzf;
pub mod psync;
pub mod rdb;
pub mod resp;
