//! How fast a suspension settles, and how many solids a square metre can pass down.
//!
//! # Equation
//! ```text
//! Richardson–Zaki   v = v0 (1 − b φ)^n
//! Vesilind          v = v0 e^(−k φ)
//! Coe–Clevenger     G(φ) = v(φ) / (1/φ − 1/φu),   G_L = min G over φf ≤ φ < φu
//! ```
//! A layer of share φ can hand down no more than G(φ) where the sediment is drawn off at φu; the least of
//! all layers between feed and underflow limits the tank (Kynch: each share travels as a wave, so all are met).
//! Where the least is the feed's own, the water rises faster than the feed settles and the overflow is not clear.
//!
//! # Symbols
//! φ: volume share of solids; φf, φu: of feed and underflow; v: speed of the interface, m/h; v0: of a
//! lone floc; b: volume of floc a volume of solids makes, 1 without flocs; n, k: of the suspension;
//! G: flux, m³ of solids a m² and hour.
//!
//! # Holds for
//! Zone settling without compression: what a deep bed squeezes out, or channels, is not counted.
//!
//! # Source
//! `kynch1952`, `coe1916`, `richardson1954`, `vesilind1968`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Number, VolumeFlux};
use crate::unit::{Case, Kind, Reading};

/// A law of settling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Settling {
    /// v0 m/h, n, b.
    RichardsonZaki(f64, f64, f64),
    /// v0 m/h, k.
    Vesilind(f64, f64),
}

/// The flux that limits a tank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// m³ of solids a m² and hour.
    pub flux: f64,
    /// The share of solids at which it is least.
    pub at: f64,
}

impl Settling {
    /// Speed of the interface, m/h.
    pub fn speed(self, share: f64) -> f64 {
        match self {
            Settling::RichardsonZaki(v0, n, floc) => v0 * (1.0 - floc * share).max(0.0).powf(n),
            Settling::Vesilind(v0, k) => v0 * (-k * share).exp(),
        }
    }

    /// The share beyond which nothing settles.
    pub fn most(self) -> f64 {
        match self {
            Settling::RichardsonZaki(_, _, floc) => 1.0 / floc,
            Settling::Vesilind(..) => 1.0,
        }
    }

    /// Coe and Clevenger's flux of one layer.
    pub fn handed_down(self, share: f64, underflow: f64) -> f64 {
        self.speed(share) / (1.0 / share - 1.0 / underflow)
    }

    /// The least flux between feed and underflow; `None` where the underflow is no thicker than the feed.
    pub fn limit(self, feed: f64, underflow: f64) -> Option<Limit> {
        const LAYERS: usize = 200;
        if feed <= 0.0 || underflow <= feed {
            return None;
        }
        let layer = |at: usize| feed + (underflow - feed) * at as f64 / LAYERS as f64;
        let flux = |share: f64| self.handed_down(share, underflow);
        let least = (0..LAYERS).min_by(|a, b| flux(layer(*a)).total_cmp(&flux(layer(*b))))?;
        let (mut low, mut high) = (layer(least.saturating_sub(1)), layer(least + 1).min(underflow * (1.0 - 1e-12)));
        // Golden section in the two cells beside the least layer.
        let ratio = (5f64.sqrt() - 1.0) / 2.0;
        for _ in 0..60 {
            let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
            if flux(a) <= flux(b) { high = b } else { low = a }
        }
        let at = f64::midpoint(low, high);
        let ends = [Limit { flux: flux(feed), at: feed }, Limit { flux: flux(at), at }];
        ends.into_iter().min_by(|a, b| a.flux.total_cmp(&b.flux))
    }

    /// The thickest underflow at a flux, by halving; `None` where even the thinnest is overloaded.
    pub fn thickest(self, feed: f64, flux: f64) -> Option<f64> {
        let bears = |underflow: f64| self.limit(feed, underflow).is_some_and(|limit| limit.flux >= flux);
        let (mut low, mut high) = (feed * (1.0 + 1e-9), self.most());
        if feed <= 0.0 || high <= low || !bears(low) {
            return None;
        }
        if bears(high) {
            return Some(high);
        }
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if bears(middle) { low = middle } else { high = middle }
        }
        Some(low)
    }

    /// Reads `[settling]`.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut inner = fields.table("settling", "law of settling: `law`, `velocity` and its constants")?;
        let rz = inner.word("law", "of the interface's speed", &[("richardson-zaki", true), ("vesilind", false)]);
        let v0: Option<VolumeFlux> = inner.need("velocity", "speed of a lone floc", 1e-6..=500.0);
        let settling = match rz {
            Some(true) => {
                let n: Option<Number> = inner.need("exponent", "n of Richardson and Zaki", 1.0..=20.0);
                let floc: Option<Number> =
                    inner.need("floc_volume", "volume of floc a volume of solids makes, 1 without flocs", 1.0..=100.0);
                v0.zip(n).zip(floc).map(|((v0, n), floc)| Settling::RichardsonZaki(v0.0, n.0, floc.0))
            }
            Some(false) => {
                let k: Option<Number> =
                    inner.need("constant", "k of Vesilind, per volume share of solids", 0.1..=1000.0);
                v0.zip(k).map(|(v0, k)| Settling::Vesilind(v0.0, k.0))
            }
            None => None,
        };
        inner.finish();
        settling
    }
}

