//! What is told of a start-up: two tables for the heat map, and what an operator would note down.

use super::Plan;
use super::regimes::{Outlet, Start, Stretch, carried, filling, onward, stretches, vessels};
use crate::element::Element;
use crate::error::Error;
use crate::quantity::figures;
use crate::separate::cascade::time::{Moment, Pace, Regime, Walk, follow};
use crate::separate::cascade::western_name;
use crate::separate::mixer_settlers::Sizing;
use crate::separate::mixer_settlers::run::{Solved, reference_contact};
use crate::source::Caveat;
use crate::stream::Stream;
use crate::table::{Cell, Table};
use crate::unit::{Balance, Reading};

/// Relative error of a step.
const TOLERANCE: f64 = 1e-3;
/// Steps at the least, so that a picture has its moments.
const FEWEST: f64 = 80.0;
/// Moments of a run that are told.
const TOLD: usize = 100;
/// Of what an outlet must hold to have a purity, what a stage must hold to have a colour.
const TRACE: f64 = 1e-6;
/// A heavier side held within this of its steady amount needs nothing held back.
const HELD_AS_STEADY: f64 = 0.02;

/// What is kept of a moment.
#[derive(Debug, Clone)]
struct Note {
    time: f64,
    regime: usize,
    /// % of the heavier side in each stage's solution.
    heavy: Vec<Option<f64>>,
    /// Purity of raffinate and product, as shares.
    purity: [Option<f64>; 2],
    /// kg REO/h in raffinate and product.
    leaving: [f64; 2],
    /// kg REO held.
    held: f64,
    /// Of it, of the heavier side.
    held_heavy: f64,
}

/// One walk through time.
struct Run<'u> {
    name: String,
    stretches: Vec<Stretch<'u>>,
    notes: Vec<Note>,
    /// When it comes to specification.
    reached: Option<f64>,
    walk: Walk,
}

/// Adds what time tells to the balance.
pub(in crate::separate::mixer_settlers) fn tell(
    plan: &Plan,
    solved: &Solved<'_>,
    feed: &Stream,
    done: &mut Balance,
) -> Result<(), Error> {
    let (Sizing::Cut { purity: asked, .. }, Some(([_, heavy], _))) = (solved.unit.sizing, solved.keys) else {
        return Ok(());
    };
    let of = |e: Element| solved.unit.law.log_d(e, &reference_contact());
    let sides = Sides {
        oxide: solved.cascade.solutes.iter().map(|&e| oxide(e)).collect(),
        heavy: solved.cascade.solutes.iter().map(|&e| of(e) >= of(heavy)).collect(),
    };
    let teller = Teller { plan, solved, feed, sides };
    let at_once = Start { reflux: None, held_back: None };
    let mut runs = vec![teller.walk("feed at once", at_once, plan.hours)?];
    if plan.total_reflux.is_some() {
        runs.push(teller.walk("total reflux first", Start { reflux: plan.total_reflux, ..at_once }, plan.hours)?);
    }
    match teller.held_back()? {
        Ok(run) => runs.push(run),
        Err(why) => done.caveats.push(Caveat::new(why)),
    }
    let steady_meets = teller.steady_meets(asked);
    for run in &mut runs {
        readings(run, plan, asked, steady_meets, &mut done.readings, &mut done.caveats);
    }
    if let Some(note) = runs[0].notes.iter().rfind(|note| note.time <= plan.calm()) {
        done.readings.push(Reading::new("rare-earth oxide locked up after start-up", note.held, "kg REO"));
    }
    for (&e, (moles, kg)) in solved.cascade.solutes.iter().zip(solved.held().iter().zip(&teller.sides.oxide)) {
        if *kg > 0.0 {
            done.readings.push(Reading::new(format!("{e} locked up, as oxide"), moles * kg, "kg REO"));
        }
    }
    let steps: usize = runs.iter().map(|run| run.walk.steps).sum();
    done.readings.push(Reading::new("steps in time", steps as f64, "1"));
    done.tables.push(stages(&runs, solved));
    done.tables.push(outlets(&runs, asked));
    Ok(())
}

/// kg of rare-earth oxide per mole.
fn oxide(element: Element) -> f64 {
    if element.is_rare_earth() { element.molar_mass() / 1000.0 * element.oxide_factor().unwrap_or(1.0) } else { 0.0 }
}

/// What each solute weighs as oxide, and on which side of the cut it is.
struct Sides {
    oxide: Vec<f64>,
    heavy: Vec<bool>,
}

