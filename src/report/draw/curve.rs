//! Curves in a frame: a profile along a riser, a partition curve.

use super::axis::{Frame, Scale, spread};
use super::canvas::{Canvas, fitted};
use super::colour::ACCENT;

/// A curve and the name that stands at its end.
#[derive(Debug, Clone)]
pub struct Curve {
    /// Its name.
    pub name: String,
    /// Its points.
    pub points: Vec<(f64, f64)>,
}

/// How an axis runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// From nought.
    FromZero,
    /// In decades.
    Log,
    /// Downwards from nought: depth.
    Down,
}

/// Strokes that tell curves apart in grey as well.
const STROKES: &[(&str, &str)] = &[
    (ACCENT, ""),
    ("#22272e", " stroke-dasharray=\"7 3\""),
    ("#982b6b", " stroke-dasharray=\"2 3\""),
    ("#1a8f8a", " stroke-dasharray=\"9 3 2 3\""),
    ("#e27d38", ""),
    ("#69707a", " stroke-dasharray=\"4 2\""),
];

/// Draws curves; `x` and `y` name the axes.
pub fn draw(curves: &[Curve], x: (&str, Run), y: (&str, Run)) -> Canvas {
    let mut canvas = Canvas::new(540.0, 340.0);
    let frame = Frame { left: 58.0, right: 410.0, top: 30.0, bottom: 292.0 };
    let all = |which: fn(&(f64, f64)) -> f64| curves.iter().flat_map(move |c| c.points.iter().map(which));
    let scale = |values: Vec<f64>, run: Run, start: f64, end: f64| match run {
        Run::FromZero => Scale::from_zero(values, start, end),
        Run::Log => Scale::log(values, start, end),
        Run::Down => Scale::from_zero(values, end, start),
    };
    let across = scale(all(|p| p.0).collect(), x.1, frame.left, frame.right);
    let upward = scale(all(|p| p.1).collect(), y.1, frame.bottom, frame.top);
    frame.left_axis(&mut canvas, &upward, "");
    canvas.text((4.0, frame.top - 10.0), y.0, "class=\"axis\"");
    frame.bottom_axis(&mut canvas, &across, x.0);
    let mut ends = Vec::new();
    for (at, curve) in curves.iter().enumerate() {
        let points: Vec<(f64, f64)> = curve.points.iter().map(|(a, b)| (across.at(*a), upward.at(*b))).collect();
        let (colour, dash) = STROKES[at % STROKES.len()];
        canvas.polyline(&points, &format!("stroke=\"{colour}\" stroke-width=\"1.9\" stroke-linejoin=\"round\"{dash}"));
        if let Some(last) = points.iter().max_by(|a, b| a.0.total_cmp(&b.0)) {
            ends.push((*last, colour, &curve.name));
        }
    }
    let wanted: Vec<f64> = ends.iter().map(|(end, ..)| end.1).collect();
    let placed = spread(&wanted, 13.0, frame.top, frame.bottom);
    for ((end, colour, name), at) in ends.iter().zip(placed) {
        canvas.line(*end, (frame.right + 8.0, at), &format!("stroke=\"{colour}\" stroke-width=\"0.8\""));
        canvas.text((frame.right + 11.0, at + 4.0), &fitted(name, 118.0, 11.0), "class=\"tick\"");
    }
    canvas
}
