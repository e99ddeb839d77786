//! The stage-profile ladder: a cascade seen stage by stage. Above the solution on a log
//! scale, in the middle how full the solvent is, below the pH.

use super::axis::{Frame, Scale};
use super::canvas::Canvas;
use super::colour;
use crate::element::Element;
use crate::table::{Cell, Table};

const WIDTH: f64 = 1130.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 1050.0;

/// A cascade's profile, read from its table.
#[derive(Debug)]
pub struct Profile {
    stages: Vec<String>,
    sections: Vec<String>,
    aqueous: Vec<(Element, Vec<Option<f64>>)>,
    organic: Vec<(Element, Vec<Option<f64>>)>,
    loading: Vec<Option<f64>>,
    ph: Vec<Option<f64>>,
}

impl Profile {
    /// Reads a `…_stages` table; `None` when it holds no profile.
    pub fn read(table: &Table) -> Option<Self> {
        let words = |name: &str| -> Vec<String> {
            let at = table.position(name);
            table
                .rows
                .iter()
                .map(|row| match at.and_then(|at| row.get(at)) {
                    Some(Cell::Text(text)) => text.clone(),
                    Some(Cell::Number(value)) => format!("{value:.0}"),
                    _ => String::new(),
                })
                .collect()
        };
        let phase = |prefix: &str| -> Vec<(Element, Vec<Option<f64>>)> {
            Element::ALL
                .iter()
                .map(|element| (*element, table.numbers(&format!("{prefix}.{element}"))))
                .filter(|(_, values)| values.iter().flatten().any(|v| *v > 0.0))
                .collect()
        };
        let profile = Self {
            stages: words("stage"),
            sections: words("section"),
            aqueous: phase("aq"),
            organic: phase("org"),
            loading: table.numbers("loading"),
            ph: table.numbers("pH"),
        };
        (table.rows.len() > 1 && !profile.aqueous.is_empty()).then_some(profile)
    }

    /// Runs of the same section: first stage, one past the last, name.
    fn runs(&self) -> Vec<(usize, usize, &str)> {
        let mut runs: Vec<(usize, usize, &str)> = Vec::new();
        for (at, section) in self.sections.iter().enumerate() {
            match runs.last_mut() {
                Some((_, end, name)) if name == section => *end = at + 1,
                _ => runs.push((at, at + 1, section)),
            }
        }
        runs
    }

    /// The neighbours the cascade tells apart: one leaves with the solution, the next with the solvent.
    pub fn key_pair(&self) -> Option<(Element, Element)> {
        let runs = self.runs();
        let (first, ..) = *runs.iter().find(|(.., name)| name.starts_with("extract"))?;
        let last = runs.iter().filter(|(.., name)| !name.starts_with("strip")).map(|(_, end, _)| *end).max()?;
        let at = |of: &[(Element, Vec<Option<f64>>)], element: Element, stage: usize| {
            of.iter().find(|(e, _)| *e == element).and_then(|(_, values)| values.get(stage).copied().flatten())
        };
        let most = |values: &[Option<f64>]| values.iter().flatten().copied().fold(0.0, f64::max);
        let greatest = self.aqueous.iter().map(|(_, values)| most(values)).fold(0.0, f64::max);
        let leaning: Vec<(Element, f64)> = super::spider::ORDER
            .iter()
            .filter(|element| self.aqueous.iter().any(|(e, values)| e == *element && most(values) > 1e-5 * greatest))
            .filter_map(|element| {
                let raffinate = at(&self.aqueous, *element, first)?.max(1e-300);
                let loaded = at(&self.organic, *element, last - 1)?.max(1e-300);
                Some((*element, (raffinate / loaded).ln().clamp(-12.0, 12.0)))
            })
            .collect();
        let mut best: Option<(f64, Element, Element)> = None;
        for pair in leaning.windows(2) {
            let gap = (pair[0].1 - pair[1].1).abs();
            if best.is_none_or(|(widest, ..)| gap > widest + 1e-9) {
                best = Some((gap, pair[0].0, pair[1].0));
            }
        }
        best.map(|(_, a, b)| (a, b))
    }
}

