//! The commands that can be migrated, and the names under which they arrive.
//!
//! A source does not always send what a client sent: it sends what it did. EXPIRE arrives as
//! PEXPIREAT, BLPOP as LPOP, a script as the commands that it ran. So a command can be left out of
//! a stream by its name only where it arrives under that name, and then everything else that
//! arrives under it is left out too. Measured on Redis 5.0, 6.2, 7.0 and 8.2 and Valkey 8.1;
//! no test asks them again.

/// What a command is about: the groups of a command dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Any type of key.
    Keys,
    /// Strings.
    Strings,
    /// Bits of strings.
    Bitmaps,
    /// Lists.
    Lists,
    /// Hashes.
    Hashes,
    /// Sets.
    Sets,
    /// Sorted sets.
    SortedSets,
    /// Places in sorted sets.
    Geo,
    /// Streams.
    Streams,
    /// HyperLogLogs.
    HyperLogLogs,
    /// Vector sets.
    VectorSets,
    /// Messages.
    PubSub,
    /// MULTI and EXEC.
    Transactions,
    /// Scripts.
    Scripts,
    /// Functions.
    Functions,
    /// Whole databases.
    Server,
}

/// A Redis version: major and minor. That of a Valkey is the one it is compatible with, 7.2.
pub type Version = (u16, u16);

/// A command that can be migrated.
#[derive(Clone, Copy, Debug)]
pub struct Migratable {
    /// In upper case.
    pub name: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// Whether it is one of the 72 that the cloud console migrates.
    pub reference: bool,
    /// The Redis version that brought it; `None` where only Valkey has it.
    pub since: Option<Version>,
    /// From which version on it arrives as what; itself before the first. Rising.
    arrivals: &'static [(Version, &'static [&'static str])],
}

/// The Valkey version that brought a command which Redis has only after 7.2, or not at all. The
/// commands of Redis 7.2 are in every Valkey.
const SINCE_VALKEY: &[(&str, Version)] = &[
    ("HEXPIRE", (9, 0)),
    ("HEXPIREAT", (9, 0)),
    ("HPEXPIRE", (9, 0)),
    ("HPEXPIREAT", (9, 0)),
    ("HPERSIST", (9, 0)),
    ("HSETEX", (9, 0)),
    ("HGETEX", (9, 0)),
    ("DELIFEQ", (9, 0)),
    ("HGETDEL", (9, 1)),
    ("MSETEX", (9, 1)),
];
/// The last Redis version whose commands are in every Valkey.
const COMMON: Version = (7, 2);

impl Migratable {
    /// The Valkey version that brought it; `None` where no Valkey has it.
    pub fn since_valkey(&self) -> Option<Version> {
        let listed = SINCE_VALKEY.iter().find(|(name, _)| *name == self.name);
        listed
            .map(|(_, version)| *version)
            .or_else(|| self.since.filter(|since| *since <= COMMON).map(|_| (7, 2)))
    }

    /// The names under which a source of this Redis version sends it. None are names of its own
    /// where it sends what a script did, or nothing.
    pub fn arrives_as(&self, version: Version) -> Vec<&'static str> {
        let arrival = self.arrivals.iter().rev().find(|(from, _)| *from <= version);
        arrival.map_or_else(|| vec![self.name], |(_, names)| names.to_vec())
    }

    /// Whether it arrives under its own name, so that it can be left out of a stream.
    pub fn is_distinguishable(&self, version: Version) -> bool {
        self.arrives_as(version).contains(&self.name)
    }

    /// Whether it holds the stream together and cannot be left out.
    pub fn is_locked(&self) -> bool {
        matches!(self.name, "MULTI" | "EXEC" | "SELECT")
    }
}

macro_rules! since {
    (valkey) => {
        None
    };
    ($major:literal . $minor:literal) => {
        Some(($major, $minor))
    };
}

macro_rules! catalogue {
    ($($topic:ident {
        $($name:literal $($mark:ident)? ($($since:tt)+)
            $(, from $major:literal . $minor:literal as [$($arrival:literal)*])* ;)+
    })+) => {
        /// Every command that can be migrated, by topic.
        pub const CATALOGUE: &[Migratable] = &[$($(Migratable {
            name: $name,
            topic: Topic::$topic,
            reference: marked!($($mark)?),
            since: since!($($since)+),
            arrivals: &[$((($major, $minor), &[$($arrival),*])),*],
        },)+)+];
    };
}

macro_rules! marked {
    () => {
        false
    };
    (reference) => {
        true
    };
}

