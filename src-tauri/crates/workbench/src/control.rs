//! Telling a task that runs in another process what to do: a socket beside it, one line of JSON
//! each way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use keyferry_engine::spec::{InstanceClass, Limits};
use serde::{Deserialize, Serialize};

use crate::error::{CommandError, Result};
use crate::model::AlertRules;
use crate::store::StoredTask;

/// What can be asked of a running task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// See [`keyferry_engine::task::Wish::Pause`]. By its user: it does not go on by itself.
    Pause,
    /// See [`keyferry_engine::task::Wish::Stop`].
    Stop,
    /// End a wait for the next attempt.
    RetryNow,
    /// Agree to what a task proposes that holds at the error with this code.
    Agree(String),
    /// Be known otherwise from now on.
    Amend(Amendment),
    /// Try so many minutes when a connection is lost.
    RetryMinutes(u32),
}

/// What can be changed of a task at any time: the process that runs it writes it down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amendment {
    /// Its name.
    Name(String),
    /// A throttle in figures.
    Limits(Limits),
    /// A throttle by name; `None` is unlimited.
    Class(Option<InstanceClass>),
    /// Whom to tell.
    Alerts(Option<AlertRules>),
    /// Whether the computer stays awake while a window runs it.
    KeepAwake(bool),
}

impl Amendment {
    /// Changes the task as it is stored.
    pub(crate) fn apply(self, task: &mut StoredTask) {
        match self {
            Self::Name(name) => task.name = name,
            Self::Limits(limits) => {
                task.draft.class = None;
                task.draft.limits = limits;
            }
            Self::Class(class) => {
                task.draft.class = class;
                task.draft.limits = Limits::default();
            }
            Self::Alerts(rules) => task.alerts = rules,
            Self::KeepAwake(keep) => task.keep_awake = keep,
        }
    }

    /// The throttle that it sets, if it sets one.
    pub(crate) fn limits(&self) -> Option<Limits> {
        match self {
            Self::Limits(limits) => Some(*limits),
            Self::Class(class) => Some(class.map_or_else(Limits::default, InstanceClass::limits)),
            Self::Name(_) | Self::Alerts(_) | Self::KeepAwake(_) => None,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Answer {
    ok: bool,
}

/// Where the socket's path is written: the socket itself may have to live elsewhere, since the
/// system bounds a socket's path to about a hundred bytes.
pub(crate) const POINTER: &str = "control";
/// The longest path that every unix takes.
const SOCKET_PATH_BYTES_MAX: usize = 100;
/// How long a request may take to arrive.
const ASK_TIMEOUT: Duration = Duration::from_secs(1);
/// How long an answer may take: a process that was stopped keeps its socket and says nothing.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

#[cfg(unix)]
mod socket {
    use keyferry_engine::phrase;
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{UnixListener, UnixStream};

    use super::{
        ANSWER_TIMEOUT, ASK_TIMEOUT, Answer, Ask, CommandError, POINTER, Path, PathBuf, Result,
        SOCKET_PATH_BYTES_MAX,
    };

    /// Listens for as long as it lives.
    pub(crate) struct ControlServer {
        task: tokio::task::JoinHandle<()>,
        pointer: PathBuf,
        socket: PathBuf,
        _elsewhere: Option<tempfile::TempDir>,
    }

    impl Drop for ControlServer {
        fn drop(&mut self) {
            self.task.abort();
            let _ = std::fs::remove_file(&self.pointer);
            let _ = std::fs::remove_file(&self.socket);
        }
    }

    impl ControlServer {
        /// Listens in the task's `folder`; `take` is called with each request, and says whether it
        /// was heard.
        pub(crate) fn listen(
            folder: &Path,
            take: impl Fn(Ask) -> bool + Send + Sync + 'static,
        ) -> std::io::Result<Self> {
            let here = folder.join("control.sock");
            let (socket, elsewhere) = if here.as_os_str().len() <= SOCKET_PATH_BYTES_MAX {
                (here, None)
            } else {
                // A folder of mode 0700, made for this alone.
                let elsewhere = tempfile::Builder::new().prefix("keyferry-").tempdir()?;
                (elsewhere.path().join("s"), Some(elsewhere))
            };
            // The lock is ours: what an earlier process left is nobody's.
            let _ = std::fs::remove_file(&socket);
            let listener = UnixListener::bind(&socket)?;
            let pointer = folder.join(POINTER);
            std::fs::write(&pointer, socket.as_os_str().as_encoded_bytes())?;
            let task = tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    let take = &take;
                    let serve = async move {
                        let (reader, mut writer) = stream.into_split();
                        let mut line = String::new();
                        let read = BufReader::new(reader).read_line(&mut line).await;
                        let ask = read.ok().and_then(|_| serde_json::from_str(&line).ok());
                        let ok = ask.is_some_and(take);
                        let answer = serde_json::to_string(&Answer { ok });
                        let _ = writer.write_all(answer.unwrap_or_default().as_bytes()).await;
                        let _ = writer.write_all(b"\n").await;
                    };
                    // One that says nothing must not keep the others waiting.
                    let _ = tokio::time::timeout(ASK_TIMEOUT, serve).await;
                }
            });
            Ok(Self { task, pointer, socket, _elsewhere: elsewhere })
        }
    }

