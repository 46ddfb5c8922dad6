//! What an account may do, found out without doing it.
//!
//! Commands for the destination are queued inside MULTI and discarded: a server checks name,
//! arguments' number, account and its own condition (read-only, out of memory …) when it queues, on
//! every version, also where ACL DRYRUN may not be asked. Each carries arguments that could do no
//! harm even if it ran.

use std::collections::BTreeMap;

use keyferry_protocol::resp;
use redis::cmd;

use super::server::ServerState;
use super::{Fact, Unknown};
use crate::checkpoint::OWN_KEY_PREFIX;
use crate::control::Control;
use crate::dialogue::Dialogue;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::phrase;
use crate::precheck::AccountRules;
use crate::secret::Credentials;
use crate::spec::{Endpoint, TaskSpec};

/// Stands for a key's name in the lists below.
const KEY: &str = "<key>";

/// What the program itself sends: nothing works without them.
const OWN_COMMANDS: &[&str] = &[
    "PING",
    "INFO",
    "SELECT 0",
    "GET <key>",
    "GETSET <key> x",
    "SET <key> x WRONG",
    "MSET <key> x",
    "RESTORE <key> 0 x",
    "DEL <key>",
    "UNLINK <key>",
    "PEXPIREAT <key> x",
    "SCAN 0",
    "EXISTS <key>",
    "CLIENT SETNAME x",
    "CLIENT ID",
];

/// What reads single keys of a source again, and looks at some of them before. None changes
/// anything; MULTI comes last and is ended by EXEC.
const READING_COMMANDS: &[&str] = &[
    "SELECT 0",
    "SCAN 0 COUNT 1",
    "EXISTS <key>",
    "TYPE <key>",
    "DUMP <key>",
    "PTTL <key>",
    "PEXPIRETIME <key>",
    "MEMORY USAGE <key>",
    "RANDOMKEY",
    "MULTI",
    "EXEC",
];

/// What looks at the destination's expiries while the stream is applied.
const LOOKING_COMMANDS: &[&str] = &["PTTL <key>", "PEXPIRETIME <key>"];

/// What ends connections of an earlier run: one of them is enough.
const FENCING_COMMANDS: &[&str] = &["CLIENT KILL ID 0", "CLIENT LIST"];

/// What a replication stream can carry. Arguments fit the number that is asked for, no more.
const STREAM_COMMANDS: &[&str] = &[
    "APPEND <key> x",
    "BITFIELD <key>",
    "BITOP WRONG <key> <key>",
    "COPY <key> <key>",
    "DECR <key>",
    "DECRBY <key> x",
    "EVAL WRONG 0",
    "EVALSHA WRONG 0",
    "EXPIRE <key> x",
    "EXPIREAT <key> x",
    "FLUSHALL WRONG",
    "FLUSHDB WRONG",
    "FUNCTION LOAD WRONG",
    "GEOADD <key> x x x",
    "GEORADIUS <key> x x x WRONG STORE <key>",
    "GEOSEARCHSTORE <key> <key> WRONG x x x x",
    "GETDEL <key>",
    "HDEL <key> x",
    "HINCRBY <key> x x",
    "HINCRBYFLOAT <key> x x",
    "HMSET <key> x x",
    "HPERSIST <key> FIELDS 1 x",
    "HPEXPIREAT <key> x FIELDS 1 x",
    "HSET <key> x x",
    "HSETEX <key> FIELDS 1 x x",
    "HSETNX <key> x x",
    "INCR <key>",
    "INCRBY <key> x",
    "INCRBYFLOAT <key> x",
    "LINSERT <key> WRONG x x",
    "LMOVE <key> <key> WRONG WRONG",
    "LPOP <key>",
    "LPUSH <key> x",
    "LPUSHX <key> x",
    "LREM <key> x x",
    "LSET <key> x x",
    "LTRIM <key> x x",
    "MOVE <key> x",
    "MSETNX <key> x",
    "PERSIST <key>",
    "PEXPIRE <key> x",
    "PFADD <key> x",
    "PFMERGE <key> <key>",
    "PSETEX <key> x x",
    "PUBLISH <key> x",
    "RENAME <key> <key>",
    "RENAMENX <key> <key>",
    "RPOP <key>",
    "RPOPLPUSH <key> <key>",
    "RPUSH <key> x",
    "RPUSHX <key> x",
    "SADD <key> x",
    "SDIFFSTORE <key> <key>",
    "SETBIT <key> x x",
    "SETEX <key> x x",
    "SETNX <key> x",
    "SETRANGE <key> x x",
    "SINTERSTORE <key> <key>",
    "SMOVE <key> <key> x",
    "SORT <key> STORE <key>",
    "SPOP <key>",
    "SPUBLISH <key> x",
    "SREM <key> x",
    "SUNIONSTORE <key> <key>",
    "SWAPDB x x",
    "XACK <key> x x",
    "XADD <key> x x x",
    "XCLAIM <key> x x x x",
    "XDEL <key> x",
    "XGROUP CREATE <key> x x",
    "XSETID <key> x",
    "XTRIM <key> MAXLEN x",
    "ZADD <key> x x",
    "ZDIFFSTORE <key> 1 <key>",
    "ZINCRBY <key> x x",
    "ZINTERSTORE <key> 1 <key>",
    "ZPOPMAX <key>",
    "ZPOPMIN <key>",
    "ZRANGESTORE <key> <key> x x",
    "ZREM <key> x",
    "ZREMRANGEBYLEX <key> x x",
    "ZREMRANGEBYRANK <key> x x",
    "ZREMRANGEBYSCORE <key> x x",
    "ZUNIONSTORE <key> 1 <key>",
];

