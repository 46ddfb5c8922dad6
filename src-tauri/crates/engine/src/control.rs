//! Asking a server about itself, beside the data path.

use std::collections::BTreeMap;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{Cmd, FromRedisValue, RedisConnectionInfo, RedisError, Value, cmd};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::access;
use crate::distance;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::secret::Secret;
use crate::spec::Endpoint;
use crate::words::{Phrase, ToValue};

/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);

/// A connection for questions; closed when dropped.
pub struct Control {
    connection: MultiplexedConnection,
    driver: JoinHandle<()>,
    side: Side,
    /// How long its first question took.
    round_trip: Duration,
}

impl Drop for Control {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// A section of INFO.
#[derive(Clone, Debug, Default)]
pub struct Info(BTreeMap<String, String>);

impl Info {
    /// Reads INFO's text.
    pub fn parse(text: &str) -> Self {
        Self(
            text.lines()
                .filter_map(|line| line.trim_end().split_once(':'))
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
        )
    }

    /// A field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A field that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }

    /// `db<n>` of the keyspace section: database and its keys.
    pub fn keyspace(&self) -> Vec<(u32, u64)> {
        let mut keys: Vec<(u32, u64)> = self
            .0
            .iter()
            .filter_map(|(name, value)| {
                let number = name.strip_prefix("db")?.parse().ok()?;
                let keys = value.split(',').next()?.strip_prefix("keys=")?.parse().ok()?;
                Some((number, keys))
            })
            .collect();
        keys.sort_unstable();
        keys
    }

    /// `expires` of the keyspace section, all databases together.
    pub fn keys_expiring(&self) -> u64 {
        let databases = self.0.iter().filter(|(name, _)| {
            name.strip_prefix("db").is_some_and(|number| number.parse::<u32>().is_ok())
        });
        databases
            .filter_map(|(_, value)| {
                value
                    .split(',')
                    .find_map(|field| field.strip_prefix("expires="))?
                    .parse::<u64>()
                    .ok()
            })
            .sum()
    }
}

/// What a server says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// `Redis` or `Valkey`.
    pub product: String,
    /// Major, minor, patch; of Valkey its own, not the Redis version it is compatible with.
    pub version: (u16, u16, u16),
    /// Names the process: a restart has another one.
    pub run_id: String,
}

impl Control {
    /// Connects, authenticates, and makes sure that Redis answers.
    ///
    /// # Errors
    /// Classified by where it failed.
    pub async fn open(
        endpoint: &Endpoint,
        password: Option<&Secret>,
        side: Side,
        client_name: Option<&str>,
    ) -> Result<Self> {
        let stream = access::connect(endpoint, side).await?;
        // The crate's own handshake would hide which step failed: it gets no credentials, and
        // AUTH is a command like others.
        let info = RedisConnectionInfo::default().set_skip_set_lib_name();
        let config = redis::AsyncConnectionConfig::new()
            .set_response_timeout(Some(ANSWER_TIMEOUT))
            .set_connection_timeout(Some(ANSWER_TIMEOUT));
        let (connection, driver) = MultiplexedConnection::new_with_config(&info, stream, config)
            .await
            .map_err(|cause| classify(side, phrase!("what.first_answer"), cause))?;
        let driver = tokio::spawn(driver);
        let mut control = Self { connection, driver, side, round_trip: Duration::ZERO };
        if let Some(password) = password {
            control.authenticate(endpoint.account.as_deref(), password).await?;
        }
        let asked = Instant::now();
        control.query(&cmd("PING")).await?;
        control.round_trip = asked.elapsed();
        if let Some(name) = client_name {
            control.query(cmd("CLIENT").arg("SETNAME").arg(name)).await?;
        }
        Ok(control)
    }

