//! How fast the destination fills, as a drawing.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::client::Client;

/// Samples of one run.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    /// Seconds, and MiB that the destination uses.
    pub(crate) points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const MARGIN: f64 = 56.0;
/// A rate is what came in so many seconds: the servers' own figures come in steps.
const RATE_OVER: f64 = 1.0;
const COLOURS: [&str; 2] = ["#1668dc", "#8c8c8c"];

impl Curve {
    /// Samples the destination at this port while `run` runs.
    pub(crate) fn sample(
        name: &'static str,
        port: u16,
        run: impl FnOnce() -> Result<()>,
    ) -> Result<Self> {
        let mut client = Client::open(port)?;
        let over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&over);
        let sampler = std::thread::spawn(move || -> Result<Vec<(f64, f64)>> {
            let began = Instant::now();
            let mut points = Vec::new();
            while !told.load(Ordering::Acquire) {
                let bytes: f64 = client.info("used_memory")?.parse()?;
                points.push((began.elapsed().as_secs_f64(), bytes / 1024.0 / 1024.0));
                std::thread::sleep(Duration::from_millis(100));
            }
            Ok(points)
        });
        let ran = run();
        over.store(true, Ordering::Release);
        let points = sampler.join().map_err(|_| anyhow!("the sampler panicked"))??;
        ran?;
        Ok(Self { name, points })
    }

    /// MiB/s over the last second, at each sample.
    fn rates(&self) -> Vec<(f64, f64)> {
        let mut before = self.points.iter().peekable();
        let mut rates = Vec::new();
        for (at, mib) in &self.points {
            while before.next_if(|(earlier, _)| at - earlier > RATE_OVER).is_some() {}
            if let Some((earlier, less)) = before.peek()
                && at > earlier
            {
                rates.push((*at, (mib - less) / (at - earlier)));
            }
        }
        rates
    }
}

/// What the destination takes in a second, and what it holds by then, one above the other.
pub(crate) fn svg(curves: &[Curve]) -> Result<String> {
    let mut out = String::new();
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{}\" fill=\"#fff\"/>",
        2.0 * HEIGHT,
        2.0 * HEIGHT
    )?;
    let rates: Vec<_> = curves.iter().map(|curve| (curve.name, curve.rates())).collect();
    let held: Vec<_> = curves.iter().map(|curve| (curve.name, curve.points.clone())).collect();
    panel(&mut out, 0.0, "MiB/s at the destination, over seconds: 1 GB mix of all types", &rates)?;
    panel(&mut out, HEIGHT, "MiB at the destination, over seconds", &held)?;
    out.push_str("</svg>\n");
    Ok(out)
}

/// A drawing of named lines, this far down.
fn panel(out: &mut String, top: f64, title: &str, lines: &[(&str, Vec<(f64, f64)>)]) -> Result<()> {
    let all = || lines.iter().flat_map(|(_, points)| points.iter());
    let seconds = all().map(|(at, _)| *at).fold(1.0, f64::max);
    let most = all().map(|(_, value)| *value).fold(1.0, f64::max);
    let x = |at: f64| MARGIN + at / seconds * (WIDTH - 2.0 * MARGIN);
    let y = |value: f64| top + HEIGHT - MARGIN - value.max(0.0) / most * (HEIGHT - 2.0 * MARGIN);
    writeln!(out, "<text x=\"{MARGIN}\" y=\"{}\" fill=\"#262626\">{title}</text>", top + 24.0)?;
    for part in 0..=4 {
        let share = f64::from(part) / 4.0;
        writeln!(
            out,
            "<line x1=\"{MARGIN}\" x2=\"{}\" y1=\"{y0:.1}\" y2=\"{y0:.1}\" stroke=\"#e5e5e5\"/>\n\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#595959\">{:.0}</text>\n\
             <text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\" fill=\"#595959\">{:.1}</text>",
            WIDTH - MARGIN,
            MARGIN - 6.0,
            y(share * most) + 4.0,
            share * most,
            x(share * seconds),
            top + HEIGHT - MARGIN + 18.0,
            share * seconds,
            y0 = y(share * most),
        )?;
    }
    // The names stand beside the title, where no line is.
    for (number, ((name, points), colour)) in lines.iter().zip(COLOURS).enumerate() {
        let mut path = String::new();
        for (at, value) in points {
            write!(path, "{:.1},{:.1} ", x(*at), y(*value))?;
        }
        writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"{colour}\">{name}</text>",
            path.trim_end(),
            WIDTH - MARGIN - 80.0 * number as f64,
            top + 24.0,
        )?;
    }
    Ok(())
}
