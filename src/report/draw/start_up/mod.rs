//! A start-up in time: every stage's solution as a map, what leaves, and what is locked up.
//!
//! # Tables
//! `start_up`, one row a moment and stage, moments in order, stages in the order of the organic
//! phase: `run` (may: the name of the run), `time` (h), `stage`, `section`, `heavy` (% of the heavy
//! side of the cut in the stage's solution).
//!
//! `start_up_outlets`, one row a moment: `run` (may), `time` (h), `NAME purity` (%) for every outlet
//! watched, and where they are known `NAME asked` (%), `inventory` (kg REO), `event` (what is switched
//! at this moment).

mod map;
mod outlets;

use super::canvas::Canvas;
use crate::report::columns::texts;
use crate::table::Table;

pub use outlets::Outlets;

/// The stages of one run in time.
#[derive(Debug, Clone)]
pub struct Map {
    /// Its name, empty where there is one run.
    pub run: String,
    /// h, rising.
    pub times: Vec<f64>,
    /// Names of the stages.
    pub stages: Vec<String>,
    /// Section of each.
    pub sections: Vec<String>,
    /// % heavy: `heavy[time][stage]`.
    pub heavy: Vec<Vec<Option<f64>>>,
}

/// The runs of a table, in order, with the rows of each.
fn runs(table: &Table) -> Vec<(String, Vec<usize>)> {
    let names = match table.position("run") {
        Some(_) => texts(table, &["run"]).unwrap_or_default(),
        None => vec![String::new(); table.rows.len()],
    };
    let mut runs: Vec<(String, Vec<usize>)> = Vec::new();
    for (row, name) in names.into_iter().enumerate() {
        match runs.iter_mut().find(|(known, _)| *known == name) {
            Some((_, rows)) => rows.push(row),
            None => runs.push((name, vec![row])),
        }
    }
    runs
}

impl Map {
    /// Reads a `start_up` table, a map a run.
    pub fn read(table: &Table) -> Vec<Self> {
        let (time, heavy) = (table.numbers("time"), table.numbers("heavy"));
        let (Some(stages), Some(sections)) = (texts(table, &["stage"]), texts(table, &["section"])) else {
            return Vec::new();
        };
        if time.is_empty() || heavy.is_empty() {
            return Vec::new();
        }
        let mut maps = Vec::new();
        for (run, rows) in runs(table) {
            let mut map = Self { run, times: Vec::new(), stages: Vec::new(), sections: Vec::new(), heavy: Vec::new() };
            for row in rows {
                let Some(hours) = time[row] else { continue };
                if map.times.last().is_none_or(|last| hours > *last) {
                    map.times.push(hours);
                    map.heavy.push(vec![None; map.stages.len()]);
                }
                let stage = map.stages.iter().position(|name| *name == stages[row]).unwrap_or_else(|| {
                    map.stages.push(stages[row].clone());
                    map.sections.push(sections[row].clone());
                    map.stages.len() - 1
                });
                if let Some(moment) = map.heavy.last_mut() {
                    moment.resize(map.stages.len(), None);
                    moment[stage] = heavy[row];
                }
            }
            let count = map.stages.len();
            map.heavy.iter_mut().for_each(|moment| moment.resize(count, None));
            if map.times.len() > 1 {
                maps.push(map);
            }
        }
        maps
    }
}

const WIDTH: f64 = 980.0;
const LEFT: f64 = 68.0;
/// Room at the right for names of lines.
const RIGHT: f64 = 890.0;

