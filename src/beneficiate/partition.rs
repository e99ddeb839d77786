//! Which share of each size goes down: the reduced efficiency curve.
//!
//! # Equation
//! ```text
//! Plitt       y = 1 − exp(−ln 2 · x^m)
//! Lynch–Rao   y = (e^(a x) − 1) / (e^(a x) + e^a − 2)
//! actual      Y = y (1 − R) + R
//! ```
//! # Symbols
//! x = d/d50: size over reduced cut size; m, a: sharpness; R: bypass, the share of the liquid
//! that leaves with the coarse and takes particles of every size along.
//!
//! # Holds for
//! Any classifier whose curve has been given its sharpness; no fish-hook in the finest sizes.
//!
//! # Source
//! Plitt 1976 (`plitt1976`); Lynch and Rao 1975 (`lynch1975`); sharpness of cyclone families:
//! `data/beneficiate/cyclone_sharpness.csv`.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Fraction, Length, Number};
use crate::unit::{Case, Kind, Reading};

/// A reduced efficiency curve with its sharpness.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Curve {
    /// Plitt, exponent m.
    Plitt(f64),
    /// Lynch and Rao, constant a.
    LynchRao(f64),
}

impl Curve {
    /// Share that goes down for its own sake at x = d/d50.
    pub fn reduced(self, x: f64) -> f64 {
        let x = x.max(0.0);
        match self {
            Curve::Plitt(m) => -(-std::f64::consts::LN_2 * x.powf(m)).exp_m1(),
            // Divided through by e^(a x), so that a large x does no harm.
            Curve::LynchRao(a) => {
                let decay = (-a * x).exp();
                (1.0 - decay) / (1.0 + (a.exp() - 2.0) * decay)
            }
        }
    }

    /// Share that goes down, bypass included.
    pub fn actual(self, x: f64, bypass: f64) -> f64 {
        self.reduced(x) * (1.0 - bypass) + bypass
    }

    /// The actual share averaged over a class, mass even in the logarithm of size.
    pub fn over_class(self, lower: f64, upper: f64, cut: f64, bypass: f64) -> f64 {
        const PARTS: usize = 8;
        let step = (upper / lower).ln() / PARTS as f64;
        let sum: f64 =
            (0..PARTS).map(|part| self.actual(lower * (step * (part as f64 + 0.5)).exp() / cut, bypass)).sum();
        sum / PARTS as f64
    }
}

/// Lower edge of a size class; the finest reaches down to half its upper edge.
pub fn lower_edge(edges: &[f64], at: usize) -> f64 {
    if at == 0 { edges[0] * 0.5 } else { edges[at - 1] }
}

/// The size that a share of the mass is finer than, m, by interpolation in the logarithm of
/// size; `None` without sizes or mass.
pub fn passing_size(edges: &[f64], mass: &[f64], share: f64) -> Option<f64> {
    let whole: f64 = mass.iter().sum();
    if edges.is_empty() || whole <= 0.0 {
        return None;
    }
    let wanted = share * whole;
    let mut below = 0.0;
    for (at, (&edge, &kg)) in edges.iter().zip(mass).enumerate() {
        if kg > 0.0 && below + kg >= wanted * (1.0 - 1e-12) {
            let lower = lower_edge(edges, at);
            let part = ((wanted - below) / kg).clamp(0.0, 1.0);
            return Some(lower * (edge / lower).powf(part));
        }
        below += kg;
    }
    edges.last().copied()
}

/// Curves asked at one size.
#[derive(Debug)]
struct Asked {
    curve: Curve,
    ratio: f64,
    bypass: f64,
}

impl Case for Asked {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        Ok(vec![
            Reading::new("reduced efficiency", self.curve.reduced(self.ratio), "1"),
            Reading::new("actual efficiency", self.curve.actual(self.ratio, self.bypass), "1"),
        ])
    }
}

/// The question a validation file can ask.
pub const CASE: Kind<dyn Case> = Kind {
    name: "partition-curve",
    about: "Share of a size that goes down, by Plitt or by Lynch and Rao",
    sources: &["plitt1976", "lynch1975"],
    read: |fields, _| read_case(fields),
};

