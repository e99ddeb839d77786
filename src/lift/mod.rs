//! Lifting the mud: riser, dewatering, shipping.

use crate::unit::{Case, Kind, Unit};

mod air_lift;
mod air_lift_experiment;
pub mod bingham;
pub mod column;
mod crossing;
mod dewatering;
pub mod drift_flux;
pub mod durand;
pub mod facts;
pub mod herschel_bulkley;
pub mod hoist;
pub mod horizontal;
pub mod level_cut;
pub mod logistics;
pub mod pipe;
pub mod pipe_string;
pub mod rheology;
mod riser;
pub mod sea;
mod seabed_collector;
pub mod seawater;
pub mod settling;
mod shipping;
pub mod slurry;
pub mod static_lift;
#[cfg(test)]
mod tests;
pub mod wilson;

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] = &[
    seabed_collector::KIND,
    riser::closed_circuit::KIND,
    riser::pumped::KIND,
    air_lift::KIND,
    dewatering::KIND,
    dewatering::decanter::KIND,
    dewatering::filter_press::KIND,
    shipping::KIND,
];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[
    slurry::CASE,
    static_lift::CASE,
    pipe::CASE,
    bingham::CASE,
    herschel_bulkley::CASE,
    settling::CASE,
    horizontal::CASE,
    durand::CASE,
    wilson::CASE,
    seawater::CASE,
    air_lift_experiment::CASE,
    air_lift_experiment::FIT,
    dewatering::CASE,
    dewatering::spinning_pond::CASE,
    dewatering::filtration::CASE,
    facts::CASE,
];
