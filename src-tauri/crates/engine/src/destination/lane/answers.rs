//! What the destination answers, matched with what was sent.

use std::sync::Arc;

use keyferry_protocol::resp::{ReplyScanner, RespError, Token};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout_at};

use super::chain::TOKENS_BEHIND;
use super::company::{Company, Count, total_in};
use super::intake::LongNames;
use super::refused::{Refused, command_at, refused};
use super::times::SentTimes;
use super::{ANSWER_TIMEOUT, internal, lost, silent};
use crate::apply::batch::{Batch, Reached, Span};
use crate::apply::mends::{Mends, Odd, Refusal};
use crate::checkpoint::Checkpoint;
use crate::error::{Error, ErrorKind, Result, Side};
use crate::report::EventLevel;
use crate::source::spool::Spool;
use crate::task::figures::{Figures, bump};
use crate::{failpoint, phrase};

/// What the next answers belong to.
pub(super) enum Expected {
    /// SELECT, WATCH and GET, before the lane's first transaction.
    Arm {
        /// What the checkpoint key must hold.
        held: Vec<u8>,
    },
    /// How many commands the server has processed, and whether it has a key that it has not.
    Count { name: Option<LongNames> },
    /// The answers of a plain batch.
    Plain(Arc<Batch>),
    /// MULTI, the queued commands, SELECT, GETSET, the chain's entry, EXEC; then WATCH and GET, or
    /// XREAD, for the next one.
    Transaction {
        /// `None` where only the checkpoint is written.
        batch: Option<Arc<Batch>>,
        /// What the checkpoint key held before; `None` where the batch itself removed it.
        old: Option<Vec<u8>>,
        new: Checkpoint,
        next: Next,
    },
}

impl Expected {
    /// As many commands as the server processes for it.
    fn commands(&self) -> usize {
        match self {
            // SELECT, WATCH and GET.
            Self::Arm { .. } => 3,
            // INFO, and GET.
            Self::Count { name } => 1 + usize::from(name.is_some()),
            Self::Plain(batch) => batch.commands,
            // MULTI and EXEC; WATCH and what is behind it, for the next one.
            Self::Transaction { batch, next, .. } => {
                4 + next.own() + batch.as_ref().map_or(0, |batch| batch.commands)
            }
        }
    }

    /// What of the stream it applies.
    fn span(self) -> Option<Span> {
        match self {
            Self::Transaction { batch, .. } => batch?.span,
            Self::Arm { .. } | Self::Count { .. } | Self::Plain(_) => None,
        }
    }
}

/// What makes sure that the next transaction comes behind this one.
pub(super) enum Next {
    /// It waits until the checkpoint key is seen to hold this.
    Holds(Vec<u8>),
    /// The server waits for this one's entry in the chain.
    Follows,
}

impl Next {
    /// Commands in a transaction that are not of its batch: SELECT and GETSET, and the chain's entry.
    fn own(&self) -> usize {
        match self {
            Self::Holds(_) => 2,
            Self::Follows => 3,
        }
    }
}

/// What the reading half has seen, for the writing half.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answered {
    /// Of what was sent.
    pub(super) pieces: u64,
    /// By the last plain batch that was answered whole.
    pub(super) reached: Option<Reached>,
    pub(super) company: Company,
}

/// Whom the reading half tells.
pub(super) struct Telling {
    pub(super) answered: watch::Sender<Answered>,
    pub(super) figures: Arc<Figures>,
    pub(super) refusals: watch::Sender<Vec<Refused>>,
    pub(super) times: Arc<SentTimes>,
}

