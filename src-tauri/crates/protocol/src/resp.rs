//! RESP2, as replication and pipelines use it.
//!
//! Source: the protocol specification of Redis ("RESP protocol spec"), and how `replication.c`
//! writes commands: always as arrays of bulk strings.

use memchr::memchr;

/// The longest line (`*3`, `$17`, `+OK`, an error's text) that is accepted, bytes.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// The most arguments one command may have: Redis's own limit (1024 × 1024), doubled.
pub const ARGUMENTS_MAX: usize = 2 * 1024 * 1024;
/// How much of a bulk reply a [`ReplyScanner`] keeps for its token, bytes.
pub const BULK_KEPT_BYTES: usize = 1024;
/// How deep replies may nest.
const REPLY_DEPTH_MAX: usize = 16;

/// The input is not RESP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RespError {
    /// A byte that begins nothing.
    #[error("byte 0x{0:02x} where a RESP type was expected")]
    UnexpectedType(u8),
    /// A length that is not a number, or out of bounds.
    #[error("a RESP length is malformed or out of bounds")]
    Length,
    /// A missing CRLF, a line or a nesting without end.
    #[error("a RESP frame is malformed")]
    Malformed,
}

/// Appends an array header: `*count`.
pub fn put_array(out: &mut Vec<u8>, count: usize) {
    put_header(out, b'*', count);
}

/// Appends a bulk string.
pub fn put_bulk(out: &mut Vec<u8>, bytes: &[u8]) {
    put_header(out, b'$', bytes.len());
    out.extend_from_slice(bytes);
    out.extend_from_slice(b"\r\n");
}

/// Appends the header of a bulk string whose bytes (and CRLF) the caller sends itself.
pub fn put_bulk_header(out: &mut Vec<u8>, length: usize) {
    put_header(out, b'$', length);
}

/// Appends a whole command.
pub fn put_command(out: &mut Vec<u8>, arguments: &[&[u8]]) {
    put_array(out, arguments.len());
    for argument in arguments {
        put_bulk(out, argument);
    }
}

fn put_header(out: &mut Vec<u8>, kind: u8, number: usize) {
    let digit = |number: usize| b'0' + (number % 10) as u8;
    // Nearly all have one to three digits: written at once, without a call.
    match number {
        0..10 => out.extend_from_slice(&[kind, digit(number), b'\r', b'\n']),
        10..100 => {
            out.extend_from_slice(&[kind, digit(number / 10), digit(number), b'\r', b'\n']);
        }
        100..1000 => {
            let digits = [digit(number / 100), digit(number / 10), digit(number)];
            out.extend_from_slice(&[kind, digits[0], digits[1], digits[2], b'\r', b'\n']);
        }
        _ => {
            out.push(kind);
            out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
            out.extend_from_slice(b"\r\n");
        }
    }
}

/// A line's content and how many bytes it took with its CRLF.
fn line(input: &[u8]) -> Result<Option<(&[u8], usize)>, RespError> {
    let Some(end) = memchr(b'\n', input) else {
        return if input.len() > LINE_BYTES_MAX { Err(RespError::Malformed) } else { Ok(None) };
    };
    match input.get(..end).and_then(|text| text.strip_suffix(b"\r")) {
        Some(text) => Ok(Some((text, end + 1))),
        None => Err(RespError::Malformed),
    }
}

/// Decimal digits with an optional minus; nothing else.
fn number(text: &[u8]) -> Result<i64, RespError> {
    let (negative, digits) = match text.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    if digits.is_empty() || digits.len() > 18 {
        // i64::MIN and its neighbours are integers a server may answer, lengths never are.
        return std::str::from_utf8(text)
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or(RespError::Length);
    }
    let mut value = 0i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(RespError::Length);
        }
        value = value * 10 + i64::from(digit - b'0');
    }
    Ok(if negative { -value } else { value })
}

/// Where one argument of a command lies, relative to the command's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArgumentRange {
    /// Of its first byte.
    pub start: usize,
    /// Bytes.
    pub length: usize,
}

/// Reads commands out of a replication stream, keeping where each argument lies and copying
/// nothing. A command may be larger than the caller's buffer: what was read of it is kept between
/// calls, so that the caller may discard bytes that were consumed.
#[derive(Debug, Default)]
pub struct CommandReader {
    arguments: Vec<ArgumentRange>,
    /// Arguments still to come; 0 between commands.
    left: usize,
    /// Bytes of the current command consumed so far.
    position: usize,
    /// Bytes still to skip of the current argument and its CRLF.
    skip: usize,
}

