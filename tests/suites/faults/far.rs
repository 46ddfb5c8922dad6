//! A destination far away, to which transactions do not wait for answers: what one that is discarded
//! leaves behind, and everything else that breaks while many are under way.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use keyferry_tests::counters::Counters;
use keyferry_tests::far_link::FarLink;
use keyferry_tests::keyferry::{Keyferry, number};
use keyferry_tests::migration::{SOON, ask};
use keyferry_tests::server::{Server, wait_until};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::scene::{LONG, Scene, arrived, caught_up, equal, in_state, told};

/// Each way.
const ONE_WAY: Duration = Duration::from_millis(15);
/// Rounds a second: so many that several transactions are under way at each moment.
const PACE: u32 = 1000;
/// No writer of these tests uses it. Where commands are left out by choice, what nobody heard the
/// answers of is not read again: that nothing is lost is then the chain's doing alone.
const LEAVES_OUT: &str = "--skip-command GEOADD";

/// A scene with a destination that is far away, its writers, and a task that has caught up.
fn far(seed: u64, flags: &str) -> Result<(Scene, FarLink, Counters, Keyferry)> {
    let scene = Scene::new(seed, &[], flags)?;
    let link = FarLink::start(scene.destination.port(), ONE_WAY)?;
    scene.to_destination.lead_to(link.port());
    let counters = Counters::start(scene.source.port(), PACE, seed);
    let mut run = scene.migration.start()?;
    caught_up(&mut run)?;
    Ok((scene, link, counters, run))
}

/// How many times a command was called.
fn calls(server: &Server, command: &str) -> Result<u64> {
    let text: String = ask(&mut server.connect()?, "INFO commandstats")?;
    let calls = text.lines().find_map(|line| {
        line.strip_prefix(&format!("cmdstat_{command}:calls="))?.split(',').next()?.parse().ok()
    });
    Ok(calls.unwrap_or(0))
}

/// That the server was made to wait for far more transactions than there were connections.
fn was_chained(scene: &Scene) -> Result<()> {
    let waits = calls(&scene.destination, "xread")?;
    ensure!(waits > 100, "the server was made to wait {waits} times");
    Ok(())
}

/// Makes the destination refuse writes and take them again, at random moments, while `meanwhile`.
fn refusing_now_and_then(
    seed: u64,
    destination: &Server,
    meanwhile: impl FnOnce() -> Result<()>,
) -> Result<()> {
    const REFUSALS: [(&str, &str); 2] = [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0"),
        ("CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0"),
    ];
    let mut there = destination.connect()?;
    ask::<()>(&mut there, "CONFIG SET maxmemory-policy noeviction")?;
    let mut random = StdRng::seed_from_u64(seed);
    let ends = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let refusing = scope.spawn(|| -> Result<()> {
            while !ends.load(Ordering::Acquire) {
                let refusal = random.random_range(0..REFUSALS.len());
                let (begin, end) = REFUSALS.get(refusal).copied().unwrap_or(("PING", "PING"));
                // The moments are what is random; nothing is waited for. Some end before the
                // transaction behind the one that was discarded arrives.
                std::thread::sleep(Duration::from_millis(random.random_range(100..1500)));
                ask::<()>(&mut there, begin)?;
                std::thread::sleep(Duration::from_micros(random.random_range(0..20_000)));
                ask::<()>(&mut there, end)?;
            }
            Ok(())
        });
        let done = meanwhile();
        ends.store(true, Ordering::Release);
        refusing.join().map_err(|_| anyhow::anyhow!("it panicked"))??;
        done
    })
}

fn refused_now_and_then(seed: u64, flags: &str) -> Result<()> {
    let (scene, _link, counters, mut run) = far(seed, flags)?;
    refusing_now_and_then(seed, &scene.destination, || {
        for _ in 0..4 {
            in_state(&mut run, "retrying")?;
            in_state(&mut run, "running")?;
        }
        Ok(())
    })?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    was_chained(&scene)?;
    scene.copied(1)
}

#[test]
fn refused_now_and_then_while_many_are_under_way() -> Result<()> {
    refused_now_and_then(901, "")
}

#[test]
fn refused_now_and_then_with_nothing_read_again() -> Result<()> {
    refused_now_and_then(902, LEAVES_OUT)
}

