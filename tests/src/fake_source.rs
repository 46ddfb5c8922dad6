//! A source that is a real server until PSYNC, and then answers what the test says.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, Result};

use crate::server::Server;

/// How a link's PSYNC begins. One behind other commands in a pipeline only asks for permission, and
/// is the real server's to answer.
const PSYNC: &[u8] = b"*3\r\n$5\r\nPSYNC\r\n";

/// Answers PSYNC with fixed bytes; everything else is the real server's. Ends when dropped.
#[derive(Debug)]
pub struct FakeSource {
    port: u16,
    end: Arc<AtomicBool>,
    listener: Option<JoinHandle<()>>,
}

/// The RDB file that this server writes of its data.
pub fn rdb_of(server: &Server) -> Result<Vec<u8>> {
    redis::cmd("SAVE").query::<()>(&mut server.connect()?)?;
    std::fs::read(server.folder().join("dump.rdb")).context("SAVE wrote no dump.rdb")
}

/// A full transfer of these bytes, announced as `announced` bytes.
pub fn transfer(rdb: &[u8], announced: usize) -> Vec<u8> {
    let mut answer = format!("+FULLRESYNC {} 0\r\n${announced}\r\n", "f".repeat(40)).into_bytes();
    answer.extend_from_slice(rdb);
    answer
}

impl FakeSource {
    /// Stands before `server`; after `answer` to a PSYNC the link is closed if `hang_up`, else left open.
    pub fn start(server: &Server, answer: Vec<u8>, hang_up: bool) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let own = listener.local_addr()?.port();
        let behind = server.port();
        let end = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&end);
        let answer = Arc::new(answer);
        let listener = std::thread::spawn(move || {
            let mut open = Vec::new();
            for client in listener.incoming().flatten() {
                if told.load(Ordering::Acquire) {
                    break;
                }
                let Ok(server) = TcpStream::connect(("127.0.0.1", behind)) else { continue };
                open.extend([client.try_clone(), server.try_clone()].into_iter().flatten());
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || serve(client, server, &answer, hang_up));
            }
            for stream in open {
                let _ = stream.shutdown(Shutdown::Both);
            }
        });
        Ok(Self { port: own, end, listener: Some(listener) })
    }

    /// Its address for `--source`.
    pub fn uri(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for FakeSource {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Release);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn serve(mut client: TcpStream, mut server: TcpStream, answer: &[u8], hang_up: bool) {
    if let (Ok(mut from), Ok(mut to)) = (server.try_clone(), client.try_clone()) {
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
        });
    }
    let mut buffer = vec![0; 64 * 1024];
    let mut answered = false;
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        let piece = buffer.get(..length).unwrap_or_default();
        // After PSYNC only ACKs come: they are for the source that does not exist.
        if answered {
            continue;
        }
        if piece.to_ascii_uppercase().starts_with(PSYNC) {
            answered = true;
            if client.write_all(answer).is_err() || hang_up {
                break;
            }
        } else if server.write_all(piece).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = server.shutdown(Shutdown::Both);
}

/// A web server that refuses whatever it is asked, until the test's process ends; its address as a
/// source's.
pub fn web_server() -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("redis://{}", listener.local_addr()?);
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let mut asked = [0; 512];
            if connection.read(&mut asked).is_ok() {
                let answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
                let _ = connection.write_all(answer);
            }
        }
    });
    Ok(address)
}
