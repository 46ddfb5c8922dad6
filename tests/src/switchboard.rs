//! An address that moves, and links that break in every way: a TCP proxy that is told what to do
//! while it runs.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Result;

/// How long a thread waits for bytes before it looks what it is to do.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// What is done with the bytes of connections that are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    /// They go on.
    Pass,
    /// Nothing arrives on either side, and nobody is told. What was sent to the server arrives when
    /// this ends, also from clients that gave up long ago: a half-open link.
    Hold,
}

#[derive(Debug)]
struct State {
    /// Where new connections lead; 0 refuses them.
    port: u16,
    mode: Mode,
    /// Connections of earlier generations are cut.
    generation: u64,
    /// How many connections there were.
    connections: u64,
    /// On so many of them nothing arrives any more, on either side, and nobody is told.
    frozen: u64,
    /// Cuts a connection once so many more bytes went to the server.
    cut_after: Option<u64>,
    /// Of a connection that sends this to the server the answer is swallowed, and then it is cut.
    lose_answer_to: Option<Vec<u8>>,
    lost: u64,
    ended: bool,
}

/// A proxy on 127.0.0.1; ends when dropped.
#[derive(Debug)]
pub struct Switchboard {
    port: u16,
    state: Arc<Mutex<State>>,
    listener: Option<JoinHandle<()>>,
}

impl Switchboard {
    /// Listens before the server at `port`.
    pub fn start(port: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let own = listener.local_addr()?.port();
        let state = Arc::new(Mutex::new(State {
            port,
            mode: Mode::Pass,
            generation: 0,
            connections: 0,
            frozen: 0,
            cut_after: None,
            lose_answer_to: None,
            lost: 0,
            ended: false,
        }));
        let shared = Arc::clone(&state);
        let listener = std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (port, id) = {
                    let mut state = lock(&shared);
                    if state.ended {
                        break;
                    }
                    state.connections += 1;
                    (state.port, Id { generation: state.generation, number: state.connections })
                };
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)) else { continue };
                let _ = (client.set_nodelay(true), server.set_nodelay(true));
                let lost = Arc::new(Mutex::new(false));
                let pair = (client.try_clone(), server.try_clone());
                let (Ok(client_too), Ok(server_too)) = pair else { continue };
                let (up, down) = (Arc::clone(&shared), Arc::clone(&shared));
                let (ours, theirs) = (Arc::clone(&lost), lost);
                std::thread::spawn(move || pass_up(client, server, &up, id, &ours));
                std::thread::spawn(move || {
                    pass_down(server_too, client_too, &down, id, &theirs);
                });
            }
        });
        Ok(Self { port: own, state, listener: Some(listener) })
    }

    /// Its address for `--source` and `--destination`.
    pub fn uri(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on it leads there; open connections are cut.
    pub fn lead_to(&self, port: u16) {
        let mut state = lock(&self.state);
        state.port = port;
        state.generation += 1;
    }

    /// From now on it leads there; open connections stay where they are.
    pub fn lead_new_to(&self, port: u16) {
        lock(&self.state).port = port;
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        lock(&self.state).generation += 1;
    }

    /// Cuts the next connection that sends so many bytes to the server.
    pub fn cut_after(&self, bytes: u64) {
        lock(&self.state).cut_after = Some(bytes);
    }

    /// Nothing arrives until [`Switchboard::release`].
    pub fn hold(&self) {
        lock(&self.state).mode = Mode::Hold;
    }

    /// On the connections that are open nothing arrives any more, for good; new ones pass.
    pub fn freeze_open(&self) {
        let mut state = lock(&self.state);
        state.frozen = state.connections;
    }

    /// What was held arrives, and everything passes again.
    pub fn release(&self) {
        lock(&self.state).mode = Mode::Pass;
    }

    /// The answer to the next piece that contains this is lost, with its connection.
    pub fn lose_answer_to(&self, piece: &[u8]) {
        lock(&self.state).lose_answer_to = Some(piece.to_vec());
    }

    /// How many connections there were.
    pub fn connections(&self) -> u64 {
        lock(&self.state).connections
    }

    /// How many answers were lost.
    pub fn lost(&self) -> u64 {
        lock(&self.state).lost
    }
}