/// What makes an account that every check of permissions passes, by what each version of a server
/// knows: categories, and the single commands that are in none of them.
macro_rules! account {
    (source) => {
        "~* +@read +@connection +@transaction +psync +replconf +info +time +config|get +module|list"
    };
    (destination $channels:literal) => {
        concat!(
            "~* ",
            $channels,
            "+@read +@write +@connection +@transaction +@pubsub +@scripting +info +time +flushall \
             +flushdb +restore +client|kill +client|list +config|get +module|list"
        )
    };
}

/// Accounts came with 6.0, their channels with 6.2.
pub(in crate::precheck) const SOURCE_ACCOUNT: &[AccountRules] =
    &[AccountRules { since: (6, 0), before: None, rules: account!(source) }];
/// The same for a destination.
pub(in crate::precheck) const DESTINATION_ACCOUNT: &[AccountRules] = &[
    AccountRules { since: (6, 2), before: None, rules: account!(destination "&* ") },
    AccountRules { since: (6, 0), before: Some((6, 2)), rules: account!(destination "") },
];

/// All that a source's account needs to be read from like a replica would.
pub(in crate::precheck) const SOURCE_RULES: &str = "+ping +info +time +psync +replconf";
/// What a destination's account needs before it can be told what else it lacks.
pub(in crate::precheck) const DESTINATION_RULES: &str = "+ping +info +select";

/// What a server says of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It would run.
    Allowed,
    /// The account may not run it.
    Forbidden,
    /// The account may run it, but not on every key.
    ForbiddenKey,
    /// The account may run it, but not on every channel.
    ForbiddenChannel,
    /// There is no command of that name: newer, renamed or disabled.
    Absent,
    /// The account may run it; the server's condition refuses it, in these words.
    Refused(String),
}

/// What an account may do, by command: `SET`, or `CLIENT KILL` where the second word counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions(pub BTreeMap<String, Outcome>);

impl Permissions {
    /// The commands that the account may not run as it should.
    pub fn forbidden(&self) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(_, outcome)| match outcome {
                Outcome::Forbidden | Outcome::ForbiddenKey | Outcome::ForbiddenChannel => true,
                Outcome::Allowed | Outcome::Absent | Outcome::Refused(_) => false,
            })
            .map(|(name, _)| name.as_str())
            .collect()
    }

    /// The commands that the server does not have.
    pub fn absent(&self) -> Vec<String> {
        self.0
            .iter()
            .filter(|(_, outcome)| **outcome == Outcome::Absent)
            .map(|(name, _)| name.clone())
            .collect()
    }

    /// Why the server would refuse every write now, in its words.
    pub fn refused(&self) -> Option<&str> {
        self.0.values().find_map(|outcome| match outcome {
            Outcome::Refused(words) => Some(words.as_str()),
            _ => None,
        })
    }

    /// Those of `names` only.
    pub fn only(&self, names: impl Fn(&str) -> bool) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(name, _)| names(name))
                .map(|(name, outcome)| (name.clone(), outcome.clone()))
                .collect(),
        )
    }

    /// Whether `lack` was met, or could not be: servers look at the command first, and say nothing of
    /// keys and channels where that is forbidden. To grant what an account has already does nothing.
    fn lacks(&self, lack: &Outcome, concerned: impl Fn(&str) -> bool) -> bool {
        let mut concerned = self.0.iter().filter(|(name, _)| concerned(name)).peekable();
        self.0.values().any(|outcome| outcome == lack)
            || (concerned.peek().is_some()
                && concerned
                    .all(|(_, outcome)| matches!(outcome, Outcome::Forbidden | Outcome::Absent)))
    }

    /// The command that grants what is missing, and nothing else; empty when nothing is.
    pub fn grant(&self, account: Option<&str>) -> String {
        let mut rules = Vec::new();
        if self.lacks(&Outcome::ForbiddenKey, takes_key) {
            rules.push("~*".to_owned());
        }
        // Before 7.0, which brought SPUBLISH, accounts have all channels unless told otherwise, and
        // 6.0 does not know the rule.
        let channels_ruled =
            self.0.get("SPUBLISH").is_some_and(|outcome| *outcome != Outcome::Absent);
        if self.lacks(&Outcome::ForbiddenChannel, |name| channels_ruled && takes_channel(name)) {
            rules.push("&*".to_owned());
        }
        for (name, outcome) in &self.0 {
            if *outcome == Outcome::Forbidden {
                rules.push(format!("+{}", name.to_ascii_lowercase().replace(' ', "|")));
            }
        }
        if rules.is_empty() {
            return String::new();
        }
        format!("ACL SETUSER {} {}", account.unwrap_or("default"), rules.join(" "))
    }
}

