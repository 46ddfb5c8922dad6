//! What each command is, and where its keys stand.
//!
//! Source: COMMAND of Redis 5.0 to 8.2 and Valkey 8 and 9, write commands only, and those that a
//! primary passes to its replicas though they write no key.

/// What a command is about; the groups of the command dialog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Group {
    /// Any type of key.
    Generic,
    /// Strings and bitmaps.
    String,
    /// Lists.
    List,
    /// Sets.
    Set,
    /// Sorted sets and geo sets.
    SortedSet,
    /// Hashes.
    Hash,
    /// Streams.
    Stream,
    /// HyperLogLogs.
    HyperLogLog,
    /// Vector sets.
    VectorSet,
    /// Scripts and functions.
    Scripting,
    /// Messages, which no key holds.
    PubSub,
    /// MULTI and EXEC.
    Transaction,
    /// Whole databases, and the link itself.
    Server,
}

/// Whether a command changes a key or only looks at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Changes it.
    Write,
    /// Looks at it to change another one.
    Read,
}

/// Where the keys stand. Places count from the command's name, which is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeySpec {
    /// There are none.
    None,
    /// The first argument.
    First,
    /// Every argument.
    All,
    /// Every second argument, from the first: key and value.
    Pairs,
    /// The first two, both changed.
    FirstTwo,
    /// The first is changed, those behind it are looked at.
    StoreFirst,
    /// The second is changed, the first looked at (COPY's source).
    FromTo,
    /// The second is changed, those behind it are looked at (BITOP).
    StoreSecond,
    /// The second argument: the first names what is done to it (XGROUP).
    Second,
    /// The first is changed; the second says how many follow that are looked at.
    StoreNumbered,
    /// The argument at this place says how many follow.
    Numbered(usize),
    /// The first says how many pairs follow (MSETEX).
    NumberedPairs,
    /// The first is looked at; the one behind STORE or STOREDIST is changed.
    StoreOption,
    /// The first half of what follows STREAMS.
    Streams,
    /// The one behind KEYS or, without it, the third (MIGRATE).
    Migrate,
}

/// A command.
#[derive(Clone, Copy, Debug)]
pub struct CommandInfo {
    /// In upper case.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// Where its keys stand.
    pub keys: KeySpec,
}

macro_rules! table {
    ($($group:ident $keys:expr => $($name:literal)+;)+) => {
        /// Every command that can arrive in a stream, by group.
        pub const TABLE: &[CommandInfo] = &[$($(
            CommandInfo { name: $name, group: Group::$group, keys: $keys },
        )+)+];
    };
}

use KeySpec as K;

