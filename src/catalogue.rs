//! The catalogue: every kind of unit and every law a validation file can question,
//! in the order of the chain.

use crate::unit::{Case, Kind, Unit};
use crate::{beneficiate, deposit, economics, finish, leach, lift, market, run, separate};

/// The stages that have units, by name.
pub const UNITS: &[(&str, &[Kind<dyn Unit>])] = &[
    ("lift", lift::KINDS),
    ("beneficiate", beneficiate::KINDS),
    ("leach", leach::KINDS),
    ("separate", separate::KINDS),
    ("finish", finish::KINDS),
];

/// The stages that have laws to question, by name.
pub const CASES: &[(&str, &[Kind<dyn Case>])] = &[
    ("deposit", deposit::CASES),
    ("lift", lift::CASES),
    ("beneficiate", beneficiate::CASES),
    ("leach", leach::CASES),
    ("separate", separate::CASES),
    ("finish", finish::CASES),
    ("economics", economics::CASES),
    ("market", market::CASES),
    ("run", run::CASES),
];

/// A kind of unit by its name.
pub fn unit(name: &str) -> Option<&'static Kind<dyn Unit>> {
    UNITS.iter().flat_map(|(_, kinds)| kinds.iter()).find(|kind| kind.name == name)
}

/// A case by its name.
pub fn case(name: &str) -> Option<&'static Kind<dyn Case>> {
    CASES.iter().flat_map(|(_, kinds)| kinds.iter()).find(|kind| kind.name == name)
}
