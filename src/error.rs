//! The three ways a run does not go smoothly: a scenario that is wrong ([`Problem`]),
//! a calculation that fails ([`Error`]), and, in [`crate::source`], a result with a caveat.

use std::fmt;
use std::sync::Arc;

/// A place in a file the user wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// The file, as the user named it.
    pub file: Arc<str>,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
}

/// Something wrong with what the user wrote: where, what, and what to try.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// The value's path: `R-1.depth`.
    pub path: String,
    /// What is wrong, one sentence.
    pub what: String,
    /// What to try, one sentence.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place.file)?;
        if self.place.line > 0 {
            write!(f, ":{}", self.place.line)?;
        }
        if self.path.is_empty() {
            write!(f, ": {}", self.what)?;
        } else {
            write!(f, ": `{}`: {}", self.path, self.what)?;
        }
        if !self.hint.is_empty() {
            write!(f, "\n  try: {}", self.hint)?;
        }
        Ok(())
    }
}

/// The calculation failed: where, by how much, and what usually helps.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The scenario is wrong; every problem found, in file order.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Scenario(Vec<Problem>),

    /// A file could not be read or written.
    #[error("`{file}` could not be {doing}: {why}")]
    File {
        /// The path.
        file: String,
        /// `read` or `written`.
        doing: &'static str,
        /// The system's reason.
        why: String,
    },

    /// A fact the calculation needs is not in the data.
    #[error("{unit}: there is no {what} in `{file}`\n  try: {hint}")]
    Absent {
        /// The unit or stage that needs it.
        unit: String,
        /// The fact.
        what: String,
        /// Where it was looked for.
        file: String,
        /// What to try.
        hint: String,
    },

    /// An iteration did not converge.
    #[error(
        "{unit}: {what} did not converge: residual {residual:.1e} after {iterations} iterations, worst at {worst}\n  try: {hint}"
    )]
    NotConverged {
        /// The unit tag, or `flowsheet`.
        unit: String,
        /// What was being solved.
        what: String,
        /// The last residual, relative.
        residual: f64,
        /// Iterations spent.
        iterations: usize,
        /// The stage, stream or element with the worst residual.
        worst: String,
        /// What usually helps.
        hint: String,
    },

    /// The specification cannot be met by any plant of this kind.
    #[error("{unit}: {what}\n  try: {hint}")]
    Infeasible {
        /// The unit tag.
        unit: String,
        /// Why no answer exists.
        what: String,
        /// What to change.
        hint: String,
    },

    /// A unit created or lost matter or charge; always a defect of the unit.
    #[error(
        "{unit}: {what} does not balance: {gap:.1e} of what enters is created or lost\n  try: report this, with the scenario; it is a defect of the unit, not of the scenario"
    )]
    NotConserved {
        /// The unit tag.
        unit: String,
        /// The element, `charge of …` or carrier.
        what: String,
        /// Relative gap.
        gap: f64,
    },

    /// A unit returned a number that is not finite or a negative amount.
    #[error(
        "{unit}: {what} is not a finite amount\n  try: look at the inputs of {unit}; one is outside what its law can bear"
    )]
    NotFinite {
        /// The unit tag.
        unit: String,
        /// Which stream and quantity.
        what: String,
    },
}

impl Error {
    /// The same error with the unit's tag written in, for errors raised by code that does not know it.
    pub fn in_unit(mut self, tag: &str) -> Self {
        match &mut self {
            Error::Absent { unit, .. }
            | Error::NotConverged { unit, .. }
            | Error::Infeasible { unit, .. }
            | Error::NotConserved { unit, .. }
            | Error::NotFinite { unit, .. } => {
                if unit.is_empty() {
                    tag.clone_into(unit);
                }
            }
            Error::Scenario(_) | Error::File { .. } => {}
        }
        self
    }
}
