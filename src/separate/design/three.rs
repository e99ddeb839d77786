//! A battery of three outlets, designed: its three sections for given flows.
//!
//! # Equation
//! The specification fixes what leaves where: with shares f of the feed, purities P and the recovery Y of
//! the least extractable C,
//! ```text
//! raffinate R = f_C Y/P_C,   side outlet D = f_B/P_B,   organic outlet = 1 − R − D,   W = S − (1 − R − D)
//! ```
//! For these flows the three sections (raffinate to feed, feed to side outlet, side outlet to the organic
//! end) are made as short together as the stage-by-stage solution allows: begun long, shortened one by one,
//! then traded two stages of one for one of another as long as that still does what is asked.
//!
//! All of A passes the side outlet on its way to the organic end. Between the stage drawn from and the next the organic phase
//! carries f_a of each a more than the solution brings back, and what is drawn is in equilibrium with it. Whatever the stages,
//! ```text
//! S y_a ≥ f_a + (S − E) x_a,   y_a = b_a x_a / Σ b x,   Σ b x ≥ (Σ b_m d_m + Σ b_a d_a) / D
//! hence   Σ_a d_a ≤ d_A,   d_a = f_a / [ S b_a / (Σ b_m d_m + Σ b_a d_a) − (S − E)/D ]
//! ```
//! from which the least S follows: the sum falls with it. Organic phase drawn below the feed has the same bound on the solution
//! S + R there, with C for A, 1/b for b and R for E.
//!
//! # Symbols
//! A, B, C: organic outlet, side outlet, raffinate; S, W: metal in organic phase and scrub liquor; b: extractability;
//! x, y: shares in solution and organic phase; d: mol drawn
//! at the side, D all of it; E, R: all that leaves with the organic phase, with the raffinate.
//!
//! # Holds for
//! Constant separation factors, aqueous feed, a side outlet of solution above the feed. The search is local:
//! it ends where no single trade helps. The bound takes no metal of A to be scarcer in the solution just above the stage
//! drawn from than in it (where one would be, at b_a below the mean there, its second term is left out).
//!
//! # Source
//! `zhang2016`, the worked example of gadolinium, europium and samarium; the search is our own.

use crate::error::Error;
use crate::quantity::Number;
use crate::separate::theory::Mixture;
use crate::separate::theory::stagewise::{Battery, Outlets, Side};
use crate::unit::{Case, Kind, Reading};

/// What leaves by an outlet: its own metals as (extractability, mol that leave by it at least), and all that may.
pub type Leaves<'l> = (&'l [(f64, f64)], f64);

/// The least S of a three-outlet battery, its solution drawn above the feed, its organic phase below it: the outlets from
/// the organic end down, and how much may be in the side outlet from the organic end, from the raffinate's. `None` where
/// one is empty.
pub fn least_organic(heavy: Leaves<'_>, middle: Leaves<'_>, light: Leaves<'_>, allowed: [f64; 2]) -> Option<[f64; 2]> {
    if [heavy, middle, light].iter().any(|(own, _)| own.is_empty()) {
        return None;
    }
    let drawn = |of: fn(f64) -> f64| middle.0.iter().map(|&(b, moles)| moles * of(b)).sum::<f64>();
    let inverse: Vec<(f64, f64)> = light.0.iter().map(|&(b, moles)| (1.0 / b, moles)).collect();
    let solution = least_flow((&inverse, light.1), drawn(f64::recip), middle.1, allowed[1]);
    Some([least_flow(heavy, drawn(|b| b), middle.1, allowed[0]), (solution - light.1).max(0.0)])
}

/// The least flow past an outlet that draws `drawn`, Σ b d of its own `mean`, no more than `allowed` of the metals that
/// pass it.
fn least_flow((passing, leaves): Leaves<'_>, mean: f64, drawn: f64, allowed: f64) -> f64 {
    let found = |flow: f64| -> f64 {
        let back = (flow - leaves).max(0.0) / drawn;
        let (mut all, mut whole) = (0.0, mean);
        // What is drawn of them adds to the mean, which adds to what is drawn.
        for _ in 0..40 {
            let of = |&(b, moles): &(f64, f64)| moles / (flow * b / whole - if b * drawn > whole { back } else { 0.0 });
            all = passing.iter().map(of).sum();
            if all > allowed {
                break;
            }
            whole = mean + passing.iter().map(|part| part.0 * of(part)).sum::<f64>();
        }
        all
    };
    let (mut low, mut high) = (0.0, leaves.max(f64::MIN_POSITIVE));
    while found(high) > allowed && high < 1e30 {
        (low, high) = (high, 2.0 * high);
    }
    for _ in 0..100 {
        let between = 0.5 * (low + high);
        if found(between) > allowed {
            low = between;
        } else {
            high = between;
        }
    }
    high
}

