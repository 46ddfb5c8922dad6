//! The hot parts of the formats: `cargo bench -p keyferry-protocol` times them, [`parts`] says what
//! else can be done with them.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod parts;

use std::hint::black_box;

use keyferry_protocol::crc::Crc64;
use keyferry_protocol::glob;
use keyferry_protocol::lzf;
use keyferry_protocol::rdb::{
    Item, RdbReader, RestorePayload, ValueWalker, Walk, put_restore_payload,
};
use keyferry_protocol::resp::{CommandReader, CommandStep, ReplyScanner, put_bulk, put_command};
use parts::Part;

/// How many keys, commands or answers one run has.
const MANY: usize = 1000;

fn rdb_string(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = bytes.len();
    if length < 64 {
        out.push(length as u8);
    } else {
        out.extend([0x40 | (length >> 8) as u8, length as u8]);
    }
    out.extend(bytes);
}

/// A snapshot of strings of 100 bytes, or of hashes with ten fields in the plain form.
fn snapshot(hashes: bool) -> Vec<u8> {
    let mut out = b"REDIS0011\xfe\x00".to_vec();
    for number in 0..MANY {
        let key = format!("key:{number:010}");
        if hashes {
            out.push(4);
            rdb_string(&mut out, key.as_bytes());
            out.push(10);
            for field in 0..10 {
                rdb_string(&mut out, format!("field:{field}").as_bytes());
                rdb_string(&mut out, &[b'v'; 20]);
            }
        } else {
            out.push(0);
            rdb_string(&mut out, key.as_bytes());
            rdb_string(&mut out, &[b'v'; 100]);
        }
    }
    out.push(255);
    out.extend([0; 8]);
    out
}

/// Walks a whole snapshot; `with` gets each key, its value's type and its value's bytes.
fn walk(input: &[u8], mut with: impl FnMut(&[u8], u8, &[u8])) {
    let mut reader = RdbReader::new();
    let mut at = 0;
    let mut key_bytes = Vec::new();
    loop {
        let (used, item) = reader.next(&input[at..]).unwrap().unwrap();
        at += used;
        match item {
            Item::Entry { key, value_type, .. } => {
                key_bytes.clear();
                key.append_to(&mut key_bytes).unwrap();
                let mut walker = ValueWalker::new(value_type, reader.flavour()).unwrap();
                let Walk::Done { consumed } = walker.advance(&input[at..]).unwrap() else {
                    panic!("the value is whole");
                };
                with(&key_bytes, value_type, &input[at..at + consumed]);
                at += consumed;
            }
            Item::End { .. } => break,
            _ => {}
        }
    }
}

/// A value as the argument of RESTORE.
fn restore(out: &mut Vec<u8>, key: &[u8], value_type: u8, value: &[u8]) {
    out.extend_from_slice(b"*5\r\n$7\r\nRESTORE\r\n");
    put_bulk(out, key);
    out.extend_from_slice(b"$1\r\n0\r\n");
    keyferry_protocol::resp::put_bulk_header(out, 1 + value.len() + RestorePayload::FOOTER_BYTES);
    put_restore_payload(out, value_type, value, 11);
    out.extend_from_slice(b"\r\n$7\r\nREPLACE\r\n");
}

/// What LZF makes of text that repeats itself.
fn compressed() -> (Vec<u8>, usize) {
    // A literal run of 16 bytes, then references of 264 bytes, 16 back.
    let mut input = vec![15];
    input.extend(b"abcdefghijklmnop");
    let mut length = 16;
    for _ in 0..40 {
        input.extend([7 << 5, 255, 15]);
        length += 264;
    }
    (input, length)
}

fn hot_parts() -> Vec<Part> {
    let strings = snapshot(false);
    let hashes = snapshot(true);
    let commands = {
        let mut out = Vec::new();
        for number in 0..MANY {
            let key = format!("key:{number:010}");
            put_command(&mut out, &[b"SET", key.as_bytes(), &[b'v'; 100]]);
        }
        out
    };
    let answers = b"+OK\r\n".repeat(MANY);
    let block = vec![b'v'; 64 * 1024];
    let (packed, length) = compressed();
    let keys: Vec<Vec<u8>> =
        (0..MANY).map(|number| format!("session:{number:010}").into_bytes()).collect();
    vec![
        {
            let input = strings.clone();
            Part::new("walk strings", MANY, input.len(), move || {
                walk(black_box(&input), |key, _, value| {
                    black_box((key, value));
                });
            })
        },
        {
            let input = hashes.clone();
            Part::new("walk hashes", MANY, input.len(), move || {
                walk(black_box(&input), |key, _, value| {
                    black_box((key, value));
                });
            })
        },
        Part::new("walk and encode hashes", MANY, hashes.len(), move || {
            let mut out = Vec::with_capacity(2 * hashes.len());
            walk(black_box(&hashes), |key, value_type, value| {
                restore(&mut out, key, value_type, value);
            });
            black_box(out);
        }),
        Part::new("encode SET", MANY, commands.len(), || {
            let mut out = Vec::with_capacity(160 * MANY);
            let value = [b'v'; 100];
            for _ in 0..MANY {
                put_command(&mut out, black_box(&[b"SET", b"key:0000000001", &value]));
            }
            black_box(out);
        }),
        Part::new("read commands", MANY, commands.len(), move || {
            let mut reader = CommandReader::new();
            let mut rest = black_box(commands.as_slice());
            while !rest.is_empty() {
                let CommandStep::Done { consumed } = reader.advance(rest).unwrap() else {
                    panic!("the command is whole");
                };
                black_box(reader.arguments());
                rest = &rest[consumed..];
            }
        }),
        Part::new("read answers", MANY, answers.len(), move || {
            let mut count = 0;
            let mut scanner = ReplyScanner::new();
            let fed = scanner.feed(black_box(&answers), |_, token| {
                black_box(token);
                count += 1;
                Ok::<_, keyferry_protocol::resp::RespError>(())
            });
            fed.unwrap();
            assert_eq!(count, MANY);
        }),
        Part::new("crc-64 of 64 KiB", 1, block.len(), move || {
            let mut crc = Crc64::new();
            crc.update(black_box(&block));
            black_box(crc.value());
        }),
        Part::new("undo LZF", 1, length, move || {
            let mut out = Vec::with_capacity(length);
            lzf::decompress(black_box(&packed), &mut out, length).unwrap();
            black_box(out);
        }),
        Part::new("match keys", MANY, 18 * MANY, move || {
            for key in &keys {
                black_box(glob::matches(black_box(b"session:*[05]"), key));
            }
        }),
    ]
}

fn main() {
    parts::run("protocol", &hot_parts());
}