/// Whether nothing works without the command.
pub(in crate::precheck) fn is_own(name: &str) -> bool {
    matches!(name, "WATCH" | "MULTI" | "EXEC")
        || OWN_COMMANDS.iter().any(|probe| name_of(probe) == name)
}

/// Whether the task leaves the command out of its stream; it does so by a command's first word.
pub(in crate::precheck) fn is_skipped(name: &str, spec: &TaskSpec) -> bool {
    spec.skip_commands.contains(first_word(name))
}

/// `FUNCTION` of `FUNCTION LOAD`.
pub(in crate::precheck) fn first_word(name: &str) -> &str {
    name.split(' ').next().unwrap_or(name)
}

/// Whether the command may be missing at a server: another one does what it would have done.
pub(in crate::precheck) fn has_substitute(name: &str) -> bool {
    name == "PEXPIRETIME"
}

/// Whether the command only ends connections of an earlier run.
pub(in crate::precheck) fn is_fencing(name: &str) -> bool {
    FENCING_COMMANDS.iter().any(|probe| name_of(probe) == name)
}

/// The name under which a probe's outcome is kept.
fn name_of(probe: &str) -> String {
    let mut words = probe.split(' ');
    let first = words.next().unwrap_or_default();
    match (first, words.next()) {
        ("CLIENT" | "FUNCTION" | "MEMORY" | "XGROUP", Some(second)) => format!("{first} {second}"),
        _ => first.to_owned(),
    }
}

/// Whether a command cannot run without arguments, so that its bare name does nothing.
fn needs_arguments(probe: &str) -> bool {
    !matches!(name_of(probe).as_str(), "FLUSHALL" | "FLUSHDB" | "PING" | "INFO")
}

/// The command of a probe, with a key's name in its place.
fn command_of(probe: &str, key: &str) -> redis::Cmd {
    let mut command = redis::Cmd::new();
    for word in probe.split(' ') {
        command.arg(if word == KEY { key } else { word });
    }
    command
}

fn takes_channel(name: &str) -> bool {
    matches!(name, "PUBLISH" | "SPUBLISH")
}

fn takes_key(name: &str) -> bool {
    name == "WATCH"
        || [OWN_COMMANDS, LOOKING_COMMANDS, STREAM_COMMANDS, READING_COMMANDS]
            .into_iter()
            .flatten()
            .any(|probe| name_of(probe) == name && probe.contains(KEY) && !takes_channel(name))
}

