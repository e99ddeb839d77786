//! What leaves, in nines, with the time from which it holds to what is asked; and what is locked up.

use super::{LEFT, RIGHT, runs};
use crate::quantity::figures;
use crate::report::columns::texts;
use crate::report::draw::axis::{Frame, Scale, spread};
use crate::report::draw::canvas::{Canvas, fitted};
use crate::report::draw::colour::{ACCENT, INK};
use crate::report::draw::label::{Place, Space};
use crate::table::Table;

/// What leaves in one run.
#[derive(Debug, Clone)]
pub struct Outlets {
    /// Its name.
    pub run: String,
    /// h, rising.
    pub times: Vec<f64>,
    /// Their names.
    pub names: Vec<String>,
    /// The purity of each, %.
    pub purity: Vec<Vec<Option<f64>>>,
    /// What is asked of each, %.
    pub asked: Vec<Option<f64>>,
    /// kg REO.
    pub inventory: Vec<Option<f64>>,
    /// What is switched, and when.
    pub events: Vec<(f64, String)>,
}

impl Outlets {
    /// Reads a `start_up_outlets` table, one a run.
    pub fn read(table: &Table) -> Vec<Self> {
        let count = table.rows.len();
        let column = |name: &str| {
            let values = table.numbers(name);
            if values.is_empty() { vec![None; count] } else { values }
        };
        let (time, inventory) = (column("time"), column("inventory"));
        let names: Vec<String> =
            table.columns.iter().filter_map(|c| c.name.strip_suffix(" purity")).map(str::to_owned).collect();
        let all = |what: &str| names.iter().map(|name| column(&format!("{name} {what}"))).collect::<Vec<_>>();
        let (purity, asked) = (all("purity"), all("asked"));
        let events = match table.position("event") {
            Some(_) => texts(table, &["event"]).unwrap_or_default(),
            None => vec![String::new(); count],
        };
        runs(table)
            .into_iter()
            .map(|(run, mut rows)| {
                rows.retain(|row| time[*row].is_some());
                let pick = |values: &[Option<f64>]| rows.iter().map(|row| values[*row]).collect::<Vec<_>>();
                let times: Vec<f64> = pick(&time).into_iter().flatten().collect();
                Self {
                    run,
                    names: names.clone(),
                    purity: purity.iter().map(|values| pick(values)).collect(),
                    asked: asked.iter().map(|values| pick(values).into_iter().flatten().next()).collect(),
                    inventory: pick(&inventory),
                    events: rows
                        .iter()
                        .zip(&times)
                        .filter(|(row, _)| !events[**row].is_empty())
                        .map(|(row, time)| (*time, events[*row].clone()))
                        .collect(),
                    times,
                }
            })
            .filter(|outlets| outlets.times.len() > 1)
            .collect()
    }

    /// From when on both outlets hold what is asked of them to the end; `None` where they do not.
    pub fn to_specification(&self) -> Option<f64> {
        let mut since = None;
        for (at, time) in self.times.iter().enumerate() {
            let holds = (0..self.names.len()).all(|side| match (self.purity[side][at], self.asked[side]) {
                (_, None) => true,
                (Some(reached), Some(asked)) => reached >= asked,
                (None, Some(_)) => false,
            });
            since = match (holds, since) {
                (true, None) => Some(*time),
                (true, since) => since,
                (false, _) => None,
            };
        }
        since.filter(|_| self.asked.iter().any(Option::is_some))
    }

    /// In words.
    pub fn reading(&self) -> String {
        let name = if self.run.is_empty() { String::new() } else { format!("{}: ", self.run) };
        let locked = self.inventory.iter().flatten().next_back();
        let locked =
            locked.map_or(String::new(), |kg| format!("; {} kg of oxide locked up at the end", figures(*kg, 3)));
        match self.to_specification() {
            Some(time) => format!("{name}to specification in {} h{locked}.", figures(time, 3)),
            None if self.asked.iter().any(Option::is_some) => {
                format!("{name}not to specification within {} h{locked}.", figures(self.times[self.times.len() - 1], 3))
            }
            None => format!("{name}no specification{locked}."),
        }
    }
}

