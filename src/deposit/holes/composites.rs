//! Composites down the hole: intervals of unlike length made into lengths of one size.
//!
//! # Equation
//! `z = Σ l_i ρ_i z_i / Σ l_i ρ_i` over the intervals inside a length, `l_i` the length of each inside it; the composite stands
//! where `Σ l_i` is at least the asked share of the length. Lengths follow each other from the collar, or from a top that is given, to the
//! end of the hole, or to a bottom that is given.
//!
//! # Symbols
//! z grade; l length (m); ρ dry density (kg/m³), or one where length alone weighs. The rest at the end of a hole: *left*, it is
//! a length like the others and stands if enough of it is assayed; *joined*, it belongs to the length above; *even*, all lengths of
//! the hole are stretched or shortened alike, so that there is no rest.
//!
//! # Holds for
//! A length not below that of most intervals: shorter ones would make many samples of one assay. Without densities, ground of
//! one density: else the heavy, mostly richer, weighs too little.
//!
//! # Source
//! `isaaks1989`, the regularisation of samples to equal support.

use crate::deposit::holes::{Hole, Holes, Interval, Sample};

/// What becomes of the rest at the end of a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// A length like the others.
    Leave,
    /// Part of the one above.
    Join,
    /// There is none: the hole is cut into equal lengths.
    Even,
}

/// How composites are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Their length, m.
    pub length_m: f64,
    /// Where they begin, below the collar along the hole, m.
    pub top_m: f64,
    /// Where the last one ends at the latest, m; infinite: where the hole ends.
    pub bottom_m: f64,
    /// Least assayed share of it.
    pub least_cover: f64,
    /// What becomes of the rest.
    pub rest: Rest,
    /// Whether density weighs beside length.
    pub by_density: bool,
}

impl Rule {
    /// The lengths of a hole that is assayed down to a depth, from the collar.
    fn spans(&self, end_m: f64) -> Vec<(f64, f64)> {
        let (top_m, end_m) = (self.top_m, end_m.min(self.bottom_m));
        if end_m <= top_m {
            return Vec::new();
        }
        let parts = (end_m - top_m) / self.length_m;
        let (count, length_m) = match self.rest {
            Rest::Leave => ((parts - 1e-9).ceil(), self.length_m),
            Rest::Join => ((parts + 1e-9).floor().max(1.0), self.length_m),
            Rest::Even => (parts.round().max(1.0), (end_m - top_m) / parts.round().max(1.0)),
        };
        let count = count as usize;
        let bottom = |at: usize| match self.rest {
            Rest::Join if at + 1 == count => end_m,
            _ => (top_m + (at + 1) as f64 * length_m).min(self.bottom_m),
        };
        (0..count).map(|at| (top_m + at as f64 * length_m, bottom(at))).collect()
    }
}

impl Holes {
    /// The composites of every hole, by a rule.
    pub fn composites(&self, rule: Rule) -> Vec<Sample> {
        let mut samples = Vec::new();
        for (index, hole) in self.holes.iter().enumerate() {
            let Some(end_m) = hole.intervals.last().map(|interval| interval.to_m) else { continue };
            for span in rule.spans(end_m) {
                samples.extend(composite(hole, index as u32, span, rule, self.variables.len()));
            }
        }
        samples
    }
}