fn read_case(fields: &mut Fields<'_>) -> Option<Box<dyn Case>> {
    let law = fields.word("law", "which curve", &[("plitt", true), ("lynch-rao", false)]);
    let sharpness: Option<Number> = fields.need("sharpness", "m of Plitt or a of Lynch and Rao", 0.1..=50.0);
    let size: Option<Length> = fields.need("size", "of the particle", 1e-9..=1.0);
    let cut: Option<Length> = fields.need("cut", "reduced cut size", 1e-9..=1.0);
    let bypass: Option<Fraction> = fields.need("bypass", "share of the liquid that goes down", 0.0..=1.0);
    let sharpness = sharpness?.0;
    let curve = if law? { Curve::Plitt(sharpness) } else { Curve::LynchRao(sharpness) };
    Some(Box::new(Asked { curve, ratio: size?.0 / cut?.0, bypass: bypass?.0 }))
}

/// An ideal screen on a published table of mass and grade by size.
#[derive(Debug)]
struct IdealScreen {
    mass: Vec<f64>,
    grade: Vec<f64>,
    kept: usize,
}

impl Case for IdealScreen {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let metal = |upto: usize| self.mass.iter().zip(&self.grade).take(upto).map(|(m, g)| m * g).sum::<f64>();
        let mass = |upto: usize| self.mass.iter().take(upto).sum::<f64>();
        let all = self.mass.len();
        let (whole, kept) = (mass(all), mass(self.kept));
        if whole <= 0.0 || metal(all) <= 0.0 || kept <= 0.0 {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "nothing stands in the table".into(),
                hint: "give each class its mass and grade, the coarsest first".into(),
            });
        }
        Ok(vec![
            Reading::new("head grade", metal(all) / whole * 100.0, "%"),
            Reading::new("mass kept", kept / whole * 100.0, "%"),
            Reading::new("recovery", metal(self.kept) / metal(all) * 100.0, "%"),
            Reading::new("grade kept", metal(self.kept) / kept * 100.0, "%"),
        ])
    }
}

/// The question of the ideal screen.
pub const SCREEN_CASE: Kind<dyn Case> = Kind {
    name: "size-by-grade",
    about: "What an ideal screen would keep of an ore known by mass and grade of its sizes",
    sources: &[],
    read: read_screen,
};

fn read_screen(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Case>> {
    let mass: Option<Vec<Fraction>> = fields.list("mass", "share of the mass in each class, coarsest first", 0.0..=1.0);
    let grade: Option<Vec<Fraction>> = fields.list("grade", "grade of each class, coarsest first", 0.0..=1.0);
    let kept = fields.count("classes_kept", "how many of the coarsest classes the screen keeps", 1..=1000);
    let (mass, grade) = (mass?, grade?);
    if mass.len() != grade.len() {
        fields.refuse("grade", "not as many grades as masses", "one of each for every class");
        return None;
    }
    let plain = |list: Vec<Fraction>| list.into_iter().map(|share| share.0).collect();
    Some(Box::new(IdealScreen { mass: plain(mass), grade: plain(grade), kept: kept? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_goes_down_at_the_cut_and_all_of_the_boulders() {
        for curve in [Curve::Plitt(2.45), Curve::LynchRao(4.23)] {
            assert!((curve.reduced(1.0) - 0.5).abs() < 1e-12);
            assert!(curve.reduced(0.0).abs() < 1e-12);
            assert!((curve.reduced(1e6) - 1.0).abs() < 1e-12);
            assert!((curve.actual(0.0, 0.1) - 0.1).abs() < 1e-12);
            let mean = curve.over_class(0.999, 1.001, 1.0, 0.0);
            assert!((mean - 0.5).abs() < 1e-3);
        }
    }

    #[test]
    fn passing_sizes_interpolate() {
        let edges = [1.0, 2.0, 4.0];
        assert_eq!(passing_size(&edges, &[1.0, 1.0, 2.0], 0.5), Some(2.0));
        assert!((passing_size(&edges, &[0.0, 0.0, 1.0], 0.5).unwrap() - 8f64.sqrt()).abs() < 1e-12);
        assert_eq!(passing_size(&[], &[], 0.8), None);
    }
}
