//! A unix socket.

use std::path::Path;

use super::{AccessMethod, Connection, FormField};
use crate::error::{Error, ErrorKind, Result, Side};

pub(super) const METHOD: AccessMethod = AccessMethod {
    id: "unix",
    fields: &[FormField { name: "path", required: true, placeholder: "/run/redis/redis.sock" }],
};

#[cfg(unix)]
pub(super) async fn connect(path: &Path, side: Side) -> Result<Connection> {
    let stream = tokio::net::UnixStream::connect(path).await.map_err(|cause| {
        Error::new(
            ErrorKind::ConnectFailed,
            side,
            format!("cannot connect to {}: {cause}", path.display()),
        )
        .caused_by(cause)
    })?;
    Ok(Box::new(stream))
}

#[cfg(not(unix))]
pub(super) async fn connect(path: &Path, side: Side) -> Result<Connection> {
    Err(Error::new(
        ErrorKind::ConnectFailed,
        side,
        format!("unix sockets ({}) need a unix system", path.display()),
    ))
}
