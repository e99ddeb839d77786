//! The stage ladder: a battery seen stage by stage, in the order the organic phase passes.
//!
//! Four panels over one row of stages: the solution on a log scale, how full the solvent is and
//! of what, how far the cut pair has come apart, the pH. Sections are shaded, what enters and
//! leaves is told above, and stages at a pinch are hatched through all panels.

mod keys;
mod solution;
mod solvent;

use super::axis::{Frame, Scale};
use super::canvas::{Canvas, text_width};
use super::colour::{self, Carrier};
use super::label::{Place, Space};
use crate::quantity::figures;
use crate::report::profile::Profile;

pub use keys::scale_of_shares;

const WIDTH: f64 = 980.0;
const LEFT: f64 = 60.0;
const RIGHT: f64 = 966.0;
const TOP: f64 = 66.0;
const GAP: f64 = 36.0;

/// Where the stages stand.
#[derive(Debug, Clone, Copy)]
struct Steps {
    width: f64,
}

impl Steps {
    /// Left edge of a stage.
    fn edge(self, stage: usize) -> f64 {
        LEFT + self.width * stage as f64
    }

    /// Middle of a stage.
    fn middle(self, stage: usize) -> f64 {
        LEFT + self.width * (stage as f64 + 0.5)
    }
}

/// Draws a profile.
pub fn draw(profile: &Profile) -> Canvas {
    let steps = Steps { width: (RIGHT - LEFT) / profile.count() as f64 };
    let mut at = TOP;
    let mut frame = |height: f64, shown: bool| {
        let frame = Frame { left: LEFT, right: RIGHT, top: at, bottom: at + height };
        if shown {
            at += height + GAP;
        }
        shown.then_some(frame)
    };
    let upper = frame(236.0, true);
    let middle = frame(124.0, !profile.organic.is_empty());
    let keys = frame(112.0, profile.odds(&profile.aqueous).iter().flatten().count() > 1);
    let lower = frame(64.0, profile.ph.iter().flatten().count() > 1);
    let bottom = at - GAP;
    let mut canvas = Canvas::new(WIDTH, bottom + 40.0);
    shades(&mut canvas, profile, steps, bottom);
    for (first, last) in profile.pinches() {
        hatch(&mut canvas, Place(steps.edge(first), TOP, steps.edge(last + 1), bottom));
    }
    header(&mut canvas, profile, steps);
    if let Some(frame) = upper {
        solution::draw(&mut canvas, profile, &frame, steps);
    }
    if let Some(frame) = middle {
        solvent::draw(&mut canvas, profile, &frame, steps);
    }
    if let Some(frame) = keys {
        keys::draw(&mut canvas, profile, &frame, steps);
    }
    if let Some(frame) = lower {
        ph(&mut canvas, profile, &frame, steps);
    }
    stages(&mut canvas, profile, steps, bottom);
    hovers(&mut canvas, profile, steps, bottom);
    canvas
}

/// Over each stage a pane that tells its figures to who rests on it.
fn hovers(canvas: &mut Canvas, profile: &Profile, steps: Steps, bottom: f64) {
    for stage in 0..profile.count() {
        canvas.open("fill=\"transparent\"", &told(profile, stage));
        canvas.rect(steps.edge(stage), TOP, steps.width, bottom - TOP, "");
        canvas.close();
    }
}

/// A stage in words.
fn told(profile: &Profile, stage: usize) -> String {
    let mut words = vec![profile.stages[stage].clone()];
    for (name, values, unit) in
        [("pH", &profile.ph, ""), ("loading", &profile.loading, " %"), ("O/A", &profile.ratio, "")]
    {
        words.extend(values[stage].map(|value| format!("{name} {}{unit}", figures(value, 3))));
    }
    for (name, phase) in [("solution", &profile.aqueous), ("solvent", &profile.organic)] {
        let mut held: Vec<_> = phase.iter().filter_map(|(element, values)| Some((*element, values[stage]?))).collect();
        held.sort_by(|a, b| b.1.total_cmp(&a.1));
        let most: Vec<String> = held
            .iter()
            .take(5)
            .filter(|(_, grams)| *grams >= 1e-3)
            .map(|(element, grams)| format!("{element} {}", figures(*grams, 3)))
            .collect();
        if !most.is_empty() {
            words.push(format!("{name} {} g/L", most.join(", ")));
        }
    }
    words.join("; ")
}

