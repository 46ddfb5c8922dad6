//! Commands of every kind over several databases, expiries among them, while Keyferry is killed:
//! in the end what is selected is equal, TTLs included.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use keyferry_tests::compare::compare;
use keyferry_tests::migration::{Migration, SOON, field};
use keyferry_tests::server::{Server, wait_until};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use redis::Connection;

/// `K` is a key, `N` a small number, `D` a database, `L` a short life in milliseconds.
const COMMANDS: &[&str] = &[
    "SET K N",
    "SET K N PX L",
    "INCR K",
    "APPEND K x",
    "DEL K K",
    "MSET K 1 K 2 K 3",
    "RPUSH K N b",
    "LPOP K",
    "RPOPLPUSH K K",
    "SADD K N N",
    "SREM K N",
    "SMOVE K K N",
    "SUNIONSTORE K K K",
    "SINTERSTORE K K K",
    "ZADD K N N",
    "ZREM K N",
    "ZUNIONSTORE K 2 K K",
    "HSET K N N",
    "HDEL K N",
    "RENAME K K",
    "RENAMENX K K",
    "EXPIRE K N",
    "PEXPIRE K L",
    "PERSIST K",
    "BITOP OR K K K",
    "PFADD K N",
    "PFMERGE K K K",
    "MOVE K D",
    "SETRANGE K 3 zz",
    "GETSET K g",
    "SORT K ALPHA STORE K",
    "UNLINK K",
    "SPOP K",
    "LREM K 0 b",
    "MSETNX K 1 K 2",
    "XADD K * f N",
    "FLUSHDB",
];
const FROM_6_2: &[&str] = &[
    "COPY K K",
    "COPY K K DB D REPLACE",
    "GETEX K PX L",
    "GETEX K PERSIST",
    "GETDEL K",
    "LMOVE K K LEFT RIGHT",
    "SET K 5 KEEPTTL",
];
const FROM_7_0: &[&str] = &["EXPIRE K N NX", "EXPIRE K N XX", "EXPIRE K N GT", "EXPIRE K N LT"];

/// A user of all commands.
struct User {
    chance: StdRng,
    connection: Connection,
    commands: Vec<&'static str>,
}

impl User {
    fn new(server: &Server, version: &str, seed: u64) -> Result<Self> {
        println!("seed {seed}");
        let mut commands = COMMANDS.to_vec();
        if version >= "redis-6" {
            commands.extend(FROM_6_2);
        }
        if version >= "redis-7" {
            commands.extend(FROM_7_0);
        }
        Ok(Self { chance: StdRng::seed_from_u64(seed), connection: server.connect()?, commands })
    }

    fn command(&mut self) -> redis::Cmd {
        let mut text = self.commands.choose(&mut self.chance).copied().unwrap_or("PING");
        // Emptied too often, databases would hold nothing worth a comparison.
        if text == "FLUSHDB" && self.chance.random_range(0..5) > 0 {
            text = "INCR K";
        }
        let mut words = text.split(' ');
        let mut command = redis::cmd(words.next().unwrap_or_default());
        for word in words {
            match word {
                "K" => command.arg(format!("key:{}", self.chance.random_range(0..12))),
                "N" => command.arg(self.chance.random_range(1..9)),
                "D" => command.arg(self.chance.random_range(0..3)),
                "L" => {
                    command.arg(*[300, 1500, 5000, 100_000].choose(&mut self.chance).unwrap_or(&1))
                }
                word => command.arg(word),
            };
        }
        command
    }

    /// Many commands, wrong ones among them, some in transactions.
    fn write(&mut self, rounds: u32) -> Result<()> {
        for _ in 0..rounds {
            let mut pipe = redis::pipe();
            if self.chance.random_range(0..10) == 0 {
                pipe.atomic();
            }
            pipe.cmd("SELECT").arg(self.chance.random_range(0..3)).ignore();
            for _ in 0..self.chance.random_range(1..6) {
                let command = self.command();
                pipe.add_command(command).ignore();
            }
            pipe.ignore_errors();
            pipe.exec(&mut self.connection).ok();
            // A pace at which a kill falls into the middle.
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

fn mixed(version: &str, seed: u64, flags: &str, databases: &[(u32, u32)]) -> Result<()> {
    let source = Server::start(version, &[])?;
    let destination = Server::start(version, &[])?;
    let mut user = User::new(&source, version, seed)?;
    user.write(200)?;
    let migration = Migration::new(&source, &destination, flags)?;
    for _ in 0..3 {
        let mut run = migration.start()?;
        run.wait_for("the stream", SOON, |line| field(line, "stage") == "incremental")?;
        user.write(400)?;
        run.signal("KILL")?;
        run.end(SOON)?;
        user.write(100)?;
    }
    let mut run = migration.start()?;
    user.write(300)?;
    let mapping: BTreeMap<u32, u32> = databases.iter().copied().collect();
    let selected: Vec<u32> = mapping.keys().copied().collect();
    let tolerance_ms = if version < "redis-7" { 1500 } else { 150 };
    let mut last = String::new();
    // Keys go on expiring: a look may fall between the two sides.
    let equal = wait_until("both sides are equal", SOON, || {
        run.wait_applied(&source, SOON)?;
        let found = compare(&source, &destination, &selected, &mapping, tolerance_ms)?.none();
        last = found.as_ref().err().map(ToString::to_string).unwrap_or_default();
        Ok(found.is_ok())
    });
    equal.map_err(|error| error.context(last))
}

macro_rules! mixed {
    ($($name:ident: $version:literal, $seed:literal, $flags:literal, $databases:expr;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            mixed($version, $seed, $flags, &$databases)
        }
    )*};
}

mixed! {
    all_of_5_0: "redis-5.0", 901, "", [(0, 0), (1, 1), (2, 2)];
    all_of_6_2: "redis-6.2", 902, "", [(0, 0), (1, 1), (2, 2)];
    all_of_7_0: "redis-7.0", 903, "", [(0, 0), (1, 1), (2, 2)];
    all_of_8_2: "redis-8.2", 904, "", [(0, 0), (1, 1), (2, 2)];
    two_databases_of_6_2_one_mapped: "redis-6.2", 905, "--databases 0,2 --map-database 2:5", [(0, 0), (2, 5)];
    two_databases_of_7_0_one_mapped: "redis-7.0", 906, "--databases 0,2 --map-database 2:5", [(0, 0), (2, 5)];
}
