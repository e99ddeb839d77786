//! Losses carried forward: the profit that is taxed, and what is left to set against later profits.
//!
//! # Equation
//! `P_t = P − min(q P, Σ L_j)` in a year of profit `P > 0`, oldest losses first; a year of loss adds `L = −P`.
//!
//! # Symbols
//! `P` profit before losses of other years; `P_t` taxed profit; `q` largest share of a year's profit that old losses may
//! take; `L_j` loss of an earlier year, lapsed after so many years.
//!
//! # Holds for
//! A company that owns the project alone: nobody else's profits take its losses.
//!
//! # Source
//! Textbook; limits as tax laws set them.

use std::collections::VecDeque;

use crate::fields::Fields;
use crate::quantity::Fraction;

/// What the law lets old losses do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LossRule {
    /// Years until a loss lapses; `None` for never.
    pub years: Option<usize>,
    /// Largest share of a year's profit that old losses may take.
    pub most: f64,
}

impl Default for LossRule {
    fn default() -> Self {
        Self { years: None, most: 1.0 }
    }
}

impl LossRule {
    /// Reads `[losses]`.
    pub fn read(fields: &mut Fields<'_>) -> Self {
        let years = fields.may_count("years", "until a loss lapses; absent: it never does", 1..=200);
        let most: Option<Fraction> =
            fields.may("most", "share of a year's profit that old losses may take; absent: all of it", 0.0..=1.0);
        Self { years, most: most.map_or(1.0, |most| most.0) }
    }
}

/// Losses as the years go by.
#[derive(Debug, Clone)]
pub struct Losses {
    rule: LossRule,
    /// Year and what is left of its loss, oldest first.
    held: VecDeque<(usize, f64)>,
}

impl Losses {
    /// None yet.
    pub fn new(rule: LossRule) -> Self {
        Self { rule, held: VecDeque::new() }
    }

    /// The profit that is taxed in a year whose profit before other years' losses is given.
    pub fn taxed(&mut self, year: usize, profit: f64) -> f64 {
        if let Some(years) = self.rule.years {
            while self.held.front().is_some_and(|(of, _)| of + years < year) {
                self.held.pop_front();
            }
        }
        if profit <= 0.0 {
            if profit < 0.0 {
                self.held.push_back((year, -profit));
            }
            return 0.0;
        }
        let (mut room, mut taxed) = (self.rule.most * profit, profit);
        while let Some((of, loss)) = self.held.pop_front() {
            let used = loss.min(room);
            room -= used;
            taxed -= used;
            if loss > used {
                self.held.push_front((of, loss - used));
                break;
            }
        }
        taxed.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_limits_a_loss_is_used_whole_and_once() {
        let mut losses = Losses::new(LossRule::default());
        let taxed: Vec<f64> =
            [-5.0, 2.0, 4.0, -1.0, 3.0].iter().enumerate().map(|(y, p)| losses.taxed(y, *p)).collect();
        assert_eq!(taxed, [0.0, 0.0, 1.0, 0.0, 2.0]);
    }

    #[test]
    fn a_loss_lapses_after_its_years_and_takes_no_more_than_its_share() {
        let mut losses = Losses::new(LossRule { years: Some(2), most: 0.5 });
        let taxed: Vec<f64> = [-5.0, 2.0, 2.0, 2.0].iter().enumerate().map(|(y, p)| losses.taxed(y, *p)).collect();
        assert_eq!(taxed, [0.0, 1.0, 1.0, 2.0]);
    }
}