/// Draws a profile.
pub fn draw(profile: &Profile) -> Canvas {
    let count = profile.stages.len();
    let has_ph = profile.ph.iter().flatten().count() > 1;
    let has_organic = !profile.organic.is_empty();
    let upper = Frame { left: LEFT, right: RIGHT, top: 52.0, bottom: 272.0 };
    let middle = Frame { left: LEFT, right: RIGHT, top: 312.0, bottom: if has_organic { 452.0 } else { 312.0 } };
    let low_top = if has_organic { 492.0 } else { 312.0 };
    let lower =
        Frame { left: LEFT, right: RIGHT, top: low_top, bottom: if has_ph { low_top + 78.0 } else { low_top - 40.0 } };
    let mut canvas = Canvas::new(WIDTH, lower.bottom + 44.0);
    let width = (RIGHT - LEFT) / count as f64;
    let x = |stage: usize| LEFT + width * (stage as f64 + 0.5);
    sections(&mut canvas, profile, width, upper.top, lower.bottom);
    solution(&mut canvas, profile, &upper, &x);
    if has_organic {
        solvent(&mut canvas, profile, &middle, width);
    }
    if has_ph {
        let scale = Scale::linear(profile.ph.iter().flatten().copied(), lower.bottom, lower.top);
        lower.left_axis(&mut canvas, &scale, "");
        canvas.text((4.0, lower.top - 9.0), "pH", "class=\"axis\"");
        for (start, end, _) in joined(&profile.runs()) {
            let points: Vec<(f64, f64)> =
                (start..end).filter_map(|s| Some((x(s), scale.at((*profile.ph.get(s)?)?)))).collect();
            canvas.polyline(&points, &format!("stroke=\"{}\" stroke-width=\"1.8\"", colour::INK));
        }
    }
    // Stage names, as many as there is room for.
    let every = (34.0 / width).ceil().max(1.0) as usize;
    for stage in (0..count).filter(|stage| stage % every == 0) {
        canvas.text((x(stage), lower.bottom + 16.0), &profile.stages[stage], "class=\"tick mid\"");
    }
    canvas.text((RIGHT, lower.bottom + 34.0), "stage", "class=\"axis end\"");
    canvas
}

/// Shading, names and the arrows of feed, solution and solvent.
fn sections(canvas: &mut Canvas, profile: &Profile, width: f64, top: f64, bottom: f64) {
    let runs = profile.runs();
    for (at, (start, end, name)) in runs.iter().enumerate() {
        let (x0, x1) = (LEFT + width * *start as f64, LEFT + width * *end as f64);
        let fill = ["#eef3f8", "#f8f5ee", "#f1f1f3"][at % 3];
        canvas.rect(x0, top, x1 - x0, bottom - top, &format!("fill=\"{fill}\""));
        canvas.text((f64::midpoint(x0, x1), top - 24.0), &format!("{name} · {}", end - start), "class=\"strong mid\"");
        if at > 0 {
            canvas.line((x0, top), (x0, bottom), "class=\"rule\" stroke-opacity=\"0.5\"");
        }
    }
    let pair = |a: &str, b: &str| {
        runs.windows(2).find(|w| {
            (w[0].2.starts_with(a) && w[1].2.starts_with(b)) || (w[0].2.starts_with(b) && w[1].2.starts_with(a))
        })
    };
    if let Some(first) = runs.first() {
        let x = LEFT + width * first.0 as f64;
        canvas.text((x + 6.0, top - 8.0), "← solution", "class=\"small\" style=\"fill:#2878bd\"");
        canvas.text((x + 78.0, top - 8.0), "solvent →", "class=\"small\" style=\"fill:#b76a0c\"");
    }
    if let Some(border) = pair("extract", "scrub") {
        let x = LEFT + width * border[1].0 as f64;
        canvas.text((x, top - 8.0), "feed", "class=\"small mid accent strong\"");
        canvas.polygon(
            &[(x - 5.0, top - 5.0), (x + 5.0, top - 5.0), (x, top + 4.0)],
            &format!("fill=\"{}\"", colour::ACCENT),
        );
    }
}

