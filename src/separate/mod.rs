//! Separation: rare earth from rare earth.

pub mod cascade;
pub mod circuit;
pub mod cases;
pub mod design;
pub mod extractant;
pub mod fit;
mod illinois;
pub mod isotherm;
pub mod mixer_settlers;
pub mod prepare;
pub mod splitter;
mod start_up;
pub mod theory;

use crate::unit::{Case, Kind, Unit};

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] = &[mixer_settlers::KIND, circuit::KIND, prepare::KIND, splitter::KIND];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[
    cases::THEORY,
    cases::KREMSER,
    cases::CONSTANT_BETA,
    cases::MASS_ACTION,
    cases::FILE_EXTRACTION,
    cases::LINE_EXTRACTION,
    fit::case::FIT,
    fit::case::FORETOLD,
    design::proxy::CASE,
    design::three::CASE,
];
