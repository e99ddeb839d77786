//! The distribution fan: log D against pH at a battery's free extractant, a line an element.
//!
//! # Table
//! `distribution`, one row an element and pH: `element`, `pH`, `log D`, `free` (mol/L),
//! `evidence` (`measured`, `published`, `derived`, `assumed`), and where they are known
//! `holds from`, `holds to` (pH of the measurements), `used from`, `used to` (pH of the stages).

use super::axis::{Frame, Scale, range, spread};
use super::canvas::Canvas;
use super::colour;
use super::label::{PILL, pill};
use crate::element::Element;
use crate::quantity::figures;
use crate::report::columns::{numbers, texts};
use crate::table::Table;

/// One element's line.
#[derive(Debug, Clone)]
pub struct Ray {
    element: Element,
    /// Does its constant rest on a rule or an assumption?
    assumed: bool,
    points: Vec<(f64, f64)>,
}

impl Ray {
    /// log D at the middle of its line.
    fn middle(&self) -> Option<f64> {
        self.points.get(self.points.len() / 2).map(|point| point.1)
    }
}

/// The fan, read from its table.
#[derive(Debug, Clone)]
pub struct Fan {
    /// One an element, in the order of the table.
    pub rays: Vec<Ray>,
    /// mol/L of free extractant.
    pub free: Option<f64>,
    holds: Option<(f64, f64)>,
    used: Option<(f64, f64)>,
}

impl Fan {
    /// Reads a `…_distribution` table.
    pub fn read(table: &Table) -> Option<Self> {
        let elements = texts(table, &["element"])?;
        let (ph, log_d) = (numbers(table, &["ph"])?, numbers(table, &["log d"])?);
        let evidence = texts(table, &["evidence"]).unwrap_or_else(|| vec![String::new(); elements.len()]);
        let mut rays: Vec<Ray> = Vec::new();
        for at in 0..elements.len() {
            let (Ok(element), Some(ph), Some(log_d)) = (elements[at].parse::<Element>(), ph[at], log_d[at]) else {
                continue;
            };
            match rays.iter_mut().find(|ray| ray.element == element) {
                Some(ray) => ray.points.push((ph, log_d)),
                None => rays.push(Ray { element, assumed: evidence[at] == "assumed", points: vec![(ph, log_d)] }),
            }
        }
        rays.retain(|ray| ray.points.len() > 1);
        let first = |name: &str| table.numbers(name).into_iter().flatten().next();
        let window = |from: &str, to: &str| Some((first(from)?, first(to)?)).filter(|(a, b)| b > a);
        let fan = Self {
            free: first("free"),
            holds: window("holds from", "holds to"),
            used: window("used from", "used to"),
            rays,
        };
        (!fan.rays.is_empty()).then_some(fan)
    }

    /// How many elements rest on an assumption.
    pub fn assumed(&self) -> usize {
        self.rays.iter().filter(|ray| ray.assumed).count()
    }
}

/// Draws the fan.
pub fn draw(fan: &Fan) -> Canvas {
    let pitch = 2.0 * PILL.1 + 1.5;
    let height = (360.0_f64).max(pitch * fan.rays.len() as f64);
    let mut canvas = Canvas::new(560.0, 84.0 + height);
    let frame = Frame { left: 48.0, right: 466.0, top: 34.0, bottom: 34.0 + height };
    let all = || fan.rays.iter().flat_map(|ray| ray.points.iter());
    let (low, high) = range(all().map(|p| p.0)).unwrap_or((0.0, 1.0));
    let across = Scale::between(low, high, frame.left, frame.right);
    // What is extracted to the last atom, or not at all, needs no figure.
    let upward = Scale::linear(all().map(|p| p.1.clamp(-6.0, 6.0)), frame.bottom, frame.top);
    if let Some((from, to)) = fan.holds {
        let (x0, x1) = (across.at(from), across.at(to));
        canvas.rect(x0, frame.top, x1 - x0, height, "fill=\"#eef3f8\"");
    }
    frame.left_axis(&mut canvas, &upward, "");
    canvas.text((4.0, frame.top - 14.0), "log D", "class=\"axis\"");
    frame.bottom_axis(&mut canvas, &across, "pH");
    let level = upward.at(0.0);
    canvas.line((frame.left, level), (frame.right, level), "class=\"rule\" stroke-opacity=\"0.45\"");
    let mut ends = Vec::new();
    for ray in &fan.rays {
        let dash = if ray.assumed { " stroke-dasharray=\"5 3\"" } else { "" };
        let fill = colour::of(ray.element);
        let points: Vec<(f64, f64)> =
            inside(&ray.points, &upward).into_iter().map(|(ph, d)| (across.at(ph), upward.at(d))).collect();
        canvas.polyline(&points, &format!("stroke=\"{fill}\" stroke-width=\"1.7\"{dash}"));
        // The name stands at the last of the line in the frame.
        if let Some(last) = points.last() {
            ends.push((*last, ray));
        }
    }
    windows(&mut canvas, fan, &frame, &across);
    let wanted: Vec<f64> = ends.iter().map(|((x, y), _)| y - 0.35 * (frame.right - x)).collect();
    let placed = spread(&wanted, pitch, frame.top + PILL.1, frame.bottom - PILL.1);
    neighbours(&mut canvas, &ends, &placed, frame.right + 58.0);
    for ((end, ray), y) in ends.iter().zip(placed) {
        let x = frame.right + 44.0;
        canvas.line(*end, (x - PILL.0, y), &format!("stroke=\"{}\" stroke-width=\"0.7\"", colour::of(ray.element)));
        pill(&mut canvas, (x, y), ray.element, ray.assumed);
    }
    canvas
}