fn solution(canvas: &mut Canvas, profile: &Profile, frame: &Frame, x: &dyn Fn(usize) -> f64) {
    let all = profile.aqueous.iter().flat_map(|(_, values)| values.iter().flatten().copied());
    let scale = Scale::log(all, frame.bottom, frame.top).decades(8.0);
    frame.left_axis(canvas, &scale, "");
    canvas.text((4.0, frame.top - 40.0), "solution, g/L", "class=\"axis\"");
    let key = profile.key_pair();
    let shown: Vec<&(Element, Vec<Option<f64>>)> =
        profile.aqueous.iter().filter(|(_, values)| values.iter().flatten().any(|v| scale.holds(*v))).collect();
    for (row, (element, values)) in shown.iter().enumerate() {
        let is_key = key.is_some_and(|(a, b)| a == *element || b == *element);
        let dash = if element.is_rare_earth() { "" } else { " stroke-dasharray=\"3 3\"" };
        let style = format!(
            "stroke=\"{}\" stroke-width=\"{}\" stroke-opacity=\"{}\"{dash} stroke-linejoin=\"round\"",
            colour::of(*element),
            if is_key { 3.0 } else { 1.3 },
            if is_key { 1.0 } else { 0.85 },
        );
        for (start, end, _) in joined(&profile.runs()) {
            // A curve that sinks below the frame ends there, and starts anew where it comes back.
            let mut points: Vec<(f64, f64)> = Vec::new();
            for stage in start..end {
                let value = values.get(stage).copied().flatten().filter(|v| *v > 0.0);
                match value {
                    Some(value) if scale.holds(value) => points.push((x(stage), scale.at(value))),
                    _ => {
                        stretch(canvas, &points, *element, &style);
                        points.clear();
                    }
                }
            }
            stretch(canvas, &points, *element, &style);
        }
        let y = frame.top + 6.0 + row as f64 * (frame.bottom - frame.top - 8.0) / shown.len().max(12) as f64;
        canvas.line((RIGHT + 12.0, y), (RIGHT + 34.0, y), &style);
        let class = if is_key { "strong" } else { "tick" };
        canvas.text((RIGHT + 41.0, y + 4.0), element.symbol(), &format!("class=\"{class}\""));
    }
}

/// A stretch of a curve; a stage that stands alone is a point.
fn stretch(canvas: &mut Canvas, points: &[(f64, f64)], element: Element, style: &str) {
    if let [alone] = points {
        canvas.circle(*alone, 2.6, &format!("fill=\"{}\"", colour::of(element)));
    }
    if points.len() > 1 {
        canvas.polyline(points, style);
    }
}

/// Extraction and scrubbing share one solution; stripping has its own.
fn joined<'r>(runs: &[(usize, usize, &'r str)]) -> Vec<(usize, usize, &'r str)> {
    let mut joined: Vec<(usize, usize, &str)> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some((_, end, name)) if !name.starts_with("strip") && !run.2.starts_with("strip") => *end = run.1,
            _ => joined.push(*run),
        }
    }
    joined
}

/// Bars up to the loading, shared among the elements by mass, under the line of the capacity.
fn solvent(canvas: &mut Canvas, profile: &Profile, frame: &Frame, width: f64) {
    let total =
        |stage: usize| -> f64 { profile.organic.iter().filter_map(|(_, v)| v.get(stage).copied().flatten()).sum() };
    let count = profile.stages.len();
    let by_capacity = profile.loading.iter().flatten().count() == count;
    let reach = |stage: usize| {
        if by_capacity { profile.loading[stage].unwrap_or(0.0) } else { total(stage) }
    };
    let scale = Scale::from_zero((0..count).map(reach).chain(by_capacity.then_some(100.0)), frame.bottom, frame.top);
    frame.left_axis(canvas, &scale, "");
    let name = if by_capacity { "solvent, % of its capacity, shared by mass" } else { "solvent, g/L" };
    canvas.text((4.0, frame.top - 9.0), name, "class=\"axis\"");
    for stage in 0..count {
        let whole = total(stage);
        let mut base = 0.0;
        for (element, values) in &profile.organic {
            let value = values.get(stage).copied().flatten().unwrap_or(0.0);
            let part = if whole > 0.0 { reach(stage) * value / whole } else { 0.0 };
            let (y0, y1) = (scale.at(base), scale.at(base + part));
            if y0 - y1 > 0.15 {
                let x = LEFT + width * stage as f64 + 0.08 * width;
                canvas.rect(x, y1, 0.84 * width, y0 - y1, &format!("fill=\"{}\"", colour::of(*element)));
            }
            base += part;
        }
    }
    if by_capacity {
        let y = scale.at(100.0);
        canvas.line((LEFT, y), (RIGHT, y), "class=\"rule dash\"");
        canvas.text((RIGHT + 6.0, y + 4.0), "capacity", "class=\"tick\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_ladder_reads_its_table() {
        let outcome = fixture::outcome();
        let profile = Profile::read(outcome.table("SX-1_stages").unwrap()).unwrap();
        assert_eq!(profile.runs().len(), 3);
        assert!(profile.key_pair().is_some());
        assert!(!draw(&profile).svg("").contains("NaN"));
        assert!(Profile::read(outcome.table("plan").unwrap()).is_none());
    }
}