/// What the destination lets this account do.
pub(in crate::precheck) async fn of_destination(
    endpoint: &Endpoint,
    credentials: &Credentials,
) -> Fact<Permissions> {
    let password = credentials.destination.as_ref();
    // Its own connection: whatever state MULTI leaves behind goes with it.
    let mut control = Control::open(endpoint, password, Side::Destination, None).await?;
    let lists = [OWN_COMMANDS, FENCING_COMMANDS, LOOKING_COMMANDS, STREAM_COMMANDS];
    let probes: Vec<&str> = lists.into_iter().flatten().copied().collect();
    let key = format!("{OWN_KEY_PREFIX}probe:{:016x}", rand::random::<u64>());
    let mut permissions = Permissions::default();
    let exec = outcome(control.query(&cmd("EXEC")).await.map(|_| ()), "EXEC without MULTI")?;
    permissions.0.insert("EXEC".to_owned(), exec);
    // Inside MULTI it is refused whoever asks; MULTI's end takes it back.
    let watch = outcome(control.query(cmd("WATCH").arg(&key)).await.map(|_| ()), "")?;
    permissions.0.insert("WATCH".to_owned(), watch);
    // Nothing may be sent before it is certain that it will only be queued.
    let multi = match control.query(&cmd("MULTI")).await {
        Ok(redis::Value::Okay) => Outcome::Allowed,
        Ok(_) => return Err(Unknown(phrase!("unknown.multi"))),
        Err(error) => outcome(Err(error), "")?,
    };
    let queueing = multi == Outcome::Allowed;
    permissions.0.insert("MULTI".to_owned(), multi.clone());
    if !queueing {
        // Who may not open a transaction cannot be told more: the grant then names everything that
        // there is. A name without arguments is refused for their number before the account counts.
        let bare: Vec<&str> =
            probes.iter().copied().filter(|probe| needs_arguments(probe)).collect();
        let commands: Vec<redis::Cmd> = bare.iter().map(|probe| cmd(first_word(probe))).collect();
        for probe in &probes {
            permissions.0.insert(name_of(probe), multi.clone());
        }
        for (probe, answer) in bare.iter().zip(control.query_each(&commands).await?) {
            if outcome(answer.map(|_| ()), "")? == Outcome::Absent {
                permissions.0.insert(name_of(probe), Outcome::Absent);
            }
        }
        return Ok(permissions);
    }
    let commands: Vec<redis::Cmd> = probes.iter().map(|probe| command_of(probe, &key)).collect();
    let answers = control.query_each(&commands).await?;
    for (probe, answer) in probes.iter().zip(answers) {
        permissions.0.insert(name_of(probe), outcome(answer.map(|_| ()), "")?);
    }
    // Who may not discard loses the transaction with the connection.
    let _ = control.query(&cmd("DISCARD")).await;
    Ok(permissions)
}

/// Whether the source lets this account read keys: tried on a key that does not exist.
pub(in crate::precheck) async fn of_reading(source: &mut Control) -> Fact<Permissions> {
    let key = format!("{OWN_KEY_PREFIX}probe:{:016x}", rand::random::<u64>());
    let commands: Vec<redis::Cmd> =
        READING_COMMANDS.iter().map(|probe| command_of(probe, &key)).collect();
    let answers = source.query_each(&commands).await?;
    let mut permissions = Permissions::default();
    for (probe, answer) in READING_COMMANDS.iter().zip(answers) {
        permissions.0.insert(name_of(probe), outcome(answer.map(|_| ()), "EXEC without MULTI")?);
    }
    Ok(permissions)
}

/// Whether the source would start replication for this account.
///
/// PSYNC with an answer still pending is refused without a trace ("invalid with pending output"),
/// after the account was checked. So small a write arrives in one piece; should it be torn apart all
/// the same, the position asked for is the source's present one: a source with a backlog then answers
/// +CONTINUE and begins no snapshot, and this connection is closed at once.
pub(in crate::precheck) async fn of_source(
    endpoint: &Endpoint,
    credentials: &Credentials,
    state: &ServerState,
) -> Fact<Permissions> {
    let id = state.text("master_replid")?;
    let offset = (state.number("master_repl_offset")? + 1).to_string();
    let mut dialogue = Dialogue::open(endpoint, credentials.source.as_ref(), Side::Source).await?;
    let time = match dialogue.ask(&[b"TIME"]).await? {
        line if line.starts_with('*') => {
            // Two bulk strings, each a length and a text.
            for _ in 0..4 {
                dialogue.line().await?;
            }
            Outcome::Allowed
        }
        line => outcome(Err(dialogue.refused("TIME", &line)), "")?,
    };
    let mut bytes = Vec::with_capacity(256);
    resp::put_command(&mut bytes, &[b"PING"]);
    resp::put_command(&mut bytes, &[b"REPLCONF", b"capa", b"psync2"]);
    resp::put_command(&mut bytes, &[b"PSYNC", id.as_bytes(), offset.as_bytes()]);
    dialogue.send(&bytes).await?;
    let mut permissions = Permissions(BTreeMap::from([("TIME".to_owned(), time)]));
    for name in ["PING", "REPLCONF", "PSYNC"] {
        let line = dialogue.line().await?;
        let answer = match line.strip_prefix('-') {
            Some(error) => Err(Error::reply(Side::Source, name, error)),
            None => Ok(()),
        };
        permissions.0.insert(name.to_owned(), outcome(answer, "pending output")?);
    }
    Ok(permissions)
}

