//! Ore selection: throwing the barren part away before any acid touches it.

mod arterburn;
mod batch_flux;
mod cyclone;
mod cyclone_stages;
mod dilution;
mod entrainment;
mod floatability;
mod flotation;
mod flotation_circuit;
mod flotation_rate;
mod froth_flotation;
mod grinding;
mod hydrocyclone;
mod liberation;
mod mill;
mod minerals_of;
mod partition;
mod population_balance;
pub mod reconcile;
mod screen;
mod separator;
pub mod sweep;
#[cfg(test)]
mod tests;
mod thickener;
mod tromp;

use crate::unit::{Case, Kind, Unit};

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] = &[
    hydrocyclone::KIND,
    flotation::KIND,
    froth_flotation::KIND,
    grinding::KIND,
    liberation::KIND,
    mill::KIND,
    screen::KIND,
    separator::KIND,
    thickener::KIND,
    tromp::KIND,
];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[
    cyclone::coelho_medronho::CASE,
    cyclone::plitt::CASE,
    partition::CASE,
    partition::SCREEN_CASE,
    arterburn::CASE,
    batch_flux::CASE,
    cyclone_stages::CASE,
    flotation_circuit::CASE,
    reconcile::CASE,
];
