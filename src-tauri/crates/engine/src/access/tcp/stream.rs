//! A TCP connection that can be looked at now and then, in place of being woken for each piece.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream as Plain};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use crate::access::Transport;

/// How soon a socket is looked at again in which there was nothing, or no room: much less than its
/// buffers take to fill,
const LOOK_SOON: Duration = Duration::from_millis(1);
/// and how late at most, where there was nothing for longer.
const LOOK_LATE: Duration = Duration::from_millis(16);

/// A connection to a server by TCP.
pub(super) enum Tcp {
    /// The system tells when there is something to do.
    Told(TcpStream),
    /// It does not, and is asked.
    Looked(Looked),
    /// What an error in between leaves.
    Gone,
}

/// A socket that the system was not asked to tell of.
pub(super) struct Looked {
    socket: Plain,
    reading: Pauses,
    writing: Pauses,
}

/// When one direction is looked at.
struct Pauses {
    next: Pin<Box<Sleep>>,
    pause: Duration,
}

impl Pauses {
    fn new() -> Self {
        Self { next: Box::pin(sleep(LOOK_SOON)), pause: LOOK_SOON }
    }

    /// Tries now, and where nothing can be done, again when it is time.
    fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut attempt: impl FnMut() -> io::Result<T>,
    ) -> Poll<io::Result<T>> {
        loop {
            match attempt() {
                Err(cause) if cause.kind() == ErrorKind::Interrupted => {}
                Err(cause) if cause.kind() == ErrorKind::WouldBlock => {
                    self.next.as_mut().reset(Instant::now() + self.pause);
                    self.pause = (self.pause * 2).min(LOOK_LATE);
                    ready!(self.next.as_mut().poll(cx));
                }
                done => {
                    self.pause = LOOK_SOON;
                    return Poll::Ready(done);
                }
            }
        }
    }
}

impl Transport for Tcp {
    fn peer(&self) -> Option<SocketAddr> {
        match self {
            Self::Told(stream) => stream.peer_addr().ok(),
            Self::Looked(looked) => looked.socket.peer_addr().ok(),
            Self::Gone => None,
        }
    }

    fn gather(&mut self, on: bool) -> io::Result<()> {
        *self = match (std::mem::replace(self, Self::Gone), on) {
            (Self::Told(stream), true) => {
                // The runtime does not watch it any more.
                let socket = stream.into_std()?;
                Self::Looked(Looked { socket, reading: Pauses::new(), writing: Pauses::new() })
            }
            (Self::Looked(looked), false) => Self::Told(TcpStream::from_std(looked.socket)?),
            (as_it_is, _) => as_it_is,
        };
        Ok(())
    }
}

impl AsyncRead for Tcp {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Told(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Looked(Looked { socket, reading, .. }) => {
                let room = buf.initialize_unfilled();
                let count = ready!(reading.poll(cx, || socket.read(room)))?;
                buf.advance(count);
                Poll::Ready(Ok(()))
            }
            Self::Gone => Poll::Ready(Err(ErrorKind::NotConnected.into())),
        }
    }
}

impl AsyncWrite for Tcp {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Told(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Looked(Looked { socket, writing, .. }) => {
                writing.poll(cx, || socket.write(bytes))
            }
            Self::Gone => Poll::Ready(Err(ErrorKind::NotConnected.into())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Nothing is held back here.
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Told(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Looked(looked) => Poll::Ready(looked.socket.shutdown(Shutdown::Write)),
            Self::Gone => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    async fn pair() -> (Tcp, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let ours = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (theirs, _) = listener.accept().await.unwrap();
        (Tcp::Told(ours), theirs)
    }

    /// More than all buffers on the way hold.
    fn much() -> Vec<u8> {
        (0..16 * 1024 * 1024_u32).map(|number| (number % 251) as u8).collect()
    }

    #[tokio::test]
    async fn whatever_is_looked_at_and_whatever_is_told_passes_whole_both_ways() {
        let (mut ours, theirs) = pair().await;
        let (mut their_reader, mut their_writer) = theirs.into_split();
        let sent = much();
        let echo = tokio::spawn(async move {
            let mut heard = Vec::new();
            their_reader.read_to_end(&mut heard).await.unwrap();
            heard
        });
        let all = sent.clone();
        let telling = tokio::spawn(async move {
            their_writer.write_all(&all).await.unwrap();
        });
        let mut heard = vec![0; sent.len()];
        for (number, part) in heard.chunks_mut(sent.len() / 7 + 1).enumerate() {
            ours.gather(number % 2 == 0).unwrap();
            // Asked for twice it stays as it is.
            ours.gather(number % 2 == 0).unwrap();
            ours.read_exact(part).await.unwrap();
        }
        assert!(heard == sent);
        for (number, part) in sent.chunks(sent.len() / 7 + 1).enumerate() {
            ours.gather(number % 2 == 0).unwrap();
            assert!(ours.peer().is_some());
            ours.write_all(part).await.unwrap();
        }
        ours.shutdown().await.unwrap();
        assert!(echo.await.unwrap() == sent);
        telling.await.unwrap();
        assert_eq!(ours.read(&mut [0]).await.unwrap(), 0, "they are gone");
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_one_is_looked_at_ever_less_often_and_at_once_again_when_something_came() {
        let mut pauses = Pauses::new();
        let mut looks = Vec::new();
        let began = Instant::now();
        std::future::poll_fn(|cx| {
            pauses.poll(cx, || {
                looks.push(began.elapsed().as_millis());
                if looks.len() < 8 { Err(ErrorKind::WouldBlock.into()) } else { Ok(()) }
            })
        })
        .await
        .unwrap();
        assert_eq!(looks, [0, 1, 3, 7, 15, 31, 47, 63]);
        assert_eq!(pauses.pause, LOOK_SOON);
    }
}
