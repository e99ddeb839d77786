//! The world: who supplies what, with and without this project.

use crate::unit::{Case, Kind};

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[];
