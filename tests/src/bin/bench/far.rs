//! A destination on the other side of a continent, beside a replica there.

use std::time::Duration;

use anyhow::Result;
use keyferry_tests::far_link::FarLink;
use keyferry_tests::server::Server;

use crate::Options;
use crate::client::Client;
use crate::data::Data;
use crate::rows::{self, Backlog, FULL, Row, Series};
use crate::run::Program;

/// Each way.
const ONE_WAY: Duration = Duration::from_millis(25);

fn start(
    options: &Options,
    subcommand: &str,
    source: &Server,
    destination: &FarLink,
    flags: &[&str],
) -> Result<Program> {
    let between = (source.uri(), destination.uri());
    Program::start_at(&options.keyferry, subcommand, (&between.0, &between.1), flags)
}

/// A full copy of small strings.
pub(crate) fn copy(options: &Options) -> Result<Row> {
    let (source, destination) = rows::pair(options)?;
    let (there, back) = links(&source, &destination)?;
    Data::Strings.fill(&mut Client::open(source.port())?, options.quick)?;
    let mut row = Row::new("full copy of strings, 50 ms away", "s");
    let mut theirs = Series::default();
    for _ in 0..options.rounds {
        theirs.push(rows::replicate_from(back.port(), &destination)?);
        Client::open(destination.port())?.ask(&["FLUSHALL"])?;
        row.took(start(options, "migrate", &source, &there, FULL)?.end(0)?);
        Client::open(destination.port())?.ask(&["FLUSHALL"])?;
    }
    row.reference = Some(("REPLICAOF", theirs));
    Ok(row)
}

/// The way to the destination for us, and the way to the source for a replica.
fn links(source: &Server, destination: &Server) -> Result<(FarLink, FarLink)> {
    Ok((FarLink::start(destination.port(), ONE_WAY)?, FarLink::start(source.port(), ONE_WAY)?))
}

/// A backlog, beside a replica's.
pub(crate) fn drain(options: &Options, what: Backlog) -> Result<Row> {
    let count = what.count(options);
    let mut row = Row::new(format!("drain of {}, 50 ms away", what.words(count)), "s");
    let mut theirs = Series::default();
    for _ in 0..options.rounds {
        let (source, destination) = rows::pair(options)?;
        let (_, back) = links(&source, &destination)?;
        let mut client = Client::open(destination.port())?;
        client.ask(&["REPLICAOF", "127.0.0.1", &back.port().to_string()])?;
        rows::wait_for_link(&mut client)?;
        theirs.push(rows::drain_once(&source, &destination, what, count)?);
        drop((source, destination));

        let (source, destination) = rows::pair(options)?;
        let (there, _) = links(&source, &destination)?;
        let mut program = start(options, "migrate", &source, &there, &["--skip-precheck"])?;
        program.wait_for(rows::caught_up)?;
        let (before, _) = program.usage()?;
        row.ours.push(rows::drain_once(&source, &destination, what, count)?);
        let (cpu, peak_mib) = program.usage()?;
        row.cpu.push(cpu - before);
        row.peak_mib.push(peak_mib);
    }
    row.reference = Some(("replica", theirs));
    Ok(row)
}

/// The precheck where both sides hold as many keys, none of them twice.
pub(crate) fn conflicts(options: &Options) -> Result<Row> {
    let count = if options.quick { "200000" } else { "2000000" };
    let (source, destination) = rows::pair(options)?;
    let (there, _) = links(&source, &destination)?;
    Client::open(source.port())?.ask(&["DEBUG", "POPULATE", count, "here", "100"])?;
    Client::open(destination.port())?.ask(&["DEBUG", "POPULATE", count, "there", "100"])?;
    let mut row = Row::new("precheck of conflicting keys, 2 M on each side, 50 ms away", "s");
    for _ in 0..options.rounds {
        row.took(start(options, "precheck", &source, &there, &[])?.end(0)?);
    }
    Ok(row)
}
