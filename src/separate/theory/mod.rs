//! The theory of batteries: what the fewest stages and the least flows are, before anything is simulated.
//!
//! A battery whose organic phase is always full, with constant separation factors, obeys the same
//! equations as a distillation column of constant relative volatilities and constant molar overflow:
//! the metal in the organic phase S is the vapour, the metal in the scrub liquor W the reflux, the
//! relative extractability b the relative volatility, the organic outlet the distillate, the raffinate
//! the bottoms. A feed in the aqueous phase is a saturated liquid, one in the organic phase a saturated
//! vapour. The first stage (where base has filled the organic phase) is the reboiler, the last (where
//! acid turns back part of it) a partial condenser; both count as stages here. So the limits known of
//! columns hold for batteries of any number of metals, exactly:
//! [`underwood`] the least flows, [`mod@fenske`] the fewest stages. [`gilliland`] lies between them, a
//! correlation; [`kirkbride`] places the feed; [`stagewise`] is the battery itself, solved.

pub mod fenske;
pub mod gilliland;
pub mod kirkbride;
pub mod kremser;
pub mod stagewise;
pub mod underwood;
pub mod xu_zhang;

pub use fenske::fenske;
pub use kremser::kremser;
pub use xu_zhang::{Design, Specification, design, least_flows, optimum_reflux};

/// A cut between two groups of metals, as the theory sees it: components in falling order of
/// extractability, the first `extracted` of them (and no others) meant for the organic outlet.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    /// Relative extractability of each component, falling.
    pub b: Vec<f64>,
    /// mol of each component fed; any scale.
    pub feed: Vec<f64>,
    /// Does the feed come in the organic phase?
    pub organic_feed: bool,
}

impl Mixture {
    /// All that is fed.
    pub fn fed(&self) -> f64 {
        self.feed.iter().sum()
    }

    /// Is it a mixture the theory can cut: at least two components, falling extractabilities, no negative feed?
    pub fn lawful(&self) -> bool {
        self.b.len() == self.feed.len()
            && self.b.len() >= 2
            && self.b.windows(2).all(|pair| pair[0] > pair[1])
            && self.b.iter().all(|b| b.is_finite() && *b > 0.0)
            && self.feed.iter().all(|f| f.is_finite() && *f >= 0.0)
            && self.fed() > 0.0
    }
}