/// Reads until everything expected is answered and nothing more will be.
pub(super) async fn read<R: AsyncRead + Unpin>(
    mut reader: R,
    mut expected: mpsc::Receiver<Expected>,
    tell: Telling,
    mending: Option<Mending>,
) -> Result<()> {
    let mut scanner = ReplyScanner::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut current: Option<Answering> = None;
    let mut pieces = 0;
    let mut counted = Count::default();
    loop {
        if current.is_none() {
            match expected.recv().await {
                Some(next) => current = Some(Answering::new(next, mending.is_some())),
                None => return Ok(()),
            }
        }
        let count = next_bytes(&mut reader, &mut buffer, &tell.times).await?;
        if count == 0 {
            let side = Side::Destination;
            let words = phrase!("failure.hung_up", side = side);
            return Err(Error::new(ErrorKind::ConnectionLost, side, words));
        }
        scanner.feed::<AnswerError>(buffer.get(..count).unwrap_or_default(), |depth, token| {
            let answering = match &mut current {
                Some(answering) => answering,
                // An answer can only belong to something that was announced before it was sent.
                none => match expected.try_recv() {
                    Ok(next) => none.insert(Answering::new(next, mending.is_some())),
                    Err(_) => return Err(internal(phrase!("failure.unasked_answer")).into()),
                },
            };
            let taken = answering.take(depth, token);
            if answering.unguarded
                && let Some(mending) = &mending
            {
                // What is behind it may have been sent, in part at least, and is as unguarded.
                let first = current.take().map(|answering| answering.expected);
                let rest = std::iter::from_fn(|| expected.try_recv().ok());
                mending.mends.unguarded(first.into_iter().chain(rest).filter_map(Expected::span));
                return taken.map(|_| ()).map_err(AnswerError);
            }
            if taken? && let Some(mut done) = current.take() {
                pieces += 1;
                tell.figures.latency.took(tell.times.took(pieces));
                if let (Some(mending), Expected::Transaction { batch: Some(batch), .. }) =
                    (&mending, &done.expected)
                {
                    done.refused.extend(mending.look_at(batch, &done.odd, &tell.figures)?);
                }
                done.settle(&tell, &mut counted)?;
            }
            Ok(())
        })?;
    }
}

/// Reads what comes next. Nothing is answered before a whole command has arrived, and a large value may
/// take minutes to send: silence counts from the last bytes that went out.
async fn next_bytes<R: AsyncRead + Unpin>(
    reader: &mut R,
    buffer: &mut [u8],
    times: &SentTimes,
) -> Result<usize> {
    let mut deadline = Instant::now() + ANSWER_TIMEOUT;
    loop {
        if let Ok(read) = timeout_at(deadline, reader.read(buffer)).await {
            return read.map_err(lost);
        }
        let later = times.moved_at() + ANSWER_TIMEOUT;
        if later <= deadline {
            return Err(silent());
        }
        deadline = later;
    }
}

/// Where commands are told of that did something else here than at the source.
pub(super) struct Mending {
    pub(super) mends: Arc<Mends>,
    pub(super) spool: Arc<Spool>,
}

impl Mending {
    /// What cannot be made up for.
    fn look_at(&self, batch: &Batch, odd: &[Odd], figures: &Figures) -> Result<Vec<Refused>> {
        let mut refused = Vec::new();
        if !odd.is_empty() {
            failpoint::hit("odd_answered");
            for keyless in self.mends.add(batch, odd, &self.spool)? {
                let command = keyless.name.escape_ascii().to_string();
                if keyless.is_without_data() {
                    figures.count(|counts| {
                        bump(&mut counts.commands_skipped, "refused_at_destination", 1);
                    });
                    let why = keyless.refusal.why;
                    let words = phrase!("event.command_refused", command = command, why = why);
                    figures.event(EventLevel::Warning, "command_refused", words);
                } else {
                    refused.push(Refused {
                        database: Some(keyless.database),
                        command,
                        keys: Vec::new(),
                        text: keyless.refusal.text,
                    });
                }
            }
        }
        self.mends.hear(batch);
        Ok(refused)
    }
}

/// [`Error`] as the scanner's callback may return it.
struct AnswerError(Error);

impl From<RespError> for AnswerError {
    fn from(cause: RespError) -> Self {
        Self(
            Error::new(ErrorKind::NotRedis, Side::Destination, phrase!("failure.answer_not_resp"))
                .caused_by(cause),
        )
    }
}

impl From<Error> for AnswerError {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<AnswerError> for Error {
    fn from(error: AnswerError) -> Self {
        error.0
    }
}

/// How far the answers of a transaction are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// MULTI, and what was queued.
    Queue,
    /// The elements of EXEC's answer.
    Elements,
    /// WATCH, and GET or XREAD, for the next transaction.
    Watch,
    Get,
}