impl Sides {
    fn kg(&self, moles: &[f64]) -> f64 {
        moles.iter().zip(&self.oxide).map(|(moles, kg)| moles * kg).sum()
    }

    fn kg_heavy(&self, moles: &[f64]) -> f64 {
        let heavy = moles.iter().zip(&self.oxide).zip(&self.heavy).filter(|(_, heavy)| **heavy);
        heavy.map(|((moles, kg), _)| moles * kg).sum()
    }

    /// Share of the heavier side in the oxides, where there are any to speak of.
    fn share(&self, moles: &[f64], least: f64) -> Option<f64> {
        let all = self.kg(moles);
        (all > least).then(|| self.kg_heavy(moles) / all)
    }
}

/// All that a walk needs.
struct Teller<'t, 'u> {
    plan: &'t Plan,
    solved: &'t Solved<'u>,
    feed: &'t Stream,
    sides: Sides,
}

impl<'u> Teller<'_, 'u> {
    /// Does the battery at steady state hold the purities asked?
    fn steady_meets(&self, asked: [f64; 2]) -> bool {
        let Self { solved, sides, .. } = self;
        let [extract, scrub, _] = solved.unit.stages;
        let k = solved.cascade.solutes.len();
        let row = |stage: usize| &solved.profile.aqueous[stage * k..(stage + 1) * k];
        let heavy = [0, extract + scrub].map(|stage| sides.share(row(stage), 0.0));
        heavy[0].is_some_and(|heavy| 1.0 - heavy >= asked[0]) && heavy[1].is_some_and(|heavy| heavy >= asked[1])
    }

    /// The start in which the end that is short is held back; in words why there is none.
    fn held_back(&self) -> Result<Result<Run<'u>, String>, Error> {
        let Self { plan, solved, sides, .. } = self;
        let begin = plan.total_reflux.unwrap_or(0.0);
        let start = |held_back| Start { reflux: plan.total_reflux, held_back };
        let heavy = |moles: &[f64]| sides.kg_heavy(moles);
        let steady = heavy(&solved.held());
        // What stands in the battery when the feed is let in.
        let filled = self.walk("", start(None), begin.max(1e-3))?;
        let there = filled.notes.last().map_or(0.0, |note| note.held_heavy);
        let (outlet, name) =
            if there < steady { (Outlet::Product, "product") } else { (Outlet::Raffinate, "raffinate") };
        let never = |why: &str| Ok(Err(format!("start-up with the {name} held back is not told: {why}")));
        if onward(solved, outlet).is_none() {
            return never("the base does not take up all that is fed");
        }
        if (there / steady - 1.0).abs() < HELD_AS_STEADY {
            return never("what the battery is filled with is already shared as at steady state");
        }
        let trial = self.walk("", start(Some((outlet, plan.calm()))), plan.calm())?;
        let passed = |note: &Note| (note.held_heavy < steady) != (there < steady);
        let Some(at) = trial.notes.iter().position(|note| note.time > begin && passed(note)) else {
            return never(&format!("it does not fill the battery within {} h", figures(plan.calm(), 3)));
        };
        let (before, after) = (&trial.notes[at.saturating_sub(1)], &trial.notes[at]);
        let share = (steady - before.held_heavy) / (after.held_heavy - before.held_heavy);
        let until = before.time + share.clamp(0.0, 1.0) * (after.time - before.time);
        let name = match plan.total_reflux {
            Some(_) => format!("total reflux, then {name} held back"),
            None => format!("{name} held back first"),
        };
        self.walk(&name, start(Some((outlet, until))), plan.hours).map(Ok)
    }

    fn walk(&self, name: &str, start: Start, end: f64) -> Result<Run<'u>, Error> {
        let Self { plan, solved, feed, sides } = self;
        let mut stretches = stretches(plan, solved, feed, start)?;
        let last = stretches.iter().position(|stretch| stretch.until >= end).unwrap_or(stretches.len() - 1);
        stretches.truncate(last + 1);
        if let Some(last) = stretches.last_mut() {
            last.until = end;
        }
        let networks: Vec<_> = stretches.iter().map(|stretch| stretch.cascade.network()).collect();
        let regimes: Vec<Regime<'_, '_>> = networks
            .iter()
            .zip(&stretches)
            .map(|(network, stretch)| Regime { until: stretch.until, network, carried: carried(&stretch.cascade) })
            .collect();
        let [extract, scrub, _] = solved.unit.stages;
        let k = solved.cascade.solutes.len();
        let least = 1e-6 * sides.kg(&solved.cascade.fresh[(extract - 1) * k..extract * k]);
        let mut notes: Vec<Note> = Vec::new();
        let mut look = |moment: &Moment| {
            if notes.last().is_some_and(|note| note.time >= moment.time) {
                // The same moment under the flows of the next stretch.
                notes.pop();
            }
            let row = |stage: usize| &moment.aqueous[stage * k..(stage + 1) * k];
            let withdrawn = stretches[moment.regime].withdrawn;
            let ends = [row(0), row(extract + scrub)];
            let share = |end: usize| sides.share(ends[end], least).filter(|_| withdrawn[end]);
            // Of the strip liquor what does not go on to scrub, of the raffinate all.
            let leaves = 1.0 - stretches[moment.regime].cascade.stages[extract + scrub].kept;
            notes.push(Note {
                time: moment.time,
                regime: moment.regime,
                heavy: (0..moment.ph.len())
                    .map(|stage| sides.share(row(stage), TRACE * least).map(|share| 100.0 * share))
                    .collect(),
                purity: [share(0).map(|heavy| 1.0 - heavy), share(1)],
                leaving: [sides.kg(ends[0]), leaves * sides.kg(ends[1])],
                held: sides.kg(&moment.held),
                held_heavy: sides.kg_heavy(&moment.held),
            });
        };
        let pace = Pace { tolerance: TOLERANCE, longest: plan.hours / FEWEST };
        let walk = follow(&vessels(plan, solved), &filling(plan, solved), &regimes, pace, &mut look)?;
        Ok(Run { name: name.to_owned(), stretches, notes, reached: None, walk })
    }
}

