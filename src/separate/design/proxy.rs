//! The published proxy for the order of cuts: stages by a rule, flow by what is fed.
//!
//! # Equation
//! ```text
//! N = ⌈2 ln[(P/(1−P))²] / ln β⌉,     price of a cut = F N
//! ```
//! that is, twice the fewest stages of a cut with purity P on both sides, times the share of all metal
//! that enters it.
//!
//! # Symbols
//! P: purity; β: separation factor of the two neighbours; F: mol of metal fed to the cut, per mol fed in all.
//!
//! # Holds for
//! Comparing orders of sharp cuts with one extractant. It knows no reflux: two cuts of the same β cost the
//! same whatever is on either side. [`super::floor`] does better.
//!
//! # Source
//! The ore: `haxel2005`, Table 4, sample GH2-57. The rule and the optimum are of a public decision record
//! (QuBLAR, ADR-013, read in the repository).

use super::order::{self, Cut, Cuts, Phase, Set};
use crate::element::{ByElement, Element};
use crate::error::Error;
use crate::quantity::{Fraction, Number};
use crate::unit::{Case, Kind, Reading};

/// A mixture in rising order of extractability.
#[derive(Debug, Clone, PartialEq)]
pub struct Proxy {
    /// Share of the feed, mol.
    pub feed: Vec<f64>,
    /// Stages of the cut between each and the next.
    pub stages: Vec<f64>,
}

/// Stages of a cut by the rule.
pub fn stages(beta: f64, purity: f64) -> f64 {
    (2.0 * (purity / (1.0 - purity)).powi(2).ln() / beta.ln()).ceil()
}

impl Proxy {
    fn share(&self, set: Set) -> f64 {
        self.feed.iter().enumerate().filter(|(i, _)| set & (1 << i) != 0).map(|(_, share)| share).sum()
    }

    /// How unevenly a cut parts its feed: 0 in halves.
    fn uneven(&self, cut: &Cut) -> f64 {
        let shares: Vec<f64> = cut.parts.iter().map(|(set, _)| self.share(*set)).collect();
        (shares[0] - shares[1]).abs() / (shares[0] + shares[1])
    }
}

impl Cuts for Proxy {
    fn of(&self, set: Set, _: Phase) -> Vec<Cut> {
        let here: Vec<usize> = (0..self.feed.len()).filter(|i| set & (1 << i) != 0).collect();
        here.windows(2)
            .map(|pair| {
                let light: Set = set & ((1 << pair[1]) - 1);
                let price = self.share(set) * self.stages[pair[0]];
                Cut { parts: vec![(light, 0), (set & !light, 0)], price, tag: pair[0] }
            })
            .collect()
    }
}

/// The proxy as a question.
#[derive(Debug)]
struct Order {
    elements: Vec<Element>,
    proxy: Proxy,
}

/// The order of cuts by the proxy.
pub const CASE: Kind<dyn Case> = Kind {
    name: "cut-order-proxy",
    about: "The cheapest order of sharp cuts by stages times flow, against two greedy ones",
    sources: &["haxel2005"],
    read: |fields, _| {
        let feed = fields.elements::<Number>("feed", "amount of each element fed, mol in any unit", 0.0..=1e12);
        let factors = fields.elements::<Number>(
            "separation_factors",
            "of each element over the one before it in rising extractability; the least extractable has none",
            1.000_001..=1e6,
        );
        let order = fields.texts("order", "the elements in rising order of extractability");
        let purity: Option<Fraction> = fields.need("purity", "of every product", 0.5..=0.999_999_9);
        let (feed, factors, order, purity): (ByElement<_>, ByElement<_>, _, _) = (feed?, factors?, order?, purity?);
        let mut elements = Vec::new();
        for symbol in &order {
            match symbol.parse::<Element>() {
                Ok(element) if feed[element].is_some() => elements.push(element),
                Ok(element) => {
                    fields.refuse("order", format!("{element} is not in the feed"), "the elements of `feed`");
                    return None;
                }
                Err(unknown) => {
                    fields.refuse("order", unknown.to_string(), "symbols such as [\"La\", \"Ce\"]");
                    return None;
                }
            }
        }
        if !(2..=31).contains(&elements.len()) {
            fields.refuse("order", "a train parts two elements or more", "[\"La\", \"Ce\"]");
            return None;
        }
        if let Some(element) = elements.iter().skip(1).find(|&&e| factors[e].is_none()) {
            fields.refuse("separation_factors", format!("none for {element}"), "one for each element but the first");
            return None;
        }
        let moles: Vec<f64> = elements.iter().map(|&e| feed[e].map_or(0.0, |moles| moles.0)).collect();
        let whole: f64 = moles.iter().sum();
        let stages =
            elements.iter().skip(1).map(|&e| factors[e].map_or(0.0, |beta| stages(beta.0, purity.0))).collect();
        let proxy = Proxy { feed: moles.iter().map(|m| m / whole).collect(), stages };
        Some(Box::new(Order { elements, proxy }))
    },
};