/// The answers of one piece while they come in.
struct Answering {
    expected: Expected,
    part: Part,
    /// Answers seen of this part.
    seen: usize,
    /// What the old checkpoint was found to be wrong by.
    moved: Option<Error>,
    /// Commands that were refused inside a transaction that was applied.
    refused: Vec<Refused>,
    /// Whether odd answers are kept, or refusals.
    mends: bool,
    /// Commands whose keys are to be read from the source anew.
    odd: Vec<Odd>,
    /// MULTI itself was refused: what was to be in the transaction is executed by itself, as far as it
    /// arrives.
    unguarded: bool,
    /// How many commands the server has processed, where that was asked.
    total: Option<u64>,
}

impl Answering {
    fn new(expected: Expected, mends: bool) -> Self {
        let part = match &expected {
            Expected::Arm { .. } => Part::Watch,
            Expected::Count { .. } | Expected::Plain(_) | Expected::Transaction { .. } => {
                Part::Queue
            }
        };
        Self {
            expected,
            part,
            seen: 0,
            moved: None,
            refused: Vec::new(),
            mends,
            odd: Vec::new(),
            unguarded: false,
            total: None,
        }
    }

    /// Takes a token; true when the piece is answered whole.
    fn take(&mut self, depth: usize, token: Token<'_>) -> Result<bool> {
        match &self.expected {
            Expected::Arm { held } => {
                if let Token::Error(text) = token {
                    return Err(checkpoint_refused(text));
                }
                self.seen += 1;
                // SELECT and WATCH say OK.
                if self.seen <= 2 { Ok(false) } else { check_held(held, token).map(|()| true) }
            }
            Expected::Count { name } => {
                match token {
                    Token::Bulk(stats) if self.seen == 0 => self.total = total_in(stats),
                    Token::Null => (),
                    _ => self.total = None,
                }
                self.seen += 1;
                if let (2, Some(name)) = (self.seen, name) {
                    name.answered();
                }
                Ok(self.seen == 1 + usize::from(name.is_some()))
            }
            Expected::Plain(batch) => {
                if depth > 0 {
                    return Ok(false);
                }
                if let Token::Error(text) = token {
                    return Err(refused(Some(batch), self.seen, text));
                }
                self.seen += 1;
                // An array's elements would still follow, but no command of ours answers one.
                Ok(self.seen == batch.commands)
            }
            Expected::Transaction { batch, old, next, .. } => {
                let commands = batch.as_ref().map_or(0, |batch| batch.commands);
                let own = next.own();
                match self.part {
                    Part::Queue => {
                        // MULTI, the batch's commands and our own; then EXEC.
                        let queued = 1 + commands + own;
                        match token {
                            Token::Error(text) => {
                                self.unguarded = self.seen == 0;
                                return Err(match self.seen.checked_sub(1) {
                                    Some(index) => refused(batch.as_deref(), index, text),
                                    None => multi_refused(text),
                                });
                            }
                            Token::Simple(_) if self.seen < queued => self.seen += 1,
                            // The watched checkpoint was touched: nothing of this was applied.
                            Token::Null if self.seen == queued => return Err(changed()),
                            Token::Array(count) if self.seen == queued && count + 1 == queued => {
                                self.part = Part::Elements;
                                self.seen = 0;
                            }
                            _ => return Err(internal(phrase!("failure.exec_form"))),
                        }
                        Ok(false)
                    }
                    Part::Elements => {
                        if depth > 1 {
                            return Ok(false);
                        }
                        let index = self.seen;
                        self.seen += 1;
                        if index == commands + 1 {
                            // The batch is applied, whatever was there: what it was is told once
                            // this answer is complete.
                            self.moved = check_old(old.as_deref(), token).err();
                        } else if index == commands + 2 && matches!(token, Token::Error(_)) {
                            // The chain's entry: somebody else wrote to it.
                            self.moved.get_or_insert_with(changed);
                        } else if index > commands
                            && let Token::Error(text) = token
                        {
                            return Err(checkpoint_refused(text));
                        } else if let Token::Error(text) = token {
                            let text = String::from_utf8_lossy(text).into_owned();
                            let refused = command_at(batch.as_deref(), index).refused(text);
                            let error = refused.error();
                            if self.mends && is_mendable(&error) && index < commands {
                                let refusal =
                                    Some(Refusal { why: error.message, text: refused.text });
                                self.odd.push(Odd { command: index, refusal });
                            } else {
                                self.refused.push(refused);
                            }
                        } else if let Token::Integer(0) = token
                            && self.mends
                            && batch
                                .as_ref()
                                .is_some_and(|batch| batch.watched.binary_search(&index).is_ok())
                        {
                            self.odd.push(Odd { command: index, refusal: None });
                        }
                        if self.seen == commands + own {
                            self.part = Part::Watch;
                        }
                        Ok(false)
                    }
                    Part::Watch => {
                        self.part = Part::Get;
                        self.seen = 0;
                        match token {
                            Token::Error(text) => Err(checkpoint_refused(text)),
                            _ => Ok(false),
                        }
                    }
                    Part::Get => match next {
                        Next::Holds(held) => check_held(held, token).map(|()| true),
                        Next::Follows => match token {
                            Token::Error(text) => Err(checkpoint_refused(text)),
                            // Somebody had it wait no longer.
                            Token::Null if depth == 0 => Err(changed()),
                            Token::Array(1) if depth == 0 => Ok(false),
                            _ if depth == 0 => Err(internal(phrase!("failure.chain_form"))),
                            _ => {
                                self.seen += 1;
                                Ok(self.seen == TOKENS_BEHIND)
                            }
                        },
                    },
                }
            }
        }
    }

