//! How a server is reached. One file per method, one line here.

mod tcp;
mod unix;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::spec::{Address, Endpoint};

/// How long a connection may take to come about, all addresses of a name together.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A byte stream to a server, whatever carries it.
pub trait Transport: AsyncRead + AsyncWrite + Send + Unpin {
    /// The address that its name led to, where it has one.
    fn peer(&self) -> Option<SocketAddr> {
        None
    }

    /// While it is on, it is enough to hear a little later of what comes: much does, in small pieces,
    /// and to be woken for each costs more than what is done with it.
    ///
    /// # Errors
    /// What the system says; the connection is gone then.
    fn gather(&mut self, _on: bool) -> io::Result<()> {
        Ok(())
    }
}

/// An open byte stream.
pub type Connection = Box<dyn Transport>;

/// A field that an access method needs filled in; forms are made from these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormField {
    /// The field of [`crate::spec::EndpointDraft`].
    pub name: &'static str,
    /// Whether it may stay empty.
    pub required: bool,
    /// What an empty field shows.
    pub placeholder: &'static str,
}

/// A way to reach a server.
#[derive(Clone, Copy, Debug)]
pub struct AccessMethod {
    /// The word in [`crate::spec::EndpointDraft::access`].
    pub id: &'static str,
    /// What it needs to know.
    pub fields: &'static [FormField],
}

/// All methods, in the order users see.
pub const ALL: &[AccessMethod] = &[tcp::METHOD, unix::METHOD];

/// Opens a byte stream to `endpoint`; names are resolved anew each time.
///
/// # Errors
/// Classified, with the address and never a password in the message.
pub async fn connect(endpoint: &Endpoint, side: Side) -> Result<Connection> {
    let opening = async {
        match &endpoint.address {
            Address::Tcp { host, port } => tcp::connect(host, *port, side).await,
            Address::Unix { path } => unix::connect(path, side).await,
        }
    };
    timeout(CONNECT_TIMEOUT, opening).await.unwrap_or_else(|_| {
        Err(Error::new(
            ErrorKind::TimedOut,
            side,
            phrase!(
                "failure.connect_timeout",
                address = endpoint.address,
                seconds = CONNECT_TIMEOUT.as_secs()
            ),
        ))
    })
}

/// The addresses of a TCP endpoint's name, for a test of that stage alone.
///
/// # Errors
/// [`ErrorKind::NameNotResolved`].
pub async fn resolve(endpoint: &Endpoint, side: Side) -> Result<()> {
    match &endpoint.address {
        Address::Tcp { host, port } => tcp::resolve(host, *port, side).await.map(|_| ()),
        Address::Unix { .. } => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_method_and_every_method_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/access");
        let files = std::fs::read_dir(folder).unwrap().count();
        assert_eq!(files - 1, ALL.len(), "files beside mod.rs");
    }
}
