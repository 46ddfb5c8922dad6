//! Servers, keychains and a workbench, all gone with the test.

use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::pin::Pin;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use keyferry_workbench::credentials::memory::MemoryStore;
use keyferry_workbench::credentials::{CredentialStore, Refusal};
use keyferry_workbench::demo::find_server;
use keyferry_workbench::engine::secret::Secret;
use keyferry_workbench::engine::spec::{EndpointDraft, TaskDraft};
use keyferry_workbench::engine::task::TaskState;
use keyferry_workbench::engine::words::Phrase;
use keyferry_workbench::model::{KeychainState, PasswordInput, StartOrder, TaskDetails, TaskInput};
use keyferry_workbench::workbench::{Options, Workbench};
use keyferry_workbench::{Notice, Notifier, Vigil, Wakefulness, log};
use redis::cmd;
use tempfile::TempDir;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A `redis-server` of this machine's, ended with this value.
pub(crate) struct Server {
    process: Child,
    folder: TempDir,
    pub(crate) port: u16,
    password: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

impl Server {
    pub(crate) async fn start(password: &str) -> Self {
        // A port that was free a moment ago may be taken a moment later: try another one then.
        for _ in 0..10 {
            let port = free_port();
            if let Some(server) = Self::start_at(port, password).await {
                return server;
            }
        }
        panic!("no server started");
    }

    async fn start_at(port: u16, password: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(find_server().unwrap());
        command
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", ""])
            .args(["--repl-diskless-sync-delay", "0", "--dir"])
            .arg(folder.path())
            .stdout(Stdio::null());
        if !password.is_empty() {
            command.args(["--requirepass", password]);
        }
        let process = command.spawn().unwrap();
        let mut server = Self { process, folder, port, password: password.to_owned() };
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < deadline {
            if server.process.try_wait().unwrap().is_some() {
                return None;
            }
            if let Ok(mut connection) = server.connect().await {
                let (_, dir): (String, String) =
                    cmd("CONFIG").arg(&["GET", "dir"]).query_async(&mut connection).await.unwrap();
                let ours = server.folder.path().canonicalize().unwrap();
                return (Path::new(&dir) == ours).then_some(server);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        None
    }

    pub(crate) async fn connect(&self) -> redis::RedisResult<redis::aio::MultiplexedConnection> {
        let auth =
            if self.password.is_empty() { String::new() } else { format!(":{}@", self.password) };
        let client = redis::Client::open(format!("redis://{auth}127.0.0.1:{}", self.port))?;
        let mut connection = client.get_multiplexed_async_connection().await?;
        cmd("PING").exec_async(&mut connection).await?;
        Ok(connection)
    }

    pub(crate) async fn set(&self, key: &str, value: &str) {
        let mut connection = self.connect().await.unwrap();
        cmd("SET").arg(key).arg(value).exec_async(&mut connection).await.unwrap();
    }

    pub(crate) fn end(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    pub(crate) fn endpoint(&self) -> EndpointDraft {
        EndpointDraft {
            access: "tcp".into(),
            host: "127.0.0.1".into(),
            port: self.port.to_string(),
            environment: "dev".into(),
            ..EndpointDraft::default()
        }
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// A desktop without a keychain.
pub(crate) struct NoKeychain;

impl CredentialStore for NoKeychain {
    fn set(&self, _: &str, _: &Secret) -> Result<(), Refusal> {
        Err(Refusal { state: KeychainState::Missing, reason: Phrase::plain("nobody there") })
    }
    fn get(&self, _: &str) -> Result<Option<Secret>, Refusal> {
        Err(Refusal { state: KeychainState::Missing, reason: Phrase::plain("nobody there") })
    }
    fn delete(&self, _: &str) -> Result<(), Refusal> {
        Err(Refusal { state: KeychainState::Missing, reason: Phrase::plain("nobody there") })
    }
}

/// Keeps what would have been shown.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<Notice>>);

impl Recorder {
    pub(crate) fn titles(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|notice| notice.title.clone()).collect()
    }
}

impl Notifier for Recorder {
    fn show(&self, notice: &Notice) -> Result<(), String> {
        self.0.lock().unwrap().push(notice.clone());
        Ok(())
    }
}

/// A computer that is asked to stay awake.
#[derive(Default)]
pub(crate) struct Sleep {
    /// One is kept by each vigil, and one here.
    count: Arc<()>,
    asked: Mutex<u32>,
    refusal: Mutex<Option<&'static str>>,
}

impl Sleep {
    /// How many keep it awake.
    pub(crate) fn vigils(&self) -> usize {
        Arc::strong_count(&self.count) - 1
    }

    /// How often it was asked, and did not refuse.
    pub(crate) fn asked(&self) -> u32 {
        *self.asked.lock().unwrap()
    }

    /// From now on it refuses, or not any more.
    pub(crate) fn refuse(&self, why: Option<&'static str>) {
        *self.refusal.lock().unwrap() = why;
    }

    pub(crate) async fn until_vigils(&self, count: usize) {
        let waiting = async {
            while self.vigils() != count {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    }
}

impl Wakefulness for Sleep {
    fn keep<'a>(
        &'a self,
        _reason: &'a str,
    ) -> Pin<Box<dyn Future<Output = Result<Vigil, String>> + Send + 'a>> {
        let refusal = *self.refusal.lock().unwrap();
        Box::pin(async move {
            match refusal {
                Some(why) => Err(why.to_owned()),
                None => {
                    *self.asked.lock().unwrap() += 1;
                    Ok(Box::new(Arc::clone(&self.count)) as Vigil)
                }
            }
        })
    }
}

/// A workbench in a folder of its own, which may be opened again.
pub(crate) struct Desk {
    pub(crate) folder: TempDir,
    pub(crate) keychain: Arc<MemoryStore>,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) sleep: Arc<Sleep>,
}

/// As a host does it: once in its process.
fn keep_logs() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing_subscriber::registry().with(log::layer()).init());
}

impl Desk {
    pub(crate) fn new() -> Self {
        keep_logs();
        Self {
            folder: tempfile::tempdir().unwrap(),
            keychain: Arc::default(),
            recorder: Arc::default(),
            sleep: Arc::default(),
        }
    }