/// What is asked of the three outlets, and the organic flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Three {
    /// A, B, C in falling order of extractability.
    pub mixture: Mixture,
    /// Purity of A with the organic phase, of B at the side, of C in the raffinate.
    pub purity: [f64; 3],
    /// Of C in the raffinate.
    pub recovery: f64,
    /// S.
    pub organic: f64,
}

/// A design with its three sections.
#[derive(Debug, Clone, PartialEq)]
pub struct Sections {
    /// Raffinate to feed, feed to side outlet, side outlet to the organic end.
    pub stages: [usize; 3],
    /// What leaves.
    pub outlets: Outlets,
}

impl Three {
    /// The battery with these sections.
    fn battery(&self, stages: [usize; 3]) -> Battery {
        let fed = self.mixture.fed();
        let raffinate = self.mixture.feed[2] * self.recovery / self.purity[2];
        let drawn = self.mixture.feed[1] / self.purity[1];
        Battery {
            stages: [stages[0], stages[1] + stages[2]],
            organic: self.organic,
            scrub: self.organic - (fed - raffinate - drawn),
            side: Some(Side { stage: stages[0] + stages[1], drawn }),
        }
    }

    /// By how much the worst outlet misses its impurity, as a logarithm; what it gives.
    fn miss(&self, stages: [usize; 3]) -> Result<(f64, Outlets), Error> {
        let out = self.battery(stages).solve(&self.mixture)?;
        let impurity = |amounts: &[f64], own: usize| 1.0 - amounts[own] / amounts.iter().sum::<f64>();
        let over = |amounts: &[f64], own: usize, asked: f64| (impurity(amounts, own).max(1e-300) / (1.0 - asked)).ln();
        let miss = over(&out.organic, 0, self.purity[0]).max(over(&out.raffinate, 2, self.purity[2]));
        Ok((miss, out))
    }

    /// The shortest sections found.
    pub fn design(&self) -> Result<Sections, Error> {
        let mut best = None;
        for long in [20, 30, 45, 65] {
            let stages = [long, long, long];
            if let Ok((miss, out)) = self.miss(stages)
                && miss <= 0.0
            {
                best = Some((stages, out));
                break;
            }
        }
        let Some((mut stages, mut outlets)) = best else {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: format!(
                    "no battery of up to 195 stages with {:.2} of metal in its organic phase makes these three outlets",
                    self.organic
                ),
                hint: "more organic flow, a longer side product, or less pure outlets".into(),
            });
        };
        let mut take = |trial: [usize; 3], stages: &mut [usize; 3]| -> bool {
            if trial.iter().any(|&count| count < 2) {
                return false;
            }
            match self.miss(trial) {
                Ok((miss, out)) if miss <= 0.0 => {
                    (*stages, outlets) = (trial, out);
                    true
                }
                _ => false,
            }
        };
        for step in [16, 8, 4, 2, 1] {
            for section in 0..3 {
                while stages[section] > step {
                    let mut trial = stages;
                    trial[section] -= step;
                    if !take(trial, &mut stages) {
                        break;
                    }
                }
            }
        }
        // Trades: some stages of one section for fewer of another, or of the two others.
        let mut better = true;
        while better {
            better = false;
            for [from, into] in [[0, 1], [0, 2], [1, 0], [1, 2], [2, 0], [2, 1]] {
                for (less, more) in [(2, 1), (3, 1), (3, 2), (5, 4), (1, 0)] {
                    let mut trial = stages;
                    if trial[from] <= less + 1 {
                        continue;
                    }
                    trial[from] -= less;
                    trial[into] += more;
                    better |= take(trial, &mut stages);
                }
            }
        }
        Ok(Sections { stages, outlets })
    }
}