catalogue! {
    Keys {
        "COPY" (6 . 2);
        "DEL" reference (1 . 0);
        "DELEX" (8 . 4);
        "DELIFEQ" (valkey);
        "EXPIRE" reference (1 . 0), from 7 . 0 as ["PEXPIREAT"];
        "EXPIREAT" reference (1 . 2), from 7 . 0 as ["PEXPIREAT"];
        "MOVE" reference (1 . 0);
        "PERSIST" reference (2 . 2);
        "PEXPIRE" reference (2 . 6), from 7 . 0 as ["PEXPIREAT"];
        "PEXPIREAT" reference (2 . 6);
        "RENAME" reference (1 . 0);
        "RENAMENX" reference (1 . 0);
        "RESTORE" reference (2 . 6);
        "SORT" (1 . 0);
        "UNLINK" (4 . 0);
    }
    Strings {
        "APPEND" reference (2 . 0);
        "DECR" reference (1 . 0);
        "DECRBY" reference (1 . 0);
        "GETDEL" (6 . 2), from 6 . 2 as ["DEL"];
        "GETEX" (6 . 2), from 6 . 2 as ["PEXPIRE" "PEXPIREAT" "PERSIST" "DEL"],
            from 7 . 0 as ["PEXPIREAT" "PERSIST" "DEL"];
        "GETSET" reference (1 . 0), from 6 . 2 as ["SET"];
        "INCR" reference (1 . 0);
        "INCRBY" reference (1 . 0);
        "INCRBYFLOAT" reference (2 . 6), from 2 . 6 as ["SET"];
        "MSET" reference (1 . 0);
        "MSETEX" (8 . 4);
        "MSETNX" reference (1 . 0);
        "PSETEX" reference (2 . 6), from 6 . 2 as ["SET"];
        "SET" reference (1 . 0);
        "SETEX" reference (2 . 0), from 6 . 2 as ["SET"];
        "SETNX" reference (1 . 0);
        "SETRANGE" reference (2 . 2);
    }
    Bitmaps {
        "BITFIELD" (3 . 2);
        "BITOP" reference (2 . 6);
        "SETBIT" reference (2 . 2);
    }
    Lists {
        "BLMOVE" (6 . 2), from 6 . 2 as ["LMOVE"];
        "BLMPOP" (7 . 0), from 7 . 0 as ["LPOP" "RPOP"];
        "BLPOP" reference (2 . 0), from 2 . 0 as ["LPOP"];
        "BRPOP" reference (2 . 0), from 2 . 0 as ["RPOP"];
        "BRPOPLPUSH" reference (2 . 2), from 2 . 2 as ["RPOPLPUSH"];
        "LINSERT" reference (2 . 2);
        "LMOVE" (6 . 2);
        "LMPOP" (7 . 0), from 7 . 0 as ["LPOP" "RPOP"];
        "LPOP" reference (1 . 0);
        "LPUSH" reference (1 . 0);
        "LPUSHX" reference (2 . 2);
        "LREM" reference (1 . 0);
        "LSET" reference (1 . 0);
        "LTRIM" reference (1 . 0);
        "RPOP" reference (1 . 0);
        "RPOPLPUSH" reference (1 . 2);
        "RPUSH" reference (1 . 0);
        "RPUSHX" reference (2 . 2);
    }
    Hashes {
        "HDEL" reference (2 . 0);
        "HEXPIRE" (7 . 4), from 0 . 0 as ["HPEXPIREAT"];
        "HEXPIREAT" (7 . 4), from 0 . 0 as ["HPEXPIREAT"];
        "HGETDEL" (8 . 0), from 8 . 0 as ["HDEL"];
        "HGETEX" (8 . 0), from 8 . 0 as ["HPEXPIREAT" "HPERSIST" "HDEL"];
        "HINCRBY" reference (2 . 0);
        "HINCRBYFLOAT" reference (2 . 6), from 2 . 6 as ["HSET"], from 8 . 0 as ["HSETEX"];
        "HMSET" reference (2 . 0);
        "HPERSIST" (7 . 4);
        "HPEXPIRE" (7 . 4), from 0 . 0 as ["HPEXPIREAT"];
        "HPEXPIREAT" (7 . 4);
        "HSET" reference (2 . 0);
        "HSETEX" (8 . 0);
        "HSETNX" reference (2 . 0);
    }
    Sets {
        "SADD" reference (1 . 0);
        "SDIFFSTORE" reference (1 . 0);
        "SINTERSTORE" reference (1 . 0);
        "SMOVE" reference (1 . 0);
        "SPOP" reference (1 . 0), from 1 . 0 as ["SREM"];
        "SREM" reference (1 . 0);
        "SUNIONSTORE" reference (1 . 0);
    }
    SortedSets {
        "BZMPOP" (7 . 0), from 7 . 0 as ["ZPOPMIN" "ZPOPMAX"];
        "BZPOPMAX" (5 . 0), from 5 . 0 as ["ZPOPMAX"];
        "BZPOPMIN" (5 . 0), from 5 . 0 as ["ZPOPMIN"];
        "ZADD" reference (1 . 2);
        "ZDIFFSTORE" (6 . 2);
        "ZINCRBY" reference (1 . 2);
        "ZINTERSTORE" reference (2 . 0);
        "ZMPOP" (7 . 0), from 7 . 0 as ["ZPOPMIN" "ZPOPMAX"];
        "ZPOPMAX" (5 . 0);
        "ZPOPMIN" (5 . 0);
        "ZRANGESTORE" (6 . 2);
        "ZREM" reference (1 . 2);
        "ZREMRANGEBYLEX" reference (2 . 8);
        "ZREMRANGEBYRANK" reference (2 . 0);
        "ZREMRANGEBYSCORE" reference (1 . 2);
        "ZUNIONSTORE" reference (2 . 0);
    }
    Geo {
        "GEOADD" reference (3 . 2), from 3 . 2 as ["ZADD"];
        "GEORADIUS" (3 . 2);
        "GEORADIUSBYMEMBER" (3 . 2);
        "GEOSEARCHSTORE" (6 . 2);
    }
    Streams {
        "XACK" (5 . 0);
        "XACKDEL" (8 . 2);
        "XADD" (5 . 0);
        "XAUTOCLAIM" (6 . 2), from 6 . 2 as ["XCLAIM"];
        "XCLAIM" (5 . 0);
        "XDEL" (5 . 0);
        "XDELEX" (8 . 2);
        "XGROUP" (5 . 0);
        "XREADGROUP" (5 . 0), from 5 . 0 as ["XCLAIM"], from 7 . 2 as ["XCLAIM" "XGROUP"];
        "XSETID" (5 . 0);
        "XTRIM" (5 . 0);
    }
    HyperLogLogs {
        "PFADD" reference (2 . 8);
        "PFCOUNT" (2 . 8);
        "PFMERGE" reference (2 . 8);
    }
    VectorSets {
        "VADD" (8 . 0);
        "VREM" (8 . 0);
        "VSETATTR" (8 . 0);
    }
    PubSub {
        "PUBLISH" reference (2 . 0);
        "SPUBLISH" (7 . 0);
    }
    Transactions {
        "EXEC" reference (1 . 2);
        "MULTI" reference (1 . 2);
    }
    Scripts {
        "EVAL" reference (2 . 6), from 5 . 0 as [];
        "EVALSHA" reference (2 . 6), from 5 . 0 as [];
        "SCRIPT" (2 . 6), from 7 . 0 as [];
    }
    Functions {
        "FCALL" (7 . 0), from 7 . 0 as [];
        "FUNCTION" (7 . 0);
    }
    Server {
        "FLUSHALL" reference (1 . 0);
        "FLUSHDB" reference (1 . 0);
        "SELECT" reference (1 . 0);
        "SWAPDB" (4 . 0);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::command::TABLE;

    #[test]
    fn the_console_s_72_commands_are_there_and_each_name_once() {
        assert_eq!(CATALOGUE.iter().filter(|command| command.reference).count(), 72);
        let names: BTreeSet<&str> = CATALOGUE.iter().map(|command| command.name).collect();
        assert_eq!(names.len(), CATALOGUE.len());
    }

    #[test]
    fn what_can_arrive_can_be_chosen() {
        // The link's own, what only some sources' tools send, and what a replica is never sent.
        let others = [
            "DISCARD",
            "PING",
            "REPLCONF",
            "RESTORE-ASKING",
            "PFDEBUG",
            "XCFGSET",
            "MIGRATE",
            "TOUCH",
        ];
        let names: BTreeSet<&str> = CATALOGUE.iter().map(|command| command.name).collect();
        let missing: Vec<&str> = TABLE
            .iter()
            .map(|command| command.name)
            .filter(|name| !names.contains(name) && !others.contains(name))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        for command in CATALOGUE {
            for version in [(4, 0), (5, 0), (6, 2), (7, 0), (7, 2), (8, 2)] {
                for name in command.arrives_as(version) {
                    assert!(names.contains(name), "{} arrives as {name}", command.name);
                }
            }
        }
    }

    #[test]
    fn arrivals_go_by_the_version() {
        let command = |name| CATALOGUE.iter().find(|command| command.name == name).unwrap();
        assert_eq!(command("EXPIRE").arrives_as((6, 2)), ["EXPIRE"]);
        assert_eq!(command("EXPIRE").arrives_as((7, 0)), ["PEXPIREAT"]);
        assert_eq!(command("EVAL").arrives_as((4, 0)), ["EVAL"]);
        assert!(command("EVAL").arrives_as((7, 0)).is_empty());
        assert!(!command("BLPOP").is_distinguishable((5, 0)));
        assert_eq!(command("HSETEX").since_valkey(), Some((9, 0)));
        assert_eq!(command("VADD").since_valkey(), None);
        assert_eq!(command("SET").since_valkey(), Some((7, 2)));
    }
}