    pub(crate) async fn open(&self) -> Arc<Workbench> {
        self.open_with(self.keychain.clone()).await
    }

    pub(crate) async fn open_with(&self, keychain: Arc<dyn CredentialStore>) -> Arc<Workbench> {
        let options = Options {
            notifier: Some(self.recorder.clone()),
            exports: Some(self.folder.path().join("exports")),
            wakefulness: Some(self.sleep.clone()),
            transfers: None,
        };
        Workbench::open(self.folder.path(), keychain, options).await.unwrap()
    }

    /// Waits until somebody was told that.
    pub(crate) async fn until_told(&self, title: &str) {
        let told = async {
            while !self.recorder.titles().iter().any(|found| found == title) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, told).await;
        assert!(waited.is_ok(), "{title}: {:?}", self.recorder.titles());
    }

    /// Whether any file in the folder has these bytes in it.
    pub(crate) fn holds(&self, secret: &str) -> bool {
        fn look(folder: &Path, secret: &[u8]) -> bool {
            std::fs::read_dir(folder).unwrap().any(|entry| {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    look(&path, secret)
                } else {
                    std::fs::read(&path)
                        .is_ok_and(|body| body.windows(secret.len()).any(|part| part == secret))
                }
            })
        }
        look(self.folder.path(), secret.as_bytes())
    }
}

/// A complete form for these two servers.
pub(crate) fn input(name: &str, source: &Server, destination: &Server) -> TaskInput {
    let password = |server: &Server| match server.password.as_str() {
        "" => PasswordInput::None,
        password => PasswordInput::typed(password),
    };
    TaskInput {
        name: name.to_owned(),
        draft: TaskDraft {
            source: source.endpoint(),
            destination: destination.endpoint(),
            ..TaskDraft::default()
        },
        source_password: password(source),
        destination_password: password(destination),
        step: 1,
        ..TaskInput::default()
    }
}

/// Saves, checks and starts a task; its id.
pub(crate) async fn started(workbench: &Arc<Workbench>, input: TaskInput) -> String {
    let id = workbench.save_draft(None, input).await.unwrap();
    let report = workbench.run_precheck(&id, "precheck", &|_| {}).await.unwrap();
    assert!(report.passed(), "{report:?}");
    workbench.start_task(&id, accepted()).await.unwrap();
    id
}

pub(crate) fn accepted() -> StartOrder {
    StartOrder { terms_accepted: true, typed_name: None }
}

/// Waits until the task's page is as wanted.
pub(crate) async fn until(
    workbench: &Workbench,
    id: &str,
    what: &str,
    mut wanted: impl FnMut(&TaskDetails) -> bool,
) -> TaskDetails {
    let mut changes = workbench.changes();
    let waiting = async {
        loop {
            changes.mark_unchanged();
            let details = workbench.show_task(id).unwrap();
            if wanted(&details) {
                return details;
            }
            changes.changed().await.unwrap();
        }
    };
    match tokio::time::timeout(PATIENCE, waiting).await {
        Ok(details) => details,
        Err(_) => panic!("not {what}: {:#?}", workbench.show_task(id).unwrap().summary),
    }
}

pub(crate) async fn until_state(workbench: &Workbench, id: &str, state: TaskState) -> TaskDetails {
    until(workbench, id, &state.phrase().to_string(), |details| {
        details.summary.report.state == state
    })
    .await
}

pub(crate) async fn until_caught_up(workbench: &Workbench, id: &str) {
    until(workbench, id, "caught up", |details| details.summary.report.caught_up).await;
}