fn composite(hole: &Hole, index: u32, (top, bottom): (f64, f64), rule: Rule, variables: usize) -> Option<Sample> {
    let inside = |interval: &Interval| (interval.to_m.min(bottom) - interval.from_m.max(top)).max(0.0);
    let reached: Vec<&Interval> = hole.intervals.iter().filter(|interval| inside(interval) > 0.0).collect();
    let mean = |of: &dyn Fn(&Interval) -> Option<f64>, by_density: bool| {
        let (mut covered, mut weight, mut content) = (0.0, 0.0, 0.0);
        for interval in &reached {
            if let Some(value) = of(interval) {
                let weighs = inside(interval) * if by_density { interval.dry_density? } else { 1.0 };
                covered += inside(interval);
                weight += weighs;
                content += weighs * value;
            }
        }
        (covered > 0.0 && covered >= (rule.least_cover - 1e-9) * (bottom - top)).then(|| content / weight)
    };
    let grades: Vec<Option<f64>> =
        (0..variables).map(|variable| mean(&|interval| interval.grades[variable], rule.by_density)).collect();
    grades.iter().any(Option::is_some).then(|| Sample {
        place: hole.way.at(0.5 * (top + bottom)),
        hole: index,
        from_m: top,
        to_m: bottom,
        length_m: reached.iter().map(|interval| inside(interval)).sum(),
        dry_density: mean(&|interval| interval.dry_density, false),
        grades,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::holes::{Below, Gaps, Reading};

    const COLLARS: &str = "hole,x [m],y [m],z [m]\nA,0,0,100\n";
    const INTERVALS: &str =
        "hole,from [m],to [m],Nd [ppm],dry_density [t/m3]\nA,0,0.7,100,2\nA,0.7,2,300,4\nA,2,3.3,500,2\n";

    fn made(rule: Rule) -> Vec<Sample> {
        let reading = Reading { below: Below::Half, gaps: Gaps::Refuse, dips_down: true, also: Vec::new() };
        Holes::read(Some(("c.csv", COLLARS)), None, ("i.csv", INTERVALS), reading).unwrap().composites(rule)
    }

    const RULE: Rule = Rule {
        length_m: 1.0,
        top_m: 0.0,
        bottom_m: f64::INFINITY,
        least_cover: 0.0,
        rest: Rest::Leave,
        by_density: false,
    };

    /// From half a metre down to three: the last length is what is left above the bottom.
    #[test]
    fn lengths_keep_between_top_and_bottom() {
        let samples = made(Rule { top_m: 0.5, bottom_m: 3.0, ..RULE });
        let ends: Vec<(f64, f64)> = samples.iter().map(|sample| (sample.from_m, sample.to_m)).collect();
        assert_eq!(ends, [(0.5, 1.5), (1.5, 2.5), (2.5, 3.0)]);
        assert!((samples[0].grades[0].unwrap() - (0.2 * 100.0 + 0.8 * 300.0)).abs() < 1e-9);
        assert!((samples[2].grades[0].unwrap() - 500.0).abs() < 1e-9);
        assert!(made(Rule { top_m: 3.3, ..RULE }).is_empty(), "nothing is assayed below the top");
    }

    /// Whatever becomes of the rest, the hole keeps what it holds.
    #[test]
    fn every_rule_keeps_the_content() {
        let held = 0.7 * 100.0 + 1.3 * 300.0 + 1.3 * 500.0;
        for (rest, count, last) in [(Rest::Leave, 4, 4.0), (Rest::Join, 3, 3.3), (Rest::Even, 3, 3.3)] {
            let samples = made(Rule { rest, ..RULE });
            let sum: f64 = samples.iter().map(|sample| sample.length_m * sample.grades[0].unwrap()).sum();
            assert!((sum - held).abs() < 1e-9, "{rest:?}: {sum}");
            assert_eq!(samples.len(), count, "{rest:?}");
            assert!((samples[count - 1].to_m - last).abs() < 1e-12, "{rest:?}");
            assert!(samples.windows(2).all(|pair| (pair[0].to_m - pair[1].from_m).abs() < 1e-12));
        }
        assert_eq!(made(Rule { least_cover: 0.5, ..RULE }).len(), 3, "three tenths of a metre are too little");
    }

    /// With densities the mass of metal is kept: volume by density by grade.
    #[test]
    fn density_weighs_beside_length() {
        let samples = made(Rule { by_density: true, ..RULE });
        assert!((samples[0].grades[0].unwrap() - (0.7 * 2.0 * 100.0 + 0.3 * 4.0 * 300.0) / 2.6).abs() < 1e-9);
        assert!((samples[0].dry_density.unwrap() - 2600.0).abs() < 1e-9);
        let metal: f64 = samples.iter().map(|s| s.length_m * s.dry_density.unwrap() * s.grades[0].unwrap()).sum();
        assert!((metal / 1000.0 - (0.7 * 2.0 * 100.0 + 1.3 * 4.0 * 300.0 + 1.3 * 2.0 * 500.0)).abs() < 1e-9);
    }
}