fn cut_in_the_middle(seed: u64, flags: &str) -> Result<()> {
    let (scene, _link, counters, mut run) = far(seed, flags)?;
    let mut random = StdRng::seed_from_u64(seed);
    for _ in 0..6 {
        scene.to_destination.cut_after(random.random_range(1..200_000));
        in_state(&mut run, "retrying")?;
        caught_up(&mut run)?;
    }
    scene.settle(&mut run, counters)?;
    was_chained(&scene)?;
    scene.copied(1)
}

#[test]
fn cut_in_the_middle_of_what_is_under_way() -> Result<()> {
    cut_in_the_middle(903, LEAVES_OUT)
}

#[test]
fn killed_while_many_are_under_way() -> Result<()> {
    let (scene, _link, counters, mut run) = far(904, "")?;
    let mut random = StdRng::seed_from_u64(904);
    for _ in 0..5 {
        // The moment is what is random; nothing is waited for.
        std::thread::sleep(Duration::from_millis(random.random_range(100..800)));
        run.kill()?;
        run = scene.migration.start_and_catch_up()?;
    }
    scene.settle(&mut run, counters)?;
    was_chained(&scene)?;
    scene.copied(1)
}

#[test]
fn flushed_and_exchanged_with_its_database() -> Result<()> {
    let (scene, _link, counters, mut run) = far(905, "")?;
    run.wait_for("much", LONG, |line| number(line, "commands_applied") > 20_000)?;
    let mut here = scene.source.connect()?;
    for other in [1, 1, 3] {
        counters.while_paused(|| {
            ask::<()>(&mut here, &format!("SWAPDB 0 {other}"))?;
            ask::<()>(&mut here, &format!("SWAPDB {other} 0"))
        })?;
        let applied = number(&run.wait_for("a line", LONG, |_| true)?, "commands_applied");
        run.wait_for("more", LONG, |line| number(line, "commands_applied") > applied + 1000)?;
    }
    scene.settle(&mut run, counters)?;
    was_chained(&scene)?;
    for command in ["FLUSHDB", "SET a 1", "FLUSHALL", "SET b 1", "SWAPDB 0 2", "SET c 1"] {
        ask::<()>(&mut here, command)?;
    }
    arrived(&mut run, &scene.source, &scene.destination)?;
    equal(&scene.source, &scene.destination)?;
    let mut there = scene.destination.connect()?;
    for database in 1..16 {
        ask::<()>(&mut there, &format!("SELECT {database}"))?;
        let own: Vec<String> = ask(&mut there, "KEYS __keyferry:*")?;
        ensure!(own.is_empty(), "database {database} has {own:?}");
    }
    scene.copied(1)
}

#[test]
fn where_waiting_is_not_allowed_one_goes_after_the_other() -> Result<()> {
    let scene = Scene::new(906, &[], "")?;
    ask::<()>(&mut scene.destination.connect()?, "ACL SETUSER default -xread")?;
    let link = FarLink::start(scene.destination.port(), ONE_WAY)?;
    scene.to_destination.lead_to(link.port());
    let counters = Counters::start(scene.source.port(), PACE, 906);
    let mut run = scene.migration.start_and_catch_up()?;
    scene.settle(&mut run, counters)?;
    ensure!(calls(&scene.destination, "xread")? == 0, "XREAD was executed");
    scene.copied(1)
}

#[test]
fn nothing_of_it_stays_behind() -> Result<()> {
    let scene = Scene::new(907, &[], "--until caught-up")?;
    let link = FarLink::start(scene.destination.port(), ONE_WAY)?;
    scene.to_destination.lead_to(link.port());
    scene.migration.end()?.expect(0, "done")?;
    wait_until("the server has seen the chain", SOON, || {
        Ok(calls(&scene.destination, "xread")? > 0)
    })?;
    let own: Vec<String> = ask(&mut scene.destination.connect()?, "KEYS __keyferry:*")?;
    ensure!(own.is_empty(), "{own:?}");
    scene.copied(1)
}

