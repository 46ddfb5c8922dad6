//! Processes of a test: signals to them, and what they take (read from proc(5), so Linux alone).

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// USER_HZ is 100 on every Linux that runs Rust.
const TICKS_PER_SECOND: f64 = 100.0;
/// Fields of `/proc/<pid>/stat`, counted from behind the name.
const USER_TIME: usize = 11;
const START_TIME: usize = 19;

/// Sends a signal by its name, e.g. `TERM`.
pub fn signal(pid: u32, name: &str) -> Result<()> {
    let status = Command::new("kill").args(["-s", name, &pid.to_string()]).status()?;
    ensure!(status.success(), "kill -s {name} {pid}");
    Ok(())
}

/// Seconds of CPU of a process, user and system.
pub fn cpu_seconds(pid: u32) -> Result<f64> {
    times(pid, 2)
}

/// The same with those of its children that have ended and that it has waited for.
pub fn cpu_seconds_with_ended_children(pid: u32) -> Result<f64> {
    times(pid, 4)
}

/// The same with those of its children that live, and theirs.
pub fn cpu_seconds_with_descendants(pid: u32) -> Result<f64> {
    let mut seconds = cpu_seconds(pid)?;
    for child in children(pid)? {
        // One that has ended meanwhile takes nothing more.
        seconds += cpu_seconds_with_descendants(child).unwrap_or(0.0);
    }
    Ok(seconds)
}

/// The most memory that a process had at once (VmHWM), MiB.
pub fn peak_memory_mib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    Ok(peak.trim().trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
}

/// How many seconds after the machine's start a process was started.
pub fn started_at(pid: u32) -> Result<f64> {
    let ticks = stat(pid)?.get(START_TIME).copied().context("a short stat")?;
    Ok(ticks / TICKS_PER_SECOND)
}

/// The children of a process's first thread.
pub fn children(pid: u32) -> Result<Vec<u32>> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
    Ok(children.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>()?)
}

/// The sum of so many times: user, system, and both of the children that were waited for.
fn times(pid: u32, fields: usize) -> Result<f64> {
    Ok(stat(pid)?.iter().skip(USER_TIME).take(fields).sum::<f64>() / TICKS_PER_SECOND)
}

/// The numbers of `/proc/<pid>/stat` behind the name; the state, which is a letter, is 0.
fn stat(pid: u32) -> Result<Vec<f64>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit_once(')').context("an odd stat")?.1;
    Ok(fields.split_ascii_whitespace().map(|field| field.parse().unwrap_or_default()).collect())
}
