//! A level cut through an uneven sea bed: how much of a seam it takes, and how much barren sediment with it.
//!
//! # Equation
//! ```text
//! e(m) = E[max(m + X, 0)] = m Φ(m/σ) + σ φ(m/σ),      X normal, mean nought, standard deviation σ
//! dug          e(d)                                    depth dug, mean over the ground
//! of the seam  e(d − o) − e(d − o − T)
//! barren       e(d) less that
//! ```
//!
//! # Symbols
//! `d` depth of the cut below the mean floor, `o` barren cover over the seam, `T` its thickness, `σ` relief of the floor, m; the seam
//! lies parallel to the floor.
//!
//! # Holds for
//! Relief that the machine does not follow: longer than its tracks, shorter than its swath is steered over. Without relief it is the
//! textbook box. What bounds the seam below is as barren as what covers it.
//!
//! # Source
//! Mean of a normal variable cut off at nought: textbook.

use crate::gaussian::{density, share_below};

/// A cut and what it cuts through, m.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LevelCut {
    /// Depth below the mean floor.
    pub depth: f64,
    /// Cover over the seam.
    pub cover: f64,
    /// Thickness of the seam.
    pub seam: f64,
    /// Standard deviation of the floor about its mean.
    pub relief: f64,
}

/// Mean of what of `middle + X` lies above nought.
pub fn above_nought(middle: f64, deviation: f64) -> f64 {
    if deviation <= 0.0 || middle / deviation > 38.0 {
        return middle.max(0.0);
    }
    let score = middle / deviation;
    // Far below, the two terms cancel: nothing is left of either.
    (middle * share_below(score) + deviation * density(score)).max(0.0)
}

impl LevelCut {
    /// Depth dug, mean over the ground, m.
    pub fn dug(&self) -> f64 {
        above_nought(self.depth, self.relief)
    }

    /// Depth of seam dug, mean over the ground, m.
    pub fn of_seam(&self) -> f64 {
        let into = self.depth - self.cover;
        (above_nought(into, self.relief) - above_nought(into - self.seam, self.relief)).clamp(0.0, self.seam)
    }

    /// Depth of barren sediment dug, mean over the ground, m.
    pub fn barren(&self) -> f64 {
        (self.dug() - self.of_seam()).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: LevelCut = LevelCut { depth: 6.0, cover: 2.0, seam: 5.0, relief: 1.5 };

    #[test]
    fn without_relief_it_is_the_box() {
        for (depth, seam, barren) in
            [(1.0, 0.0, 1.0), (2.0, 0.0, 2.0), (4.5, 2.5, 2.0), (7.0, 5.0, 2.0), (9.0, 5.0, 4.0)]
        {
            for relief in [0.0, 1e-9] {
                let cut = LevelCut { depth, relief, ..CUT };
                assert!(
                    (cut.of_seam() - seam).abs() < 1e-8 && (cut.barren() - barren).abs() < 1e-8,
                    "{depth}: {cut:?}"
                );
            }
        }
    }

    /// Second route: the profile drawn column by column over the floor's heights.
    #[test]
    fn it_is_the_mean_of_the_columns_it_cuts() {
        for depth in [0.5, 2.0, 4.0, 6.0, 8.0, 11.0] {
            let cut = LevelCut { depth, ..CUT };
            let (mut dug, mut seam, steps) = (0.0, 0.0, 40_000);
            for step in 0..steps {
                let score = -8.0 + 16.0 * (f64::from(step) + 0.5) / f64::from(steps);
                let weight = density(score) * 16.0 / f64::from(steps);
                let here = (depth + cut.relief * score).max(0.0);
                dug += weight * here;
                seam += weight * (here - cut.cover).clamp(0.0, cut.seam);
            }
            assert!((cut.dug() - dug).abs() < 1e-6 && (cut.of_seam() - seam).abs() < 1e-6, "{depth}: {cut:?}");
        }
    }

    #[test]
    fn deeper_takes_more_of_both_and_relief_costs_seam() {
        let at = |depth: f64, relief: f64| LevelCut { depth, relief, ..CUT };
        for step in 1..60 {
            let (above, below) = (at(0.25 * f64::from(step), 1.5), at(0.25 * f64::from(step + 1), 1.5));
            assert!(below.of_seam() >= above.of_seam() && below.dug() > above.dug());
        }
        assert!((at(40.0, 1.5).of_seam() - 5.0).abs() < 1e-9);
        assert!(at(7.0, 0.5).of_seam() > at(7.0, 1.0).of_seam() && at(7.0, 1.0).of_seam() > at(7.0, 2.0).of_seam());
        assert!(above_nought(-60.0, 1.0) == 0.0 && above_nought(-9.0, 1.0) >= 0.0);
    }
}