/// Which connection it is.
#[derive(Clone, Copy, Debug)]
struct Id {
    generation: u64,
    number: u64,
}

impl State {
    fn holds(&self, id: Id) -> bool {
        self.mode == Mode::Hold || id.number <= self.frozen
    }
}

impl Drop for Switchboard {
    fn drop(&mut self) {
        {
            let mut state = lock(&self.state);
            state.ended = true;
            state.mode = Mode::Pass;
            state.generation += 1;
        }
        // Wakes the listener.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn end(one: &TcpStream, other: &TcpStream) {
    let _ = one.shutdown(Shutdown::Both);
    let _ = other.shutdown(Shutdown::Both);
}

/// What a read brought.
enum Came {
    Bytes(usize),
    Nothing,
    End,
}

fn read(from: &mut TcpStream, buffer: &mut [u8]) -> Came {
    match from.read(buffer) {
        Ok(0) => Came::End,
        Ok(length) => Came::Bytes(length),
        Err(cause) if matches!(cause.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Came::Nothing
        }
        Err(_) => Came::End,
    }
}

/// To the server. A client's end is not passed on while its bytes are held.
fn pass_up(
    mut client: TcpStream,
    mut server: TcpStream,
    shared: &Mutex<State>,
    id: Id,
    lost: &Mutex<bool>,
) {
    let _ = client.set_read_timeout(Some(LOOK_EVERY));
    let mut buffer = vec![0; 64 * 1024];
    let mut held: Vec<u8> = Vec::new();
    let mut ended = false;
    loop {
        if ended {
            std::thread::sleep(LOOK_EVERY);
        } else {
            match read(&mut client, &mut buffer) {
                Came::Bytes(length) => {
                    held.extend_from_slice(buffer.get(..length).unwrap_or_default());
                }
                Came::Nothing => {}
                Came::End => ended = true,
            }
        }
        let mut allowed = held.len();
        let mut cut = false;
        {
            let mut state = lock(shared);
            if state.generation != id.generation {
                break;
            }
            if state.holds(id) {
                continue;
            }
            if let Some(left) = state.cut_after {
                let sent = u64::try_from(held.len()).unwrap_or(u64::MAX);
                if left <= sent {
                    state.cut_after = None;
                    allowed = usize::try_from(left).unwrap_or(allowed);
                    cut = true;
                } else {
                    state.cut_after = Some(left - sent);
                }
            }
            let lose = state.lose_answer_to.as_ref().is_some_and(|piece| {
                held.windows(piece.len()).any(|window| window == piece.as_slice())
            });
            if lose {
                state.lose_answer_to = None;
                *lost.lock().unwrap_or_else(PoisonError::into_inner) = true;
            }
        }
        if server.write_all(held.get(..allowed).unwrap_or_default()).is_err() || cut || ended {
            break;
        }
        held.clear();
    }
    end(&client, &server);
}

/// From the server.
fn pass_down(
    mut server: TcpStream,
    mut client: TcpStream,
    shared: &Mutex<State>,
    id: Id,
    lost: &Mutex<bool>,
) {
    let _ = server.set_read_timeout(Some(LOOK_EVERY));
    let mut buffer = vec![0; 64 * 1024];
    let mut held: Vec<u8> = Vec::new();
    loop {
        match read(&mut server, &mut buffer) {
            Came::Bytes(length) => {
                held.extend_from_slice(buffer.get(..length).unwrap_or_default());
            }
            Came::Nothing => {}
            Came::End => break,
        }
        {
            let mut state = lock(shared);
            if state.generation != id.generation {
                break;
            }
            if state.holds(id) {
                continue;
            }
            if !held.is_empty() && *lost.lock().unwrap_or_else(PoisonError::into_inner) {
                // The server has answered, so it has done what was asked.
                state.lost += 1;
                break;
            }
        }
        if client.write_all(&held).is_err() {
            // The client is gone: the server learns it from the other direction.
            return;
        }
        held.clear();
    }
    end(&client, &server);
}
