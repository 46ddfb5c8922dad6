//! What happens to the source: promoted by hand and behind a moving address, restarted, cut off.

use std::process::Command;

use anyhow::{Result, ensure};
use keyferry_tests::keyferry::{Keyferry, number, program_with_failpoints};
use keyferry_tests::migration::{Migration, SOON, field};
use keyferry_tests::server::{Server, wait_until};
use keyferry_tests::switchboard::Switchboard;

use crate::scene::{LONG, Scene, caught_up, follow, in_state, promote, told};

/// A replica of the source, behind an address at which its link can be held up.
pub(crate) fn replica_of(scene: &Scene, name: &str) -> Result<(Server, Switchboard)> {
    let replica = Server::start(name, &[])?;
    let between = Switchboard::start(scene.source.port())?;
    follow(&replica, between.port())?;
    Ok((replica, between))
}

fn waits_for_offset(replica: &Server, offset: u64) -> Result<()> {
    wait_until("the replica has it", SOON, || Ok(replica.offset()? >= offset))
}

/// The source's address leads to its promoted replica, which had everything.
fn fails_over(seed: u64, name: &str) -> Result<()> {
    let mut scene = Scene::between(seed, (name, &[]), (name, &[]), "")?;
    let (replica, between) = replica_of(&scene, name)?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    counters.while_paused(|| {
        waits_for_offset(&replica, scene.source.offset()?)?;
        promote(&replica)?;
        scene.to_source.lead_to(replica.port());
        counters.write_to(replica.port());
        Ok(())
    })?;
    drop(between);
    scene.source = replica;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(0)
}

#[test]
fn promoted_with_everything_it_is_continued() -> Result<()> {
    fails_over(731, "redis-7.0")
}

#[test]
fn promoted_with_everything_it_is_continued_on_5_0() -> Result<()> {
    fails_over(732, "redis-5.0")
}

#[test]
fn promoted_with_everything_it_is_continued_on_valkey() -> Result<()> {
    fails_over(733, "valkey-8.1")
}

#[test]
fn its_name_leads_to_another_address_at_the_next_attempt() -> Result<()> {
    let mut scene = Scene::new(742, &[], "")?;
    let (replica, between) = replica_of(&scene, "redis-7.0")?;
    let hosts = tempfile::NamedTempFile::new()?;
    let lead_to = |port| std::fs::write(hosts.path(), format!("source.test 127.0.0.1:{port}\n"));
    lead_to(scene.source.port())?;
    let source = "redis://source.test:6379";
    scene.migration = Migration::between(source, &scene.to_destination.uri(), "")?;
    let counters = scene.write();
    let mut command = Command::new(program_with_failpoints()?);
    command.env("KEYFERRY_HOSTS", hosts.path());
    let mut run = Keyferry::spawn(command, &scene.migration.arguments("migrate")?)?;
    caught_up(&mut run)?;
    counters.while_paused(|| {
        waits_for_offset(&replica, scene.source.offset()?)?;
        promote(&replica)?;
        lead_to(replica.port())?;
        scene.source.kill()?;
        counters.write_to(replica.port());
        Ok(())
    })?;
    drop(between);
    scene.source = replica;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(0)
}

#[test]
fn a_replica_as_the_source_is_promoted_by_hand() -> Result<()> {
    let mut scene = Scene::new(734, &[], "")?;
    let (replica, between) = replica_of(&scene, "redis-7.0")?;
    scene.to_source.lead_to(replica.port());
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    counters.while_paused(|| {
        waits_for_offset(&replica, scene.source.offset()?)?;
        promote(&replica)?;
        counters.write_to(replica.port());
        Ok(())
    })?;
    drop(between);
    scene.source = replica;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(1)
}

#[test]
fn what_the_promoted_source_lost_is_cut_off_if_the_destination_has_not_seen_it() -> Result<()> {
    let mut scene = Scene::new(735, &[], "")?;
    let (replica, between) = replica_of(&scene, "redis-7.0")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    // The destination stays behind, then the replica; the spool goes on with the source.
    counters.while_paused(|| {
        run.wait_applied(&scene.source, LONG)?;
        scene.to_destination.hold();
        Ok(())
    })?;
    let held_at = scene.source.offset()?;
    wait_until("something the destination lacks", SOON, || Ok(replica.offset()? > held_at + 5000))?;
    between.hold();
    let until = replica.offset()?;
    wait_until(
        "something the replica lacks",
        SOON,
        || Ok(scene.source.offset()? > until + 50_000),
    )?;
    let spooled = scene.source.offset()?;
    run.wait_for("it is in the spool", SOON, |line| {
        field(line, "source_offset").as_str().and_then(|text| text.parse::<u64>().ok())
            >= Some(spooled)
    })?;
    let before = scene.to_destination.connections();
    counters.while_paused(|| {
        scene.source.kill()?;
        promote(&replica)?;
        scene.to_source.lead_to(replica.port());
        counters.write_to(replica.port());
        Ok(())
    })?;
    drop(between);
    scene.source = replica;
    // The lane is given up for a new one once the promotion is noticed: until then it would apply what
    // the destination must not see.
    wait_until("the promotion is noticed", LONG, || {
        Ok(scene.to_destination.connections() > before)
    })?;
    scene.to_destination.release();
    caught_up(&mut run)?;
    scene.settle(&mut run, counters)?;
    scene.copied(0)
}

