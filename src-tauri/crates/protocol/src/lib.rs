//! RESP, PSYNC and RDB: bytes in, values out.
