//! What the destination holds over time, as a drawing.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use crate::server::Client;

/// Samples of one run.
pub(crate) struct Curve {
    pub(crate) name: &'static str,
    /// Seconds, and MiB that the destination uses.
    pub(crate) points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const MARGIN: f64 = 56.0;
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
}

/// The curves in one drawing.
pub(crate) fn svg(curves: &[Curve]) -> Result<String> {
    let all = || curves.iter().flat_map(|curve| curve.points.iter());
    let seconds = all().map(|(at, _)| *at).fold(1.0, f64::max);
    let most = all().map(|(_, mib)| *mib).fold(1.0, f64::max);
    let x = |at: f64| MARGIN + at / seconds * (WIDTH - 2.0 * MARGIN);
    let y = |mib: f64| HEIGHT - MARGIN - mib / most * (HEIGHT - 2.0 * MARGIN);
    let mut out = String::new();
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
         <text x=\"{MARGIN}\" y=\"24\" fill=\"#262626\">MiB at the destination, over seconds: the \
         1 GB mix of all types</text>"
    )?;
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
            HEIGHT - MARGIN + 18.0,
            share * seconds,
            y0 = y(share * most),
        )?;
    }
    for (number, (curve, colour)) in curves.iter().zip(COLOURS).enumerate() {
        let mut path = String::new();
        for (at, mib) in &curve.points {
            write!(path, "{:.1},{:.1} ", x(*at), y(*mib))?;
        }
        writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n\
             <text x=\"{}\" y=\"{}\" fill=\"{colour}\">{}</text>",
            path.trim_end(),
            MARGIN + 12.0,
            MARGIN + 4.0 + 18.0 * number as f64,
            curve.name
        )?;
    }
    out.push_str("</svg>\n");
    Ok(out)
}
