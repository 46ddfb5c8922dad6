//! What a key costs among many, beside one among few.

use anyhow::Result;
use keyferry_tests::server::Server;

use crate::Options;
use crate::client::Client;
use crate::data::Data;
use crate::rows::{Row, Series, Servers, batches, copy, pair, replicate};

/// What a key costs among many, beside one among few, in turn: how long it takes with Keyferry, and
/// below it Keyferry's CPU, how long it takes with REPLICAOF, which tells the destination at once how
/// large a table it will need, and with nothing but MSETs that were made before: a table that grows
/// is a cost of the destination's own.
pub(crate) fn many_keys(options: &Options) -> Result<Row> {
    let mut few = Crowd::fill(options, 1)?;
    let mut many = Crowd::fill(options, 10)?;
    for _ in 0..options.rounds {
        few.measure(options)?;
        many.measure(options)?;
    }
    let mut row = Row::new("a key, 10 M keys beside 1 M", "µs");
    row.note("Keyferry's CPU, 10 M beside 1 M", many.cpu.through(&few.cpu).median());
    row.note("REPLICAOF's wall, 10 M beside 1 M", many.theirs.through(&few.theirs).median());
    row.note("MSET's alone, 10 M beside 1 M", many.alone.through(&few.alone).median());
    for crowd in [&few, &many] {
        let millions = crowd.millions;
        row.note(format!("Keyferry's CPU, {millions} M, µs"), crowd.cpu.median());
        row.note(format!("REPLICAOF's wall, {millions} M, µs"), crowd.theirs.median());
        row.note(format!("MSET's alone, {millions} M, µs"), crowd.alone.median());
        crowd.with_ours.note(&mut row, &format!("Keyferry, {millions} M"), crowd.keys);
        crowd.with_theirs.note(&mut row, &format!("REPLICAOF, {millions} M"), crowd.keys);
    }
    row.cpu = many.cpu_seconds;
    row.peak_mib = many.peak_mib;
    row.ours = many.wall;
    row.reference = Some(("1 M keys", few.wall));
    Ok(row)
}

/// So many keys, and what each costs in µs.
struct Crowd {
    source: Server,
    destination: Server,
    millions: u32,
    keys: f64,
    wall: Series,
    cpu: Series,
    theirs: Series,
    alone: Series,
    with_ours: Servers,
    with_theirs: Servers,
    cpu_seconds: Series,
    peak_mib: Series,
}

impl Crowd {
    fn fill(options: &Options, millions: u32) -> Result<Self> {
        let (source, destination) = pair(options)?;
        let mut client = Client::open(source.port())?;
        Data::Many(millions * 1_000_000).fill(&mut client, options.quick)?;
        Ok(Self {
            source,
            destination,
            millions,
            keys: client.ask(&["DBSIZE"])?.parse()?,
            wall: Series::default(),
            cpu: Series::default(),
            theirs: Series::default(),
            alone: Series::default(),
            with_ours: Servers::default(),
            with_theirs: Servers::default(),
            cpu_seconds: Series::default(),
            peak_mib: Series::default(),
        })
    }

    fn measure(&mut self, options: &Options) -> Result<()> {
        let servers = (&self.source, &self.destination);
        let a_key = |seconds: f64| seconds / self.keys * 1e6;
        let mut there = Client::open(self.destination.port())?;
        let wall = self.with_theirs.during(servers, || replicate(servers.0, servers.1))?;
        self.theirs.push(a_key(wall));
        there.ask(&["FLUSHALL"])?;
        let run = self.with_ours.during(servers, || copy(options, servers.0, servers.1))?;
        there.ask(&["FLUSHALL"])?;
        self.wall.push(a_key(run.wall));
        self.cpu.push(a_key(run.cpu));
        self.cpu_seconds.push(run.cpu);
        self.peak_mib.push(run.peak_mib);
        self.alone.push(a_key(batches(options, self.keys as u32, false)?));
        Ok(())
    }
}
