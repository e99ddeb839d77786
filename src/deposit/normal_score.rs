//! Normal scores: grades of any distribution told as a standard normal, and back.
//!
//! # Equation
//! Samples in rising order, `p_i = (Σ_{j<i} w_j + w_i/2)/Σ w`, score `y_i = Φ⁻¹(p_i)`. Between two samples the grade is linear in
//! the score. Beyond them, with `p = Φ(y)`,
//! ```text
//! power, below:       z = a + (z₁ − a) (p/p₁)^(1/ω)              (linear: ω = 1)
//! power, above:       z = b − (b − z_n) ((1 − p)/(1 − p_n))^(1/ω)
//! hyperbolic, above:  z = min(b, z_n ((1 − p_n)/(1 − p))^(1/ω))
//! ```
//!
//! # Symbols
//! `z` grade, `y` score (1), `p` share below; `w` declustering weights; `a`, `b` least and greatest grade there may be;
//! `ω` exponent of the tail: of a power tail above one thickens it towards the bound, of a hyperbolic tail the lower the longer it is.
//!
//! # Holds for
//! Any samples with positive weights. Equal grades get scores of their own, in an order drawn from their places in the table: neither by
//! grade nor by place in the ground, and the same each time; back they are equal again. What lies beyond the samples is the caller's choice.
//! A mean exists only for ω > 1 in a hyperbolic tail without bound, so a bound is always asked for.
//!
//! # Source
//! `deutsch1998` (nscore, backtr, and its tails); `goovaerts1997`.

use crate::deposit::simulate::chance::Chance;
use crate::deposit::simulate::gaussian::{quantile, share_below};
use crate::error::Error;

/// How grades go on beyond the samples.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tail {
    /// Evenly to the bound.
    Linear,
    /// By a power of the share left.
    Power(f64),
    /// Long, by a power of one over the share left; above only, and for positive grades.
    Hyperbolic(f64),
}

/// Both ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// Least grade there may be.
    pub least: f64,
    /// Greatest grade there may be.
    pub greatest: f64,
    /// Below the least sample.
    pub below: Tail,
    /// Above the greatest.
    pub above: Tail,
}

/// Places into which the span of scores is cut, so that a score is found without searching all knots.
const SHELVES: usize = 1024;

/// The law from grades to scores and back.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalScore {
    /// Of the samples, in their order.
    scores: Vec<f64>,
    /// Scores in rising order, and their grades.
    knots: Vec<(f64, f64)>,
    /// The first knot at or above each shelf's lower edge.
    shelves: Vec<u32>,
    tails: Tails,
    /// Share below the first knot and above the last.
    ends: (f64, f64),
}

fn refused(what: String, hint: &str) -> Error {
    Error::Infeasible { unit: "normal scores".into(), what, hint: hint.into() }
}

impl NormalScore {
    /// Of samples that weigh alike, or by declustering `weights`.
    pub fn new(grades: &[f64], weights: Option<&[f64]>, tails: Tails) -> Result<Self, Error> {
        let even = vec![1.0; if weights.is_some() { 0 } else { grades.len() }];
        let weights = weights.unwrap_or(&even);
        check(grades, weights, tails)?;
        let order = {
            let lot = Chance::of(0x5C0E).within(grades.len() as u64);
            let mut order: Vec<usize> = (0..grades.len()).collect();
            order.sort_by(|a, b| {
                grades[*a].total_cmp(&grades[*b]).then(lot.bits(*a as u64).cmp(&lot.bits(*b as u64))).then(a.cmp(b))
            });
            order
        };
        let total: f64 = weights.iter().sum();
        let mut scores = vec![0.0; grades.len()];
        let mut knots = Vec::with_capacity(grades.len());
        let mut below = 0.0;
        for at in order {
            scores[at] = quantile((below + 0.5 * weights[at]) / total);
            below += weights[at];
            knots.push((scores[at], grades[at]));
        }
        let mut law = Self { scores, knots, shelves: Vec::new(), tails, ends: (0.0, 0.0) };
        law.ends = (share_below(law.first().0), share_below(-law.last().0));
        law.shelves = (0..=SHELVES)
            .map(|shelf| {
                let edge = law.first().0 + (law.last().0 - law.first().0) * shelf as f64 / SHELVES as f64;
                law.knots.partition_point(|knot| knot.0 < edge) as u32
            })
            .collect();
        Ok(law)
    }

    fn first(&self) -> (f64, f64) {
        self.knots[0]
    }

    fn last(&self) -> (f64, f64) {
        self.knots[self.knots.len() - 1]
    }

    /// The samples' scores, in the order the samples came in.
    pub fn scores(&self) -> &[f64] {
        &self.scores
    }

    /// The tails it was given.
    pub fn tails(&self) -> Tails {
        self.tails
    }

