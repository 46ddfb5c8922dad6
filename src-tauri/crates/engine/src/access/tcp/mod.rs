//! A TCP connection.

mod stream;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use self::stream::Tcp;
use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::{AccessMethod, CONNECT_TIMEOUT, Connection, FormField};
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;

/// How long a connection may be idle before the other end is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(30);

pub(super) const METHOD: AccessMethod = AccessMethod {
    id: "tcp",
    fields: &[
        FormField { name: "host", required: true, placeholder: "redis.example.com" },
        FormField { name: "port", required: false, placeholder: "6379" },
    ],
};

/// What a name leads to in a test that moves it: a line for each, name and address, in the file that
/// `KEYFERRY_HOSTS` names. Looked at each time, as a name server would be asked.
#[cfg(feature = "failpoints")]
fn moved(host: &str) -> Option<SocketAddr> {
    let text = std::fs::read_to_string(std::env::var_os("KEYFERRY_HOSTS")?).ok()?;
    text.lines().find_map(|line| line.strip_prefix(host)?.trim().parse().ok())
}

pub(super) async fn resolve(host: &str, port: u16, side: Side) -> Result<Vec<SocketAddr>> {
    #[cfg(feature = "failpoints")]
    if let Some(address) = moved(host) {
        return Ok(vec![address]);
    }
    let addresses: Vec<SocketAddr> = lookup_host((host, port))
        .await
        .map_err(|cause| {
            Error::new(
                ErrorKind::NameNotResolved,
                side,
                phrase!("failure.name_not_resolved", host = host, cause = cause),
            )
            .caused_by(cause)
        })?
        .collect();
    if addresses.is_empty() {
        return Err(Error::new(
            ErrorKind::NameNotResolved,
            side,
            phrase!("failure.name_without_address", host = host),
        ));
    }
    Ok(addresses)
}

pub(super) async fn connect(host: &str, port: u16, side: Side) -> Result<Connection> {
    let addresses = resolve(host, port, side).await?;
    Ok(Box::new(Tcp::Told(first_that_answers(host, &addresses, side).await?)))
}

/// Tries one address after the other; each has its share of the time, so that one that swallows
/// everything does not hide the next.
async fn first_that_answers(host: &str, addresses: &[SocketAddr], side: Side) -> Result<TcpStream> {
    let share = CONNECT_TIMEOUT / u32::try_from(addresses.len()).unwrap_or(1).max(1);
    let mut last = None;
    for address in addresses {
        let attempt = timeout(share, TcpStream::connect(address))
            .await
            .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        match attempt {
            Ok(stream) => {
                set_up(&stream).map_err(|cause| {
                    Error::connection(
                        side,
                        phrase!("failure.cannot_set_up", address = address),
                        cause,
                    )
                })?;
                return Ok(stream);
            }
            Err(cause) => last = Some((address, cause)),
        }
    }
    Err(match last {
        Some((address, cause)) => {
            let what = phrase!("failure.cannot_connect", host = host, address = address);
            let error = Error::connection(side, what, cause);
            match error.kind {
                // Before there is a connection, none can be lost.
                ErrorKind::ConnectionLost => Error { kind: ErrorKind::ConnectFailed, ..error },
                _ => error,
            }
        }
        None => {
            let words = phrase!("failure.host_without_address", host = host);
            Error::new(ErrorKind::NameNotResolved, side, words)
        }
    })
}

fn set_up(stream: &TcpStream) -> io::Result<()> {
    // Small batches and acknowledgements must not wait for each other.
    stream.set_nodelay(true)?;
    // Between a task's writes, address translators on the way must not forget the connection.
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
    SockRef::from(stream).set_tcp_keepalive(&keepalive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_next_address_is_tried_where_one_refuses() {
        let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let stream = first_that_answers("db", &[closed, open], Side::Source).await.unwrap();
        assert_eq!(stream.peer_addr().unwrap(), open);
        assert!(stream.nodelay().unwrap());
        assert!(SockRef::from(&stream).keepalive().unwrap());

        let error = first_that_answers("db", &[closed], Side::Source).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::ConnectFailed);
        assert!(error.message.to_string().contains(&closed.to_string()));
    }
}
