//! The world: who supplies what, with and without this project.
//!
//! [`Study`] is the section `[market]` of a scenario; [`Study::effect`] gives the [`Effect`] of
//! what the project sells, stage by stage and element by element, never only as a lump.

use crate::unit::{Case, Kind};

pub mod concentration;
pub mod demand_years;
pub mod market_clearing;
mod study;
pub mod supply_risk;

pub use study::{Effect, MAGNET, Study};

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[
    concentration::CASE,
    concentration::WORLD_CASE,
    demand_years::CASE,
    market_clearing::CASE,
    supply_risk::GEOPOLRISK,
    supply_risk::EUROPEAN,
];