/// As a question.
pub const CASE: Kind<dyn Case> = Kind {
    name: "three-outlet-design",
    about: "The shortest battery found that makes three outlets of stated purity at a stated organic flow",
    sources: &["zhang2016"],
    read: |fields, _| {
        let three = |list: Option<Vec<Number>>| list.and_then(|list| <[Number; 3]>::try_from(list).ok());
        let feed =
            fields.list::<Number>("feed", "shares of the feed: organic outlet, side outlet, raffinate", 0.0..=1.0);
        let b = fields.list::<Number>("relative_extractability", "of the three, in the same order", 1e-6..=1e6);
        let purity = fields.list::<Number>("purity", "of the three outlets, in the same order", 0.0..=0.999_999_9);
        let recovery: Option<Number> = fields.need("recovery", "of the last in the raffinate", 0.5..=1.0);
        let organic: Option<Number> = fields.need("organic", "metal in the organic phase, per mol fed", 0.01..=1e3);
        let (Some(feed), Some(b), Some(purity)) = (three(feed), three(b), three(purity)) else {
            fields.refuse(
                "feed",
                "three outlets have three shares, extractabilities and purities",
                "[0.39, 0.10, 0.51]",
            );
            return None;
        };
        let plain = |list: [Number; 3]| list.map(|number| number.0);
        let mixture = Mixture { b: plain(b).to_vec(), feed: plain(feed).to_vec(), organic_feed: false };
        Some(Box::new(Three { mixture, purity: plain(purity), recovery: recovery?.0, organic: organic?.0 }))
    },
};

impl Case for Three {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let Sections { stages, outlets } = self.design()?;
        let whole: usize = stages.iter().sum();
        let share = |amounts: &[f64], own: usize| 100.0 * amounts[own] / amounts.iter().sum::<f64>();
        Ok(vec![
            Reading::new("extraction stages", stages[0] as f64, "1"),
            Reading::new("side stage", (stages[0] + stages[1]) as f64, "1"),
            Reading::new("scrub stages", (stages[1] + stages[2]) as f64, "1"),
            Reading::new("stages", whole as f64, "1"),
            Reading::new("stages times organic flow", whole as f64 * self.organic, "1"),
            Reading::new("purity of organic outlet", share(&outlets.organic, 0), "%"),
            Reading::new("purity of side outlet", share(&outlets.side, 1), "%"),
            Reading::new("purity of raffinate", share(&outlets.raffinate, 2), "%"),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound against the battery solved stage by stage, short and long, at low and high flow.
    #[test]
    fn no_side_outlet_is_purer_than_its_flow_allows() {
        let mixture = Mixture { b: vec![2.8, 2.0, 1.0], feed: vec![0.39, 0.10, 0.51], organic_feed: false };
        for (organic, long) in [(2.0, 10), (2.0, 40), (5.0, 40), (20.0, 40)] {
            let side = Side { stage: 2 * long, drawn: 0.1 };
            let battery = Battery { stages: [long, 2 * long], organic, scrub: organic - 0.39, side: Some(side) };
            let out = battery.solve(&mixture).unwrap();
            let sum = |amounts: &[f64]| amounts.iter().sum::<f64>();
            let least = least_organic(
                (&[(2.8, out.organic[0])], sum(&out.organic)),
                (&[(2.0, out.side[1])], sum(&out.side)),
                (&[(1.0, out.raffinate[2])], sum(&out.raffinate)),
                [out.side[0], f64::MIN_POSITIVE],
            );
            let least = least.unwrap()[0];
            // Close where the upper scrub is long enough to be pinched at the outlet.
            assert!(long < 40 || least > 0.7 * organic, "{least} {organic}");
            assert!(least <= organic * (1.0 + 1e-9), "{least} {organic}");
        }
    }

    /// Three nines beside two fifths of the feed: S in the hundreds.
    #[test]
    fn a_pure_middle_asks_for_much_organic_phase() {
        let (heavy, middle, light) = ([(2.8, 0.39)], [(2.0, 0.1)], [(1.0, 0.51)]);
        let least = least_organic((&heavy, 0.39), (&middle, 0.1), (&light, 0.51), [0.0001, 0.0001]).unwrap();
        // x_A of a thousandth: S (y − x) = f (1 − x), y the equilibrium at that x; the other by 1/b.
        let at = |beta: f64, fed: f64| fed * (1.0 - 0.001) / (0.001 * beta / (1.0 + 0.001 * beta) - 0.001);
        assert!((least[0] / at(1.4, 0.39) - 1.0).abs() < 1e-6, "{least:?}");
        assert!((least[1] / (at(2.0, 0.51) - 0.51) - 1.0).abs() < 1e-6, "{least:?}");
        assert_eq!(least_organic((&[], 0.0), (&middle, 0.1), (&light, 0.5), [0.1, 0.1]), None);
    }
}
