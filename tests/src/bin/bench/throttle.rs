//! Whether a task keeps to its budget, and whether tasks that share a destination get alike.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;

use crate::Options;
use crate::client::Client;
use crate::data::Data;
use crate::rows::{FULL, Row, Series, follow, pair, server};
use crate::run::{Program, Run};

/// A budget: its flag and what a task calls it, so much each second, and what it is counted in.
#[derive(Clone, Copy)]
pub(crate) struct Budget {
    flag: &'static str,
    name: &'static str,
    rate: u32,
    unit: &'static str,
}

pub(crate) const RECORDS: Budget = Budget {
    flag: "--records-per-second",
    name: "records_per_second",
    rate: 5000,
    unit: "records/s",
};
pub(crate) const BYTES: Budget =
    Budget { flag: "--bytes-per-second", name: "bytes_per_second", rate: 4 << 20, unit: "bytes/s" };

/// Over how long a budget has to hold, seconds.
const SECONDS: f64 = 10.0;

/// How much a counter grows each second, over ten.
fn each_second(mut count: impl FnMut() -> Result<f64>) -> Result<f64> {
    let (began, before) = (Instant::now(), count()?);
    std::thread::sleep(Duration::from_secs_f64(SECONDS));
    Ok((count()? - before) / began.elapsed().as_secs_f64())
}

/// What passes within ten seconds, in the full stage; and in the next ten, with twice the budget.
pub(crate) fn holds(options: &Options, budget: Budget) -> Result<Row> {
    let (source, destination) = pair(options)?;
    Data::Strings.fill(&mut Client::open(source.port())?, false)?;
    let rate = budget.rate.to_string();
    let flags = [FULL, &[budget.flag, &rate]].concat();
    let mut row = Row::new(format!("throttled to {} {}", budget.rate, budget.unit), budget.unit);
    let mut asked = Series::default();
    let mut changed = Series::default();
    for _ in 0..options.rounds {
        let program = Program::start(&options.keyferry, "migrate", &source, &destination, &flags)?;
        let mut there = Client::open(destination.port())?;
        let mut passed = || -> Result<f64> {
            Ok(match budget.unit {
                "records/s" => there.ask(&["DBSIZE"])?.parse()?,
                // What the destination read, this question among it.
                _ => there.info("total_net_input_bytes")?.parse()?,
            })
        };
        let nothing = passed()?;
        while passed()? < nothing + f64::from(budget.rate) {
            std::thread::sleep(Duration::from_millis(10));
        }
        row.ours.push(each_second(&mut passed)?);
        program.ask(&json!({ "amend": { "limits": { budget.name: budget.rate * 2 } } }))?;
        changed.push(each_second(&mut passed)?);
        let (cpu, peak_mib) = program.usage()?;
        row.cpu.push(cpu);
        row.peak_mib.push(peak_mib);
        asked.push(f64::from(budget.rate));
        drop(program);
        there.ask(&["FLUSHALL"])?;
    }
    let changed = changed.median() / f64::from(budget.rate * 2);
    row.note("after a change to twice as much, of what was asked", changed);
    row.reference = Some(("asked", asked));
    Ok(row)
}

/// What passes within ten seconds of the stream with the least class and with the largest, of what
/// the class allows.
pub(crate) fn classes(options: &Options) -> Result<Row> {
    let mut row = Row::new("classes small and 2xlarge in the incremental stage", "of 1");
    for _ in 0..options.rounds {
        for (class, rate) in [("small", 2_000), ("2xlarge", 11_000)] {
            let (source, destination) = pair(options)?;
            let program = follow(options, &source, &destination, &["--class", class])?;
            let mut client = Client::open(source.port())?;
            // For longer than is looked.
            for number in 0..rate * 15 {
                client.queue(&[b"SET", format!("key:{number}").as_bytes(), b"value"])?;
            }
            client.flush()?;
            let mut there = Client::open(destination.port())?;
            let mut passed = || Ok(there.ask(&["DBSIZE"])?.parse::<f64>()?);
            while passed()? < f64::from(rate) {
                std::thread::sleep(Duration::from_millis(10));
            }
            row.ours.push(each_second(passed)? / f64::from(rate));
            let (cpu, peak_mib) = program.usage()?;
            row.cpu.push(cpu);
            row.peak_mib.push(peak_mib);
        }
    }
    Ok(row)
}

/// A copy that no budget holds, beside one without any: what it costs that there are budgets.
pub(crate) fn far_away(options: &Options) -> Result<Row> {
    const NEVER_REACHED: &str = "1000000000000";
    let (source, destination) = pair(options)?;
    Data::Strings.fill(&mut Client::open(source.port())?, options.quick)?;
    let far = [FULL, &[RECORDS.flag, NEVER_REACHED, BYTES.flag, NEVER_REACHED]].concat();
    let copy = |flags: &[&str]| -> Result<Run> {
        let keyferry = &options.keyferry;
        let run = Program::start(keyferry, "migrate", &source, &destination, flags)?.end(0)?;
        Client::open(destination.port())?.ask(&["FLUSHALL"])?;
        Ok(run)
    };
    let mut row = Row::new("full copy of strings, budgets never reached", "s");
    let (mut without, mut cpu_without) = (Series::default(), Series::default());
    for _ in 0..options.rounds {
        let run = copy(FULL)?;
        without.push(run.wall);
        cpu_without.push(run.cpu);
        row.took(copy(&far)?);
    }
    row.note("CPU s without budgets", cpu_without.median());
    row.reference = Some(("without", without));
    Ok(row)
}

/// Three tasks copy to one destination at once: how far the last is when the first is done.
pub(crate) fn fairness(options: &Options) -> Result<Row> {
    const TASKS: usize = 3;
    let mut row = Row::new("three tasks to one destination, slowest ÷ fastest", "of 1");
    for _ in 0..options.rounds {
        let destination = server(options, &[])?;
        let mut sources = Vec::new();
        for _ in 0..TASKS {
            let source = server(options, &[])?;
            Data::Many(500_000).fill(&mut Client::open(source.port())?, options.quick)?;
            sources.push(source);
        }
        let mut programs = Vec::new();
        for (number, source) in sources.iter().enumerate() {
            let map = format!("0:{}", number + 1);
            let flags =
                ["--stages", "full", "--skip-precheck", "--databases", "0", "--map-database", &map];
            let keyferry = &options.keyferry;
            programs.push(Program::start(keyferry, "migrate", source, &destination, &flags)?);
        }
        let keys: f64 = Client::open(sources.first().context("no source")?.port())?
            .ask(&["DBSIZE"])?
            .parse()?;
        let mut there = Client::open(destination.port())?;
        loop {
            let mut counts = Vec::new();
            for number in 1..=TASKS {
                there.ask(&["SELECT", &number.to_string()])?;
                counts.push(there.ask(&["DBSIZE"])?.parse::<f64>()?);
            }
            let least = counts.iter().copied().fold(f64::INFINITY, f64::min);
            let most = counts.iter().copied().fold(0.0, f64::max);
            if most >= keys {
                row.ours.push(least / most);
                break;
            }
            for program in &mut programs {
                program.must_run()?;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        for program in programs {
            program.end(0)?;
        }
    }
    Ok(row)
}
