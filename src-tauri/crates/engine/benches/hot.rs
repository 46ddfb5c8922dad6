//! The hot parts of the engine: `cargo bench -p keyferry-engine --features benches` times them,
//! [`parts`] says what else can be done with them.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../../protocol/benches/parts/mod.rs"]
mod parts;

use std::cell::RefCell;
use std::hint::black_box;

use keyferry_engine::hot::{Appending, Budget, batch_strings};
use keyferry_engine::spec::{KeyFilter, Limits};
use parts::Part;

const MANY: usize = 1000;
/// What the link reads at once from a busy source.
const RECORD_BYTES: usize = 64 * 1024;
const RECORDS: usize = 100;

/// Asks for each record what a batch may have.
fn budget(name: &'static str, limits: Limits) -> Part {
    let budget = RefCell::new(Budget::new(limits));
    Part::new(name, MANY, 0, move || {
        let mut budget = budget.borrow_mut();
        for _ in 0..MANY {
            black_box(budget.share());
        }
    })
}

fn hot_parts() -> Vec<Part> {
    let folder = tempfile::tempdir().unwrap();
    let spool = RefCell::new(Appending::open(folder.path()).unwrap());
    let value = [b'v'; 100];
    let keys: Vec<String> = (0..MANY).map(|number| format!("user:{number:010}")).collect();
    let filter = KeyFilter::new(["session:*", "user:*"], ["*:tmp"]);
    let limited = Limits { records_per_second: Some(5000), bytes_per_second: Some(4 << 20) };
    vec![
        Part::new("append to the spool", RECORDS, RECORDS * RECORD_BYTES, move || {
            let _ = &folder;
            let mut spool = spool.borrow_mut();
            spool.reset().unwrap();
            for _ in 0..RECORDS {
                spool.append(RECORD_BYTES).unwrap();
            }
        }),
        {
            let keys = keys.clone();
            Part::new("batch strings", MANY, 0, move || {
                let strings = keys.iter().map(|key| (key.as_bytes(), value.as_slice()));
                black_box(batch_strings(black_box(strings)));
            })
        },
        Part::new("filter keys", MANY, 0, move || {
            black_box(keys.iter().filter(|key| filter.takes(key.as_bytes())).count());
        }),
        budget("ask no budget", Limits::default()),
        budget("ask a budget", limited),
    ]
}

fn main() {
    parts::run("engine", &hot_parts());
}