/// Sections, shaded and parted.
fn shades(canvas: &mut Canvas, profile: &Profile, steps: Steps, bottom: f64) {
    for (at, run) in profile.runs().iter().enumerate() {
        let (x0, x1) = (steps.edge(run.start), steps.edge(run.end));
        let fill = ["#eef3f8", "#f8f5ee", "#f1f1f3"][at % 3];
        canvas.rect(x0, TOP, x1 - x0, bottom - TOP, &format!("fill=\"{fill}\""));
        if at > 0 {
            canvas.line((x0, TOP), (x0, bottom), "class=\"rule\" stroke-opacity=\"0.5\"");
        }
    }
}

/// Slanting lines over a box.
fn hatch(canvas: &mut Canvas, Place(left, top, right, bottom): Place) {
    const PITCH: f64 = 9.0;
    // Lines of x − y = c, rising to the right on paper, cut at the edges of the box.
    let mut c = left + top;
    while c < right + bottom {
        let (x0, x1) = ((c - bottom).max(left), (c - top).min(right));
        if x1 > x0 {
            canvas.line((x0, c - x0), (x1, c - x1), "stroke=\"#c0c7cf\" stroke-width=\"0.7\"");
        }
        c += PITCH;
    }
    for x in [left, right] {
        canvas.line((x, top), (x, bottom), "stroke=\"#c0c7cf\" stroke-width=\"0.7\"");
    }
}

/// Names of the sections, and what enters and leaves where.
fn header(canvas: &mut Canvas, profile: &Profile, steps: Steps) {
    let runs = profile.runs();
    let mut names = Space::new(Place(0.0, 0.0, WIDTH, TOP - 28.0));
    for run in &runs {
        let middle = f64::midpoint(steps.edge(run.start), steps.edge(run.end));
        let count = run.end - run.start;
        let letters = match run.name {
            name if name.starts_with("extract") => "E",
            name if name.starts_with("scrub") => "Sc",
            name if name.starts_with("strip") => "St",
            name => name,
        };
        let room = steps.edge(run.end) - steps.edge(run.start);
        let long = format!("{} · {count}", run.name);
        let word = if text_width(&long, 12.0) < room { long } else { format!("{letters} {count}") };
        // A narrow section at the edge of the paper has its name moved in.
        let half = text_width(&word, 12.0) * 0.53 + 4.0;
        names.write(canvas, (middle.clamp(half, WIDTH - half), 14.0), &word, "strong mid");
        let ratios: Vec<f64> = (run.start..run.end).filter_map(|stage| profile.ratio[stage]).collect();
        if let Some(ratio) = ratios.last().filter(|_| room > 60.0) {
            names.write(canvas, (middle, 29.0), &format!("O/A {}", figures(*ratio, 2)), "small mid muted");
        }
    }
    flows(canvas, profile, steps);
}

/// Arrows: the feed first, the others where there is room.
fn flows(canvas: &mut Canvas, profile: &Profile, steps: Steps) {
    let mut space = Space::new(Place(0.0, TOP - 28.0, WIDTH, TOP - 8.0));
    let mut arrow = |canvas: &mut Canvas, x: f64, inward: bool, words: &str, class: &str, fill: &str| {
        let anchor = if class.contains("end") {
            x - 8.0
        } else if class.contains("mid") {
            x
        } else {
            x + 8.0
        };
        if !space.write(canvas, (anchor, TOP - 13.0), words, &format!("small {class}")) {
            return;
        }
        let (base, tip) = if inward { (TOP - 9.0, TOP - 1.0) } else { (TOP - 1.0, TOP - 9.0) };
        canvas.polygon(&[(x - 4.5, base), (x + 4.5, base), (x, tip)], &format!("fill=\"{fill}\""));
    };
    let (water, ink) = (Carrier::Aqueous.colour(), colour::ACCENT);
    let told: Vec<(usize, &str)> =
        profile.feeds.iter().enumerate().filter(|(_, word)| !word.is_empty()).map(|(s, w)| (s, w.as_str())).collect();
    for (stage, word) in told.iter().filter(|(_, word)| word.contains("feed")) {
        arrow(canvas, steps.middle(*stage), true, word, "mid strong accent", ink);
    }
    if told.is_empty()
        && let Some(stage) = profile.feed_stage()
    {
        arrow(canvas, steps.edge(stage + 1), true, "feed", "mid strong accent", ink);
    }
    let runs = profile.runs();
    if runs.first().is_some_and(|run| run.is("extract")) {
        arrow(canvas, LEFT + 4.5, false, "raffinate", "", water);
    }
    if let Some(run) = runs.iter().find(|run| run.is("strip") && run.start > 0) {
        arrow(canvas, steps.edge(run.start) + 4.5, false, "product", "", water);
        arrow(canvas, steps.edge(run.end) - 4.5, true, "strip liquor", "end", water);
    }
    if let Some(run) = runs.iter().find(|run| run.is("scrub")) {
        arrow(canvas, steps.edge(run.end) - 4.5, true, "scrub liquor", "end", water);
    }
}

