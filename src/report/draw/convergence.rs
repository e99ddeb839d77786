//! How one solve converged: the residual by iteration, and what steps it took.
//!
//! # Table
//! `convergence`, one row an iteration: `iteration`, `residual` (relative), and where they are
//! known `change` (largest relative change of a variable in the step), `time step` (pseudo-time, in
//! throughput times), `phase` (a word, shaded).

use super::axis::{Frame, Scale};
use super::canvas::{Canvas, fitted};
use super::colour::{ACCENT, INK};
use super::label::{Place, Space};
use crate::report::columns::texts;
use crate::report::seal::tiny;
use crate::table::Table;

/// The course of a solve.
#[derive(Debug, Clone)]
pub struct Course {
    iterations: Vec<f64>,
    residual: Vec<Option<f64>>,
    change: Vec<Option<f64>>,
    time_step: Vec<Option<f64>>,
    phases: Vec<String>,
}

impl Course {
    /// Reads a `convergence` table.
    pub fn read(table: &Table) -> Option<Self> {
        let count = table.rows.len();
        let positive = |name: &str| -> Vec<Option<f64>> {
            let values = table.numbers(name);
            if values.is_empty() {
                vec![None; count]
            } else {
                values.into_iter().map(|v| v.filter(|v| *v > 0.0)).collect()
            }
        };
        let told = table.numbers("iteration");
        let course = Self {
            iterations: (0..count).map(|at| told.get(at).copied().flatten().unwrap_or((at + 1) as f64)).collect(),
            residual: positive("residual"),
            change: positive("change"),
            time_step: positive("time step"),
            phases: match table.position("phase") {
                Some(_) => texts(table, &["phase"])?,
                None => vec![String::new(); count],
            },
        };
        (course.residual.iter().flatten().count() > 1).then_some(course)
    }

    /// In words.
    pub fn reading(&self) -> String {
        let last = self.residual.iter().flatten().next_back().copied().unwrap_or(0.0);
        format!("{} iterations, to a residual of {}.", self.iterations.len(), tiny(last))
    }
}

/// Draws the course.
pub fn draw(course: &Course) -> Canvas {
    let stepped = course.time_step.iter().flatten().count() > 1;
    let frame = Frame { left: 58.0, right: 470.0, top: 38.0, bottom: 258.0 };
    let lower = Frame { top: 300.0, bottom: 372.0, ..frame };
    let end = if stepped { lower.bottom } else { frame.bottom };
    let mut canvas = Canvas::new(560.0, end + 40.0);
    let across = Scale::linear(course.iterations.iter().copied().chain([5.0]), frame.left, frame.right);
    let values = || course.residual.iter().chain(&course.change).flatten().copied();
    let scale = Scale::log(values(), frame.bottom, frame.top);
    phases(&mut canvas, course, &across, frame.top, end);
    frame.left_axis(&mut canvas, &scale, "");
    canvas.text((4.0, frame.top - 24.0), "relative", "class=\"axis\"");
    let mut ends = Space::new(Place(frame.right, 0.0, 560.0, end));
    for (series, name, ink, width) in
        [(&course.residual, "residual", ACCENT, 1.9), (&course.change, "change", "#8d959e", 1.2)]
    {
        let points = places(course, series, &across, &scale);
        canvas.polyline(&points, &format!("stroke=\"{ink}\" stroke-width=\"{width}\" stroke-linejoin=\"round\""));
        if points.len() < 80 {
            for point in &points {
                canvas.circle(*point, 1.9, &format!("fill=\"{ink}\""));
            }
        }
        if let Some((x, y)) = points.last() {
            let _ = [4.0, 17.0, -9.0]
                .iter()
                .any(|dy| ends.write(&mut canvas, (x.max(frame.right) + 7.0, y + dy), name, "small"));
        }
    }
    if stepped {
        let scale = Scale::log(course.time_step.iter().flatten().copied(), lower.bottom, lower.top);
        lower.left_axis(&mut canvas, &scale, "");
        canvas.text((4.0, lower.top - 9.0), "pseudo-time step, throughput times", "class=\"axis\"");
        canvas.polyline(
            &places(course, &course.time_step, &across, &scale),
            &format!("stroke=\"{INK}\" stroke-width=\"1.4\""),
        );
        lower.bottom_axis(&mut canvas, &across, "iteration");
    } else {
        frame.bottom_axis(&mut canvas, &across, "iteration");
    }
    canvas
}

fn places(course: &Course, series: &[Option<f64>], across: &Scale, scale: &Scale) -> Vec<(f64, f64)> {
    let pairs = course.iterations.iter().zip(series);
    pairs.filter_map(|(at, value)| Some((across.at(*at), scale.at((*value)?)))).collect()
}

/// Phases shaded in turn, named above where there is room.
fn phases(canvas: &mut Canvas, course: &Course, across: &Scale, top: f64, bottom: f64) {
    let mut space = Space::new(Place(58.0, 0.0, 560.0, top));
    let (mut start, mut row) = (0, 0);
    for at in 1..=course.phases.len() {
        if at < course.phases.len() && course.phases[at] == course.phases[start] {
            continue;
        }
        let (x0, x1) =
            (across.at(course.iterations[start]), across.at(course.iterations[(at).min(course.iterations.len() - 1)]));
        if !course.phases[start].is_empty() {
            let fill = ["#f1f4f8", "#f8f5ee"][row % 2];
            canvas.rect(x0, top, x1 - x0, bottom - top, &format!("fill=\"{fill}\""));
            let words = fitted(&course.phases[start], 110.0, 10.5);
            space.write(canvas, (x0 + 3.0, top - 6.0), &words, "small muted");
            row += 1;
        }
        start = at;
    }
}

/// For tests of the page and for the eye.
#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::report::draw::eye;

    /// A table by the contract, made by hand.
    pub fn table(count: usize) -> Table {
        let columns = [("iteration", ""), ("residual", ""), ("change", ""), ("time step", ""), ("phase", "")];
        let mut table =
            Table::new("convergence", "Convergence", "largest share of the throughput left unbalanced", &columns);
        for at in 1..=count {
            let x = at as f64 / count as f64;
            let residual = if x < 0.7 { 10f64.powf(-2.0 * x) } else { 10f64.powf(-1.4 - 36.0 * (x - 0.7)) };
            let phase = if x < 0.7 { "pseudo-time" } else { "newton" };
            table.row(vec![
                (at as f64).into(),
                residual.into(),
                (residual * 3.0).min(0.9).into(),
                10f64.powf(8.0 * x).into(),
                phase.into(),
            ]);
        }
        table
    }

    #[test]
    fn courses_are_drawn() {
        for count in [2, 30, 400] {
            let course = Course::read(&table(count)).unwrap();
            eye::inspect(&draw(&course));
            assert!(course.reading().contains(&format!("{count} iterations")));
        }
        let mut bare = table(12);
        bare.columns.truncate(2);
        bare.rows.iter_mut().for_each(|row| row.truncate(2));
        eye::inspect(&draw(&Course::read(&bare).unwrap()));
        assert!(Course::read(&table(1)).is_none());
    }
}
