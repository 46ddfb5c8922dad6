//! Keyferry beside Redis's own replication, alternating in one run.
//!
//! `bench [--rounds N] [--quick] [--only WORD]… [--keyferry PATH] [--redis-server PATH]
//! [--folder PATH]`. Prints a table; the folder gets `bench.json`, the same with every figure, and
//! `throughput.svg`. Nothing is asserted: ratios of one run are read by people.

mod client;
mod data;
mod far;
mod many_keys;
mod plot;
mod rows;
mod run;
mod throttle;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use data::Data;
use rows::{Backlog, Row};

const USAGE: &str = "usage: bench [--rounds N] [--quick] [--only WORD]… [--keyferry PATH] \
     [--redis-server PATH] [--folder PATH]";

/// What the command line says.
struct Options {
    rounds: usize,
    /// A tenth of the data.
    quick: bool,
    /// Only rows whose names have one of these words.
    only: Vec<String>,
    keyferry: PathBuf,
    redis_server: PathBuf,
    folder: PathBuf,
}

impl Options {
    fn parse() -> Result<Self> {
        let mut options = Self {
            rounds: 5,
            quick: false,
            only: Vec::new(),
            keyferry: "target/release/keyferry".into(),
            redis_server: "redis-server".into(),
            folder: "target/bench".into(),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().context(format!("{word} needs a value"));
            match word.as_str() {
                "--rounds" => options.rounds = value()?.parse().context("--rounds")?,
                "--quick" => options.quick = true,
                "--only" => options.only.push(value()?),
                "--keyferry" => options.keyferry = value()?.into(),
                "--redis-server" => options.redis_server = value()?.into(),
                "--folder" => options.folder = value()?.into(),
                _ => bail!("unknown option {word}; {USAGE}"),
            }
        }
        Ok(options)
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|word| name.contains(word.as_str()))
    }
}

type Measure = Box<dyn Fn(&Options) -> Result<Row>>;

fn measures() -> Vec<(&'static str, Measure)> {
    let copy = |data| -> Measure { Box::new(move |options| rows::full_copy(options, data)) };
    vec![
        ("copy strings", copy(Data::Strings)),
        ("copy hashes", copy(Data::Hashes)),
        ("copy mix", copy(Data::Mix)),
        ("copy big hash", copy(Data::BigHash(5_000_000))),
        ("drain sets", Box::new(|options| rows::drain(options, Backlog::Sets))),
        ("drain large", Box::new(|options| rows::drain(options, Backlog::Large))),
        ("bookkeeping", Box::new(rows::bookkeeping)),
        ("lag", Box::new(rows::lag)),
        ("conflicts", Box::new(rows::conflicts)),
        ("many keys", Box::new(many_keys::many_keys)),
        ("far copy", Box::new(far::copy)),
        ("far drain sets", Box::new(|options| far::drain(options, Backlog::Sets))),
        ("far drain increments", Box::new(|options| far::drain(options, Backlog::Increments))),
        ("far drain large", Box::new(|options| far::drain(options, Backlog::Large))),
        ("far conflicts", Box::new(far::conflicts)),
        ("throttle records", Box::new(|options| throttle::holds(options, throttle::RECORDS))),
        ("throttle bytes", Box::new(|options| throttle::holds(options, throttle::BYTES))),
        ("throttle classes", Box::new(throttle::classes)),
        ("throttle far away", Box::new(throttle::far_away)),
        ("fairness", Box::new(throttle::fairness)),
    ]
}

/// Processor, cores and memory, as far as the system tells.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let field = |text: &str, name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'))
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let kib: u64 = field(&read("/proc/meminfo"), "MemTotal")
        .trim_end_matches("kB")
        .trim()
        .parse()
        .unwrap_or(0);
    let model = field(&read("/proc/cpuinfo"), "model name");
    format!("{model}, {cores} cores, {} GiB", kib / 1024 / 1024)
}

/// The columns behind a row's name.
const COLUMNS: [(&str, usize); 6] =
    [("keyferry", 23), ("beside", 23), ("", 10), ("ratio", 16), ("CPU s", 6), ("peak MiB", 8)];
const NAME_WIDTH: usize = 46;

fn print_line(name: &str, cells: [String; COLUMNS.len()]) {
    let mut line = format!("{name:<NAME_WIDTH$}");
    for (cell, (_, width)) in cells.into_iter().zip(COLUMNS) {
        line.push_str(&format!(" {cell:>width$}"));
    }
    println!("{}", line.trim_end());
}

/// Medians, with the least and the most of what was measured; ratios are those of the rounds.
fn print(row: &Row) {
    let span = |series: &rows::Series| {
        let (least, most) = series.span();
        format!("{:.2} ({least:.2}–{most:.2})", series.median())
    };
    let (beside, reference) = match &row.reference {
        Some((name, series)) => (span(series), (*name).to_owned()),
        None => Default::default(),
    };
    print_line(
        &format!("{}, {}", row.name, row.unit),
        [
            span(&row.ours),
            beside,
            reference,
            row.ratio().as_ref().map_or_else(String::new, span),
            format!("{:.2}", row.cpu.median()),
            format!("{:.1}", row.peak_mib.median()),
        ],
    );
    for (name, value) in &row.notes {
        println!("    {name}: {value:.2}");
    }
}

fn main() -> Result<()> {
    let options = Options::parse()?;
    std::fs::create_dir_all(&options.folder)?;
    let version = { rows::server(&options, &[])?.info("server", "redis_version")? };
    let amount = if options.quick { " · a tenth of the data that is named" } else { "" };
    println!("{} · Redis {version} · {} rounds, alternating{amount}", machine(), options.rounds);
    print_line("", COLUMNS.map(|(name, _)| name.to_owned()));
    let mut done = Vec::new();
    for (name, measure) in measures() {
        if options.wants(name) {
            let row = measure(&options)?;
            print(&row);
            done.push(row.json());
        }
    }
    if options.wants("curve") {
        std::fs::write(
            options.folder.join("throughput.svg"),
            plot::svg(&rows::curves(&options)?)?,
        )?;
    }
    let all = serde_json::json!({
        "machine": machine(), "redis": version, "rounds": options.rounds, "quick": options.quick,
        "rows": done,
    });
    std::fs::write(options.folder.join("bench.json"), serde_json::to_string_pretty(&all)?)?;
    println!("{}", options.folder.join("bench.json").display());
    Ok(())
}
