//! What can go wrong, classified once, low down.
//!
//! Code, side, handling and words hang on [`ErrorKind`], never on a message's text. No match here
//! has a wildcard: a new kind does not compile until somebody decides about all of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::phrase;
use crate::words::{Phrase, ToValue};

/// Where the cause of an error lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The server that is read.
    Source,
    /// The server that is written.
    Destination,
    /// This computer: its disk, its keychain, its settings.
    Local,
}

impl Side {
    /// The word used in messages and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Destination => "destination",
            Self::Local => "local",
        }
    }
}

/// What a task does about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handling {
    /// Try again by itself, within the retry window.
    Retry,
    /// Keep everything, say what is needed, and look again from time to time.
    Hold,
    /// The history that the destination was following cannot be had any more: hold or re-copy, by
    /// the task's setting.
    Resync,
    /// End the task as failed; what was spooled and checkpointed stays for a later resume.
    Fail,
}

macro_rules! error_kinds {
    ($($(#[doc = $doc:literal])+ $variant:ident = $code:literal, $handling:ident, $remedy:literal;)+) => {
        /// Every kind of failure. Codes are part of the headless contract and never change.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl ErrorKind {
            /// All kinds, for documentation and tests.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The kind whose code this is.
            pub fn of_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.code() == code)
            }

            /// The stable word for programs.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// What the task does about it.
            pub fn handling(self) -> Handling {
                match self { $(Self::$variant => Handling::$handling,)+ }
            }

            /// What it means, in English.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)+ }
            }

            /// What a person does about it, in English.
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)+ }
            }
        }
    };
}