impl Case for Order {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let all: Set = (1 << self.elements.len()) - 1;
        let nothing = || Error::Infeasible {
            unit: String::new(),
            what: "no order of cuts parts these".into(),
            hint: "two elements at least".into(),
        };
        let best = order::cheapest(&self.proxy, all).ok_or_else(nothing)?;
        let easiest = order::greedy(&self.proxy, all, 0, &|cut| cut.price).ok_or_else(nothing)?;
        let most_even = order::greedy(&self.proxy, all, 0, &|cut| self.proxy.uneven(cut)).ok_or_else(nothing)?;
        let mut readings = vec![
            Reading::new("cheapest train", best.price(), "1"),
            Reading::new("easiest cut first", easiest.price(), "1"),
            Reading::new("most even cut first", most_even.price(), "1"),
            Reading::new("greedy train", easiest.price().min(most_even.price()), "1"),
        ];
        for (at, (tree, cut)) in best.cuts().into_iter().enumerate() {
            let (light, heavy) = (self.elements[cut.tag], self.elements[cut.tag + 1]);
            readings.push(Reading::new(format!("stages of {light}/{heavy}"), self.proxy.stages[cut.tag], "1"));
            readings.push(Reading::new(format!("place of {light}/{heavy}"), at as f64 + 1.0, "1"));
            readings.push(Reading::new(format!("fed to {light}/{heavy}"), self.proxy.share(tree.set), "1"));
        }
        Ok(readings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random mixtures as in the record: the recursion is never beaten, greedy often is.
    #[test]
    fn the_optimum_is_exact_and_greedy_often_is_not() {
        let mut seed = 11_u64;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as f64 / f64::from(1_u32 << 31)
        };
        let mut beaten = 0;
        for n in 4..=8_usize {
            for _ in 0..10 {
                let feed: Vec<f64> = (0..n).map(|_| -next().max(1e-9).ln()).collect();
                let whole: f64 = feed.iter().sum();
                let proxy = Proxy {
                    feed: feed.iter().map(|f| f / whole).collect(),
                    stages: (1..n).map(|_| stages(1.4 + 1.1 * next(), 0.999)).collect(),
                };
                let all: Set = (1 << n) - 1;
                let best = order::cheapest(&proxy, all).unwrap().price();
                let least = order::tests::enumerated(&proxy, all, 0).into_iter().fold(f64::INFINITY, f64::min);
                assert!((best - least).abs() < 1e-9);
                let easiest = order::greedy(&proxy, all, 0, &|cut| cut.price).unwrap().price();
                let even = order::greedy(&proxy, all, 0, &|cut| proxy.uneven(cut)).unwrap().price();
                beaten += usize::from(easiest.min(even) > best + 1e-9);
            }
        }
        assert!((10..=45).contains(&beaten), "{beaten} of 50");
    }
}
