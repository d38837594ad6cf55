//! The chart, drawn by hand: bars for a call and for a build, lines for threads and for scrapes.

use std::fmt::Write;

use crate::calls::{GROWN, THREADS};
use crate::results::Results;
use crate::scrapes::SERIES;

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 720.0;
const OURS: &str = "#0b7285";
const PEER: &str = "#adb5bd";
const LINES: [&str; 5] = [OURS, "#e8590c", "#862e9c", "#5c940d", "#495057"];

/// The whole picture.
pub fn chart(results: &Results) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"system-ui, sans-serif\" font-size=\"13\" \
         fill=\"#212529\" role=\"img\" aria-label=\"What a call, a scrape and a build cost\">\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    call_bars(results, &mut svg);
    build_bars(results, &mut svg);
    let threads: Vec<Line<'_>> = GROWN
        .iter()
        .zip(LINES)
        .map(|((recorder, case), color)| {
            let point = |threads: &usize| {
                Some((*threads as f64, results.get(&format!("processor/{recorder}/{threads}/{case}/median"))?))
            };
            Line { name: if *case == "ours" { "metrics-instrumented" } else { case }, color, points: THREADS.iter().filter_map(point).collect() }
        })
        .collect();
    Plot { x: 60.0, y: 420.0, title: "Processor time of a call, ns", below: "threads on one function" }.draw(&threads, &mut svg);
    let scrapes: Vec<Line<'_>> = [("ours", "metrics-instrumented", OURS), ("stock", "stock exporter", LINES[1])]
        .into_iter()
        .map(|(which, name, color)| {
            let point = |series: &usize| Some((*series as f64, results.get(&format!("growth/{series}/1/15/median/{which}"))?));
            Line { name, color, points: SERIES.iter().filter_map(point).collect() }
        })
        .collect();
    Plot { x: 560.0, y: 420.0, title: "A scrape, ms", below: "series of one operation, 15 buckets" }.draw(&scrapes, &mut svg);
    svg.push_str("</svg>\n");
    svg
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, more: &str, words: &str) {
    let _ = writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {more}>{words}</text>");
}

/// A bar that begins at a position.
fn bar(svg: &mut String, (x, y): (f64, f64), width: f64, color: &str, opacity: f64) {
    let width = width.max(1.0);
    let _ = writeln!(
        svg,
        "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"14\" fill=\"{color}\" fill-opacity=\"{opacity}\"/>"
    );
}

/// A call on one thread and on two, by two clock readings.
fn call_bars(results: &Results, svg: &mut String) {
    let rows = [
        ("two clock readings", "ours", "clock"),
        ("metrics-instrumented", "ours", "ours"),
        ("metered", "ours", "metered"),
        ("prometheus-client by hand", "ours", "prometheus-client"),
        ("metrics handles by hand", "stock", "by hand"),
        ("function-timer", "stock", "function-timer"),
        ("autometrics", "ours", "autometrics"),
        ("metrics macros", "stock", "macros"),
    ];
    text(svg, 20.0, 30.0, "start", "font-weight=\"600\"", "A call, in two clock readings: one thread, and each of two on one function");
    let most = rows
        .iter()
        .flat_map(|(_, recorder, case)| [1, 2].map(|threads| results.in_readings(recorder, threads, case).unwrap_or(0.0)))
        .fold(1.0, f64::max);
    for (at, (name, recorder, case)) in rows.iter().enumerate() {
        let y = 48.0 + 40.0 * at as f64;
        let color = if *case == "ours" { OURS } else { PEER };
        text(svg, 190.0, y + 20.0, "end", "", name);
        for (threads, opacity) in [(1, 1.0), (2, 0.55)] {
            let Some(value) = results.in_readings(recorder, threads, case) else { continue };
            let y = y + 15.0 * (threads - 1) as f64;
            let width = value / most * 250.0;
            bar(svg, (198.0, y), width, color, opacity);
            text(svg, 203.0 + width, y + 11.0, "start", "font-size=\"11\"", &format!("{value:.1}"));
        }
    }
}

