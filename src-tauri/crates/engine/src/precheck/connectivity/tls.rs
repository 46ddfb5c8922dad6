//! Telling a server that expects TLS from one that is silent: by greeting it in TLS.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::access;
use crate::error::Side;
use crate::spec::{Address, Endpoint};

/// A server that speaks TLS answers a greeting at once.
const PATIENCE: Duration = Duration::from_secs(3);
/// The types of record that answer a greeting: an alert, and a greeting in return.
const ANSWERS: [u8; 2] = [0x15, 0x16];

/// Whether what listens there answers a greeting in TLS. Nothing is negotiated: the connection is
/// closed behind the first answer.
pub(super) async fn is_expected(endpoint: &Endpoint, side: Side) -> bool {
    if matches!(endpoint.address, Address::Unix { .. }) {
        return false;
    }
    let asking = async {
        let mut connection = access::connect(endpoint, side).await.ok()?;
        connection.write_all(&client_hello()).await.ok()?;
        let mut head = [0; 2];
        connection.read_exact(&mut head).await.ok()?;
        Some(head)
    };
    // Record type, then the major version, 3 in every TLS.
    matches!(timeout(PATIENCE, asking).await, Ok(Some([kind, 3])) if ANSWERS.contains(&kind))
}

/// The shortest ClientHello of TLS 1.2 that is well-formed (RFC 5246, 7.4.1.2).
fn client_hello() -> Vec<u8> {
    const SUITES: [u8; 8] = [0xc0, 0x2f, 0xc0, 0x30, 0xc0, 0x2b, 0x00, 0x9c];
    let mut body = vec![3, 3];
    body.extend_from_slice(&rand::random::<[u8; 32]>());
    // No session, then the suites, then no compression.
    body.extend_from_slice(&[0, 0, 8]);
    body.extend_from_slice(&SUITES);
    body.extend_from_slice(&[1, 0]);
    let length = u8::try_from(body.len()).unwrap_or(u8::MAX);
    let mut record = vec![0x16, 3, 1, 0, length + 4, 1, 0, 0, length];
    record.extend_from_slice(&body);
    record
}