/// What [`CommandReader::advance`] came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandStep {
    /// The command ended after that many bytes of the input; [`CommandReader::arguments`] is whole.
    Done {
        /// Bytes of the input that belong to it.
        consumed: usize,
    },
    /// More bytes are needed: give the rest of the input again, with more behind it.
    More {
        /// Bytes of the input that need not be given again.
        consumed: usize,
    },
}

impl CommandReader {
    /// Between two commands.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the arguments lie that were read so far of the current or last command.
    pub fn arguments(&self) -> &[ArgumentRange] {
        &self.arguments
    }

    /// Reads on.
    ///
    /// # Errors
    /// The input is not a stream of commands.
    pub fn advance(&mut self, input: &[u8]) -> Result<CommandStep, RespError> {
        let mut at = 0;
        if self.left == 0 && self.skip == 0 {
            let Some(first) = input.first() else {
                return Ok(CommandStep::More { consumed: 0 });
            };
            if *first != b'*' {
                return Err(RespError::UnexpectedType(*first));
            }
            let Some((text, used)) = line(input)? else {
                return Ok(CommandStep::More { consumed: 0 });
            };
            let count = usize::try_from(number(text.get(1..).unwrap_or_default())?)
                .ok()
                .filter(|count| (1..=ARGUMENTS_MAX).contains(count))
                .ok_or(RespError::Length)?;
            self.arguments.clear();
            self.left = count;
            self.position = used;
            at = used;
        }
        loop {
            let rest = input.get(at..).unwrap_or_default();
            if self.skip > 0 {
                let step = self.skip.min(rest.len());
                // The argument's last two bytes must be its CRLF, however the input is split.
                for (from_end, expected) in [(2, b'\r'), (1, b'\n')] {
                    if let Some(index) = self.skip.checked_sub(from_end)
                        && index < step
                        && rest.get(index) != Some(&expected)
                    {
                        return Err(RespError::Malformed);
                    }
                }
                self.skip -= step;
                self.position += step;
                at += step;
                if self.skip > 0 {
                    return Ok(CommandStep::More { consumed: at });
                }
                self.left -= 1;
            }
            if self.left == 0 {
                return Ok(CommandStep::Done { consumed: at });
            }
            let rest = input.get(at..).unwrap_or_default();
            let Some(first) = rest.first() else {
                return Ok(CommandStep::More { consumed: at });
            };
            if *first != b'$' {
                return Err(RespError::UnexpectedType(*first));
            }
            let Some((text, used)) = line(rest)? else {
                return Ok(CommandStep::More { consumed: at });
            };
            let length = usize::try_from(number(text.get(1..).unwrap_or_default())?)
                .ok()
                .filter(|length| *length <= isize::MAX as usize / 2)
                .ok_or(RespError::Length)?;
            at += used;
            self.position += used;
            self.arguments.push(ArgumentRange { start: self.position, length });
            self.skip = length + 2;
        }
    }
}

