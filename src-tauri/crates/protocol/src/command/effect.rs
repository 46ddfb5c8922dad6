//! What a command does to the life of the keys it writes.

/// What becomes of the expiry of a key that a command writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LifeEffect {
    /// The key is there before and after, its expiry untouched.
    Keeps,
    /// The key is gone, or has no expiry any more.
    Clears,
    /// The key may be gone, or its expiry another one: it depends on the value.
    Uncertain,
}

/// The effect of a command that sets no expiry itself, by its name in upper case and its
/// arguments; commands that name several keys with different fates (RENAME, COPY, MOVE …) are the
/// caller's affair.
pub fn life_effect(name: &[u8], arguments: &[&[u8]]) -> LifeEffect {
    match name {
        b"SET" => {
            let keeps = arguments.iter().skip(3).any(|word| word.eq_ignore_ascii_case(b"KEEPTTL"));
            if keeps { LifeEffect::Keeps } else { LifeEffect::Clears }
        }
        b"SETNX" | b"GETSET" | b"GETDEL" | b"DEL" | b"UNLINK" | b"DELEX" | b"DELIFEQ" | b"MSET"
        | b"MSETNX" | b"PERSIST" | b"RESTORE" | b"RESTORE-ASKING" | b"SINTERSTORE"
        | b"SUNIONSTORE" | b"SDIFFSTORE" | b"ZUNIONSTORE" | b"ZINTERSTORE" | b"ZDIFFSTORE"
        | b"ZRANGESTORE" | b"GEOSEARCHSTORE" | b"GEORADIUS" | b"GEORADIUSBYMEMBER" | b"SORT"
        | b"BITOP" => LifeEffect::Clears,
        b"APPEND" | b"SETRANGE" | b"INCR" | b"DECR" | b"INCRBY" | b"DECRBY" | b"INCRBYFLOAT"
        | b"SETBIT" | b"BITFIELD" | b"LPUSH" | b"RPUSH" | b"LPUSHX" | b"RPUSHX" | b"LSET"
        | b"LINSERT" | b"SADD" | b"ZADD" | b"ZINCRBY" | b"GEOADD" | b"HSET" | b"HMSET"
        | b"HSETNX" | b"HINCRBY" | b"HINCRBYFLOAT" | b"HPERSIST" | b"XADD" | b"XDEL"
        | b"XDELEX" | b"XTRIM" | b"XACK" | b"XACKDEL" | b"XCLAIM" | b"XAUTOCLAIM" | b"XSETID"
        | b"XCFGSET" | b"XGROUP" | b"XREADGROUP" | b"PFADD" | b"PFCOUNT" | b"PFMERGE"
        | b"PFDEBUG" | b"TOUCH" | b"VADD" | b"VSETATTR" => LifeEffect::Keeps,
        // What takes elements away may take the last one; what is not known may do anything.
        _ => LifeEffect::Uncertain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_a_life_only_where_it_says_so() {
        assert_eq!(life_effect(b"SET", &[b"SET", b"k", b"KEEPTTL"]), LifeEffect::Clears);
        assert_eq!(life_effect(b"SET", &[b"SET", b"k", b"v", b"keepttl"]), LifeEffect::Keeps);
        assert_eq!(life_effect(b"LPOP", &[b"LPOP", b"k"]), LifeEffect::Uncertain);
        assert_eq!(life_effect(b"JSON.DEL", &[b"JSON.DEL", b"k"]), LifeEffect::Uncertain);
    }
}
