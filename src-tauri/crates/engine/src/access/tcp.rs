//! A TCP connection.

use std::net::SocketAddr;

use tokio::net::{TcpStream, lookup_host};

use super::{AccessMethod, Connection, FormField};
use crate::error::{Error, ErrorKind, Result, Side};

pub(super) const METHOD: AccessMethod = AccessMethod {
    id: "tcp",
    fields: &[
        FormField { name: "host", required: true, placeholder: "redis.example.com" },
        FormField { name: "port", required: false, placeholder: "6379" },
    ],
};

pub(super) async fn resolve(host: &str, port: u16, side: Side) -> Result<Vec<SocketAddr>> {
    let addresses: Vec<SocketAddr> = lookup_host((host, port))
        .await
        .map_err(|cause| {
            Error::new(
                ErrorKind::NameNotResolved,
                side,
                format!("the name {host} cannot be resolved: {cause}"),
            )
            .caused_by(cause)
        })?
        .collect();
    if addresses.is_empty() {
        return Err(Error::new(
            ErrorKind::NameNotResolved,
            side,
            format!("the name {host} has no address"),
        ));
    }
    Ok(addresses)
}

pub(super) async fn connect(host: &str, port: u16, side: Side) -> Result<Connection> {
    let mut last = None;
    for address in resolve(host, port, side).await? {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Small batches and acknowledgements must not wait for each other.
                stream.set_nodelay(true).map_err(|cause| {
                    Error::connection(side, format_args!("cannot set up {address}"), cause)
                })?;
                return Ok(Box::new(stream));
            }
            Err(cause) => last = Some((address, cause)),
        }
    }
    match last {
        Some((address, cause)) => {
            let what = format!("cannot connect to {host} ({address})");
            let error = Error::connection(side, what, cause);
            Err(match error.kind {
                // Before there is a connection, none can be lost.
                ErrorKind::ConnectionLost => Error { kind: ErrorKind::ConnectFailed, ..error },
                _ => error,
            })
        }
        None => Err(Error::new(ErrorKind::NameNotResolved, side, format!("{host} has no address"))),
    }
}
