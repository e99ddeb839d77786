//! The theory's floor under one cut, and the reflux chosen above it.
//!
//! # Equation
//! Least flows by [`underwood`], fewest stages by [`mod@fenske`]; between them, for a reflux R above the
//! least, N by [`gilliland`], its split at the feed as the two sections have it at total reflux, and the R
//! at which
//! ```text
//! price(S, W, N)  is least,      W = R f',   S = W + f' − (1 − q) F
//! n : m = ln b : ln a,      b = (r_B/r_A)(f_A/f_B),   a = (d_A/d_B)(f_B/f_A)
//! ```
//!
//! # Symbols
//! f': all that leaves with the organic phase; d, r: keys A, B there and in the raffinate; F: all that is fed; q: 1 for a feed in solution, 0 for one
//! in the organic phase; S, W, N as in [`underwood`] and [`gilliland`].
//!
//! # Holds for
//! Constant separation factors. The rigorous solution corrects stages and reflux.
//!
//! # Source
//! As the four laws; the search is a golden section on ln(R/R_min − 1).

use crate::separate::theory::{Mixture, fenske, gilliland, underwood};

/// What the theory says of a cut; flows in the unit of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Floor {
    /// Separation factor of the keys.
    pub beta: f64,
    /// Least S and W.
    pub least: [f64; 2],
    /// Fewest stages.
    pub fewest: f64,
    /// S and W chosen.
    pub flows: [f64; 2],
    /// All that leaves with the organic phase.
    pub extract: f64,
    /// Extraction and scrub stages at those flows.
    pub stages: [f64; 2],
    /// R over its least value.
    pub reflux: f64,
}

impl Floor {
    /// All stages.
    pub fn whole(&self) -> f64 {
        self.stages.iter().sum()
    }
}

/// Times the least reflux that are looked at: closer the stages grow without bound, farther they hardly fall.
const REFLUX: [f64; 2] = [1.03, 12.0];

/// The floor of a cut that takes shares `recovered` of the two `keys`, with the reflux of least `price`;
/// `None` where no battery makes it.
pub fn floor(
    mixture: &Mixture,
    keys: [usize; 2],
    recovered: [f64; 2],
    price: &dyn Fn(f64, f64, f64) -> f64,
) -> Option<Floor> {
    let at = |reflux: f64| at_reflux(mixture, keys, recovered, reflux);
    let cost = |log: f64| at(1.0 + log.exp()).map_or(f64::INFINITY, |f| price(f.flows[0], f.flows[1], f.whole()));
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut low, mut high) = ((REFLUX[0] - 1.0).ln(), (REFLUX[1] - 1.0).ln());
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_a, mut at_b) = (cost(a), cost(b));
    for _ in 0..40 {
        if at_a <= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - golden * (high - low);
            at_a = cost(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + golden * (high - low);
            at_b = cost(b);
        }
    }
    at(1.0 + (0.5 * (low + high)).exp())
}

/// The cut at a stated multiple of its least reflux.
pub fn at_reflux(mixture: &Mixture, keys: [usize; 2], recovered: [f64; 2], reflux: f64) -> Option<Floor> {
    let least = underwood::least(mixture, keys, recovered)?;
    let beta = mixture.b[keys[0]] / mixture.b[keys[1]];
    let fewest = fenske::fewest(beta, recovered)?;
    let extract: f64 = least.extract.iter().sum();
    let raffinate = mixture.fed() - extract;
    if !(extract > 0.0 && raffinate > 0.0) {
        return None;
    }
    // A blunt cut of a wide pair may need no scrub at all; a trace of it keeps the correlation lawful.
    let least_reflux = (least.scrub / extract).max(1e-3);
    let r = least_reflux * reflux;
    let n = gilliland::stages(r, least_reflux, fewest)?;
    let scrub = r * extract;
    let joined = if mixture.organic_feed { mixture.fed() } else { 0.0 };
    let organic = scrub + extract - joined;
    let [got, slipped] = recovered;
    let section = |odds: f64| odds.max(1.05).ln();
    let extraction = section((1.0 - slipped) / (1.0 - got));
    let scrubbing = section(got / slipped);
    let stages = [extraction, scrubbing].map(|part| n * part / (extraction + scrubbing));
    Some(Floor {
        beta,
        least: [least.organic, least.scrub.max(0.0)],
        fewest,
        flows: [organic, scrub],
        extract,
        stages,
        reflux,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::separate::theory::stagewise::Battery;

    fn light() -> Mixture {
        Mixture { b: vec![5.0, 2.2, 1.0], feed: vec![0.2, 0.5, 0.3], organic_feed: false }
    }

    #[test]
    fn the_chosen_reflux_is_the_cheapest() {
        let price = |s: f64, _: f64, n: f64| s * n;
        let best = floor(&light(), [1, 2], [0.999, 0.001], &price).unwrap();
        for factor in [0.7, 0.9, 1.1, 1.5] {
            let reflux = 1.0 + (best.reflux - 1.0) * factor;
            let other = at_reflux(&light(), [1, 2], [0.999, 0.001], reflux).unwrap();
            assert!(other.flows[0] * other.whole() >= best.flows[0] * best.whole() - 1e-6);
        }
        assert!(best.flows[0] > best.least[0] && best.whole() > best.fewest);
    }

    /// Second route: the battery so designed, solved stage by stage, makes the cut within a few stages.
    #[test]
    fn a_battery_of_that_size_makes_the_cut() {
        let design = floor(&light(), [1, 2], [0.999, 0.001], &|s, _, n| s * n).unwrap();
        let stages = design.stages.map(|n| (n * 1.25).ceil() as usize);
        let battery = Battery { stages, organic: design.flows[0], scrub: design.flows[1], side: None };
        let out = battery.solve(&light()).unwrap();
        assert!(out.organic[2] < 0.002 * 0.3 && out.raffinate[1] < 0.002 * 0.5, "{out:?} {design:?}");
    }

    #[test]
    fn what_no_battery_makes_has_no_floor() {
        assert!(floor(&light(), [1, 2], [0.3, 0.6], &|s, _, n| s * n).is_none());
        let alone = Mixture { b: vec![2.0, 1.0], feed: vec![1.0, 0.0], organic_feed: false };
        assert!(floor(&alone, [0, 1], [0.9, 0.1], &|s, _, n| s * n).is_none());
    }
}
