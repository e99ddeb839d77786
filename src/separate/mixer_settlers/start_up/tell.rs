//! What is told of a start-up: the battery as it is watched, and its three starts.

use super::Plan;
use super::regimes::{Outlet, Start, filling, onward, stretches, vessels};
use crate::element::Element;
use crate::error::Error;
use crate::quantity::figures;
use crate::separate::cascade::network::Phase;
use crate::separate::cascade::western_name;
use crate::separate::mixer_settlers::Sizing;
use crate::separate::mixer_settlers::run::{Solved, reference_contact};
use crate::separate::start_up::{self, Run, Watch, oxide};
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::Balance;

/// A heavier side held within this of its steady amount needs nothing held back.
const HELD_AS_STEADY: f64 = 0.02;

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
    let teller = Teller { plan, solved, feed, watch: watch(plan, solved, heavy, asked) };
    let at_once = Start { reflux: None, held_back: None };
    let mut runs = vec![teller.walk("feed at once", at_once, plan.hours)?];
    if plan.total_reflux.is_some() {
        runs.push(teller.walk("total reflux first", Start { reflux: plan.total_reflux, ..at_once }, plan.hours)?);
    }
    match teller.held_back()? {
        Ok(run) => runs.push(run),
        Err(why) => done.caveats.push(Caveat::new(why)),
    }
    let hints = [
        "nor has the battery at steady state: more stages, or another `margin`",
        "the battery at steady state has them: the side that is short builds up slowly, so hold it back, or follow for \
         more `hours`",
    ];
    let solutes = &solved.cascade.solutes;
    start_up::tell(&mut runs, &teller.watch, &solved.profile, solutes, &solved.held(), hints, done);
    Ok(())
}

/// The battery, its raffinate and its product.
fn watch(plan: &Plan, solved: &Solved<'_>, heavy: Element, asked: [f64; 2]) -> Watch {
    let [extract, scrub, _] = solved.unit.stages;
    let cascade = &solved.cascade;
    let k = cascade.solutes.len();
    let of = |e: Element| solved.unit.law.log_d(e, &reference_contact());
    let shown: Vec<bool> = cascade.solutes.iter().map(|&e| of(e) >= of(heavy)).collect();
    let oxide: Vec<f64> = cascade.solutes.iter().map(|&e| oxide(e)).collect();
    let fed = cascade.fresh[(extract - 1) * k..extract * k].iter().zip(&oxide).map(|(moles, kg)| moles * kg).sum();
    let outlet = |name: &str, stage: usize, counts: Vec<bool>, asked: f64| {
        let name = name.to_owned();
        start_up::Outlet { name, stage, phase: Phase::Aqueous, counts, asked }
    };
    let section = |stage: usize| match stage {
        stage if stage < extract => "extraction",
        stage if stage < extract + scrub => "scrub",
        _ => "strip",
    };
    Watch {
        hours: plan.hours,
        calm: plan.calm(),
        oxide,
        outlets: vec![
            outlet("raffinate", 0, shown.iter().map(|heavy| !heavy).collect(), asked[0]),
            outlet("product", extract + scrub, shown.clone(), asked[1]),
        ],
        shown,
        fed,
        basis: [
            "the side of the cut that is more extractable",
            "under total reflux nothing is withdrawn; inventory: in mixers, settlers and the saponification tank",
        ],
        stages: (0..cascade.stages.len()).map(|j| (western_name(cascade, j), section(j).to_owned())).collect(),
        vessels: vessels(plan, solved),
        filling: filling(plan, solved),
    }
}

/// All that a walk needs.
struct Teller<'t, 'u> {
    plan: &'t Plan,
    solved: &'t Solved<'u>,
    feed: &'t Stream,
    watch: Watch,
}

impl<'u> Teller<'_, 'u> {
    /// The start in which the end that is short is held back; in words why there is none.
    fn held_back(&self) -> Result<Result<Run<'u>, String>, Error> {
        let Self { plan, solved, watch, .. } = self;
        let begin = plan.total_reflux.unwrap_or(0.0);
        let start = |held_back| Start { reflux: plan.total_reflux, held_back };
        let steady = watch.kg_shown(&solved.held());
        // What stands in the battery when the feed is let in.
        let filled = self.walk("", start(None), begin.max(1e-3))?;
        let there = filled.notes.last().map_or(0.0, |note| note.held_shown);
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
        let passed = |held: f64| (held < steady) != (there < steady);
        let Some(at) = trial.notes.iter().position(|note| note.time > begin && passed(note.held_shown)) else {
            return never(&format!("it does not fill the battery within {} h", figures(plan.calm(), 3)));
        };
        let (before, after) = (&trial.notes[at.saturating_sub(1)], &trial.notes[at]);
        let share = (steady - before.held_shown) / (after.held_shown - before.held_shown);
        let until = before.time + share.clamp(0.0, 1.0) * (after.time - before.time);
        let name = match plan.total_reflux {
            Some(_) => format!("total reflux, then {name} held back"),
            None => format!("{name} held back first"),
        };
        self.walk(&name, start(Some((outlet, until))), plan.hours).map(Ok)
    }

    fn walk(&self, name: &str, start: Start, end: f64) -> Result<Run<'u>, Error> {
        let mut stretches = stretches(self.plan, self.solved, self.feed, start)?;
        let last = stretches.iter().position(|stretch| stretch.until >= end).unwrap_or(stretches.len() - 1);
        stretches.truncate(last + 1);
        if let Some(last) = stretches.last_mut() {
            last.until = end;
        }
        self.watch.walk(name, stretches)
    }
}