error_kinds! {
    /// The host name has no address.
    NameNotResolved = "name_not_resolved", Retry,
        "Check the host name, and that this computer's DNS knows it.";
    /// Nothing accepted the connection.
    ConnectFailed = "connect_failed", Retry,
        "Check host and port, that the server is up, and that a firewall lets this computer through.";
    /// An established connection ended.
    ConnectionLost = "connection_lost", Retry,
        "Nothing to do if the server comes back: the task goes on where it stood.";
    /// No answer in time.
    TimedOut = "timed_out", Retry,
        "Check the network, and that the server is not blocked by a long command.";
    /// Something answered that does not speak RESP.
    NotRedis = "not_redis", Fail,
        "Check host and port: what answers there is not a Redis server, or it expects TLS.";
    /// What answers there expects TLS.
    TlsExpected = "tls_expected", Fail,
        "Use the server's port without TLS: a connection in TLS is not supported yet.";
    /// The server is in protected mode and takes connections from its own host only.
    ProtectedMode = "protected_mode", Hold,
        "Set a password at the server (CONFIG SET requirepass …), or CONFIG SET protected-mode no in a network that is closed.";
    /// The server has as many clients as it takes.
    TooManyClients = "too_many_clients", Retry,
        "Raise maxclients at the server (CONFIG SET maxclients …), or close connections that are not needed.";
    /// WRONGPASS, NOAUTH or their older forms.
    AuthFailed = "auth_failed", Hold,
        "Correct the account or the password of this side, then resume the task.";
    /// NOPERM, or a command that this account may not run.
    NoPermission = "no_permission", Hold,
        "Grant the account the missing permission (ACL SETUSER), then resume the task.";
    /// The server does not know a command that is needed.
    CommandUnknown = "command_unknown", Hold,
        "The command is renamed, disabled or newer than the server: enable it there, or leave it out of the task.";
    /// The server loads its data (LOADING) or follows a broken link (MASTERDOWN).
    Loading = "loading", Retry,
        "Nothing to do: the task goes on as soon as the server has loaded its data.";
    /// The destination is a replica.
    ReadOnly = "read_only", Retry,
        "Point the task at the primary, or wait until the failover is over.";
    /// The destination is out of memory.
    OutOfMemory = "out_of_memory", Hold,
        "Raise maxmemory at the destination or make room there; the task goes on by itself.";
    /// The destination refuses writes because it cannot persist.
    CannotPersist = "cannot_persist", Hold,
        "Mend the destination's persistence (disk full, MISCONF); the task goes on by itself.";
    /// The destination has too few good replicas to accept writes.
    TooFewReplicas = "too_few_replicas", Retry,
        "Bring the destination's replicas back, or lower min-replicas-to-write.";
    /// The destination is not what it was a moment ago: another process, history or dataset.
    DestinationChanged = "destination_changed", Retry,
        "Nothing to do: the destination restarted, failed over, or was flushed or restored; the task looks where it stands and goes on from there.";
    /// The destination cannot accept the write now (BUSY, TRYAGAIN, CLUSTERDOWN).
    Busy = "busy", Retry,
        "Nothing to do: the destination is busy, the task tries again.";
    /// The destination refused a value in the source's RDB version.
    RdbVersionRefused = "rdb_version_refused", Fail,
        "The destination is older than the source: choose a destination of the same or a newer version.";
    /// The destination answered a command of ours with an error that the source did not have.
    WriteRefused = "write_refused", Fail,
        "Look at the named command and key at the destination: something else writes there.";
    /// The source refused PSYNC.
    PsyncRefused = "psync_refused", Hold,
        "Allow PSYNC and REPLCONF at the source: ACL SETUSER <account> +psync +replconf +ping.";
    /// The source is a replica without its primary, or cannot start a transfer now.
    SourceNotReady = "source_not_ready", Retry,
        "Nothing to do: the source is not ready for a replica yet, the task asks again.";
    /// The source offers a full copy where the task asked to continue.
    HistoryLost = "history_lost", Resync,
        "The source no longer has the missing part of its stream. Agree to copying everything again, in the task's window or with tasks resume NAME --agree; keys that the source no longer has are then removed.";
    /// A command moved keys between what the task selects and what it does not.
    SelectionCrossed = "selection_crossed", Resync,
        "Agree to copying everything again, in the task's window or with tasks resume NAME --agree: the task then goes on behind the command. Where databases were exchanged or keys moved, selecting both databases avoids it.";
    /// Copying again would remove keys that the destination has and the source has not.
    RemovalAsked = "removal_asked", Hold,
        "Look at the named keys. Agree to their removal in the task's window or with tasks resume NAME --agree, or stop the task: nothing is removed until then.";
    /// The destination does not hold the checkpoint that it was given.
    CheckpointMissing = "checkpoint_missing", Resync,
        "The destination was flushed, or restored from a copy older than this task. Agree to copying everything again, in the task's window or with tasks resume NAME --agree.";
    /// The destination's checkpoint is not the one this task wrote last.
    CheckpointConflict = "checkpoint_conflict", Hold,
        "Another process writes this task's checkpoint. End it, then resume this task.";
    /// The RDB cannot be read: truncated, wrong checksum, impossible length.
    RdbCorrupt = "rdb_corrupt", Fail,
        "The snapshot that the source sent is damaged. Resume to transfer it again; if it stays, check the source with redis-check-rdb.";
    /// An opcode or value type that this version does not know.
    RdbUnknown = "rdb_unknown", Fail,
        "The source's RDB has a type that this version of Keyferry does not know. Update Keyferry, or deselect the database with that key.";
    /// The replication stream cannot be parsed.
    StreamCorrupt = "stream_corrupt", Fail,
        "The replication stream is damaged. Resume the task to read it again.";
    /// One key or value is larger than the destination accepts.
    ValueTooLarge = "value_too_large", Fail,
        "Raise proto-max-bulk-len at the destination above the value's size, then resume.";
    /// Not enough databases at the destination.
    DatabaseMissing = "database_missing", Fail,
        "Raise `databases` at the destination, or map the database to one that exists.";
    /// No room in the state folder, or the spool's bound is reached.
    DiskFull = "disk_full", Hold,
        "Make room on the disk of the state folder, or raise --spool-max-bytes; the task goes on by itself.";
    /// The state folder cannot be read or written.
    LocalIo = "local_io", Hold,
        "Check that the state folder exists and can be written.";
    /// A file of the task's own is damaged.
    StateCorrupt = "state_corrupt", Fail,
        "A file in the task's folder is damaged. Restore it, or start a new task.";
    /// Source and destination are one server, or replicate each other.
    SameInstance = "same_instance", Fail,
        "Choose another destination: this one is the source itself, or its replica.";
    /// The destination has keys that the source has too, and the policy is to report them.
    KeysConflict = "keys_conflict", Fail,
        "Remove the keys, or choose --conflict keep or --conflict overwrite.";
    /// The retry window has passed.
    RetryWindowPassed = "retry_window_passed", Fail,
        "Mend the connection, then resume the task: it goes on where it stood.";
    /// A password is needed that is not stored.
    CredentialsMissing = "credentials_missing", Hold,
        "Enter the password of this side again.";
    /// A fault of our own.
    Internal = "internal", Fail,
        "This is a fault in Keyferry. Please report it with the task's log.";
}

