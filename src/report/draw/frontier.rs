//! The frontier of a cut: what purity and recovery cost in stages, and what reflux buys back.
//!
//! # Table
//! `frontier`, one row a battery designed: `cut` (`Nd/Sm`), `nines` (−log₁₀ of what is wanting to
//! a pure product), `recovery` (%), `reflux over least`, `stages` (extraction and scrub; absent
//! where no battery does it), `by` (`theory`, `solved`, `design`: the one chosen), and if known
//! `reflux`, `cost` (in any unit).

use super::axis::{Frame, Scale, spread};
use super::canvas::Canvas;
use super::colour::{ACCENT, INK};
use super::contour::Grid;
use super::label::{Place, Space};
use crate::quantity::figures;
use crate::report::columns::texts;
use crate::table::Table;

/// One battery.
#[derive(Debug, Clone)]
pub struct Point {
    nines: f64,
    recovery: f64,
    reflux: f64,
    stages: Option<f64>,
    by: String,
    cost: Option<f64>,
}

/// The batteries of one cut.
#[derive(Debug, Clone)]
pub struct Frontier {
    /// `Nd/Sm`.
    pub cut: String,
    /// Every row of the table.
    pub points: Vec<Point>,
    cost_unit: String,
}

impl Frontier {
    /// Reads a `frontier` table, one frontier a cut in the order of the rows.
    pub fn read(table: &Table) -> Vec<Self> {
        let cuts = texts(table, &["cut"]).unwrap_or_default();
        let by = texts(table, &["by"]).unwrap_or_else(|| vec!["theory".into(); cuts.len()]);
        let column = |name: &str| {
            let values = table.numbers(name);
            if values.is_empty() { vec![None; cuts.len()] } else { values }
        };
        let (nines, recovery, stages) = (column("nines"), column("recovery"), column("stages"));
        let (reflux, cost) = (column("reflux over least"), column("cost"));
        let cost_unit = table.columns.iter().find(|c| c.name == "cost").map_or("", |c| &c.unit);
        let mut all: Vec<Self> = Vec::new();
        for (at, cut) in cuts.iter().enumerate() {
            // What is no purity or no recovery cannot be drawn.
            let nines = nines[at].filter(|nines| (0.0..=9.0).contains(nines));
            let recovery = recovery[at].filter(|recovery| *recovery > 0.0 && *recovery < 100.0);
            let (Some(nines), Some(recovery)) = (nines, recovery) else { continue };
            let point = Point {
                nines,
                recovery,
                reflux: reflux[at].filter(|reflux| (0.0..1e6).contains(reflux)).unwrap_or(1.0),
                stages: stages[at].filter(|stages| (0.0..1e6).contains(stages)),
                by: by[at].clone(),
                cost: cost[at],
            };
            match all.iter_mut().find(|frontier| frontier.cut == *cut) {
                Some(frontier) => frontier.points.push(point),
                None => {
                    all.push(Self { cut: cut.clone(), points: vec![point], cost_unit: cost_unit.to_owned() });
                }
            }
        }
        all.retain(|frontier| frontier.points.iter().any(|point| point.stages.is_some()));
        all
    }

    /// The battery that was chosen.
    pub fn design(&self) -> Option<&Point> {
        self.points.iter().find(|point| point.by == "design")
    }

    /// In words, what was chosen.
    pub fn reading(&self) -> String {
        let chosen = self.design().and_then(|point| Some((point, point.stages?)));
        match chosen {
            Some((point, stages)) => {
                let cost =
                    point.cost.map_or(String::new(), |cost| format!(", at {} {}", figures(cost, 3), self.cost_unit));
                format!(
                    "{}: the design asks for {} purity and {} % recovery, in {stages:.0} stages at {} times the least reflux{cost}.",
                    self.cut,
                    purity(point.nines),
                    short(point.recovery),
                    figures(point.reflux, 3)
                )
            }
            None => format!("{}.", self.cut),
        }
    }