/// The limit of a tank, asked.
#[derive(Debug)]
struct Asked {
    settling: Settling,
    feed: f64,
    underflow: f64,
}

impl Case for Asked {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let limit = self.settling.limit(self.feed, self.underflow).ok_or_else(|| Error::Infeasible {
            unit: String::new(),
            what: "the underflow is no thicker than the feed".into(),
            hint: "a greater `underflow`".into(),
        })?;
        let batch = |share: f64| share * self.settling.speed(share);
        Ok(vec![
            Reading::new("limiting flux", limit.flux, "m3/m2/h"),
            Reading::new("limiting share", limit.at, "1"),
            Reading::new("batch flux there", batch(limit.at), "m3/m2/h"),
            Reading::new(
                "thickest underflow at that flux",
                self.settling.thickest(self.feed, limit.flux).unwrap_or(0.0),
                "1",
            ),
        ])
    }
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "limiting-flux",
    about: "Flux of solids that limits a thickener, by Coe and Clevenger",
    sources: &["kynch1952", "coe1916", "richardson1954", "vesilind1968"],
    read: |fields, _: &Library| {
        let feed: Option<Fraction> = fields.need("feed", "volume share of solids fed", 1e-6..=0.9);
        let underflow: Option<Fraction> = fields.need("underflow", "volume share of solids drawn off", 1e-6..=1.0);
        let settling = Settling::read(fields);
        Some(Box::new(Asked { settling: settling?, feed: feed?.0, underflow: underflow?.0 }))
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Vesilind's least layer in closed form: k φ²/φu − k φ + 1 = 0, the greater root.
    #[test]
    fn vesilind_has_a_closed_form() {
        let (v0, k, underflow): (f64, f64, f64) = (7.0, 25.0, 0.30);
        let at = underflow / 2.0 * (1.0 + (1.0 - 4.0 / (k * underflow)).sqrt());
        let flux = v0 * (-k * at).exp() / (1.0 / at - 1.0 / underflow);
        let found = Settling::Vesilind(v0, k).limit(0.04, underflow).unwrap();
        assert!((found.flux / flux - 1.0).abs() < 1e-12 && (found.at - at).abs() < 1e-6, "{found:?}");
    }

    /// The tangent to the batch curve from the underflow's share: slope −G/φu, intercept G.
    #[test]
    fn the_limit_is_the_tangent_of_kynch() {
        let settling = Settling::RichardsonZaki(5.0, 4.65, 3.0);
        let (feed, underflow) = (0.02, 0.30);
        let found = settling.limit(feed, underflow).unwrap();
        assert!(found.at > feed);
        let batch = |share: f64| share * settling.speed(share);
        let line = |share: f64| found.flux * (1.0 - share / underflow);
        assert!((batch(found.at) - line(found.at)).abs() < 1e-12);
        let slope = (batch(found.at + 1e-6) - batch(found.at - 1e-6)) / 2e-6;
        assert!((slope + found.flux / underflow).abs() < 1e-6);
        assert!((1..100).all(|n| {
            let share = feed + (underflow - feed) * f64::from(n) / 100.0;
            batch(share) >= line(share) - 1e-12
        }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn thicker_underflows_bear_less(n in 2.0..8.0f64, floc in 1.0..6.0f64, feed in 0.005..0.05f64) {
            let settling = Settling::RichardsonZaki(3.0, n, floc);
            let most = settling.most();
            let mut before = f64::INFINITY;
            for part in 1..20 {
                let underflow = feed + (most - feed) * f64::from(part) / 21.0;
                let flux = settling.limit(feed, underflow).unwrap().flux;
                prop_assert!(flux <= before * (1.0 + 1e-9));
                before = flux;
            }
            let back = settling.thickest(feed, before).unwrap();
            prop_assert!((settling.limit(feed, back).unwrap().flux / before - 1.0).abs() < 1e-6);
        }
    }
}
