//! The hot parts of the engine, timed: `cargo bench -p keyferry-engine --features benches`.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use keyferry_engine::hot::{Appending, batch_strings};
use keyferry_engine::spec::KeyFilter;

const MANY: usize = 1000;
/// What the link reads at once from a busy source.
const RECORD_BYTES: usize = 64 * 1024;

fn spool(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = Appending::open(folder.path()).unwrap();
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Bytes((100 * RECORD_BYTES) as u64));
    group.bench_function("append to the spool", |bencher| {
        bencher.iter_batched(
            || (),
            |()| {
                spool.reset().unwrap();
                for _ in 0..100 {
                    spool.append(RECORD_BYTES).unwrap();
                }
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn batches(criterion: &mut Criterion) {
    let value = [b'v'; 100];
    let keys: Vec<String> = (0..MANY).map(|number| format!("key:{number:010}")).collect();
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(MANY as u64));
    group.bench_function("batch strings", |bencher| {
        bencher.iter(|| {
            let strings = keys.iter().map(|key| (key.as_bytes(), value.as_slice()));
            black_box(batch_strings(black_box(strings)))
        });
    });
    group.finish();
}

fn filters(criterion: &mut Criterion) {
    let filter = KeyFilter::new(["session:*", "user:*"], ["*:tmp"]);
    let keys: Vec<String> = (0..MANY).map(|number| format!("user:{number:010}")).collect();
    let mut group = criterion.benchmark_group("engine");
    group.throughput(Throughput::Elements(MANY as u64));
    group.bench_function("filter keys", |bencher| {
        bencher.iter(|| keys.iter().filter(|key| filter.takes(key.as_bytes())).count());
    });
    group.finish();
}

criterion_group!(hot, spool, batches, filters);
criterion_main!(hot);
