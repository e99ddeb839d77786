//! Finishing: from solution to oxide.

mod calciner;
mod dissolve;
mod filter;
mod ignition;
mod ignition_heat;
mod oxalate_isotherm;
mod oxalate_precipitation;
mod oxalate_solubility;
mod precipitation_by_shares;

use crate::unit::{Case, Kind, Unit};

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] =
    &[oxalate_precipitation::KIND, precipitation_by_shares::KIND, filter::KIND, calciner::KIND, dissolve::KIND];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[oxalate_isotherm::CASE, ignition_heat::CASE];
