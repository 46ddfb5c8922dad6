//! A TCP proxy that makes a server far away: each byte arrives so much later, and nothing is slower.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Result;

/// Read at once, bytes.
const PIECE_BYTES: usize = 64 * 1024;
/// So many pieces may be on their way: 4 MiB, as a well-kept TCP window.
const ON_THEIR_WAY_MAX: usize = 64;

/// A proxy on 127.0.0.1; ends when dropped.
#[derive(Debug)]
pub struct FarLink {
    port: u16,
    end: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

impl FarLink {
    /// Listens before the server at `port`; bytes take `one_way` to get there, and as long back.
    pub fn start(port: u16, one_way: Duration) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let own = listener.local_addr()?.port();
        let end = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&end);
        let listener = std::thread::spawn(move || {
            let mut open = Vec::new();
            for client in listener.incoming().flatten() {
                if told.load(Ordering::Acquire) {
                    break;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let pair = (client.try_clone(), server.try_clone());
                let (Ok(client_too), Ok(server_too)) = pair else { continue };
                open.extend([client.try_clone(), server.try_clone()].into_iter().flatten());
                pass(client, server, one_way);
                pass(server_too, client_too, one_way);
            }
            for stream in open {
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        Ok(Self { port: own, end, listener: Some(listener) })
    }

    /// Its address for `--source` and `--destination`, of a server without a password.
    pub fn uri(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for FarLink {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Release);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

/// Passes bytes one way, each `one_way` after it came.
fn pass(mut from: TcpStream, mut to: TcpStream, one_way: Duration) {
    let (pieces, due) = sync_channel::<(Instant, Vec<u8>)>(ON_THEIR_WAY_MAX);
    std::thread::spawn(move || {
        let mut buffer = vec![0; PIECE_BYTES];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            let piece = buffer.get(..length).unwrap_or_default().to_vec();
            if pieces.send((Instant::now() + one_way, piece)).is_err() {
                break;
            }
        }
        let _ = from.shutdown(Shutdown::Read);
    });
    std::thread::spawn(move || {
        for (at, piece) in due {
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}