    async fn authenticate(&mut self, account: Option<&str>, password: &Secret) -> Result<()> {
        let mut auth = cmd("AUTH");
        if let Some(account) = account {
            auth.arg(account);
        }
        match self.query(auth.arg(password.expose())).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Error {
                kind: match error.kind {
                    // Whatever the words, AUTH that is not taken is one thing: "no password is
                    // set", "wrong number of arguments" of a server without accounts …
                    ErrorKind::WriteRefused | ErrorKind::CommandUnknown => ErrorKind::AuthFailed,
                    kind => kind,
                },
                // A server that does not know AUTH repeats its arguments.
                message: error.message.without(password),
                cause: None,
                ..error
            }),
        }
    }

    /// How much is asked for at once where a server nearby is asked for `least`, and the next question
    /// waits for the answer.
    pub(crate) fn at_once(&self, least: usize) -> usize {
        least * distance::times(self.round_trip)
    }

    /// Whether its answers are long in coming however little is asked.
    pub(crate) fn is_far(&self) -> bool {
        distance::is_far(self.round_trip)
    }

    /// Asks, and takes the answer as it is.
    ///
    /// # Errors
    /// The server's error, named with the command; or the connection's.
    pub async fn query(&mut self, command: &Cmd) -> Result<Value> {
        let answer = self.connection.send_packed_command(command).await;
        answer
            .and_then(|value| value.extract_error())
            .map_err(|cause| classify(self.side, name_of(command), cause))
    }

    /// Asks, and reads the answer as a `T`.
    ///
    /// # Errors
    /// As [`Control::query`], or an answer of another shape.
    pub async fn query_as<T: FromRedisValue>(&mut self, command: &Cmd) -> Result<T> {
        let value = self.query(command).await?;
        as_type(self.side, || name_of(command), value)
    }

    /// Asks many things in one round trip; each answer or server error in its place.
    ///
    /// # Errors
    /// The connection's only.
    pub async fn query_all(&mut self, pipeline: &redis::Pipeline) -> Result<Vec<Value>> {
        self.connection
            .send_packed_commands(pipeline, 0, pipeline.len())
            .await
            .map_err(|cause| classify(self.side, phrase!("what.pipeline"), cause))
    }

    /// Asks many things in one round trip; each answer, or the server's error, in its place.
    ///
    /// # Errors
    /// The connection's only.
    pub async fn query_each(&mut self, commands: &[Cmd]) -> Result<Vec<Result<Value>>> {
        let mut pipeline = redis::pipe();
        for command in commands {
            pipeline.add_command(command.clone());
        }
        let answers = self.query_all(&pipeline).await?;
        Ok(commands
            .iter()
            .zip(answers)
            .map(|(command, value)| {
                value.extract_error().map_err(|cause| classify(self.side, name_of(command), cause))
            })
            .collect())
    }

    /// A setting, as CONFIG GET tells it.
    ///
    /// # Errors
    /// As [`Control::query`]; [`ErrorKind::CommandUnknown`] where the server has no such setting.
    pub async fn config(&mut self, name: &str) -> Result<String> {
        let pair = self.query_as(cmd("CONFIG").arg("GET").arg(name)).await?;
        value_of(self.side, name, pair)
    }

    /// Settings, as CONFIG GET tells them, in one round trip: each, or the server's error, in its place;
    /// [`ErrorKind::CommandUnknown`] where the server has no such setting.
    ///
    /// # Errors
    /// The connection's only.
    pub async fn configs(&mut self, names: &[&str]) -> Result<Vec<Result<String>>> {
        let questions: Vec<Cmd> =
            names.iter().map(|name| cmd("CONFIG").arg("GET").arg(name).take()).collect();
        let answers = self.query_each(&questions).await?;
        let side = self.side;
        let read = |(name, answer): (&&str, Result<Value>)| {
            value_of(side, name, as_type(side, || "CONFIG GET".to_owned(), answer?)?)
        };
        Ok(names.iter().zip(answers).map(read).collect())
    }

    /// A section of INFO.
    ///
    /// # Errors
    /// As [`Control::query`].
    pub async fn info(&mut self, section: &str) -> Result<Info> {
        let text: String = self.query_as(cmd("INFO").arg(section)).await?;
        Ok(Info::parse(&text))
    }

    /// The server's clock, ms since 1970.
    ///
    /// # Errors
    /// As [`Control::query`].
    pub async fn time_ms(&mut self) -> Result<i64> {
        let (seconds, micros): (i64, i64) = self.query_as(&cmd("TIME")).await?;
        Ok(seconds * 1000 + micros / 1000)
    }

    /// What the server is.
    ///
    /// # Errors
    /// As [`Control::query`], or INFO without a version.
    pub async fn server(&mut self) -> Result<ServerFacts> {
        let info = self.info("server").await?;
        let valkey = info.get("valkey_version");
        let version = valkey.or_else(|| info.get("redis_version")).and_then(parse_version);
        match (version, info.get("run_id")) {
            (Some(version), Some(run_id)) => Ok(ServerFacts {
                product: if valkey.is_some() { "Valkey" } else { "Redis" }.to_owned(),
                version,
                run_id: run_id.to_owned(),
            }),
            _ => Err(Error::new(ErrorKind::NotRedis, self.side, phrase!("failure.no_version"))),
        }
    }
}