/// Reads an answer to a probe; `harmless` are words that only one who was allowed gets to see.
fn outcome(answer: Result<()>, harmless: &str) -> Result<Outcome> {
    let error = match answer {
        Ok(()) => return Ok(Outcome::Allowed),
        Err(error) => error,
    };
    let words = error.message.to_string();
    if !harmless.is_empty() && words.contains(harmless) {
        return Ok(Outcome::Allowed);
    }
    match error.kind {
        // EXEC wraps what it was refused for.
        _ if words.contains("because of: NOPERM") => Ok(Outcome::Forbidden),
        ErrorKind::NoPermission if words.contains("to run the") => Ok(Outcome::Forbidden),
        ErrorKind::NoPermission if words.contains("channel") => Ok(Outcome::ForbiddenChannel),
        ErrorKind::NoPermission => Ok(Outcome::ForbiddenKey),
        ErrorKind::CommandUnknown => Ok(Outcome::Absent),
        ErrorKind::WriteRefused if words.to_lowercase().contains("unknown subcommand") => {
            Ok(Outcome::Absent)
        }
        ErrorKind::ConnectionLost
        | ErrorKind::ConnectFailed
        | ErrorKind::TimedOut
        | ErrorKind::NotRedis
        | ErrorKind::AuthFailed => Err(error),
        _ => Ok(Outcome::Refused(words)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reply: &str) -> Outcome {
        outcome(Err(Error::reply(Side::Destination, "SET", reply)), "pending output").unwrap()
    }

    #[test]
    fn servers_words_of_all_versions_are_told_apart() {
        let command = [
            "NOPERM this user has no permissions to run the 'set' command or its subcommand",
            "NOPERM this user has no permissions to run the 'client|kill' command",
            "EXECABORT Transaction discarded because of: NOPERM this user has no permissions to run \
             the 'exec' command",
            "NOPERM User channel has no permissions to run the 'set' command",
        ];
        assert!(command.iter().all(|reply| read(reply) == Outcome::Forbidden));
        let key = [
            "NOPERM this user has no permissions to access one of the keys used as arguments",
            "NOPERM No permissions to access a key",
        ];
        assert!(key.iter().all(|reply| read(reply) == Outcome::ForbiddenKey));
        let channel = [
            "NOPERM this user has no permissions to access one of the channels used as arguments",
            "NOPERM No permissions to access a channel",
        ];
        assert!(channel.iter().all(|reply| read(reply) == Outcome::ForbiddenChannel));
        assert_eq!(read("ERR unknown command `PSYNC`"), Outcome::Absent);
        assert_eq!(read("ERR SYNC and PSYNC are invalid with pending output"), Outcome::Allowed);
        assert_eq!(
            read("OOM command not allowed"),
            Outcome::Refused("SET: OOM command not allowed".into())
        );
    }

    #[test]
    fn the_grant_names_what_is_missing_and_no_more() {
        let permissions = Permissions(BTreeMap::from([
            ("SET".into(), Outcome::Forbidden),
            ("CLIENT KILL".into(), Outcome::Forbidden),
            ("GET".into(), Outcome::ForbiddenKey),
            ("PUBLISH".into(), Outcome::ForbiddenChannel),
            ("DEL".into(), Outcome::Allowed),
            ("HSETEX".into(), Outcome::Absent),
            ("APPEND".into(), Outcome::Refused("OOM".into())),
        ]));
        assert_eq!(permissions.grant(Some("bob")), "ACL SETUSER bob ~* &* +client|kill +set");
        let of_6_0 = Permissions(BTreeMap::from([
            ("PUBLISH".into(), Outcome::Forbidden),
            ("SPUBLISH".into(), Outcome::Absent),
        ]));
        assert_eq!(of_6_0.grant(Some("bob")), "ACL SETUSER bob +publish", "no rule of channels");
        let unseen = Permissions(BTreeMap::from([
            ("SET".into(), Outcome::Forbidden),
            ("SPUBLISH".into(), Outcome::Forbidden),
        ]));
        assert_eq!(unseen.grant(None), "ACL SETUSER default ~* &* +set +spublish");
        assert_eq!(permissions.forbidden(), ["CLIENT KILL", "GET", "PUBLISH", "SET"]);
        assert_eq!(permissions.only(|name| name == "DEL").grant(None), "");
        assert_eq!(
            permissions.only(|name| matches!(name, "SET" | "DEL")).grant(None),
            "ACL SETUSER default +set"
        );
    }
}
