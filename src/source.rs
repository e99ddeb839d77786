//! Where a number comes from, and what stands or falls with it.

use std::fmt;
use std::sync::Arc;

/// How well a number is known, from best to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Evidence {
    /// Measured, and read in the paper that reports the measurement.
    Measured,
    /// Published by its author or an authority, the measurement itself not seen.
    Published,
    /// Worked out here from published numbers, by a stated formula.
    Derived,
    /// Nobody has published it: assumed, for a stated reason.
    Assumed,
    /// Not a fact at all but a decision of the scenario.
    Choice,
}

impl Evidence {
    /// All classes, best first.
    pub const ALL: [Evidence; 5] =
        [Evidence::Measured, Evidence::Published, Evidence::Derived, Evidence::Assumed, Evidence::Choice];

    /// One word, lower case.
    pub const fn word(self) -> &'static str {
        match self {
            Evidence::Measured => "measured",
            Evidence::Published => "published",
            Evidence::Derived => "derived",
            Evidence::Assumed => "assumed",
            Evidence::Choice => "choice",
        }
    }

    /// Reads the word back.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.word() == word)
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The place a number was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// Key in `data/refs.bib`; empty for a choice or a bare assumption.
    pub key: Arc<str>,
    /// Table, page, figure; or the reason of an assumption.
    pub place: Arc<str>,
    /// How well it is known.
    pub evidence: Evidence,
    /// The file that holds it.
    pub file: Arc<str>,
}

/// A number that has not parted from its source.
#[derive(Debug, Clone, PartialEq)]
pub struct Sourced<T> {
    /// The value, in the unit its holder states.
    pub value: T,
    /// Whose it is.
    pub citation: Citation,
}

/// One number a run used, as the ledger keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where it is used: `SX-1.log_k.Nd`.
    pub path: String,
    /// As written, with its unit.
    pub value: String,
    /// Where it comes from.
    pub citation: Citation,
    /// Line in the file, when known.
    pub line: Option<usize>,
}

/// It worked, but outside what the source tested; travels with the result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Caveat {
    /// Unit tag or stage: `SX-1`, `deposit`.
    pub at: String,
    /// One sentence.
    pub text: String,
}

impl Caveat {
    /// A caveat of a unit that does not know its own tag yet; the flowsheet writes the tag in.
    pub fn new(text: impl Into<String>) -> Self {
        Self { at: String::new(), text: text.into() }
    }

    /// A caveat with its place.
    pub fn at(at: impl Into<String>, text: impl Into<String>) -> Self {
        Self { at: at.into(), text: text.into() }
    }
}

impl fmt::Display for Caveat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.text)
    }
}
