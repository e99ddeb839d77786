//! Leaching: into solution, and the solution made clean.

pub mod dissolution;
pub mod equilibrium;
mod extraction;
mod neutralise;
mod root;
mod tank;
mod wash;
#[cfg(test)]
mod testing;

use crate::unit::{Case, Kind, Unit};

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] = &[tank::KIND, wash::KIND, neutralise::KIND];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[wash::CASE];
