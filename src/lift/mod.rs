//! Lifting the mud: riser, dewatering, shipping.

use crate::unit::{Case, Kind, Unit};

mod air_lift;
pub mod bingham;
mod closed_circuit_riser;
pub mod column;
mod dewatering;
pub mod drift_flux;
pub mod facts;
pub mod pipe;
pub mod rheology;
pub mod seawater;
pub mod settling;
mod shipping;
pub mod slurry;
pub mod static_lift;
#[cfg(test)]
mod tests;

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] = &[closed_circuit_riser::KIND, air_lift::KIND, dewatering::KIND, shipping::KIND];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[
    slurry::CASE,
    static_lift::CASE,
    pipe::CASE,
    bingham::CASE,
    settling::CASE,
    seawater::CASE,
    drift_flux::CASE,
    dewatering::CASE,
    facts::CASE,
];
