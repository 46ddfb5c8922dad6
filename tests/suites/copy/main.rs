//! A full copy, from each version to the same or a newer one, of every type.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Result, ensure};
use keyferry_tests::compare::compare;
use keyferry_tests::keyferry::{Keyferry, number};
use keyferry_tests::migration::ask;
use keyferry_tests::server::Server;
use keyferry_tests::workload::{fill, put_values_of_100_mb};

const DEADLINE: Duration = Duration::from_secs(60);
const ALL: [u32; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

fn copy(from: &str, to: &str, seed: u64) -> Result<()> {
    let source = Server::start(from, &[])?;
    let destination = Server::start(to, &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, seed, 3000)?;
    let run =
        Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &["--stages", "full"])?;
    let ended = run.end(DEADLINE)?;
    ended.expect(0, "done")?;
    ensure!(number(&ended.last, "keys_done") >= 3000, "{}", ended.last);
    compare(&source, &destination, &ALL, &BTreeMap::new(), 100)?.none()
}

macro_rules! copies {
    ($($name:ident: $from:literal => $to:literal;)*) => {$(
        #[test]
        fn $name() -> Result<()> {
            copy($from, $to, 20_261_124)
        }
    )*};
}

copies! {
    redis_5_0_goes_to_5_0: "redis-5.0" => "redis-5.0";
    redis_5_0_goes_to_6_2: "redis-5.0" => "redis-6.2";
    redis_5_0_goes_to_7_0: "redis-5.0" => "redis-7.0";
    redis_6_2_goes_to_6_2: "redis-6.2" => "redis-6.2";
    redis_6_2_goes_to_7_0: "redis-6.2" => "redis-7.0";
    redis_7_0_goes_to_7_0: "redis-7.0" => "redis-7.0";
    redis_7_0_goes_to_8_2: "redis-7.0" => "redis-8.2";
    redis_8_2_goes_to_8_2: "redis-8.2" => "redis-8.2";
    redis_7_0_goes_to_valkey_8_1: "redis-7.0" => "valkey-8.1";
    valkey_8_1_goes_to_valkey_8_1: "valkey-8.1" => "valkey-8.1";
}

#[test]
fn values_of_100_mb_arrive_whole_compressible_or_not() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    put_values_of_100_mb(&source)?;
    let run =
        Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &["--stages", "full"])?;
    run.end(DEADLINE)?.expect(0, "done")?;
    compare(&source, &destination, &[0], &BTreeMap::new(), 0)?.none()?;
    let tasks = std::fs::read_dir(state.path().join("tasks"))?.collect::<Result<Vec<_>, _>>()?;
    let [task] = tasks.as_slice() else { anyhow::bail!("{} tasks", tasks.len()) };
    let events = std::fs::read_to_string(task.path().join("events.jsonl"))?;
    // The other one travels compressed, in a hundredth of its size.
    let warned: Vec<_> = events.lines().filter(|line| line.contains("\"big_value\"")).collect();
    ensure!(matches!(warned.as_slice(), [one] if one.contains("key noise ")), "{events}");
    Ok(())
}

#[test]
fn only_the_databases_asked_for_go_and_where_they_are_mapped() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    fill(&source, 3, 100)?;
    let flags = ["--stages", "full", "--databases", "0,5", "--map-database", "5:9"];
    Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &flags)?
        .end(DEADLINE)?
        .expect(0, "done")?;
    compare(&source, &destination, &[0, 5], &BTreeMap::from([(5, 9)]), 100)?.none()?;
    let text = redis::cmd("INFO").arg("keyspace").query::<String>(&mut destination.connect()?)?;
    let used: Vec<_> = text.lines().filter_map(|line| Some(line.split_once(':')?.0)).collect();
    ensure!(used == ["db0", "db9"], "{text}");
    Ok(())
}

/// An entry of the slow log: number, time, microseconds, words, client's address and name.
type Slow = (u64, u64, u64, Vec<Vec<u8>>, String, String);

/// The long names of keys that a destination was asked for while it was copied to, and, if it is `busy`,
/// while somebody else had it execute a hundred commands at a time. The slow log cuts off a name's end.
fn long_names_asked(source: &Server, busy: bool) -> Result<Vec<String>> {
    let destination = Server::start("redis-7.0", &[])?;
    let state = tempfile::tempdir()?;
    let mut connection = destination.connect()?;
    ask::<()>(&mut connection, "CONFIG SET slowlog-max-len 1000000 slowlog-log-slower-than 0")?;
    let mut run =
        Keyferry::migrate(&source.uri(), &destination.uri(), state.path(), &["--stages", "full"])?;
    while busy && !run.has_ended()? {
        let script = "for _ = 1, 100 do redis.call('PING') end";
        redis::cmd("EVAL").arg(script).arg(0).exec(&mut connection)?;
    }
    run.end(DEADLINE)?.expect(0, "done")?;
    ensure!(ask::<usize>(&mut connection, "DBSIZE")? == 300_000);
    let slow: Vec<Slow> = ask(&mut connection, "SLOWLOG GET -1")?;
    ensure!(slow.len() > 300, "{} entries", slow.len());
    let words = slow.into_iter().map(|(_, _, _, words, _, _)| words);
    let names = words.filter(|words| words.first().is_some_and(|name| name == b"GET"));
    let names = names.flatten().map(|word| String::from_utf8_lossy(&word).into_owned());
    Ok(names.filter(|name| name.contains(" more bytes)")).collect())
}

#[test]
fn a_destination_makes_room_only_while_nobody_else_uses_it() -> Result<()> {
    let source = Server::start("redis-7.0", &[])?;
    ask::<()>(&mut source.connect()?, "DEBUG POPULATE 300000 key 100")?;
    let alone = long_names_asked(&source, false)?;
    ensure!(!alone.is_empty());
    ensure!(alone.iter().all(|name| name.starts_with("__keyferry:--")), "{alone:?}");
    let shared = long_names_asked(&source, true)?;
    ensure!(shared.is_empty(), "{shared:?}");
    Ok(())
}