table! {
    Generic K::All => "DEL" "UNLINK" "TOUCH";
    Generic K::First => "EXPIRE" "EXPIREAT" "PEXPIRE" "PEXPIREAT" "PERSIST" "MOVE" "RESTORE"
        "RESTORE-ASKING" "DELEX" "DELIFEQ";
    Generic K::FirstTwo => "RENAME" "RENAMENX";
    Generic K::FromTo => "COPY";
    Generic K::StoreOption => "SORT";
    Generic K::Migrate => "MIGRATE";
    String K::First => "SET" "SETNX" "SETEX" "PSETEX" "GETSET" "GETDEL" "GETEX" "APPEND" "SETRANGE"
        "INCR" "DECR" "INCRBY" "DECRBY" "INCRBYFLOAT" "SETBIT" "BITFIELD";
    String K::Pairs => "MSET" "MSETNX";
    String K::NumberedPairs => "MSETEX";
    String K::StoreSecond => "BITOP";
    List K::First => "LPUSH" "RPUSH" "LPUSHX" "RPUSHX" "LPOP" "RPOP" "LREM" "LTRIM" "LSET"
        "LINSERT";
    List K::All => "BLPOP" "BRPOP";
    List K::FirstTwo => "RPOPLPUSH" "BRPOPLPUSH" "LMOVE" "BLMOVE";
    List K::Numbered(1) => "LMPOP";
    List K::Numbered(2) => "BLMPOP";
    Set K::First => "SADD" "SREM" "SPOP";
    Set K::FirstTwo => "SMOVE";
    Set K::StoreFirst => "SINTERSTORE" "SUNIONSTORE" "SDIFFSTORE";
    SortedSet K::First => "ZADD" "ZINCRBY" "ZREM" "ZREMRANGEBYSCORE" "ZREMRANGEBYRANK"
        "ZREMRANGEBYLEX" "ZPOPMIN" "ZPOPMAX" "GEOADD";
    SortedSet K::All => "BZPOPMIN" "BZPOPMAX";
    SortedSet K::StoreNumbered => "ZUNIONSTORE" "ZINTERSTORE" "ZDIFFSTORE";
    SortedSet K::StoreFirst => "ZRANGESTORE" "GEOSEARCHSTORE";
    SortedSet K::Numbered(1) => "ZMPOP";
    SortedSet K::Numbered(2) => "BZMPOP";
    SortedSet K::StoreOption => "GEORADIUS" "GEORADIUSBYMEMBER";
    Hash K::First => "HSET" "HMSET" "HSETNX" "HINCRBY" "HINCRBYFLOAT" "HDEL" "HEXPIRE" "HPEXPIRE"
        "HEXPIREAT" "HPEXPIREAT" "HPERSIST" "HSETEX" "HGETEX" "HGETDEL";
    Stream K::First => "XADD" "XDEL" "XDELEX" "XTRIM" "XACK" "XACKDEL" "XCLAIM" "XAUTOCLAIM"
        "XSETID" "XCFGSET";
    Stream K::Second => "XGROUP";
    Stream K::Streams => "XREADGROUP";
    HyperLogLog K::First => "PFADD";
    HyperLogLog K::StoreFirst => "PFMERGE";
    HyperLogLog K::All => "PFCOUNT";
    HyperLogLog K::Second => "PFDEBUG";
    Scripting K::Numbered(2) => "EVAL" "EVALSHA" "FCALL";
    Scripting K::None => "SCRIPT" "FUNCTION";
    PubSub K::None => "PUBLISH" "SPUBLISH";
    Transaction K::None => "MULTI" "EXEC" "DISCARD";
    VectorSet K::First => "VADD" "VREM" "VSETATTR";
    Server K::None => "FLUSHDB" "FLUSHALL" "SWAPDB" "SELECT" "PING" "REPLCONF";
}

/// The command of that name, in upper or lower case; `None` for those of modules and of versions
/// to come.
pub fn lookup(name: &[u8]) -> Option<&'static CommandInfo> {
    TABLE.iter().find(|command| {
        command.name.len() == name.len() && command.name.as_bytes().eq_ignore_ascii_case(name)
    })
}

/// Calls `found` with each key of a command, whether the table has it or not: of a module's, or of a
/// version to come, the first argument is taken for its key, as it is as good as always, and for
/// written. `arguments` includes its name.
pub fn for_each_likely_key<'a>(arguments: &[&'a [u8]], mut found: impl FnMut(&'a [u8], Access)) {
    match lookup(arguments.first().copied().unwrap_or_default()) {
        Some(info) => for_each_key(info, arguments, found),
        None => {
            if let Some(key) = arguments.get(1) {
                found(key, Access::Write);
            }
        }
    }
}