/// How far a moment is off the purities asked: the logarithm of the worse impurity over what is allowed.
fn miss(note: &Note, asked: [f64; 2]) -> f64 {
    side_miss(note, asked, 0).max(side_miss(note, asked, 1))
}

/// The logarithm of an outlet's impurity over what is allowed, infinite where nothing is withdrawn.
fn side_miss(note: &Note, asked: [f64; 2], side: usize) -> f64 {
    note.purity[side].map_or(f64::INFINITY, |purity| ((1.0 - purity).max(1e-15) / (1.0 - asked[side])).ln())
}

/// From when on the notes before `calm` hold the purities; the moment is noted between the steps.
fn in_specification(notes: &mut Vec<Note>, asked: [f64; 2], calm: f64) -> Option<f64> {
    let count = notes.partition_point(|note| note.time <= calm);
    let Some(at) = notes[..count].iter().rposition(|note| miss(note, asked) > 0.0) else {
        return notes.first().map(|note| note.time);
    };
    if at + 1 >= count {
        return None;
    }
    let (off, on) = (&notes[at], &notes[at + 1]);
    if !miss(off, asked).is_finite() {
        return Some(on.time);
    }
    // Each impurity runs straight on a log scale from step to step.
    let along = |side: usize| {
        let (from, to) = (side_miss(off, asked, side), side_miss(on, asked, side));
        if from > 0.0 { from / (from - to) } else { 0.0 }
    };
    let share = along(0).max(along(1));
    let between = |a: f64, b: f64| a + share * (b - a);
    let purity = [0, 1].map(|side: usize| {
        let (from, to) = (side_miss(off, asked, side), side_miss(on, asked, side));
        Some((1.0 - (1.0 - asked[side]) * between(from, to).exp()).max(asked[side]))
    });
    let note = Note {
        time: between(off.time, on.time),
        regime: on.regime,
        heavy: off.heavy.iter().zip(&on.heavy).map(|(a, b)| Some(between((*a)?, (*b)?))).collect(),
        purity,
        leaving: [0, 1].map(|side: usize| between(off.leaving[side], on.leaving[side])),
        held: between(off.held, on.held),
        held_heavy: between(off.held_heavy, on.held_heavy),
    };
    let time = note.time;
    notes.insert(at + 1, note);
    Some(time)
}

/// kg REO that has left through outlets below what is asked of them.
fn off_specification(notes: &[Note], asked: [f64; 2]) -> f64 {
    let off = |note: &Note| -> f64 {
        (0..2).filter(|&side| side_miss(note, asked, side) > 0.0).map(|side| note.leaving[side]).sum()
    };
    notes.windows(2).map(|pair| (pair[1].time - pair[0].time) * 0.5 * (off(&pair[0]) + off(&pair[1]))).sum()
}