/// One failure: its kind, where it lies, and what was seen. Never holds a value or a password.
#[derive(Debug, thiserror::Error)]
#[error("{side}: {message}", side = self.side.name())]
pub struct Error {
    /// The classification.
    pub kind: ErrorKind,
    /// Where the cause lies.
    pub side: Side,
    /// What happened, with the server's own words where it had any. Prints in English.
    pub message: Phrase,
    /// The error below, for logs.
    #[source]
    pub cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// How servers since 6.2 begin the answer to an EXEC that they reject as a whole.
const TRANSACTION_DISCARDED: &str = "EXECABORT Transaction discarded because of: ";

/// The engine's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error without another one below it. What other people said is a [`Phrase::plain`].
    pub fn new(kind: ErrorKind, side: Side, message: Phrase) -> Self {
        Self { kind, side, message, cause: None }
    }

    /// A fault of a library on this computer, in its words.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        Self::new(ErrorKind::Internal, Side::Local, Phrase::plain(cause.to_string()))
    }

    /// Attaches what lies below.
    #[must_use]
    pub fn caused_by(mut self, cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.cause = Some(Box::new(cause));
        self
    }

    /// An error of this computer's files; a full disk is told apart.
    pub fn local_io(what: impl ToValue, cause: std::io::Error) -> Self {
        let kind = match cause.kind() {
            std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            // A limit on files' sizes (ulimit -f) is a full disk by another name.
            | std::io::ErrorKind::FileTooLarge => ErrorKind::DiskFull,
            _ => ErrorKind::LocalIo,
        };
        let message = phrase!("failure.caused", what = what, cause = cause);
        Self::new(kind, Side::Local, message).caused_by(cause)
    }

    /// An error of a connection to `side`.
    pub fn connection(side: Side, what: Phrase, cause: std::io::Error) -> Self {
        let kind = match cause.kind() {
            std::io::ErrorKind::TimedOut => ErrorKind::TimedOut,
            std::io::ErrorKind::ConnectionRefused
            | std::io::ErrorKind::HostUnreachable
            | std::io::ErrorKind::NetworkUnreachable
            | std::io::ErrorKind::AddrNotAvailable => ErrorKind::ConnectFailed,
            _ => ErrorKind::ConnectionLost,
        };
        let message = phrase!("failure.caused", what = what, cause = cause);
        Self::new(kind, side, message).caused_by(cause)
    }

    /// Classifies an error reply (`-CODE text`, without the dash) of `side` to `what`: the name of a
    /// command, or a phrase for what was done.
    pub fn reply(side: Side, what: impl ToValue, reply: &str) -> Self {
        let reply = without_arguments(reply);
        // A server that rejects EXEC itself wraps its reason.
        let reason = reply.strip_prefix(TRANSACTION_DISCARDED).unwrap_or(reply);
        let reason = reason.strip_prefix('-').unwrap_or(reason);
        let code = reason.split(' ').next().unwrap_or_default();
        let kind = match code {
            "WRONGPASS" | "NOAUTH" => ErrorKind::AuthFailed,
            "DENIED" => ErrorKind::ProtectedMode,
            "NOPERM" => ErrorKind::NoPermission,
            "LOADING" | "MASTERDOWN" => ErrorKind::Loading,
            "READONLY" => ErrorKind::ReadOnly,
            "OOM" => ErrorKind::OutOfMemory,
            "MISCONF" => ErrorKind::CannotPersist,
            "NOREPLICAS" => ErrorKind::TooFewReplicas,
            "BUSY" | "TRYAGAIN" | "CLUSTERDOWN" => ErrorKind::Busy,
            "NOMASTERLINK" => ErrorKind::SourceNotReady,
            // It was queued under other circumstances than those it was executed under.
            "EXECABORT" => ErrorKind::Busy,
            "ERR" if reason.contains("max number of clients") => ErrorKind::TooManyClients,
            "ERR" if reply.contains("invalid password") => ErrorKind::AuthFailed,
            "ERR" if reply.contains("unknown command") => ErrorKind::CommandUnknown,
            "ERR" if reply.contains("DUMP payload version or checksum") => {
                ErrorKind::RdbVersionRefused
            }
            "ERR" if reply.contains("DB index is out of range") => ErrorKind::DatabaseMissing,
            "ERR" if reply.contains("invalid bulk length") => ErrorKind::ValueTooLarge,
            _ => ErrorKind::WriteRefused,
        };
        Self::new(kind, side, phrase!("failure.reply", command = what, words = reply))
    }

    /// The form that leaves the engine.
    pub fn report(&self) -> ErrorReport {
        ErrorReport {
            code: self.kind.code().to_owned(),
            message: self.message.to_string(),
            side: self.side,
            remedy: self.kind.remedy().to_owned(),
            phrases: Some(Box::new(ErrorPhrases {
                message: self.message.clone(),
                remedy: Some(Phrase::remedy(self.kind)),
            })),
        }
    }
}

