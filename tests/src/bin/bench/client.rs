//! Connections to the servers of a run.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use anyhow::{Result, bail};

/// Commands that are sent together.
pub(crate) struct Piece {
    bytes: Vec<u8>,
    answers: usize,
}

/// A connection that asks and answers; pipelines are counted, not parsed.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
    pending: Vec<u8>,
    unanswered: usize,
    /// Whether a batch may be of any size: who queues says when it is sent.
    unlimited: bool,
    /// Answers owed by each piece that was sent and not waited for.
    pieces: std::collections::VecDeque<usize>,
}

impl Client {
    pub(crate) fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port))?;
        Ok(Self {
            reader: BufReader::new(stream),
            pending: Vec::new(),
            unanswered: 0,
            unlimited: false,
            pieces: std::collections::VecDeque::new(),
        })
    }

    pub(crate) fn queue(&mut self, words: &[&[u8]]) -> Result<()> {
        write!(self.pending, "*{}\r\n", words.len())?;
        for word in words {
            write!(self.pending, "${}\r\n", word.len())?;
            self.pending.extend_from_slice(word);
            self.pending.extend_from_slice(b"\r\n");
        }
        self.unanswered += 1;
        if self.unanswered >= 500 && !self.unlimited { self.flush() } else { Ok(()) }
    }

    pub(crate) fn flush(&mut self) -> Result<()> {
        self.reader.get_mut().write_all(&self.pending)?;
        self.pending.clear();
        for _ in 0..std::mem::take(&mut self.unanswered) {
            self.answer()?;
        }
        Ok(())
    }

    /// Pieces are sent by [`Client::send_keeping`] alone.
    pub(crate) fn unlimited(&mut self) {
        self.unlimited = true;
    }

    /// What is queued, to be sent later.
    pub(crate) fn piece(&mut self) -> Piece {
        Piece {
            bytes: std::mem::take(&mut self.pending),
            answers: std::mem::take(&mut self.unanswered),
        }
    }

    /// Sends a piece, and waits until at most `pieces` are unanswered.
    pub(crate) fn send_keeping(&mut self, piece: &Piece, pieces: usize) -> Result<()> {
        self.reader.get_mut().write_all(&piece.bytes)?;
        self.pieces.push_back(piece.answers);
        self.wait_keeping(pieces)
    }

    /// Waits until at most `pieces` are unanswered.
    pub(crate) fn wait_keeping(&mut self, pieces: usize) -> Result<()> {
        while self.pieces.len() > pieces {
            for _ in 0..self.pieces.pop_front().unwrap_or_default() {
                self.skip_answer()?;
            }
        }
        Ok(())
    }

    /// Reads past one answer; an array's elements count with it.
    fn skip_answer(&mut self) -> Result<()> {
        let mut line = Vec::new();
        self.reader.read_until(b'\n', &mut line)?;
        let number = |line: &[u8]| -> Result<i64> {
            Ok(std::str::from_utf8(line.get(1..).unwrap_or_default())?.trim_end().parse()?)
        };
        match line.first() {
            Some(b'+' | b':') => Ok(()),
            Some(b'$') => {
                if let Ok(length) = usize::try_from(number(&line)?) {
                    std::io::copy(
                        &mut self.reader.by_ref().take(length as u64 + 2),
                        &mut std::io::sink(),
                    )?;
                }
                Ok(())
            }
            Some(b'*') => {
                for _ in 0..number(&line)? {
                    self.skip_answer()?;
                }
                Ok(())
            }
            _ => bail!("unexpected answer {:?}", String::from_utf8_lossy(&line)),
        }
    }

    pub(crate) fn ask(&mut self, words: &[&str]) -> Result<String> {
        let words: Vec<&[u8]> = words.iter().map(|word| word.as_bytes()).collect();
        self.queue(&words)?;
        self.reader.get_mut().write_all(&self.pending)?;
        self.pending.clear();
        self.unanswered = 0;
        self.answer()
    }

    pub(crate) fn answer(&mut self) -> Result<String> {
        let mut line = String::new();
        self.reader.read_line(&mut line)?;
        let body = line.get(1..).unwrap_or_default().trim_end().to_owned();
        match line.chars().next() {
            Some('+' | ':') => Ok(body),
            Some('$') if body == "-1" => Ok(String::new()),
            Some('$') => {
                let mut bytes = vec![0; body.parse::<usize>()? + 2];
                self.reader.read_exact(&mut bytes)?;
                Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
            }
            _ => bail!("unexpected answer {line:?}"),
        }
    }

    pub(crate) fn info(&mut self, field: &str) -> Result<String> {
        let text = self.ask(&["INFO"])?;
        let found = text.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
        Ok(found.unwrap_or_default().trim().to_owned())
    }
}
