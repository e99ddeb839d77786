//! Two strips: how the loops converged, and when what happened.

use super::axis::{Frame, Scale, spread};
use super::canvas::{Canvas, fitted};
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

/// Something dated.
#[derive(Debug, Clone)]
pub struct Event {
    /// In words.
    pub what: String,
    /// With its part of a year.
    pub year: f64,
    /// Announced for the future, not happened.
    pub planned: bool,
}

/// Events hung from a line of years, the latest highest, so that no thread crosses a name.
pub fn timeline(events: &[Event]) -> Canvas {
    let mut events: Vec<&Event> = events.iter().collect();
    events.sort_by(|a, b| b.year.total_cmp(&a.year));
    let (base, pitch) = (30.0, 18.0);
    let scale = Scale::linear(events.iter().map(|e| e.year), 16.0, 620.0);
    let mut canvas = Canvas::new(1130.0, base + 18.0 + pitch * events.len() as f64);
    for tick in scale.ticks() {
        let x = scale.at(tick);
        canvas.line((x, base - 5.0), (x, base), "class=\"rule\"");
        canvas.text((x, base - 10.0), &format!("{tick:.0}"), "class=\"tick mid\"");
    }
    for (row, event) in events.iter().enumerate() {
        let (x, y) = (scale.at(event.year), base + 22.0 + pitch * row as f64);
        canvas.polyline(&[(x, base), (x, y - 4.0), (x + 8.0, y - 4.0)], "class=\"grid\" style=\"stroke:#9aa3ad\"");
        let (fill, class) = if event.planned { ("#fff", "class=\"tick muted\"") } else { (ACCENT, "class=\"tick\"") };
        canvas.circle((x, base), 3.4, &format!("fill=\"{fill}\" stroke=\"{ACCENT}\" stroke-width=\"1.2\""));
        canvas.text((x + 11.0, y), &fitted(&event.what, 1125.0 - x - 11.0, 10.4), class);
    }
    canvas.line((16.0, base), (620.0, base), "class=\"rule\"");
    canvas
}