/// A server that does not know a command repeats the beginning of what it was given: keys and values
/// of the user's.
pub(crate) fn without_arguments(reply: &str) -> &str {
    reply.split_once(", with args beginning with").map_or(reply, |(reply, _)| reply)
}

impl ErrorReport {
    /// What happened, to be shown in another language.
    pub fn message_phrase(&self) -> Phrase {
        let phrase = self.phrases.as_ref().map(|phrases| phrases.message.clone());
        phrase.unwrap_or_else(|| Phrase::plain(self.message.as_str()))
    }

    /// What to do about it, to be shown in another language.
    pub fn remedy_phrase(&self) -> Phrase {
        let phrase = self.phrases.as_ref().and_then(|phrases| phrases.remedy.clone());
        phrase.unwrap_or_else(|| match ErrorKind::of_code(&self.code) {
            Some(kind) => Phrase::remedy(kind),
            None => Phrase::plain(self.remedy.as_str()),
        })
    }
}

/// An error as users and programs see it; the first four are the `error` object of the headless
/// contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ErrorReport {
    /// See [`ErrorKind::code`]. The phrases `error.<code>` and `remedy.<code>` say what it means and
    /// what to do about it.
    pub code: String,
    /// What happened, in English and in the server's own words.
    pub message: String,
    /// Where.
    pub side: Side,
    /// What to do about it, in English.
    pub remedy: String,

    /// Both texts for translation; `None` only in reports of earlier versions.
    #[serde(default)]
    pub phrases: Option<Box<ErrorPhrases>>,
}

/// An error's words, to be shown in another language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
pub struct ErrorPhrases {
    /// What happened.
    pub message: Phrase,
    /// What to do about it; `None` where nothing is known.
    pub remedy: Option<Phrase>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    #[test]
    fn what_a_server_repeats_of_a_command_that_it_does_not_know_is_not_told() {
        let reply = "ERR unknown command 'SPUBLISH', with args beginning with: 'ch' 'a secret' ";
        let error = Error::reply(Side::Destination, "SPUBLISH", reply);
        assert_eq!(error.kind, ErrorKind::CommandUnknown);
        let told = error.message.to_string();
        assert!(told.contains("unknown command 'SPUBLISH'") && !told.contains("secret"), "{told}");
    }

    #[test]
    fn a_rejected_transaction_is_classified_by_its_reason() {
        for (reply, kind) in [
            ("OOM command not allowed when used memory > 'maxmemory'.", ErrorKind::OutOfMemory),
            ("-MISCONF Redis is configured to save RDB snapshots", ErrorKind::CannotPersist),
            ("NOREPLICAS Not enough good replicas to write.", ErrorKind::TooFewReplicas),
            ("READONLY You can't write against a read only replica.", ErrorKind::ReadOnly),
        ] {
            let plain = reply.trim_start_matches('-');
            let wrapped = format!("EXECABORT Transaction discarded because of: {reply}");
            for reply in [plain, &wrapped] {
                assert_eq!(Error::reply(Side::Destination, "EXEC", reply).kind, kind, "{reply}");
            }
        }
        let old = "EXECABORT Transaction discarded because of previous errors.";
        assert_eq!(Error::reply(Side::Destination, "EXEC", old).kind, ErrorKind::Busy);
    }

    #[test]
    fn an_error_speaks_every_language_and_a_stored_one_of_an_earlier_version_english() {
        let gone = std::io::Error::from_raw_os_error(111);
        let what = phrase!("failure.cannot_connect", host = "db", address = "10.0.0.1:6379");
        let error = Error::connection(Side::Source, what, gone);
        let report = error.report();
        let words = "cannot connect to db (10.0.0.1:6379): Connection refused (os error 111)";
        assert_eq!(
            (report.message.as_str(), error.to_string()),
            (words, format!("source: {words}"))
        );
        let chinese = report.message_phrase().say(Language::Zh);
        assert_eq!(
            chinese,
            "无法连接 db（10.0.0.1:6379）：连接被拒绝（Connection refused (os error 111)）"
        );
        let stored = serde_json::to_string(&report).unwrap();
        assert_eq!(serde_json::from_str::<ErrorReport>(&stored).unwrap(), report);

        let old = r#"{"code": "busy", "message": "BUSY", "side": "source", "remedy": "Wait."}"#;
        let old: ErrorReport = serde_json::from_str(old).unwrap();
        assert_eq!(old.message_phrase().say(Language::Zh), "BUSY");
        assert_eq!(old.remedy_phrase(), Phrase::remedy(ErrorKind::Busy));
    }
}