/// Writes what may not be applied twice, with values behind it that the way to the destination does not
/// take at once: what is sent for a transaction ends in the middle of one.
fn append_much(source: &Server) -> Result<()> {
    let huge = "x".repeat(2 << 20);
    let mut here = source.connect()?;
    for part in 0..24 {
        let mut pipe = redis::pipe();
        pipe.atomic();
        for number in 0..20 {
            pipe.cmd("APPEND").arg(format!("much:{part}:{number}")).arg(part).ignore();
        }
        pipe.cmd("SET").arg("huge").arg(&huge).exec(&mut here)?;
    }
    Ok(())
}

/// Has the source written to by `write` alone, and the destination begin no transaction for that.
fn without_transactions(
    scene: &Scene,
    run: &mut Keyferry,
    counters: &Counters,
    write: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let mut there = scene.destination.connect()?;
    counters.while_paused(|| {
        run.wait_applied(&scene.source, LONG)?;
        scene.to_destination.hold();
        write()?;
        scene.spooled(scene.source.offset()?)?;
        ask::<()>(&mut there, "ACL SETUSER default -multi")?;
        scene.to_destination.release();
        told(run, "no_permission").map(|_| ())
    })?;
    ask::<()>(&mut there, "ACL SETUSER default +multi")
}

#[test]
fn transactions_that_may_not_begin_are_not_applied_twice() -> Result<()> {
    let (scene, _link, counters, mut run) = far(908, "")?;
    without_transactions(&scene, &mut run, &counters, || append_much(&scene.source))?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    was_chained(&scene)?;
    scene.copied(1)
}

#[test]
fn databases_that_may_be_exchanged_without_a_transaction_are_copied_again() -> Result<()> {
    let (scene, _link, counters, mut run) = far(909, "--on-history-lost recopy")?;
    without_transactions(&scene, &mut run, &counters, || {
        ask::<()>(&mut scene.source.connect()?, "SWAPDB 1 2")
    })?;
    scene.told_in_events("recopy", 1)?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(2)
}

#[test]
fn whatever_took_the_chains_place_is_taken_for_a_gap() -> Result<()> {
    let flags = format!("--on-history-lost recopy {LEAVES_OUT}");
    let (scene, _link, counters, mut run) = far(911, &flags)?;
    run.wait_for("much", LONG, |line| number(line, "commands_applied") > 20_000)?;
    run.kill()?;
    let mut there = scene.destination.connect()?;
    let chains: Vec<String> = ask(&mut there, "KEYS __keyferry:*:chain:0")?;
    let [chain] = chains.as_slice() else { bail!("{chains:?}") };
    ask::<()>(&mut there, &format!("SET {chain} other"))?;
    let mut run = scene.migration.start_and_catch_up()?;
    scene.told_in_events("recopy", 1)?;
    scene.settle(&mut run, counters)?;
    was_chained(&scene)?;
    scene.copied(2)
}

/// Makes the destination busy with a script now and then, for about as long as it takes to call that
/// busy: then it refuses even to wait, and may take the next transaction.
#[test]
fn busy_with_a_script_while_many_are_under_way() -> Result<()> {
    const SCRIPT: &str = "local begin = redis.call('TIME') \
        local took = 0 \
        while took < tonumber(ARGV[1]) do \
            local now = redis.call('TIME') \
            took = (now[1] - begin[1]) * 1000000 + now[2] - begin[2] \
        end";
    let flags = format!("--on-history-lost recopy {LEAVES_OUT}");
    let (scene, _link, counters, mut run) = far(910, &flags)?;
    let mut there = scene.destination.connect()?;
    ask::<()>(&mut there, "CONFIG SET busy-reply-threshold 20")?;
    let mut random = StdRng::seed_from_u64(910);
    for _ in 0..8 {
        let micros = random.random_range(35_000..70_000);
        let before: String = ask(&mut there, "INFO errorstats")?;
        redis::cmd("EVAL").arg(SCRIPT).arg(0).arg(micros).exec(&mut there)?;
        if ask::<String>(&mut there, "INFO errorstats")? == before {
            // It had ended before anything was refused for it.
            continue;
        }
        in_state(&mut run, "retrying")?;
        caught_up(&mut run)?;
        // Whether one was left out is the moment's doing.
        if scene.events("recopy")? > 0 {
            break;
        }
    }
    scene.settle(&mut run, counters)?;
    was_chained(&scene)
}
