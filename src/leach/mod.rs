//! Leaching: into solution, and the solution made clean.

mod acid_bake;
mod cases;
pub mod dissolution;
pub mod equilibrium;
mod extraction;
mod ion_exchange;
mod kinetic_tanks;
mod neutralise;
mod roast;
mod root;
mod shrinking_core;
mod tank;
mod wash;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use crate::unit::{Case, Kind, Unit};

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] =
    &[tank::KIND, kinetic_tanks::KIND, wash::KIND, neutralise::KIND, acid_bake::KIND, ion_exchange::KIND, roast::KIND];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] =
    &[shrinking_core::CASE, cases::FERRIC, cases::GYPSUM, cases::HOST_ACID, cases::MUD, wash::CASE];