    /// The reflux at which the contours are drawn: the one nearest the design's, else the middle one.
    fn reflux_shown(&self) -> f64 {
        let mut all: Vec<f64> = self.points.iter().filter(|p| p.by != "design").map(|p| p.reflux).collect();
        all.sort_by(f64::total_cmp);
        let wanted = self.design().map(|point| point.reflux).or_else(|| all.get(all.len() / 2).copied());
        let near = |a: &f64, b: &f64| {
            let away = |r: f64| wanted.map_or(0.0, |wanted| (r - wanted).abs());
            away(*a).total_cmp(&away(*b))
        };
        all.into_iter().min_by(near).unwrap_or(1.0)
    }

    fn grid(&self) -> Option<Grid> {
        let shown = self.reflux_shown();
        let of = |by: &str| -> Vec<(f64, f64, Option<f64>)> {
            self.points
                .iter()
                .filter(|p| p.by == by && (p.reflux - shown).abs() < 1e-9)
                .map(|p| (p.nines, of_recovery(p.recovery), p.stages))
                .collect()
        };
        // The rigorous grid goes before the theory's where it is one.
        let (solved, theory) = (of("solved"), of("theory"));
        let full = |points: &[(f64, f64, Option<f64>)]| points.len() >= 4;
        full(&solved).then(|| Grid::of(&solved)).flatten().or_else(|| Grid::of(&theory))
    }
}

/// 99.9 % from three nines.
fn purity(nines: f64) -> String {
    let percent = 100.0 - 100.0 * 10f64.powf(-nines);
    format!("{percent:.*} %", (nines - 2.0).max(0.0).ceil() as usize)
}

