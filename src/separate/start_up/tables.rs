//! The two tables of a start-up: every stage for the map, and what leaves.

use super::walk::{Run, Watch};
use crate::table::{Cell, Table};

/// Moments of a run that are told.
const TOLD: usize = 100;

/// Which notes are told: so many, evenly by step, every beginning and end of a stretch, and when specification is met.
fn told(run: &Run<'_>) -> Vec<usize> {
    let every = run.notes.len().div_ceil(TOLD).max(1);
    let edge = |at: usize| {
        let regime = |at: usize| run.notes.get(at).map(|note| note.regime);
        regime(at + 1) != regime(at) || at == 0 || regime(at - 1) != regime(at)
    };
    (0..run.notes.len()).filter(|&at| at % every == 0 || edge(at) || run.reached == Some(run.notes[at].time)).collect()
}

pub(super) fn stages(runs: &[Run<'_>], watch: &Watch) -> Table {
    let mut table = Table::new(
        "start_up",
        "Start-up, stage by stage",
        format!(
            "heavy: share of {}, in the rare earths (as oxides, by mass) of the solution leaving each stage's settler; \
             absent where it holds next to none",
            watch.basis[0]
        ),
        &[("run", ""), ("time", "h"), ("stage", ""), ("section", ""), ("heavy", "%")],
    );
    for run in runs {
        for note in told(run).into_iter().map(|at| &run.notes[at]) {
            for ((stage, section), &shown) in watch.stages.iter().zip(&note.shown) {
                table.row(vec![
                    run.name.as_str().into(),
                    note.time.into(),
                    stage.as_str().into(),
                    section.as_str().into(),
                    shown.into(),
                ]);
            }
        }
    }
    table
}

pub(super) fn outlets(runs: &[Run<'_>], watch: &Watch) -> Table {
    let mut table = Table::new(
        "start_up_outlets",
        "What leaves during start-up",
        format!("purity: of the rare earths in the outlet, as oxides by mass; {}", watch.basis[1]),
        &[("run", ""), ("time", "h")],
    );
    for what in ["purity", "asked"] {
        for outlet in &watch.outlets {
            table.column(format!("{} {what}", outlet.name), "%");
        }
    }
    table.column("inventory", "kg REO");
    table.column("event", "");
    for run in runs {
        let mut regime = None;
        for note in told(run).into_iter().map(|at| &run.notes[at]) {
            let event = if regime == Some(note.regime) { "" } else { &*run.stretches[note.regime].event };
            regime = Some(note.regime);
            let mut row: Vec<Cell> = vec![run.name.as_str().into(), note.time.into()];
            row.extend(note.purity.iter().map(|share| Cell::from(share.map(|share| 100.0 * share))));
            row.extend(watch.outlets.iter().map(|outlet| Cell::from(100.0 * outlet.asked)));
            row.push(note.held.into());
            row.push(event.into());
            table.row(row);
        }
    }
    table
}