fn ph(canvas: &mut Canvas, profile: &Profile, frame: &Frame, steps: Steps) {
    let scale = Scale::linear(profile.ph.iter().flatten().copied(), frame.bottom, frame.top);
    frame.left_axis(canvas, &scale, "");
    canvas.text((4.0, frame.top - 9.0), "pH", "class=\"axis\"");
    for run in profile.joined() {
        let points: Vec<(f64, f64)> =
            (run.start..run.end).filter_map(|s| Some((steps.middle(s), scale.at(profile.ph[s]?)))).collect();
        line(canvas, &points, &format!("stroke=\"{}\" stroke-width=\"1.8\"", colour::INK), colour::INK);
    }
}

/// A line through points; one that stands alone is a dot.
fn line(canvas: &mut Canvas, points: &[(f64, f64)], style: &str, fill: &str) {
    if let [alone] = points {
        canvas.circle(*alone, 2.6, &format!("fill=\"{fill}\""));
    } else {
        canvas.polyline(points, &format!("{style} stroke-linejoin=\"round\""));
    }
}

/// Names of the stages, as many as there is room for; the ends of every section first.
fn stages(canvas: &mut Canvas, profile: &Profile, steps: Steps, bottom: f64) {
    let y = bottom + 16.0;
    let mut space = Space::new(Place(LEFT - 30.0, bottom, WIDTH, bottom + 24.0));
    let every = (40.0 / steps.width).ceil().max(1.0) as usize;
    let every = [1, 2, 5, 10, 20, 50, 100, 200, 500].into_iter().find(|step| *step >= every).unwrap_or(every);
    let runs = profile.runs();
    let ends = runs.iter().flat_map(|run| [run.start, run.end - 1]);
    let between = runs.iter().flat_map(|run| (run.start..run.end).filter(move |s| (run.end - s) % every == 0));
    for stage in ends.chain(between) {
        space.write(canvas, (steps.middle(stage), y), &profile.stages[stage], "small mid");
    }
    canvas.text((RIGHT, bottom + 34.0), "stage, as the solvent passes →", "class=\"axis end\"");
    canvas.text((LEFT, bottom + 34.0), "← the solution passes", "class=\"axis\"");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::eye;
    use crate::report::fixture;

    #[test]
    fn ladders_of_every_size_are_drawn_cleanly() {
        for (stages, elements) in
            [([1, 1, 1], 2), ([1, 1, 1], 15), ([3, 2, 2], 15), ([8, 8, 4], 15), ([70, 70, 10], 15)]
        {
            let profile = Profile::read(&fixture::battery(stages, elements)).unwrap();
            let drawing = draw(&profile);
            eye::inspect(&drawing);
            assert_eq!(eye::count(&drawing, "feed"), 1, "{stages:?}");
            assert!(eye::count(&drawing, "Nd") >= 1 && eye::count(&drawing, "limit") == 2, "{stages:?}");
        }
    }

    #[test]
    fn a_table_without_flows_and_limit_is_still_a_ladder() {
        let outcome = fixture::outcome();
        eye::inspect(&draw(&Profile::read(outcome.table("SX-1_stages").unwrap()).unwrap()));
    }

    #[test]
    fn a_hatch_stays_in_its_box() {
        let mut canvas = Canvas::new(100.0, 100.0);
        hatch(&mut canvas, Place(20.0, 30.0, 60.0, 90.0));
        let svg = canvas.svg("");
        let numbers = svg.split("d=\"").skip(1).flat_map(|part| {
            let path = part.split('"').next().unwrap_or("").replace(['M', 'L'], " ");
            path.split_whitespace().map(|n| n.parse::<f64>().unwrap()).collect::<Vec<_>>()
        });
        for (at, number) in numbers.enumerate() {
            let (low, high) = if at % 2 == 0 { (20.0, 60.0) } else { (30.0, 90.0) };
            assert!((low..=high).contains(&number), "{number}");
        }
    }
}
