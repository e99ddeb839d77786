//! The battery of constant separation factors itself, solved stage by stage.
//!
//! # Equation
//! [`crate::separate::cascade`] with [`crate::separate::isotherm::constant_separation_factor`]: S mol of
//! metal in the organic phase, W in the scrub liquor, per mol fed; aqueous feed joins the solution at
//! stage n, organic feed the organic phase (S + F from there on); a side outlet takes part of the
//! solution leaving a stage.
//!
//! # Symbols
//! n, m: stages of extraction and scrub; stage 1 is where the raffinate leaves.
//!
//! # Holds for
//! What the theory holds for: it is the theory's second route, and the first for a third outlet,
//! for which no closed form is known.
//!
//! # Source
//! `zhang2016`.

use super::Mixture;
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::separate::cascade::{Cascade, Profile, Stage, western_name};
use crate::separate::isotherm::constant_separation_factor::ConstantSeparationFactor;

/// A third outlet: solution drawn as it leaves a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Side {
    /// Stage, 1 at the raffinate end.
    pub stage: usize,
    /// Metal drawn there.
    pub drawn: f64,
}

/// A battery with flows in the unit of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Battery {
    /// Extraction and scrub.
    pub stages: [usize; 2],
    /// S, below the feed.
    pub organic: f64,
    /// W.
    pub scrub: f64,
    /// The third outlet, if there is one.
    pub side: Option<Side>,
}

/// What leaves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outlets {
    /// With the solution, component by component.
    pub raffinate: Vec<f64>,
    /// With the organic phase.
    pub organic: Vec<f64>,
    /// By the side outlet; empty when there is none.
    pub side: Vec<f64>,
    /// Every stage.
    pub profile: Profile,
}

impl Battery {
    /// Solves it. Components are counted, not named: there may be no more than there are elements.
    pub fn solve(&self, mixture: &Mixture) -> Result<Outlets, Error> {
        let k = mixture.b.len();
        if !mixture.lawful() && k != 1 || k > Element::COUNT {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the components do not stand in falling order of extractability".into(),
                hint: "each with an extractability of its own, none with a negative feed".into(),
            });
        }
        let solutes: Vec<Element> = Element::ALL[..k].to_vec();
        let law =
            ConstantSeparationFactor { log_b: ByElement::from_fn(|e| mixture.b.get(e as usize).map(|b| b.log10())) };
        let [extract, scrub] = self.stages;
        let n = extract + scrub;
        if extract == 0 || scrub == 0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "a battery with both flows has stages on both sides of its feed".into(),
                hint: "one stage of extraction and one of scrub at least".into(),
            });
        }
        let fed = mixture.fed();
        let held = |side: &Side| self.scrub + if side.stage <= extract && !mixture.organic_feed { fed } else { 0.0 };
        if self.side.is_some_and(|side| !(2..n).contains(&side.stage) || side.drawn <= 0.0 || side.drawn >= held(&side))
        {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the side outlet takes more than its stage holds, or stands at no inner stage".into(),
                hint: "a stage between the ends, and less metal than its solution carries".into(),
            });
        }
        let mut fresh = vec![0.0; n * k];
        fresh[(extract - 1) * k..extract * k].copy_from_slice(&mixture.feed);
        let stages = (0..n)
            .map(|j| {
                let fed_below = j < extract && !mixture.organic_feed;
                let mut aqueous = if fed_below { self.scrub + fed } else { self.scrub };
                let mut kept = if j == 0 { 0.0 } else { 1.0 };
                if let Some(side) = self.side {
                    // The solution is drawn as it leaves the stage: W holds above it, less below.
                    if j + 1 < side.stage {
                        aqueous -= side.drawn;
                    }
                    if j + 1 == side.stage {
                        kept = 1.0 - side.drawn / aqueous;
                    }
                }
                let joined = if mixture.organic_feed && j + 1 >= extract { fed } else { 0.0 };
                let turned_back = if j + 1 == n { self.scrub } else { 0.0 };
                let sites = self.organic + joined - turned_back;
                Stage { aqueous: 1.0, organic: 1.0, anions: aqueous, sites, weak: [0.0; 3], kept }
            })
            .collect();
        let cascade = Cascade {
            law: &law,
            solutes,
            charge: vec![1.0; k],
            stages,
            fresh,
            returned: vec![0.0; k],
            name: western_name,
            sections: [extract, scrub, 0],
        };
        let profile = cascade.solve(None)?;
        let side = self.side.map_or_else(Vec::new, |side| {
            let at = side.stage - 1;
            let share = 1.0 - cascade.stages[at].kept;
            profile.aqueous[at * k..(at + 1) * k].iter().map(|x| x * share).collect()
        });
        Ok(Outlets {
            raffinate: profile.aqueous[..k].to_vec(),
            organic: profile.organic[(n - 1) * k..].to_vec(),
            side,
            profile,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_enters_leaves_by_the_three_outlets() {
        let mixture = Mixture { b: vec![2.8, 2.0, 1.0], feed: vec![0.39, 0.10, 0.51], organic_feed: false };
        let side = Side { stage: 30, drawn: 0.25 };
        let battery = Battery { stages: [18, 42], organic: 2.0, scrub: 1.76, side: Some(side) };
        let out = battery.solve(&mixture).unwrap();
        for i in 0..3 {
            let all = out.raffinate[i] + out.organic[i] + out.side[i];
            assert!((all - mixture.feed[i]).abs() < 1e-9, "{out:?}");
        }
        assert!((out.side.iter().sum::<f64>() - 0.25).abs() < 1e-9);
        assert!((out.organic.iter().sum::<f64>() - 0.24).abs() < 1e-9);
    }

    #[test]
    fn an_unordered_mixture_is_refused() {
        let mixture = Mixture { b: vec![1.0, 2.0], feed: vec![0.5, 0.5], organic_feed: false };
        let battery = Battery { stages: [5, 5], organic: 2.0, scrub: 1.5, side: None };
        assert!(matches!(battery.solve(&mixture), Err(Error::Infeasible { .. })));
    }
}
