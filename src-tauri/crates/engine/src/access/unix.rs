//! A unix socket.

use std::path::Path;

#[cfg(unix)]
use super::Transport;
use super::{AccessMethod, Connection, FormField};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;

pub(super) const METHOD: AccessMethod = AccessMethod {
    id: "unix",
    fields: &[FormField { name: "path", required: true, placeholder: "/run/redis/redis.sock" }],
};

#[cfg(unix)]
impl Transport for tokio::net::UnixStream {}

#[cfg(unix)]
pub(super) async fn connect(path: &Path, side: Side) -> Result<Connection> {
    let stream = tokio::net::UnixStream::connect(path).await.map_err(|cause| {
        let what = phrase!("failure.cannot_connect_path", path = path.display());
        let words = phrase!("failure.caused", what = what, cause = cause);
        Error::new(ErrorKind::ConnectFailed, side, words).caused_by(cause)
    })?;
    Ok(Box::new(stream))
}

#[cfg(not(unix))]
pub(super) async fn connect(path: &Path, side: Side) -> Result<Connection> {
    Err(Error::new(
        ErrorKind::ConnectFailed,
        side,
        phrase!("failure.unix_only", path = path.display()),
    ))
}