/// Maps of every run, and beneath them what leaves and what is locked up, on one axis of time each.
pub fn draw(maps: &[Map], outlets: &[Outlets]) -> Option<Canvas> {
    let columns = maps.len().max(usize::from(!outlets.is_empty()));
    if columns == 0 {
        return None;
    }
    // More than two runs stand one beneath the other: there is no width for three.
    let across = columns.min(2);
    let gap = 36.0;
    let wide = (RIGHT - LEFT - gap * (across - 1) as f64) / across as f64;
    let latest = |times: &[f64]| times.last().copied().unwrap_or(0.0);
    let end = maps.iter().map(|m| latest(&m.times)).chain(outlets.iter().map(|o| latest(&o.times))).fold(0.0, f64::max);
    let rows = maps.len().div_ceil(across);
    let stages = maps.iter().map(|map| map.stages.len()).max().unwrap_or(0);
    let high = (stages as f64 * 4.0).clamp(150.0, 380.0);
    let block = high + 74.0;
    let below = rows as f64 * block;
    let outlets_high = if outlets.is_empty() { 0.0 } else { outlets::height(outlets) };
    let mut canvas = Canvas::new(WIDTH, below + outlets_high + 6.0);
    for (at, map) in maps.iter().enumerate() {
        let left = LEFT + (wide + gap) * (at % across) as f64;
        let top = 30.0 + block * (at / across) as f64;
        let name = if columns > 1 { format!("{}  {}", at + 1, map.run) } else { map.run.clone() };
        canvas.text((left, top - 9.0), &name, "class=\"strong\"");
        map::draw(&mut canvas, map, (left, left + wide), (top, top + high), end, at % across == 0);
    }
    if !maps.is_empty() {
        map::legend(&mut canvas, (RIGHT + 12.0, 30.0));
    }
    if !outlets.is_empty() {
        outlets::draw(&mut canvas, outlets, below, end);
    }
    Some(canvas)
}

/// For tests of the page and for the eye.
#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::report::draw::eye;

    /// Tables by the contract, made by hand: a front that walks into its place.
    pub fn tables(stages: usize, runs: &[&str]) -> [Table; 2] {
        let mut map = Table::new(
            "start_up",
            "Start-up",
            "share of Sm and heavier in the solution",
            &[("run", ""), ("time", "h"), ("stage", ""), ("section", ""), ("heavy", "%")],
        );
        let mut outlets = Table::new(
            "start_up_outlets",
            "Start-up: what leaves",
            "purity as oxides",
            &[
                ("run", ""),
                ("time", "h"),
                ("raffinate purity", "%"),
                ("product purity", "%"),
                ("raffinate asked", "%"),
                ("product asked", "%"),
                ("inventory", "kg REO"),
                ("event", ""),
            ],
        );
        for (slow, run) in runs.iter().enumerate() {
            for moment in 0..=120_u32 {
                let time = f64::from(moment) * 2.0;
                let grown = 1.0 - (-time / (40.0 + 30.0 * slow as f64)).exp();
                for stage in 0..stages {
                    let x = stage as f64 - 0.5 * stages as f64;
                    let odds = (grown * 0.9 * x * 16.0 / stages as f64).exp();
                    let section = match 5 * stage / stages {
                        0 | 1 => "extraction",
                        2 | 3 => "scrub",
                        _ => "strip",
                    };
                    map.row(vec![
                        (*run).into(),
                        time.into(),
                        format!("{}{}", &section[..1].to_uppercase(), stages - stage).into(),
                        section.into(),
                        (100.0 * odds / (1.0 + odds)).into(),
                    ]);
                }
                let pure = |most: f64| 100.0 - 100.0 * 10f64.powf(-most * grown);
                outlets.row(vec![
                    (*run).into(),
                    time.into(),
                    pure(4.2).into(),
                    (moment > 4).then(|| pure(3.6)).into(),
                    99.9.into(),
                    99.9.into(),
                    (1200.0 * grown).into(),
                    if moment == 0 {
                        "feed on".into()
                    } else if moment == 60 {
                        "feed +10 %".into()
                    } else {
                        "".into()
                    },
                ]);
            }
        }
        [map, outlets]
    }

    #[test]
    fn the_contract_is_drawn() {
        for (stages, runs) in [(3, &[""][..]), (20, &["feed at once", "total reflux first"]), (150, &["feed at once"])]
        {
            let [map, outlets] = tables(stages, runs);
            let (maps, outlets) = (Map::read(&map), Outlets::read(&outlets));
            assert_eq!((maps.len(), outlets.len()), (runs.len(), runs.len()));
            assert_eq!((maps[0].times.len(), maps[0].stages.len()), (121, stages));
            let drawing = draw(&maps, &outlets).unwrap();
            eye::inspect(&drawing);
            assert!(drawing.svg("").len() < 400_000, "{}", drawing.svg("").len());
            eye::inspect(&draw(&maps, &[]).unwrap());
            eye::inspect(&draw(&[], &outlets).unwrap());
        }
        assert!(draw(&[], &[]).is_none());
    }
}