fn parse_version(text: &str) -> Option<(u16, u16, u16)> {
    let mut parts = text.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next().flatten().unwrap_or(0), parts.next().flatten().unwrap_or(0)))
}

/// The command's first word or two, never its arguments: those may be secret.
fn name_of(command: &Cmd) -> String {
    let mut words = command.args_iter().map(|word| match word {
        redis::Arg::Simple(bytes) => String::from_utf8_lossy(bytes).to_ascii_uppercase(),
        redis::Arg::Cursor => "0".to_owned(),
        _ => String::new(),
    });
    let name = words.next().unwrap_or_default();
    match name.as_str() {
        "CLIENT" | "CONFIG" | "ACL" | "SCRIPT" | "FUNCTION" | "INFO" | "MODULE" => {
            format!("{name} {}", words.next().unwrap_or_default())
        }
        _ => name,
    }
}

/// The value in an answer of CONFIG GET: name and value, or nothing.
fn value_of(side: Side, name: &str, pair: Vec<String>) -> Result<String> {
    pair.into_iter().nth(1).ok_or_else(|| {
        let words = phrase!("failure.no_setting", name = name);
        Error::new(ErrorKind::CommandUnknown, side, words)
    })
}

/// Reads an answer as a `T`.
fn as_type<T: FromRedisValue>(
    side: Side,
    command: impl FnOnce() -> String,
    answer: Value,
) -> Result<T> {
    T::from_redis_value(answer).map_err(|cause| {
        let words = phrase!("failure.answer_form", command = command());
        Error::new(ErrorKind::NotRedis, side, words).caused_by(cause)
    })
}

fn classify(side: Side, what: impl ToValue, cause: RedisError) -> Error {
    if let Some(code) = cause.code() {
        let reply = match cause.detail() {
            Some(detail) => format!("{code} {detail}"),
            None => code.to_owned(),
        };
        let error = Error::reply(side, what, &reply);
        return error.caused_by(cause);
    }
    let kind = if cause.is_timeout() {
        ErrorKind::TimedOut
    } else if matches!(cause.kind(), redis::ErrorKind::Parse) {
        ErrorKind::NotRedis
    } else {
        ErrorKind::ConnectionLost
    };
    let words = cause.to_string();
    let why = match kind {
        ErrorKind::TimedOut => phrase!("os.timed_out", words = words),
        ErrorKind::ConnectionLost if cause.is_connection_dropped() => {
            phrase!("os.broken_pipe", words = words)
        }
        _ => Phrase::plain(words),
    };
    Error::new(kind, side, phrase!("failure.caused", what = what, cause = why)).caused_by(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_is_read_by_field_and_by_database() {
        let info = Info::parse(
            "# Keyspace\r\ndb0:keys=12,expires=3,avg_ttl=0\r\ndb11:keys=1,expires=0\r\nused_memory:77\r\n",
        );
        assert_eq!(info.keyspace(), [(0, 12), (11, 1)]);
        assert_eq!(info.keys_expiring(), 3);
        assert_eq!(info.number("used_memory"), Some(77));
        assert_eq!(info.get("absent"), None);
    }

    #[test]
    fn a_secret_argument_is_never_named() {
        assert_eq!(name_of(cmd("AUTH").arg("bob").arg("pw")), "AUTH");
        assert_eq!(name_of(cmd("CONFIG").arg("get").arg("x")), "CONFIG GET");
    }
}
