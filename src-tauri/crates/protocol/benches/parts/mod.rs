//! Parts of the data path that are timed; or run a number of times under a counter of instructions.
//!
//! A bench's `main` hands its parts to [`run`]: criterion times them. With
//! `KEYFERRY_COUNT=name:times` one part is run that often and nothing is timed: `scripts/hot.sh`
//! asks callgrind what a run costs.

use criterion::{Criterion, Throughput};

/// Something that is timed: its name, how many items one run has, how many bytes, and the run.
pub(crate) struct Part {
    name: &'static str,
    items: usize,
    bytes: usize,
    run: Box<dyn Fn()>,
}

impl Part {
    pub(crate) fn new(
        name: &'static str,
        items: usize,
        bytes: usize,
        run: impl Fn() + 'static,
    ) -> Self {
        Self { name, items, bytes, run: Box::new(run) }
    }
}

/// Times all parts, or does what `KEYFERRY_COUNT` says; `names` there lists them.
pub(crate) fn run(crate_name: &str, parts: &[Part]) {
    if let Ok(asked) = std::env::var("KEYFERRY_COUNT") {
        let (name, times) = asked.rsplit_once(':').unwrap();
        if name == "names" {
            for part in parts {
                println!("{}\t{}", part.name, part.items);
            }
            return;
        }
        let part = parts.iter().find(|part| part.name == name).unwrap();
        for _ in 0..times.parse::<u32>().unwrap() {
            (part.run)();
        }
        return;
    }
    let mut criterion = Criterion::default().configure_from_args();
    for part in parts {
        let mut group = criterion.benchmark_group(crate_name);
        group.throughput(if part.bytes > 0 {
            Throughput::Bytes(part.bytes as u64)
        } else {
            Throughput::Elements(part.items as u64)
        });
        group.bench_function(part.name, |bencher| bencher.iter(&part.run));
        group.finish();
    }
    criterion.final_summary();
}