/// One piece of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// `+text`.
    Simple(&'a [u8]),
    /// `-CODE text`, without the dash.
    Error(&'a [u8]),
    /// `:n`.
    Integer(i64),
    /// A bulk string: its first [`BULK_KEPT_BYTES`].
    Bulk(&'a [u8]),
    /// A null bulk or null array.
    Null,
    /// An array's header; its elements follow, one level deeper.
    Array(usize),
}

/// Reads replies as they arrive, in constant memory however long a reply is.
#[derive(Debug, Default)]
pub struct ReplyScanner {
    /// Elements still to come, per open array.
    open: Vec<usize>,
    /// A line that was cut by the end of the input.
    partial: Vec<u8>,
    /// Bytes still to come of a bulk with its CRLF, and what is kept of it.
    bulk: Option<(usize, Vec<u8>)>,
}

impl ReplyScanner {
    /// Before the first reply.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads all of `input`; `on_token` gets each token with its depth (0 = a reply of its own).
    ///
    /// # Errors
    /// The input is not RESP, or what `on_token` returned.
    pub fn feed<E: From<RespError>>(
        &mut self,
        mut input: &[u8],
        mut on_token: impl FnMut(usize, Token<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        while !input.is_empty() {
            if let Some((left, kept)) = &mut self.bulk {
                let step = (*left).min(input.len());
                let (part, rest) = input.split_at(step);
                let content = part.get(..step.min(left.saturating_sub(2))).unwrap_or_default();
                let room = BULK_KEPT_BYTES - kept.len().min(BULK_KEPT_BYTES);
                kept.extend_from_slice(content.get(..room.min(content.len())).unwrap_or_default());
                *left -= step;
                input = rest;
                if *left == 0
                    && let Some((_, kept)) = self.bulk.take()
                {
                    on_token(self.open.len(), Token::Bulk(&kept))?;
                    self.close_full_arrays();
                }
                continue;
            }
            let joined;
            let (text, rest) = match memchr(b'\n', input) {
                None => {
                    self.partial.extend_from_slice(input);
                    if self.partial.len() > LINE_BYTES_MAX {
                        return Err(RespError::Malformed.into());
                    }
                    return Ok(());
                }
                Some(end) => {
                    let (head, rest) = input.split_at(end + 1);
                    if self.partial.is_empty() {
                        (head, rest)
                    } else {
                        self.partial.extend_from_slice(head);
                        joined = std::mem::take(&mut self.partial);
                        (joined.as_slice(), rest)
                    }
                }
            };
            input = rest;
            let text = text.strip_suffix(b"\r\n").ok_or(RespError::Malformed)?;
            self.line(text, &mut on_token)?;
        }
        Ok(())
    }

    fn line<E: From<RespError>>(
        &mut self,
        text: &[u8],
        on_token: &mut impl FnMut(usize, Token<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let (kind, body) = text.split_first().ok_or(RespError::Malformed)?;
        let depth = self.open.len();
        match kind {
            b'+' => on_token(depth, Token::Simple(body))?,
            b'-' => on_token(depth, Token::Error(body))?,
            b':' => on_token(depth, Token::Integer(number(body)?))?,
            b'$' => match number(body)? {
                -1 => on_token(depth, Token::Null)?,
                length => {
                    let length = usize::try_from(length).map_err(|_| RespError::Length)?;
                    let left = length.checked_add(2).ok_or(RespError::Length)?;
                    self.bulk = Some((left, Vec::new()));
                    return Ok(());
                }
            },
            b'*' => match number(body)? {
                -1 => on_token(depth, Token::Null)?,
                count => {
                    let count = usize::try_from(count).map_err(|_| RespError::Length)?;
                    on_token(depth, Token::Array(count))?;
                    if count > 0 {
                        if depth >= REPLY_DEPTH_MAX {
                            return Err(RespError::Malformed.into());
                        }
                        self.open.push(count);
                        return Ok(());
                    }
                }
            },
            other => return Err(RespError::UnexpectedType(*other).into()),
        }
        self.close_full_arrays();
        Ok(())
    }

    fn close_full_arrays(&mut self) {
        while let Some(left) = self.open.last_mut() {
            *left -= 1;
            if *left > 0 {
                break;
            }
            self.open.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headers_tell_every_length() {
        for length in (0..1200).chain([9_999, 10_000, 512 << 20, usize::MAX]) {
            let mut out = Vec::new();
            put_bulk_header(&mut out, length);
            put_array(&mut out, length);
            assert_eq!(out, format!("${length}\r\n*{length}\r\n").into_bytes());
        }
    }

    fn split_at(input: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (input.len() + 1)).collect();
        cuts.sort_unstable();
        let mut parts = Vec::new();
        let mut from = 0;
        for cut in cuts.into_iter().chain([input.len()]) {
            parts.push(input[from..cut].to_vec());
            from = cut;
        }
        parts
    }

    fn read_commands(parts: &[Vec<u8>]) -> Result<Vec<(usize, Vec<ArgumentRange>)>, RespError> {
        let mut reader = CommandReader::new();
        let (mut commands, mut buffer, mut length) = (Vec::new(), Vec::new(), 0);
        for part in parts {
            buffer.extend_from_slice(part);
            loop {
                match reader.advance(&buffer)? {
                    CommandStep::Done { consumed } => {
                        commands.push((length + consumed, reader.arguments().to_vec()));
                        length = 0;
                        buffer.drain(..consumed);
                    }
                    CommandStep::More { consumed } => {
                        length += consumed;
                        buffer.drain(..consumed);
                        break;
                    }
                }
            }
        }
        Ok(commands)
    }

    fn tokens(parts: &[Vec<u8>]) -> Result<Vec<(usize, String)>, RespError> {
        let mut scanner = ReplyScanner::new();
        let mut seen = Vec::new();
        for part in parts {
            scanner.feed::<RespError>(part, |depth, token| {
                seen.push((depth, format!("{token:?}")));
                Ok(())
            })?;
        }
        Ok(seen)
    }

    #[test]
    fn a_command_says_where_its_arguments_lie() {
        let input = b"*3\r\n$3\r\nSET\r\n$0\r\n\r\n$4\r\na\r\nb\r\n*1\r\n$4\r\nPING\r\n";
        let commands = read_commands(&[input.to_vec()]).unwrap();
        let texts: Vec<&[u8]> = commands[0]
            .1
            .iter()
            .map(|range| &input[range.start..range.start + range.length])
            .collect();
        assert_eq!(texts, [&b"SET"[..], b"", b"a\r\nb"]);
        assert_eq!(commands.len(), 2);
        assert_eq!(commands.iter().map(|(length, _)| length).sum::<usize>(), input.len());
    }

    #[test]
    fn what_is_not_a_command_is_refused() {
        for bad in [
            &b"PING\r\n"[..],
            b"*0\r\n",
            b"*-1\r\n",
            b"*1\r\n:1\r\n",
            b"*1\r\n$-1\r\n",
            b"*1\r\n$1\r\nabc",
            b"*1\r\n$99999999999999999999\r\n",
            b"*1\n",
        ] {
            assert!(read_commands(&[bad.to_vec()]).is_err(), "{:?}", String::from_utf8_lossy(bad));
        }
    }

    #[test]
    fn nested_replies_end_where_they_end() {
        let input = b"*2\r\n*2\r\n:1\r\n$-1\r\n*0\r\n+OK\r\n-ERR no\r\n";
        let seen = tokens(&[input.to_vec()]).unwrap();
        let depths: Vec<usize> = seen.iter().map(|(depth, _)| *depth).collect();
        assert_eq!(depths, [0, 1, 2, 2, 1, 0, 0]);
    }

    #[test]
    fn a_long_bulk_reply_is_kept_in_part_only() {
        let mut input = b"$100000\r\n".to_vec();
        input.extend(std::iter::repeat_n(b'x', 100_000));
        input.extend_from_slice(b"\r\n:7\r\n");
        let mut scanner = ReplyScanner::new();
        let mut seen = Vec::new();
        for part in input.chunks(777) {
            scanner
                .feed::<RespError>(part, |_, token| {
                    seen.push(match token {
                        Token::Bulk(kept) => kept.len() as i64,
                        Token::Integer(n) => n,
                        _ => -1,
                    });
                    Ok(())
                })
                .unwrap();
        }
        assert_eq!(seen, [BULK_KEPT_BYTES as i64, 7]);
    }

    proptest! {
        #[test]
        fn any_split_of_commands_reads_the_same(
            commands in prop::collection::vec(
                prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6), 1..8),
            cuts in prop::collection::vec(any::<usize>(), 0..12),
        ) {
            let mut input = Vec::new();
            for command in &commands {
                let arguments: Vec<&[u8]> = command.iter().map(Vec::as_slice).collect();
                put_command(&mut input, &arguments);
            }
            let whole = read_commands(std::slice::from_ref(&input)).unwrap();
            prop_assert_eq!(whole.len(), commands.len());
            prop_assert_eq!(read_commands(&split_at(&input, &cuts)).unwrap(), whole);
        }

        #[test]
        fn any_split_of_replies_reads_the_same(
            picks in prop::collection::vec(0usize..7, 1..20),
            cuts in prop::collection::vec(any::<usize>(), 0..12),
        ) {
            let forms: [&[u8]; 7] = [b"+OK\r\n", b"-ERR x\r\n", b":-12\r\n", b"$3\r\na\r\n\r\n",
                b"$-1\r\n", b"*2\r\n:1\r\n*1\r\n$0\r\n\r\n", b"*0\r\n"];
            let input: Vec<u8> = picks.iter().flat_map(|pick| forms[*pick].to_vec()).collect();
            let whole = tokens(std::slice::from_ref(&input)).unwrap();
            prop_assert_eq!(tokens(&split_at(&input, &cuts)).unwrap(), whole);
        }

        #[test]
        fn no_bytes_make_a_reader_panic(input in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_commands(std::slice::from_ref(&input));
            let _ = tokens(&[input]);
        }
    }
}