    pub(super) async fn ask(folder: &Path, ask: Ask) -> Result<()> {
        let unreachable = |cause: std::io::Error| {
            CommandError::usage("not_commandable", phrase!("refusal.no_answer", cause = cause))
        };
        let pointer = std::fs::read_to_string(folder.join(POINTER)).map_err(unreachable)?;
        let exchange = async {
            let mut stream = UnixStream::connect(pointer.trim()).await?;
            let mut line = serde_json::to_string(&ask).unwrap_or_default();
            line.push('\n');
            stream.write_all(line.as_bytes()).await?;
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer).await?;
            Ok(answer)
        };
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, exchange)
            .await
            .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
            .map_err(unreachable)?;
        match serde_json::from_str::<Answer>(&answer) {
            Ok(Answer { ok: true }) => Ok(()),
            _ => Err(CommandError::usage("not_commandable", phrase!("refusal.not_understood"))),
        }
    }
}

#[cfg(not(unix))]
mod socket {
    use super::{Ask, CommandError, Path, Result};

    pub(crate) struct ControlServer;

    impl ControlServer {
        pub(crate) fn listen(
            _folder: &Path,
            _take: impl Fn(Ask) -> bool + Send + Sync + 'static,
        ) -> std::io::Result<Self> {
            Ok(Self)
        }
    }

    pub(super) async fn ask(_folder: &Path, _ask: Ask) -> Result<()> {
        Err(CommandError::usage("not_commandable", keyferry_engine::phrase!("refusal.unix_only")))
    }
}

pub(crate) use socket::ControlServer;

/// Whether a process that runs the task says where it can be asked.
pub(crate) fn is_listening(store: &crate::store::Store, id: &str) -> bool {
    store.path(id).join(POINTER).exists()
}

/// Asks the process that runs the task with this id.
///
/// # Errors
/// Nobody answers there.
pub async fn ask(store: &crate::store::Store, id: &str, what: Ask) -> Result<()> {
    socket::ask(&store.path(id), what).await
}

#[cfg(all(test, unix))]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn a_folder_with_a_very_long_path_can_be_commanded_too() {
        let base = tempfile::tempdir().unwrap();
        let folder = base.path().join("x".repeat(200));
        std::fs::create_dir(&folder).unwrap();
        let (sender, receiver) = mpsc::channel();
        let server = ControlServer::listen(&folder, move |ask| sender.send(ask).is_ok()).unwrap();
        socket::ask(&folder, Ask::Pause).await.unwrap();
        assert_eq!(receiver.recv().unwrap(), Ask::Pause);
        drop(server);
        assert_eq!(socket::ask(&folder, Ask::Stop).await.unwrap_err().code, "not_commandable");
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_stands_still_is_not_waited_for_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let socket = folder.path().join("s");
        // Connections are taken by the system; nobody answers them.
        let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        std::fs::write(folder.path().join(POINTER), socket.to_str().unwrap()).unwrap();
        let error = socket::ask(folder.path(), Ask::Pause).await.unwrap_err();
        assert_eq!(error.code, "not_commandable");
    }
}