    fn settle(self, tell: &Telling, count: &mut Count) -> Result<()> {
        let Telling { answered, figures, refusals, .. } = tell;
        if matches!(self.expected, Expected::Count { .. }) {
            count.told(self.total);
        }
        count.answered(self.expected.commands());
        let reached = match self.expected {
            Expected::Arm { .. } | Expected::Count { .. } => None,
            Expected::Plain(batch) => {
                figures.applied(batch.records);
                Some(batch.reached)
            }
            Expected::Transaction { batch, new, .. } => {
                failpoint::hit("transaction_answered");
                figures.applied(batch.map_or(0, |batch| batch.records));
                figures.checkpointed(new);
                None
            }
        };
        if let Some(moved) = self.moved {
            return Err(moved);
        }
        if let Some(first) = self.refused.first() {
            let error = first.error();
            refusals.send_replace(self.refused);
            return Err(error);
        }
        answered.send_modify(|answered| {
            answered.pieces += 1;
            answered.reached = reached.or(answered.reached);
            answered.company = count.company();
        });
        Ok(())
    }
}

/// Whether reading the command's keys from the source anew makes up for the error. What a server
/// refuses as a whole, it refuses to everybody: that is for a person, or for time.
fn is_mendable(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::WriteRefused | ErrorKind::CommandUnknown)
}

fn multi_refused(text: &[u8]) -> Error {
    Error::reply(Side::Destination, "MULTI", &String::from_utf8_lossy(text))
}

fn checkpoint_refused(text: &[u8]) -> Error {
    Error::reply(Side::Destination, phrase!("what.checkpoint"), &String::from_utf8_lossy(text))
}

/// Somebody or something touched the checkpoint since it was looked at. Nothing was applied.
fn changed() -> Error {
    Error::new(
        ErrorKind::DestinationChanged,
        Side::Destination,
        phrase!("failure.checkpoint_touched"),
    )
}

/// GET must answer what this lane wrote last, or the next transaction must not be executed.
fn check_held(held: &[u8], token: Token<'_>) -> Result<()> {
    match token {
        Token::Bulk(found) if found == held => Ok(()),
        Token::Error(text) => Err(checkpoint_refused(text)),
        _ => Err(changed()),
    }
}

/// GETSET must answer what this lane wrote last. WATCH has it refused otherwise, so anything else is
/// a server that exchanged its data without WATCH noticing (`DEBUG RELOAD NOSAVE` of old ones), and
/// the batch lies on something else than it was made for.
fn check_old(old: Option<&[u8]>, token: Token<'_>) -> Result<()> {
    let found = match token {
        Token::Bulk(found) => Some(found),
        Token::Null => None,
        Token::Error(text) => return Err(checkpoint_refused(text)),
        _ => return Err(internal(phrase!("failure.getset_form"))),
    };
    if old == found {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::CheckpointMissing,
        Side::Destination,
        phrase!("failure.data_exchanged"),
    ))
}
