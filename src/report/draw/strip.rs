//! Two strips: how the loops converged, and when what happened.

use super::axis::{Frame, Scale, spread};
use super::canvas::{Canvas, fitted, text_width};
use super::colour::ACCENT;
use crate::flowsheet::Recycle;

/// Residual after each pass, one line a loop.
pub fn convergence(recycles: &[Recycle]) -> Canvas {
    let mut canvas = Canvas::new(1130.0, 230.0);
    let frame = Frame { left: 66.0, right: 880.0, top: 28.0, bottom: 188.0 };
    let longest = recycles.iter().map(|r| r.residuals.len()).max().unwrap_or(1);
    let positive = |r: &f64| *r > 0.0;
    let scale =
        Scale::log(recycles.iter().flat_map(|r| r.residuals.iter().copied().filter(positive)), frame.bottom, frame.top);
    let across = Scale::linear([1.0, longest.max(2) as f64], frame.left, frame.right);
    frame.left_axis(&mut canvas, &scale, "");
    canvas.text((4.0, frame.top - 11.0), "relative residual", "class=\"axis\"");
    frame.bottom_axis(&mut canvas, &across, "pass");
    let mut ends = Vec::new();
    for (at, recycle) in recycles.iter().enumerate() {
        let points: Vec<(f64, f64)> = recycle
            .residuals
            .iter()
            .enumerate()
            .filter(|(_, r)| **r > 0.0)
            .map(|(pass, r)| (across.at((pass + 1) as f64), scale.at(*r)))
            .collect();
        let dash = ["", " stroke-dasharray=\"7 3\"", " stroke-dasharray=\"2 3\""][at % 3];
        canvas.polyline(&points, &format!("stroke=\"{ACCENT}\" stroke-width=\"1.6\"{dash}"));
        for point in &points {
            canvas.circle(*point, 2.0, &format!("fill=\"{ACCENT}\""));
        }
        if let Some(last) = points.last() {
            ends.push((*last, recycle.torn.join(", ")));
        }
    }
    let placed = spread(&ends.iter().map(|e| e.0.1).collect::<Vec<_>>(), 13.0, frame.top, frame.bottom);
    for ((end, name), y) in ends.iter().zip(placed) {
        canvas.line(*end, (frame.right + 8.0, y), "class=\"grid\"");
        canvas.text((frame.right + 12.0, y + 4.0), &fitted(name, 230.0, 11.0), "class=\"tick\"");
    }
    canvas
}

/// Events on a line of years, names on as many levels as they need.
pub fn timeline(events: &[(String, f64)]) -> Canvas {
    let mut events: Vec<&(String, f64)> = events.iter().collect();
    events.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (left, right) = (16.0, 1110.0);
    let scale = Scale::linear(events.iter().map(|e| e.1), left, right);
    // Each name takes the lowest level where it does not touch the one before.
    let mut level_ends: Vec<f64> = Vec::new();
    let mut marks = Vec::new();
    for (name, year) in events {
        let x = scale.at(*year);
        let name = fitted(name, 320.0, 11.5);
        let wide = text_width(&name, 11.5) + 10.0;
        let start = x.min(right - wide).max(left);
        let level = level_ends.iter().position(|end| *end < start).unwrap_or(level_ends.len());
        if level == level_ends.len() {
            level_ends.push(0.0);
        }
        level_ends[level] = start + wide;
        marks.push((x, start, level, name));
    }
    let base = 20.0 + 17.0 * level_ends.len() as f64;
    let mut canvas = Canvas::new(1130.0, base + 34.0);
    for tick in scale.ticks() {
        let x = scale.at(tick);
        canvas.line((x, base - 3.0), (x, base + 5.0), "class=\"rule\"");
        canvas.text((x, base + 20.0), &format!("{tick:.0}"), "class=\"tick mid\"");
    }
    canvas.line((left, base), (right, base), "class=\"rule\"");
    for (x, start, level, name) in marks {
        let y = base - 12.0 - 17.0 * level as f64;
        canvas.line((x, y + 2.0), (x, base), &format!("stroke=\"{ACCENT}\" stroke-width=\"0.8\""));
        canvas.circle((x, base), 3.2, &format!("fill=\"{ACCENT}\""));
        canvas.text((start.max(x.min(start + 4.0)), y), &name, "class=\"tick halo\"");
    }
    canvas
}