/// The separation factor of each two neighbours, between their names.
fn neighbours(canvas: &mut Canvas, ends: &[((f64, f64), &Ray)], placed: &[f64], x: f64) {
    let mut order: Vec<(f64, &Ray)> = placed.iter().copied().zip(ends.iter().map(|(_, ray)| *ray)).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    if let Some((top, _)) = order.first().filter(|_| order.len() > 1) {
        canvas.text((x, top - 9.0), "β", "class=\"small muted\"");
    }
    for pair in order.windows(2) {
        let [(y0, upper), (y1, lower)] = pair else { continue };
        if let Some((a, b)) = upper.middle().zip(lower.middle()) {
            let beta = figures(10f64.powf((a - b).abs().min(6.0)), 2);
            canvas.text((x, f64::midpoint(*y0, *y1) + 3.7), &beta, "class=\"small muted\"");
        }
    }
}

/// A line as far as it runs within the scale, cut at its edges.
fn inside(points: &[(f64, f64)], scale: &Scale) -> Vec<(f64, f64)> {
    let mut cut: Vec<(f64, f64)> = Vec::new();
    for pair in points.windows(2) {
        let [a, b] = pair else { continue };
        match (scale.holds(a.1), scale.holds(b.1)) {
            (false, false) => {}
            (true, true) => cut.extend(if cut.is_empty() { vec![*a, *b] } else { vec![*b] }),
            (enters, _) => {
                // The edge it crosses is the one the scale holds the far value at.
                let (near, far) = if enters { (a, b) } else { (b, a) };
                let (mut low, mut high) = (0.0, 1.0);
                let between = |share: f64| (near.0 + share * (far.0 - near.0), near.1 + share * (far.1 - near.1));
                for _ in 0..40 {
                    let middle = f64::midpoint(low, high);
                    if scale.holds(between(middle).1) { low = middle } else { high = middle }
                }
                if enters {
                    if cut.is_empty() {
                        cut.push(*a);
                    }
                    cut.push(between(low));
                } else {
                    cut.extend([between(low), *b]);
                }
            }
        }
    }
    cut
}

/// Where the constants were measured, and where the stages run.
fn windows(canvas: &mut Canvas, fan: &Fan, frame: &Frame, across: &Scale) {
    if let Some((from, to)) = fan.holds {
        for ph in [from, to] {
            canvas.line(
                (across.at(ph), frame.top),
                (across.at(ph), frame.bottom),
                "class=\"rule dash\" stroke-opacity=\"0.5\"",
            );
        }
        let words = "constants measured";
        canvas.text(
            (f64::midpoint(across.at(from), across.at(to)), frame.top - 5.0),
            words,
            "class=\"small mid muted\"",
        );
    }
    if let Some((from, to)) = fan.used {
        let y = frame.bottom;
        canvas.line((across.at(from), y), (across.at(to), y), "stroke=\"#22272e\" stroke-width=\"5\"");
        canvas.text((frame.left, frame.bottom + 31.0), "thick: pH of the stages", "class=\"small muted\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::draw::eye;
    use crate::report::fixture;

    #[test]
    fn a_fan_shows_every_element_and_what_is_assumed() {
        for elements in [2, 15] {
            let fan = Fan::read(&fixture::fan([8, 8, 4], elements)).unwrap();
            assert!(fan.free.is_some() && fan.rays.len() >= elements);
            let drawing = draw(&fan);
            eye::inspect(&drawing);
            assert_eq!(eye::count(&drawing, "Nd"), 1);
            if elements == 15 {
                assert!(fan.assumed() >= 5);
            }
        }
    }

    #[test]
    fn lines_are_cut_at_the_edge() {
        let scale = Scale::linear([-2.0, 2.0], 100.0, 0.0);
        let cut = inside(&[(0.0, -6.0), (1.0, 0.0), (2.0, 6.0)], &scale);
        assert_eq!(cut.len(), 3);
        assert!((cut[0].1 + 2.0).abs() < 1e-6 && (cut[2].1 - 2.0).abs() < 1e-6, "{cut:?}");
        assert!((cut[0].0 - 2.0 / 3.0).abs() < 1e-6);
    }
}