fn readings(
    run: &mut Run<'_>,
    plan: &Plan,
    asked: [f64; 2],
    steady_meets: bool,
    told: &mut Vec<Reading>,
    caveats: &mut Vec<Caveat>,
) {
    let reached = in_specification(&mut run.notes, asked, plan.calm());
    run.reached = reached;
    let (before, after) = run.notes.split_at(run.notes.partition_point(|note| note.time <= plan.calm()));
    if let Some(hours) = reached {
        told.push(Reading::new(format!("time to specification, {}", run.name), hours, "h"));
        told.push(Reading::new(
            format!("oxide off specification, {}", run.name),
            off_specification(before, asked),
            "kg REO",
        ));
    } else {
        let hint = if steady_meets {
            "the battery at steady state has them: the side that is short builds up slowly, so hold it back, or \
                 follow for more `hours`"
        } else {
            "nor has the battery at steady state: more stages, or another `margin`"
        };
        let hours = figures(plan.calm(), 3);
        let name = &run.name;
        caveats.push(Caveat::new(format!(
            "start-up, {name}: the outlets do not come to the purities asked within {hours} h; {hint}"
        )));
    }
    let (Some(end), false) = (before.last(), after.is_empty()) else { return };
    for (side, what) in ["raffinate", "product"].into_iter().enumerate() {
        let lowest = after.iter().filter_map(|note| note.purity[side]).fold(f64::INFINITY, f64::min);
        told.push(Reading::new(format!("lowest purity of {what} after the upset, {}", run.name), 100.0 * lowest, "%"));
    }
    let mut outside = 0.0;
    for (from, to) in std::iter::once(end).chain(after).zip(after) {
        if miss(to, asked) > 0.0 {
            outside += to.time - from.time;
        }
    }
    told.push(Reading::new(format!("time off specification after the upset, {}", run.name), outside, "h"));
}

/// Which notes are told: so many, evenly by step, every beginning and end of a stretch, and when specification is met.
fn told(run: &Run<'_>) -> Vec<usize> {
    let every = run.notes.len().div_ceil(TOLD).max(1);
    let edge = |at: usize| {
        let regime = |at: usize| run.notes.get(at).map(|note| note.regime);
        regime(at + 1) != regime(at) || at == 0 || regime(at - 1) != regime(at)
    };
    (0..run.notes.len()).filter(|&at| at % every == 0 || edge(at) || run.reached == Some(run.notes[at].time)).collect()
}

fn stages(runs: &[Run<'_>], solved: &Solved<'_>) -> Table {
    let [extract, scrub, _] = solved.unit.stages;
    let mut table = Table::new(
        "start_up",
        "Start-up, stage by stage",
        "heavy: share of the side of the cut that is more extractable, in the rare earths (as oxides, by mass) of the \
         solution leaving each stage's settler; absent where it holds next to none",
        &[("run", ""), ("time", "h"), ("stage", ""), ("section", ""), ("heavy", "%")],
    );
    for run in runs {
        for note in told(run).into_iter().map(|at| &run.notes[at]) {
            for (j, &heavy) in note.heavy.iter().enumerate() {
                let section = if j < extract {
                    "extraction"
                } else if j < extract + scrub {
                    "scrub"
                } else {
                    "strip"
                };
                table.row(vec![
                    run.name.as_str().into(),
                    note.time.into(),
                    western_name(&solved.cascade, j).into(),
                    section.into(),
                    heavy.into(),
                ]);
            }
        }
    }
    table
}

fn outlets(runs: &[Run<'_>], asked: [f64; 2]) -> Table {
    let mut table = Table::new(
        "start_up_outlets",
        "What leaves during start-up",
        "purity: of the rare earths in the outlet, as oxides by mass; under total reflux nothing is withdrawn; \
         inventory: in mixers, settlers and the saponification tank",
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
    for run in runs {
        let mut regime = None;
        for note in told(run).into_iter().map(|at| &run.notes[at]) {
            let event = if regime == Some(note.regime) { "" } else { &*run.stretches[note.regime].event };
            regime = Some(note.regime);
            let percent = |share: Option<f64>| Cell::from(share.map(|share| 100.0 * share));
            table.row(vec![
                run.name.as_str().into(),
                note.time.into(),
                percent(note.purity[0]),
                percent(note.purity[1]),
                (100.0 * asked[0]).into(),
                (100.0 * asked[1]).into(),
                note.held.into(),
                event.into(),
            ]);
        }
    }
    table
}