/// Calls `found` with each key of a command of the table. `arguments` includes its name.
pub fn for_each_key<'a>(
    command: &CommandInfo,
    arguments: &[&'a [u8]],
    mut found: impl FnMut(&'a [u8], Access),
) {
    let mut at = |place: usize, access: Access| {
        if let Some(key) = arguments.get(place) {
            found(key, access);
        }
    };
    let number = |place: usize| -> usize {
        arguments
            .get(place)
            .and_then(|text| std::str::from_utf8(text).ok())
            .and_then(|text| text.parse().ok())
            .unwrap_or(0)
    };
    let count = arguments.len();
    let up_to = |end: usize| end.min(count);
    match command.keys {
        KeySpec::None => {}
        KeySpec::First => at(1, Access::Write),
        KeySpec::All => {
            // The last argument of the blocking pops is their time-out.
            let end = if command.name.starts_with('B') { count.saturating_sub(1) } else { count };
            (1..end).for_each(|place| at(place, Access::Write));
        }
        KeySpec::Pairs => (1..count).step_by(2).for_each(|place| at(place, Access::Write)),
        KeySpec::FirstTwo => (1..up_to(3)).for_each(|place| at(place, Access::Write)),
        KeySpec::StoreFirst => {
            at(1, Access::Write);
            // Only sets and HyperLogLogs take any number of sources; the others one.
            let end = if command.group == Group::SortedSet { up_to(3) } else { count };
            (2..end).for_each(|place| at(place, Access::Read));
        }
        KeySpec::FromTo => {
            at(1, Access::Read);
            at(2, Access::Write);
        }
        KeySpec::StoreSecond => {
            at(2, Access::Write);
            (3..count).for_each(|place| at(place, Access::Read));
        }
        KeySpec::Second => at(2, Access::Write),
        KeySpec::StoreNumbered => {
            at(1, Access::Write);
            let end = up_to(number(2).saturating_add(3));
            (3..end).for_each(|place| at(place, Access::Read));
        }
        KeySpec::Numbered(place) => {
            let end = up_to(number(place).saturating_add(place + 1));
            (place + 1..end).for_each(|place| at(place, Access::Write));
        }
        KeySpec::NumberedPairs => {
            let end = up_to(number(1).saturating_mul(2).saturating_add(2));
            (2..end).step_by(2).for_each(|place| at(place, Access::Write));
        }
        KeySpec::StoreOption => {
            at(1, Access::Read);
            // Behind the arguments that every call has; an option's own words are no options.
            let mut place = match command.name {
                "GEORADIUS" => 6,
                "GEORADIUSBYMEMBER" => 5,
                _ => 2,
            };
            while let Some(word) = arguments.get(place) {
                let is = |option: &str| word.eq_ignore_ascii_case(option.as_bytes());
                if is("STORE") || is("STOREDIST") {
                    at(place + 1, Access::Write);
                }
                place += match () {
                    () if is("LIMIT") => 3,
                    () if is("STORE") || is("STOREDIST") || is("BY") || is("GET") => 2,
                    () if is("COUNT") => 2,
                    () => 1,
                };
            }
        }
        KeySpec::Streams => {
            // GROUP, its name and the consumer come first, and may be called anything.
            let options = arguments.iter().skip(4);
            let from = options.enumerate().find(|(_, word)| word.eq_ignore_ascii_case(b"STREAMS"));
            if let Some((from, _)) = from {
                let from = from + 4;
                let keys = (count - from - 1) / 2;
                (from + 1..from + 1 + keys).for_each(|place| at(place, Access::Write));
            }
        }
        KeySpec::Migrate => {
            let from = arguments.iter().position(|word| word.eq_ignore_ascii_case(b"KEYS"));
            match from {
                Some(from) => (from + 1..count).for_each(|place| at(place, Access::Write)),
                None => at(3, Access::Write),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(line: &str) -> Vec<String> {
        let arguments: Vec<&[u8]> = line.split(' ').map(str::as_bytes).collect();
        let command = lookup(arguments[0]).unwrap();
        let mut found = Vec::new();
        for_each_key(command, &arguments, |key, access| {
            let mark = if access == Access::Write { "" } else { "?" };
            found.push(format!("{}{mark}", String::from_utf8_lossy(key)));
        });
        found
    }

    #[test]
    fn the_keys_of_every_form_are_found() {
        for (line, expected) in [
            ("set k v", "k"),
            ("DEL a b", "a b"),
            ("MSET a 1 b 2", "a b"),
            ("RENAME a b", "a b"),
            ("COPY a b DB 3", "a? b"),
            ("BITOP AND d a b", "d a? b?"),
            ("ZUNIONSTORE d 2 a b WEIGHTS 1 2", "d a? b?"),
            ("ZRANGESTORE d s 0 -1", "d s?"),
            ("EVAL return 2 a b x", "a b"),
            ("EVAL return 0 x", ""),
            ("LMPOP 2 a b LEFT", "a b"),
            ("BLPOP a b 0", "a b"),
            ("SORT s BY w STORE d", "s? d"),
            ("XREADGROUP GROUP g c STREAMS a b > >", "a b"),
            ("XGROUP CREATE s g $", "s"),
            ("MSETEX 2 a 1 b 2 PXAT 5", "a b"),
            ("PFMERGE d a b", "d a? b?"),
            ("EVAL return 99999999999999999999 a", ""),
            ("XREADGROUP GROUP g c STREAMS", ""),
            ("XREADGROUP GROUP streams c STREAMS a >", "a"),
            ("GEORADIUSBYMEMBER k store 1 km", "k?"),
            ("GEORADIUS k 1 2 3 km COUNT 5 STORE d", "k? d"),
            ("SORT k BY store LIMIT 0 1", "k?"),
            ("SORT k GET store STORE d", "k? d"),
        ] {
            assert_eq!(keys(line).join(" "), expected, "{line}");
        }
    }

    #[test]
    fn names_stand_once_and_in_upper_case() {
        let mut names: Vec<&str> = TABLE.iter().map(|command| command.name).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| name.to_ascii_uppercase() == **name));
    }
}
