//! Leaching: into solution, and the solution made clean.

use crate::unit::{Case, Kind, Unit};

/// The kinds of unit a scenario can place.
pub const KINDS: &[Kind<dyn Unit>] = &[];

/// The laws a validation file can question.
pub const CASES: &[Kind<dyn Case>] = &[];