    /// The grade of a score: never beyond the tails' bounds, never falling as the score rises.
    pub fn grade(&self, score: f64) -> f64 {
        let ((low, low_grade), (high, high_grade)) = (self.first(), self.last());
        if score < low {
            let left = share_below(score) / self.ends.0;
            return self.tails.least + (low_grade - self.tails.least) * left.powf(exponent(self.tails.below));
        }
        if score > high {
            let left = share_below(-score) / self.ends.1;
            let reach = self.tails.greatest - high_grade;
            return match self.tails.above {
                Tail::Hyperbolic(omega) => (high_grade * left.powf(-1.0 / omega)).min(self.tails.greatest),
                tail => self.tails.greatest - reach * left.powf(exponent(tail)),
            };
        }
        let shelf = ((score - low) / (high - low).max(f64::MIN_POSITIVE) * SHELVES as f64) as usize;
        let shelf = shelf.min(SHELVES - 1);
        let (mut from, mut to) = (self.shelves[shelf] as usize, self.shelves[shelf + 1] as usize);
        // Rounding may put a score on the shelf beside its own.
        if from > 0 && self.knots[from - 1].0 >= score {
            from = 0;
        }
        if self.knots.get(to).is_some_and(|knot| knot.0 < score) {
            to = self.knots.len();
        }
        let at = from + self.knots[from..to].partition_point(|knot| knot.0 < score);
        let above = self.knots[at.min(self.knots.len() - 1)];
        #[expect(clippy::float_cmp, reason = "a sample's own score gives its own grade to the bit")]
        if at == 0 || above.0 == score {
            return above.1;
        }
        let below = self.knots[at - 1];
        below.1 + (above.1 - below.1) * (score - below.0) / (above.0 - below.0)
    }

    /// The score of a grade, within the samples by the same lines; of equal grades the middle one's. `None` beyond the samples.
    pub fn score(&self, grade: f64) -> Option<f64> {
        let low = self.knots.partition_point(|knot| knot.1 < grade);
        let high = self.knots.partition_point(|knot| knot.1 <= grade);
        if high > low {
            return Some(self.knots[low.midpoint(high - 1)].0);
        }
        let (below, above) = (self.knots.get(low.checked_sub(1)?)?, self.knots.get(low)?);
        Some(below.0 + (above.0 - below.0) * (grade - below.1) / (above.1 - below.1))
    }

    /// The mean of the grades' distribution, tails and all, by shares in equal steps of the score.
    pub fn mean(&self) -> f64 {
        const STEPS: u32 = 20_000;
        let (mut sum, mut shares) = (0.0, 0.0);
        for step in 0..STEPS {
            let score = 16.0 * (f64::from(step) + 0.5) / f64::from(STEPS) - 8.0;
            let share = crate::deposit::simulate::gaussian::density(score);
            sum += share * self.grade(score);
            shares += share;
        }
        sum / shares
    }
}

fn exponent(tail: Tail) -> f64 {
    match tail {
        Tail::Linear => 1.0,
        Tail::Power(omega) | Tail::Hyperbolic(omega) => 1.0 / omega,
    }
}