/// A percentage with as many decimals as it needs.
fn short(percent: f64) -> String {
    format!("{percent:.4}").trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A recovery in % where it stands on an axis that gives every nine the same room.
fn of_recovery(percent: f64) -> f64 {
    -(1.0 - percent / 100.0).max(1e-9).log10()
}

/// Both pictures, as far as the table bears them; `None` when it bears neither.
pub fn draw(frontier: &Frontier) -> Option<Canvas> {
    let grid = frontier.grid();
    let curves = by_reflux(frontier);
    if grid.is_none() && curves.len() < 2 && !curves.iter().any(|(_, points)| points.len() > 1) {
        return None;
    }
    let mut canvas = Canvas::new(980.0, 420.0);
    let place = |at: usize| {
        let left = 62.0 + 486.0 * at as f64;
        Frame { left, right: left + 362.0, top: 44.0, bottom: 360.0 }
    };
    let mut at = 0;
    if let Some(grid) = &grid {
        contours(&mut canvas, &place(at), frontier, grid);
        at += 1;
    }
    if curves.iter().any(|(_, points)| points.len() > 1) {
        refluxes(&mut canvas, &place(at), frontier, &curves);
    }
    Some(canvas)
}

fn contours(canvas: &mut Canvas, frame: &Frame, frontier: &Frontier, grid: &Grid) {
    let across = Scale::between(grid.x[0], grid.x[grid.x.len() - 1], frame.left, frame.right);
    let upward = Scale::between(grid.y[0], grid.y[grid.y.len() - 1], frame.bottom, frame.top);
    let title = format!("stages, at {} times the least reflux", figures(frontier.reflux_shown(), 3));
    canvas.text((frame.left - 46.0, 14.0), &title, "class=\"strong\"");
    canvas.text((frame.left - 46.0, frame.top - 12.0), "recovery", "class=\"axis\"");
    let (mut last, mut last_y) = (f64::NEG_INFINITY, f64::INFINITY);
    for nines in &grid.x {
        let x = across.at(*nines);
        canvas.line((x, frame.top), (x, frame.bottom), "class=\"grid\"");
        let label = purity(*nines);
        if x - last > 58.0 {
            canvas.text((x, frame.bottom + 15.0), &label, "class=\"tick mid\"");
            last = x;
        }
    }
    for value in &grid.y {
        let y = upward.at(*value);
        canvas.line((frame.left, y), (frame.right, y), "class=\"grid\"");
        if last_y - y > 13.0 {
            let percent = 100.0 - 100.0 * 10f64.powf(-value);
            canvas.text((frame.left - 6.0, y + 4.0), &format!("{} %", short(percent)), "class=\"tick end\"");
            last_y = y;
        }
    }
    canvas.text((frame.right, frame.bottom + 33.0), "purity of the product", "class=\"axis end\"");
    let mut space = Space::new(Place(frame.left + 2.0, frame.top + 2.0, frame.right - 2.0, frame.bottom - 2.0));
    let design = frontier.design();
    let dot = design.map(|point| (across.at(point.nines), upward.at(of_recovery(point.recovery))));
    if let Some((x, y)) = dot {
        space.take(Place(x - 5.0, y - 5.0, x + 5.0, y + 5.0));
    }
    let values: Vec<f64> = grid.value.iter().flatten().copied().collect();
    let mut levels = Scale::linear(values, 0.0, 1.0).ticks();
    if levels.len() < 7 {
        let between: Vec<f64> = levels.windows(2).map(|pair| f64::midpoint(pair[0], pair[1])).collect();
        levels =
            (0..levels.len() * 2 - 1).map(|at| if at % 2 == 0 { levels[at / 2] } else { between[at / 2] }).collect();
    }
    for (row, level) in levels.iter().enumerate() {
        for line in grid.lines(*level) {
            let points: Vec<(f64, f64)> = line.iter().map(|(x, y)| (across.at(*x), upward.at(*y))).collect();
            let width = if row % 2 == 0 { 1.8 } else { 1.0 };
            canvas
                .polyline(&points, &format!("stroke=\"{ACCENT}\" stroke-width=\"{width}\" stroke-linejoin=\"round\""));
            for at in tries(points.len()) {
                let (x, y) = points[at];
                if space.write(canvas, (x, y + 4.0), &figures(*level, 3), "small mid strong halo") {
                    break;
                }
            }
        }
    }
    if let (Some((x, y)), Some(point)) = (dot, design) {
        canvas.circle((x, y), 5.5, &format!("fill=\"{INK}\" stroke=\"#fff\" stroke-width=\"1.5\""));
        let words = point.stages.map_or("design".to_owned(), |n| format!("design, {n:.0}"));
        for (dx, dy, class) in [
            (10.0, -8.0, "strong halo"),
            (-10.0, -8.0, "strong halo end"),
            (10.0, 16.0, "strong halo"),
            (-10.0, 16.0, "strong halo end"),
        ] {
            if space.write(canvas, (x + dx, y + dy), &words, class) {
                break;
            }
        }
    }
}

/// Places along a line, the middle first.
fn tries(count: usize) -> impl Iterator<Item = usize> {
    let middle = count / 2;
    (0..2 * count).filter_map(move |n| {
        let away = n / 2 + n % 2;
        if n % 2 == 0 { Some(middle + away) } else { middle.checked_sub(away) }.filter(|at| *at < count)
    })
}

/// Stages against reflux, a curve each number of nines, at the recovery nearest the design's.
fn by_reflux(frontier: &Frontier) -> Vec<(f64, Vec<(f64, f64)>)> {
    let rows = || frontier.points.iter().filter(|p| p.by != "design");
    let wanted = frontier.design().map_or(99.0, |point| point.recovery);
    let Some(recovery) = rows().map(|p| p.recovery).min_by(|a, b| {
        let away = |r: f64| (of_recovery(r) - of_recovery(wanted)).abs();
        away(*a).total_cmp(&away(*b))
    }) else {
        return Vec::new();
    };
    let mut curves: Vec<(f64, Vec<(f64, f64)>)> = Vec::new();
    let by = if rows().any(|p| p.by == "theory") { "theory" } else { "solved" };
    for point in rows().filter(|p| p.by == by && (p.recovery - recovery).abs() < 1e-9) {
        let Some(stages) = point.stages else { continue };
        match curves.iter_mut().find(|(nines, _)| (nines - point.nines).abs() < 1e-9) {
            Some((_, points)) => points.push((point.reflux, stages)),
            None => curves.push((point.nines, vec![(point.reflux, stages)])),
        }
    }
    for (_, points) in &mut curves {
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    curves.sort_by(|a, b| a.0.total_cmp(&b.0));
    curves
}

fn refluxes(canvas: &mut Canvas, frame: &Frame, frontier: &Frontier, curves: &[(f64, Vec<(f64, f64)>)]) {
    let all = || curves.iter().flat_map(|(_, points)| points.iter());
    let design = frontier.design().and_then(|point| Some((point.reflux, point.stages?)));
    let across = Scale::linear(all().map(|p| p.0).chain([1.0]), frame.left, frame.right);
    let upward = Scale::from_zero(all().map(|p| p.1).chain(design.map(|d| d.1)), frame.bottom, frame.top);
    frame.left_axis(canvas, &upward, "");
    frame.bottom_axis(canvas, &across, "reflux over the least reflux");
    canvas.text((frame.left - 46.0, 14.0), "stages against reflux, by purity", "class=\"strong\"");
    canvas.text((frame.left - 46.0, frame.top - 12.0), "stages", "class=\"axis\"");
    let mut ends = Vec::new();
    for (nines, points) in curves {
        let places: Vec<(f64, f64)> = points.iter().map(|(r, n)| (across.at(*r), upward.at(*n))).collect();
        canvas.polyline(&places, &format!("stroke=\"{ACCENT}\" stroke-width=\"1.6\" stroke-linejoin=\"round\""));
        for place in &places {
            canvas.circle(*place, 2.0, &format!("fill=\"{ACCENT}\""));
        }
        ends.extend(places.last().map(|last| (*last, purity(*nines))));
    }
    let placed = spread(&ends.iter().map(|e| e.0.1).collect::<Vec<_>>(), 12.5, frame.top, frame.bottom);
    for ((end, name), y) in ends.iter().zip(placed) {
        canvas.line(*end, (frame.right + 6.0, y), "class=\"grid\"");
        canvas.text((frame.right + 9.0, y + 4.0), name, "class=\"tick\"");
    }
    if let Some((reflux, stages)) = design {
        let place = (across.at(reflux), upward.at(stages));
        canvas.circle(place, 5.5, &format!("fill=\"{INK}\" stroke=\"#fff\" stroke-width=\"1.5\""));
        canvas.text((place.0 + 10.0, place.1 - 8.0), "design", "class=\"strong halo\"");
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::report::draw::eye;
    use crate::separate::theory;
    use crate::table::Cell;

    /// A table by the contract, made by hand: stages by Fenske times Gilliland-like growth.
    pub fn table() -> Table {
        let mut table = Table::new(
            "frontier",
            "What purity and recovery cost in stages",
            "hand-made",
            &[
                ("cut", ""),
                ("nines", ""),
                ("recovery", "%"),
                ("reflux over least", ""),
                ("reflux", ""),
                ("stages", ""),
                ("by", ""),
                ("cost", "USD/kg REO"),
            ],
        );
        let mut row = |nines: f64, recovery: f64, over: f64, stages: Option<f64>, by: &str| {
            table.row(vec![
                "Pr/Nd".into(),
                nines.into(),
                recovery.into(),
                over.into(),
                (over * 1.4).into(),
                stages.into(),
                by.into(),
                (20.0 + over).into(),
            ]);
        };
        for nines in [2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0] {
            for recovery in [90.0, 95.0, 99.0, 99.5, 99.9] {
                for over in [1.05, 1.2, 1.5, 2.0, 3.0] {
                    let least = theory::fenske(1.6, 1.0 - 10f64.powf(-nines), 1.0 - recovery / 100.0);
                    let stages = least * (1.0 + 0.6 / (over - 0.9));
                    row(nines, recovery, over, (over > 1.06 || nines < 4.9).then_some(stages), "theory");
                }
            }
        }
        row(3.0, 99.0, 1.3, Some(56.0), "design");
        table
    }

    #[test]
    fn the_contract_is_drawn() {
        let all = Frontier::read(&table());
        assert_eq!(all.len(), 1);
        let drawing = draw(&all[0]).unwrap();
        eye::inspect(&drawing);
        assert_eq!(eye::count(&drawing, "design"), 2);
        assert!(all[0].reading().contains("56 stages at 1.3"), "{}", all[0].reading());
        assert_eq!(purity(3.0), "99.9 %");
        assert_eq!(purity(2.5), "99.7 %");
    }

    #[test]
    fn little_or_nothing_known_is_no_panic() {
        let mut few = table();
        few.rows.truncate(3);
        for frontier in Frontier::read(&few) {
            if let Some(drawing) = draw(&frontier) {
                eye::inspect(&drawing);
            }
        }
        let mut none = table();
        for row in &mut none.rows {
            row[5] = Cell::Absent;
        }
        assert!(Frontier::read(&none).is_empty());
    }
}