fn has_inventory(all: &[Outlets]) -> bool {
    all.iter().any(|outlets| outlets.inventory.iter().flatten().count() > 1)
}

pub(super) fn height(all: &[Outlets]) -> f64 {
    if has_inventory(all) { 404.0 } else { 262.0 }
}

/// −log₁₀ of what is wanting to a pure outlet.
fn in_nines(percent: f64) -> f64 {
    -(1.0 - percent / 100.0).clamp(1e-7, 1.0).log10()
}

/// Of the outlets, in turn.
const INKS: [&str; 5] = [ACCENT, INK, "#b3541e", "#4b7f3a", "#8a4f8f"];
const DASHES: [&str; 3] = ["", " stroke-dasharray=\"7 3\"", " stroke-dasharray=\"2 3\""];

pub(super) fn draw(canvas: &mut Canvas, all: &[Outlets], top: f64, end: f64) {
    let frame = Frame { left: LEFT, right: RIGHT, top: top + 44.0, bottom: top + 218.0 };
    let across = Scale::between(0.0, end, LEFT, RIGHT);
    let values =
        all.iter().flat_map(|o| o.purity.iter().flatten().flatten().copied().chain(o.asked.iter().flatten().copied()));
    let most = values.map(in_nines).fold(2.0, f64::max).ceil();
    let upward = Scale::between(0.0, most, frame.bottom, frame.top);
    for nines in 0..=most as i32 {
        let y = upward.at(f64::from(nines));
        canvas.line((frame.left, y), (frame.right, y), "class=\"grid\"");
        let percent = 100.0 - 100.0 * 10f64.powi(-nines);
        canvas.text(
            (frame.left - 6.0, y + 4.0),
            &format!("{percent:.*}", (nines - 2).max(0) as usize),
            "class=\"tick end\"",
        );
    }
    canvas.text((4.0, frame.top - 10.0), "purity, %", "class=\"axis\"");
    frame.bottom_axis(canvas, &across, if has_inventory(all) { "" } else { "time, h" });
    let mut ends: Vec<((f64, f64), String)> = Vec::new();
    let mut space = Space::new(Place(frame.left, frame.top - 2.0, frame.right, frame.bottom));
    for (row, outlets) in all.iter().enumerate() {
        for (side, name) in outlets.names.iter().enumerate() {
            let ink = INKS[side % INKS.len()];
            let points: Vec<(f64, f64)> = outlets
                .times
                .iter()
                .zip(&outlets.purity[side])
                .filter_map(|(time, purity)| Some((across.at(*time), upward.at(in_nines((*purity)?)))))
                .collect();
            canvas.polyline(&points, &format!("stroke=\"{ink}\" stroke-width=\"1.9\"{}", DASHES[row % DASHES.len()]));
            if let Some(last) = points.last() {
                let run = if all.len() > 1 { format!(" {}", row + 1) } else { String::new() };
                ends.push((*last, format!("{name}{run}")));
            }
            if let Some(asked) = outlets.asked[side].filter(|_| row == 0) {
                let y = upward.at(in_nines(asked));
                canvas.line((frame.left, y), (frame.right, y), "class=\"rule dash\" stroke-opacity=\"0.6\"");
                space.write(canvas, (frame.left + 6.0, y - 4.0), "asked", "small halo");
            }
        }
        specification(canvas, outlets, row, all.len(), &across, &frame);
    }
    events(canvas, &all[0], &across, &frame);
    let placed = spread(&ends.iter().map(|e| e.0.1).collect::<Vec<_>>(), 12.5, frame.top, frame.bottom);
    for ((from, name), y) in ends.iter().zip(placed) {
        canvas.line(*from, (frame.right + 5.0, y), "class=\"grid\"");
        canvas.text((frame.right + 8.0, y + 4.0), &fitted(name, 80.0, 11.0), "class=\"tick\"");
    }
    if has_inventory(all) {
        inventory(canvas, all, &across, top + 262.0);
    }
}

