//! Start-up and upsets, what every unit of stages has in common: a filled battery is followed, its outlets watched.
//!
//! # Equation
//! A network of stages goes through stretches of time, in each of which what enters stays the same
//! ([`crate::separate::cascade::time`]). Of each outlet watched
//! ```text
//! purity = Σ oxide counted / Σ oxide of rare earths            in what leaves there
//! off specification = ∫ oxide leaving through an outlet below what is asked of it dt
//! ```
//!
//! # Symbols
//! Time to specification: from when on every outlet watched holds the purity asked, to the end or to the upset.
//! Oxide: kg REO, the rare earths alone.
//!
//! # Holds for
//! What [`crate::separate::cascade::time`] holds for.
//!
//! # Source
//! Balances.

mod read;
mod specification;
mod tables;
mod walk;

pub(super) use read::{hours, moments, tanks};
pub(super) use walk::{Outlet, Run, Stretch, Watch};

use crate::element::Element;
use crate::quantity::figures;
use crate::separate::cascade::Profile;
use crate::source::Caveat;
use crate::unit::{Balance, Reading};

/// Adds to the balance what the runs tell: times, what is locked up at steady state, the two tables.
///
/// `lacking`: what to change where the steady state itself is below what is asked; `slow`: where it is not.
pub(super) fn tell(
    runs: &mut [Run<'_>],
    watch: &Watch,
    profile: &Profile,
    solutes: &[Element],
    held: &[f64],
    [lacking, slow]: [&str; 2],
    done: &mut Balance,
) {
    let hint = if watch.meets(profile) { slow } else { lacking };
    for run in runs.iter_mut() {
        readings(run, watch, hint, &mut done.readings, &mut done.caveats);
    }
    if let Some(note) = runs.first().and_then(|run| run.notes.iter().rfind(|note| note.time <= watch.calm)) {
        done.readings.push(Reading::new("rare-earth oxide locked up after start-up", note.held, "kg REO"));
    }
    for (e, (moles, kg)) in solutes.iter().zip(held.iter().zip(&watch.oxide)) {
        if *kg > 0.0 {
            done.readings.push(Reading::new(format!("{e} locked up, as oxide"), moles * kg, "kg REO"));
        }
    }
    let steps: usize = runs.iter().map(|run| run.walk.steps).sum();
    done.readings.push(Reading::new("steps in time", steps as f64, "1"));
    done.tables.push(tables::stages(runs, watch));
    done.tables.push(tables::outlets(runs, watch));
}

/// kg of rare-earth oxide per mole.
pub(super) fn oxide(element: Element) -> f64 {
    if element.is_rare_earth() { element.molar_mass() / 1000.0 * element.oxide_factor().unwrap_or(1.0) } else { 0.0 }
}

fn readings(run: &mut Run<'_>, watch: &Watch, hint: &str, told: &mut Vec<Reading>, caveats: &mut Vec<Caveat>) {
    if watch.outlets.is_empty() {
        return;
    }
    let reached = specification::reached(&mut run.notes, watch);
    run.reached = reached;
    let (before, after) = run.notes.split_at(run.notes.partition_point(|note| note.time <= watch.calm));
    if let Some(hours) = reached {
        told.push(Reading::new(format!("time to specification, {}", run.name), hours, "h"));
        let off = specification::off(before, watch);
        told.push(Reading::new(format!("oxide off specification, {}", run.name), off, "kg REO"));
    } else {
        let hours = figures(watch.calm, 3);
        let name = &run.name;
        caveats.push(Caveat::new(format!(
            "start-up, {name}: the outlets do not come to the purities asked within {hours} h; {hint}"
        )));
    }
    let (Some(end), false) = (before.last(), after.is_empty()) else { return };
    for (side, outlet) in watch.outlets.iter().enumerate() {
        let lowest = after.iter().filter_map(|note| note.purity[side]).fold(f64::INFINITY, f64::min);
        if lowest.is_finite() {
            let name = format!("lowest purity of {} after the upset, {}", outlet.name, run.name);
            told.push(Reading::new(name, 100.0 * lowest, "%"));
        }
    }
    let mut outside = 0.0;
    for (from, to) in std::iter::once(end).chain(after).zip(after) {
        if specification::miss(to, watch) > 0.0 {
            outside += to.time - from.time;
        }
    }
    told.push(Reading::new(format!("time off specification after the upset, {}", run.name), outside, "h"));
}
