//! A loan: drawn as the plant is built, paid back as it works.
//!
//! # Equation
//! `B_k = B_{k−1}(1 + i) + A_k − S_k`; in construction `A_k = s C_k` and `S_k` is nought (interest is added to the loan) or
//! `i B_{k−1}` (paid); in production `S_k` is the annuity `B i / (1 − (1 + i)^−n)`, equal parts `B/n` with interest, or
//! interest alone and all at the end.
//!
//! # Symbols
//! `B` owed at the end of a year, `A` drawn, `S` paid; `C_k` capital spent in year `k`, `s` share of it borrowed; `i` nominal
//! interest, 1/y; `n` years of repayment from the first year of production.
//!
//! # Holds for
//! Yearly flows at the time of the project's own. Interest is a cost for tax in the year it is paid or added. A loan that
//! outlives the project is paid off in its last year.
//!
//! # Source
//! Textbook.

use crate::fields::Fields;
use crate::quantity::{Fraction, YearlyRate};

/// How it is paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repayment {
    /// The same sum each year.
    Annuity,
    /// The same part of the loan each year, and the interest.
    EqualParts,
    /// Interest alone, all of the loan at the end.
    AtTheEnd,
}

/// The terms of a loan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Debt {
    /// Share of the capital that is borrowed.
    pub share: f64,
    /// Nominal interest, 1/y.
    pub interest: f64,
    /// Years of repayment.
    pub years: usize,
    /// How.
    pub repayment: Repayment,
    /// Is interest paid while the plant is built, or added to the loan?
    pub paid_while_building: bool,
}

/// A loan in one year, nominal.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LoanYear {
    /// Drawn.
    pub drawn: f64,
    /// Interest of the year.
    pub interest: f64,
    /// Paid, interest and principal.
    pub paid: f64,
    /// Owed at its end.
    pub owed: f64,
}

impl Debt {
    /// Reads `[debt]`.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let share: Option<Fraction> = fields.need("share", "of the capital that is borrowed", 0.0..=1.0);
        let interest: Option<YearlyRate> = fields.need("interest", "nominal", 0.0..=1.0);
        let years = fields.count("years", "of repayment, from the first year of production", 1..=100);
        let repayment = fields.word(
            "repayment",
            "how it is paid back",
            &[
                ("annuity", Repayment::Annuity),
                ("equal-parts", Repayment::EqualParts),
                ("at-the-end", Repayment::AtTheEnd),
            ],
        );
        let building =
            fields.word("while_building", "interest until production begins is", &[("added", false), ("paid", true)]);
        Some(Self {
            share: share?.0,
            interest: interest?.0,
            years: years?,
            repayment: repayment?,
            paid_while_building: building?,
        })
    }

    /// The years of the loan, for capital spent in the years of construction and so many years of production.
    pub fn years(&self, capital: &[f64], life: usize) -> Vec<LoanYear> {
        let mut owed = 0.0;
        let mut all = Vec::with_capacity(capital.len() + life);
        for spent in capital {
            let (drawn, interest) = (self.share * spent, self.interest * owed);
            let paid = if self.paid_while_building { interest } else { 0.0 };
            owed += drawn + interest - paid;
            all.push(LoanYear { drawn, interest, paid, owed });
        }
        let (whole, years) = (owed, self.years.min(life.max(1)));
        let annuity = if self.interest > 0.0 {
            whole * self.interest / (1.0 - (1.0 + self.interest).powf(-(years as f64)))
        } else {
            whole / years as f64
        };
        for year in 0..life {
            let interest = self.interest * owed;
            let paid = match self.repayment {
                _ if year + 1 == years => owed + interest,
                _ if year >= years => 0.0,
                Repayment::Annuity => annuity,
                Repayment::EqualParts => whole / years as f64 + interest,
                Repayment::AtTheEnd => interest,
            };
            owed = if year + 1 >= years { 0.0 } else { owed + interest - paid };
            all.push(LoanYear { drawn: 0.0, interest, paid, owed });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::super::time_value::{Timing, net_present_value};
    use super::*;

    fn debt(repayment: Repayment, paid_while_building: bool) -> Debt {
        Debt { share: 0.6, interest: 0.07, years: 10, repayment, paid_while_building }
    }

    /// At its own interest every loan is worth nothing, however it is drawn and paid back.
    #[test]
    fn at_its_own_interest_a_loan_is_worth_nothing() {
        for repayment in [Repayment::Annuity, Repayment::EqualParts, Repayment::AtTheEnd] {
            for building in [false, true] {
                for life in [1, 4, 20] {
                    let years = debt(repayment, building).years(&[10.0, 60.0, 30.0], life);
                    let flows: Vec<f64> = years.iter().map(|year| year.drawn - year.paid).collect();
                    assert!(
                        net_present_value(&flows, 0.07, Timing::End).abs() < 1e-9,
                        "{repayment:?} {building} {life}"
                    );
                    assert!(years.iter().all(|year| year.owed >= 0.0));
                    assert!(years.last().unwrap().owed.abs() < 1e-12);
                }
            }
        }
    }

    #[test]
    fn an_annuity_is_level_and_ends_by_itself() {
        let years = debt(Repayment::Annuity, false).years(&[100.0], 12);
        for pair in years[1..11].windows(2) {
            assert!((pair[0].paid - pair[1].paid).abs() < 1e-9);
        }
        assert!(years[11..].iter().all(|year| year.paid.abs() < 1e-12));
    }
}