/// The time of a debug build, minus the bare one.
fn build_bars(results: &Results, svg: &mut String) {
    text(svg, 540.0, 30.0, "start", "font-weight=\"600\"", "1,000 functions, processor seconds above bare: check, debug, release");
    let rows = ["ours", "function-timer", "fastrace", "tracing", "autometrics"];
    let above = |build: &str, name: &str| {
        Some(results.get(&format!("compile/{build}/{name}"))? - results.get(&format!("compile/{build}/bare"))?)
    };
    let builds = ["check", "debug", "release"];
    let most = rows.iter().flat_map(|name| builds.map(|build| above(build, name).unwrap_or(0.0))).fold(1.0, f64::max);
    for (at, name) in rows.iter().enumerate() {
        let y = 48.0 + 62.0 * at as f64;
        let shown = if *name == "ours" { "metrics-instrumented" } else { name };
        text(svg, 690.0, y + 28.0, "end", "", shown);
        for (build, name_of_build) in builds.iter().enumerate() {
            let Some(value) = above(name_of_build, name) else { continue };
            let y = y + 16.0 * build as f64;
            let width = value.max(0.0) / most * 230.0;
            bar(svg, (698.0, y), width, if *name == "ours" { OURS } else { PEER }, 1.0 - 0.2 * build as f64);
            text(svg, 703.0 + width, y + 12.0, "start", "font-size=\"11\"", &format!("{value:.2}"));
        }
    }
}

/// A line of a plot.
struct Line<'a> {
    name: &'a str,
    color: &'static str,
    points: Vec<(f64, f64)>,
}

/// A plot with both axes logarithmic.
struct Plot {
    x: f64,
    y: f64,
    title: &'static str,
    below: &'static str,
}

impl Plot {
    const WIDTH: f64 = 300.0;
    const HEIGHT: f64 = 220.0;

    fn draw(&self, lines: &[Line<'_>], svg: &mut String) {
        text(svg, self.x - 40.0, self.y - 16.0, "start", "font-weight=\"600\"", self.title);
        let points = || lines.iter().flat_map(|line| line.points.iter().copied());
        if points().next().is_none() {
            return;
        }
        let range = |of: fn((f64, f64)) -> f64| {
            let values = || points().map(of);
            (values().fold(f64::INFINITY, f64::min).log10(), values().fold(f64::NEG_INFINITY, f64::max).log10())
        };
        let (left, right) = range(|(x, _)| x);
        let (low, high) = range(|(_, y)| y);
        let (low, high) = (low.floor(), high.ceil().max(low.floor() + 1.0));
        let across = |x: f64| self.x + (x.log10() - left) / (right - left).max(1e-9) * Self::WIDTH;
        let up = |y: f64| self.y + Self::HEIGHT - (y.log10() - low) / (high - low) * Self::HEIGHT;
        let mut power = low;
        while power <= high {
            let y = up(10f64.powf(power));
            let _ = writeln!(svg, "<line x1=\"{}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#dee2e6\"/>", self.x, self.x + Self::WIDTH);
            text(svg, self.x - 6.0, y + 4.0, "end", "font-size=\"11\"", &format!("{}", 10f64.powf(power)));
            power += 1.0;
        }
        let mut marks: Vec<f64> = points().map(|(x, _)| x).collect();
        marks.sort_by(f64::total_cmp);
        marks.dedup();
        for x in marks {
            text(svg, across(x), self.y + Self::HEIGHT + 16.0, "middle", "font-size=\"11\"", &format!("{x}"));
        }
        text(svg, self.x + Self::WIDTH / 2.0, self.y + Self::HEIGHT + 36.0, "middle", "", self.below);
        let mut lowest = f64::INFINITY;
        let mut ends: Vec<(f64, &Line<'_>)> =
            lines.iter().filter_map(|line| Some((up(line.points.last()?.1), line))).collect();
        ends.sort_by(|(one, _), (other, _)| other.total_cmp(one));
        for (end, line) in ends {
            let path: Vec<String> = line.points.iter().map(|(x, y)| format!("{:.1},{:.1}", across(*x), up(*y))).collect();
            let _ = writeln!(svg, "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"2\"/>", path.join(" "), line.color);
            for (x, y) in &line.points {
                let _ = writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\" fill=\"{}\"/>", across(*x), up(*y), line.color);
            }
            // From the bottom; labels that would overlap are moved up.
            let y = (end + 4.0).min(lowest - 14.0);
            lowest = y;
            text(svg, self.x + Self::WIDTH + 8.0, y, "start", &format!("font-size=\"12\" fill=\"{}\"", line.color), line.name);
        }
    }
}