/// The moment from which on the specification holds.
fn specification(canvas: &mut Canvas, outlets: &Outlets, row: usize, count: usize, across: &Scale, frame: &Frame) {
    let Some(time) = outlets.to_specification() else { return };
    let x = across.at(time);
    canvas.line((x, frame.top), (x, frame.bottom), &format!("class=\"rule\"{}", DASHES[row % DASHES.len()]));
    canvas.polygon(
        &[(x - 4.5, frame.bottom + 7.0), (x + 4.5, frame.bottom + 7.0), (x, frame.bottom)],
        &format!("fill=\"{INK}\""),
    );
    let run = if count > 1 { format!(" ({})", row + 1) } else { String::new() };
    let words = format!("to specification in {} h{run}", figures(time, 3));
    let class = if x > f64::midpoint(frame.left, frame.right) { "strong halo end" } else { "strong halo" };
    let dx = if class.ends_with("end") { -6.0 } else { 6.0 };
    canvas.text((x + dx, frame.bottom - 10.0 - 15.0 * row as f64), &words, &format!("class=\"{class}\""));
}

fn events(canvas: &mut Canvas, outlets: &Outlets, across: &Scale, frame: &Frame) {
    let mut space = Space::new(Place(frame.left - 4.0, frame.top - 40.0, frame.right + 80.0, frame.top - 2.0));
    // The axis' name stands there too.
    space.take(Place(0.0, frame.top - 22.0, 66.0, frame.top));
    for (time, words) in &outlets.events {
        let x = across.at(*time);
        for y in [frame.top - 8.0, frame.top - 22.0] {
            if space.write(canvas, (x + 4.0, y), words, "small accent") {
                canvas.line((x, y - 8.0), (x, frame.bottom), &format!("stroke=\"{ACCENT}\" stroke-width=\"0.8\""));
                break;
            }
        }
    }
}

fn inventory(canvas: &mut Canvas, all: &[Outlets], across: &Scale, top: f64) {
    let frame = Frame { left: LEFT, right: RIGHT, top, bottom: top + 96.0 };
    let upward =
        Scale::from_zero(all.iter().flat_map(|o| o.inventory.iter().flatten().copied()), frame.bottom, frame.top);
    frame.left_axis(canvas, &upward, "");
    canvas.text((4.0, frame.top - 9.0), "rare earths held, kg REO", "class=\"axis\"");
    frame.bottom_axis(canvas, across, "time, h");
    let mut ends = Vec::new();
    for (row, outlets) in all.iter().enumerate() {
        let points: Vec<(f64, f64)> = outlets
            .times
            .iter()
            .zip(&outlets.inventory)
            .filter_map(|(time, kg)| Some((across.at(*time), upward.at((*kg)?))))
            .collect();
        canvas.polyline(&points, &format!("stroke=\"{INK}\" stroke-width=\"1.8\"{}", DASHES[row % DASHES.len()]));
        if let Some(last) = points.last().filter(|_| all.len() > 1) {
            ends.push((*last, format!("held {}", row + 1)));
        }
    }
    let placed = spread(&ends.iter().map(|e| e.0.1).collect::<Vec<_>>(), 12.5, frame.top, frame.bottom);
    for ((_, name), y) in ends.iter().zip(placed) {
        canvas.text((frame.right + 8.0, y + 4.0), &fitted(name, 80.0, 11.0), "class=\"tick\"");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time to specification is when it holds for good, not when it first is touched.
    #[test]
    fn the_time_to_specification_holds_to_the_end() {
        let purity = |all: &[f64]| all.iter().map(|p| Some(*p)).collect::<Vec<_>>();
        let mut outlets = Outlets {
            run: String::new(),
            times: vec![0.0, 1.0, 2.0, 3.0, 4.0],
            names: vec!["raffinate".into(), "product".into()],
            purity: vec![purity(&[90.0, 99.95, 99.0, 99.95, 99.99]), purity(&[99.99; 5])],
            asked: vec![Some(99.9), Some(99.9)],
            inventory: vec![None; 5],
            events: Vec::new(),
        };
        assert_eq!(outlets.to_specification(), Some(3.0));
        assert!(outlets.reading().contains("in 3 h"), "{}", outlets.reading());
        outlets.purity[1][4] = None;
        assert_eq!(outlets.to_specification(), None);
        outlets.asked = vec![None, None];
        assert_eq!(outlets.to_specification(), None);
    }
}