/// The source fails over to a replica without something that the destination has already.
fn loses_what_is_applied(
    seed: u64,
    flags: &str,
) -> Result<(Scene, keyferry_tests::keyferry::Keyferry, keyferry_tests::counters::Counters)> {
    let mut scene = Scene::new(seed, &[], flags)?;
    let (replica, between) = replica_of(&scene, "redis-7.0")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    between.hold();
    let until = replica.offset()?;
    run.wait_for("applied, and not replicated", SOON, |line| {
        field(line, "applied_offset").as_str().and_then(|text| text.parse::<u64>().ok())
            > Some(until + 20_000)
    })?;
    counters.while_paused(|| {
        scene.source.kill()?;
        promote(&replica)?;
        scene.to_source.lead_to(replica.port());
        counters.write_to(replica.port());
        Ok(())
    })?;
    scene.source = replica;
    Ok((scene, run, counters))
}

#[test]
fn what_the_promoted_source_lost_and_the_destination_has_holds_with_that_reason() -> Result<()> {
    let (_scene, mut run, counters) = loses_what_is_applied(736, "")?;
    let line = told(&mut run, "history_lost")?;
    let message = field(&line, "error/message").as_str().unwrap_or_default();
    ensure!(message.contains("promoted") && message.contains("lost"), "{line}");
    counters.stop()
}

#[test]
fn what_the_promoted_source_lost_and_the_destination_has_is_copied_again() -> Result<()> {
    let (scene, mut run, counters) = loses_what_is_applied(737, "--on-history-lost recopy")?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn killed_and_restarted_it_is_copied_again_where_its_history_is_new() -> Result<()> {
    let durable = [("appendonly", "yes"), ("appendfsync", "always")];
    let mut scene = Scene::between(
        738,
        ("redis-7.0", &durable),
        ("redis-7.0", &[]),
        "--on-history-lost recopy",
    )?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    scene.source.kill()?;
    in_state(&mut run, "retrying")?;
    scene.source.restart()?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn while_it_is_away_the_headroom_of_its_backlog_runs_down() -> Result<()> {
    let scene = Scene::new(743, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    let mut whole = 0;
    wait_until("its pace is known", LONG, || {
        whole = scene.figure("backlog/left_ms")?.as_u64().unwrap_or(0);
        Ok(whole > 0)
    })?;
    ensure!(scene.figure("backlog/linked")? == true, "the link is up");
    ensure!(scene.figure("backlog/bytes")? == 1024 * 1024, "the size is the source's");
    // Nobody listens there.
    scene.to_source.lead_to(1);
    in_state(&mut run, "retrying")?;
    let mut left = Vec::new();
    wait_until("it runs down", LONG, || {
        ensure!(scene.figure("backlog/linked")? != true || left.is_empty(), "the link is away");
        if scene.figure("backlog/linked")? == false {
            left.push(scene.figure("backlog/left_ms")?.as_u64().unwrap_or(0));
        }
        left.dedup();
        Ok(left.len() > 3)
    })?;
    ensure!(left.is_sorted_by(|before, after| before > after), "{left:?}");
    ensure!(left.iter().all(|left| *left < whole * 2), "{left:?} of {whole}");
    scene.to_source.lead_to(scene.source.port());
    caught_up(&mut run)?;
    wait_until("the link is up", LONG, || Ok(scene.figure("backlog/linked")? == true))?;
    scene.settle(&mut run, counters).map(|_| ())
}

#[test]
fn a_link_that_brings_nothing_any_more_is_replaced() -> Result<()> {
    let scene = Scene::new(739, &[], "")?;
    let counters = scene.write();
    let mut run = scene.migration.start_and_catch_up()?;
    let before = number(&run.wait_for("a line", SOON, |_| true)?, "commands_applied");
    scene.to_source.freeze_open();
    run.wait_for("more", LONG, |line| number(line, "commands_applied") > before + 500)?;
    scene.settle(&mut run, counters)?;
    let copies: String = scene.source.info("stats", "sync_full")?;
    ensure!(copies == "1", "it was copied {copies} times");
    Ok(())
}

#[test]
fn a_second_failover_while_the_task_was_away_is_a_lost_history() -> Result<()> {
    let mut scene = Scene::new(740, &[], "--on-history-lost recopy")?;
    let (replica, between) = replica_of(&scene, "redis-7.0")?;
    let counters = scene.write();
    let run = scene.migration.start_and_catch_up()?;
    run.kill()?;
    counters.while_paused(|| {
        waits_for_offset(&replica, scene.source.offset()?)?;
        promote(&replica)?;
        counters.write_to(replica.port());
        Ok(())
    })?;
    drop(between);
    let third = Server::start("redis-7.0", &[])?;
    follow(&third, replica.port())?;
    counters.while_paused(|| {
        waits_for_offset(&third, replica.offset()?)?;
        promote(&third)?;
        counters.write_to(third.port());
        scene.to_source.lead_to(third.port());
        Ok(())
    })?;
    scene.source = third;
    let mut run = scene.migration.start()?;
    caught_up(&mut run)?;
    scene.settle(&mut run, counters).map(|_| ())
}
