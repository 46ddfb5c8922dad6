//! A TCP proxy that cuts, stalls, delays and slows.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Result;

/// What is done to each connection; nothing by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    /// Both sides are closed once this many bytes went to the server.
    pub cut_after_up: Option<u64>,
    /// Both sides are closed once this many bytes came from the server.
    pub cut_after_down: Option<u64>,
    /// From this many bytes from the server on, nothing more arrives, and nobody is told.
    pub stall_after_down: Option<u64>,
    /// Added to every piece, each way.
    pub latency: Duration,
    /// How fast bytes may come from the server.
    pub bytes_per_second_down: Option<u32>,
    /// Connections made after so many strikes pass unharmed. 0: none does.
    pub strikes_max: u64,
}

/// A proxy on 127.0.0.1; ends when dropped.
#[derive(Debug)]
pub struct FaultProxy {
    port: u16,
    end: Arc<AtomicBool>,
    cuts: Arc<AtomicU64>,
    listener: Option<JoinHandle<()>>,
}

impl FaultProxy {
    /// Listens before the server at `port`.
    pub fn start(port: u16, faults: Faults) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let own = listener.local_addr()?.port();
        let end = Arc::new(AtomicBool::new(false));
        let cuts = Arc::new(AtomicU64::new(0));
        let (told, counted) = (Arc::clone(&end), Arc::clone(&cuts));
        let listener = std::thread::spawn(move || {
            let mut open = Vec::new();
            for client in listener.incoming().flatten() {
                if told.load(Ordering::Acquire) {
                    break;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                let harmed =
                    faults.strikes_max == 0 || counted.load(Ordering::Acquire) < faults.strikes_max;
                let faults = if harmed { faults } else { Faults::default() };
                let pair = (client.try_clone(), server.try_clone());
                let (Ok(client_too), Ok(server_too)) = pair else { continue };
                open.extend([client.try_clone(), server.try_clone()].into_iter().flatten());
                let (up, down) = (Arc::clone(&counted), Arc::clone(&counted));
                let up_limit = faults.cut_after_up;
                std::thread::spawn(move || {
                    pass(
                        client,
                        server,
                        Faults {
                            cut_after_down: up_limit,
                            stall_after_down: None,
                            bytes_per_second_down: None,
                            ..faults
                        },
                        &up,
                    );
                });
                std::thread::spawn(move || pass(server_too, client_too, faults, &down));
            }
            for stream in open {
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        Ok(Self { port: own, end, cuts, listener: Some(listener) })
    }

    /// Its address for `--source` and `--destination`.
    pub fn uri(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many connections were cut or stalled so far.
    pub fn struck(&self) -> u64 {
        self.cuts.load(Ordering::Acquire)
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Release);
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

/// Copies one way, with the faults named for the way down.
fn pass(mut from: TcpStream, mut to: TcpStream, faults: Faults, struck: &AtomicU64) {
    let mut buffer = vec![0; 16 * 1024];
    let mut passed = 0_u64;
    let mut stalled = false;
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        let bound = faults.cut_after_down.or(faults.stall_after_down).unwrap_or(u64::MAX);
        let room = usize::try_from(bound - passed).unwrap_or(usize::MAX);
        let allowed = length.min(room);
        std::thread::sleep(faults.latency);
        if let Some(rate) = faults.bytes_per_second_down {
            std::thread::sleep(Duration::from_secs_f64(length as f64 / f64::from(rate)));
        }
        if to.write_all(buffer.get(..allowed).unwrap_or_default()).is_err() {
            break;
        }
        passed += allowed as u64;
        if passed == bound && faults.cut_after_down.is_some() {
            struck.fetch_add(1, Ordering::AcqRel);
            break;
        }
        if passed == bound && !stalled {
            stalled = true;
            struck.fetch_add(1, Ordering::AcqRel);
        }
    }
    let _ = from.shutdown(Shutdown::Both);
    let _ = to.shutdown(Shutdown::Both);
}