fn check(grades: &[f64], weights: &[f64], tails: Tails) -> Result<(), Error> {
    if grades.len() < 2 || weights.len() != grades.len() {
        let what = format!("{} grades and {} weights", grades.len(), weights.len());
        return Err(refused(what, "two samples or more, and a weight for each"));
    }
    if let Some(at) =
        (0..grades.len()).find(|at| !(grades[*at].is_finite() && weights[*at] > 0.0 && weights[*at].is_finite()))
    {
        let what = format!("sample {} has grade {} and weight {}", at + 1, grades[at], weights[at]);
        return Err(refused(what, "leave out samples without a grade; weights above nought"));
    }
    let least = grades.iter().copied().fold(f64::INFINITY, f64::min);
    let greatest = grades.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !(tails.least <= least && tails.greatest >= greatest && tails.greatest.is_finite() && tails.least.is_finite()) {
        let what =
            format!("tails end at {} and {}, the samples go from {least} to {greatest}", tails.least, tails.greatest);
        return Err(refused(what, "bounds that hold every sample"));
    }
    for (tail, above) in [(tails.below, false), (tails.above, true)] {
        let omega = match tail {
            Tail::Linear => 1.0,
            Tail::Power(omega) | Tail::Hyperbolic(omega) => omega,
        };
        if !(omega > 0.0 && omega.is_finite()) {
            return Err(refused(format!("an exponent of {omega} in a tail"), "a number above nought, one for a line"));
        }
        if matches!(tail, Tail::Hyperbolic(_)) && (!above || greatest <= 0.0) {
            return Err(refused(
                "a hyperbolic tail below, or of grades that are not positive".into(),
                "a hyperbolic tail above positive grades; a linear or power tail below",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tails(least: f64, greatest: f64) -> Tails {
        Tails { least, greatest, below: Tail::Linear, above: Tail::Power(0.5) }
    }

    #[test]
    fn three_samples_by_hand() {
        let law = NormalScore::new(&[5.0, 1.0, 3.0], Some(&[1.0, 2.0, 1.0]), tails(0.0, 9.0)).unwrap();
        for (score, share) in law.scores().iter().zip([0.875, 0.25, 0.625]) {
            assert!((share_below(*score) - share).abs() < 1e-14);
        }
        assert!((law.grade(quantile(0.125)) - 0.5).abs() < 1e-12, "half the share below, half the grade");
        let above = 9.0 - 4.0 * (0.05f64 / 0.125).powi(2);
        assert!((law.grade(quantile(0.95)) - above).abs() < 1e-12);
        let long = Tails { above: Tail::Hyperbolic(2.0), ..tails(0.0, 9.0) };
        let law = NormalScore::new(&[5.0, 1.0, 3.0], Some(&[1.0, 2.0, 1.0]), long).unwrap();
        assert!((law.grade(quantile(0.95)) - 5.0 * (0.125f64 / 0.05).sqrt()).abs() < 1e-11);
        assert!((law.grade(8.0) - 9.0).abs() < 1e-12, "and no farther than its bound");
    }

    #[test]
    fn what_cannot_be_is_said() {
        let told = |grades: &[f64], weights: Option<&[f64]>, tails| {
            NormalScore::new(grades, weights, tails).unwrap_err().to_string()
        };
        assert!(told(&[1.0], None, tails(0.0, 2.0)).contains("two samples"));
        assert!(told(&[1.0, f64::NAN], None, tails(0.0, 2.0)).contains("sample 2"));
        assert!(told(&[1.0, 2.0], Some(&[1.0, 0.0]), tails(0.0, 2.0)).contains("weight 0"));
        assert!(told(&[1.0, 3.0], None, tails(0.0, 2.0)).contains("go from 1 to 3"));
        let bad = Tails { below: Tail::Hyperbolic(1.5), ..tails(0.0, 9.0) };
        assert!(told(&[1.0, 3.0], None, bad).contains("hyperbolic"));
        let bad = Tails { above: Tail::Power(0.0), ..tails(0.0, 9.0) };
        assert!(told(&[1.0, 3.0], None, bad).contains("exponent of 0"));
    }

    /// A distribution without tails to speak of keeps its mean, and thicker tails raise it.
    #[test]
    fn the_mean_is_that_of_the_samples_but_for_the_tails() {
        let grades: Vec<f64> = (0..999).map(|at| quantile((f64::from(at) + 0.5) / 999.0).exp()).collect();
        let mean = grades.iter().sum::<f64>() / 999.0;
        let law = |above| {
            NormalScore::new(&grades, None, Tails { least: 0.0, greatest: 200.0, below: Tail::Linear, above }).unwrap()
        };
        let short = law(Tail::Power(0.1)).mean();
        assert!((law(Tail::Hyperbolic(2.5)).mean() / mean - 1.0).abs() < 0.01);
        assert!(short > law(Tail::Hyperbolic(2.5)).mean() * 0.9);
        assert!(law(Tail::Linear).mean() > law(Tail::Hyperbolic(2.5)).mean(), "evenly to 200 is thick");
    }

    proptest! {
        /// Exact at the samples, ties and weights and all; rising; within the bounds.
        #[test]
        fn there_and_back(
            samples in prop::collection::vec((0i32..40, 0.1..5.0f64), 2..200),
            scores in prop::collection::vec(-9.0..9.0f64, 50),
            hyperbolic in any::<bool>(),
        ) {
            let (grades, weights): (Vec<f64>, Vec<f64>) = samples.iter().map(|(g, w)| (f64::from(*g) + 0.25, *w)).unzip();
            let above = if hyperbolic { Tail::Hyperbolic(1.7) } else { Tail::Power(1.4) };
            let law = NormalScore::new(&grades, Some(&weights), Tails { least: 0.0, greatest: 60.0, below: Tail::Power(2.0), above }).unwrap();
            for (grade, score) in grades.iter().zip(law.scores()) {
                prop_assert_eq!(law.grade(*score).to_bits(), grade.to_bits());
                let again = law.score(*grade).unwrap();
                prop_assert_eq!(law.grade(again).to_bits(), grade.to_bits());
            }
            // Weighted scores are a standard normal's quantiles: no two alike.
            let mut sorted = law.scores().to_vec();
            sorted.sort_by(f64::total_cmp);
            prop_assert!(sorted.windows(2).all(|pair| pair[0] < pair[1]));
            let mut asked = scores;
            asked.sort_by(f64::total_cmp);
            let back: Vec<f64> = asked.iter().map(|score| law.grade(*score)).collect();
            prop_assert!(back.windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(back.iter().all(|grade| (0.0..=60.0).contains(grade)));
        }
    }
}
