//! Trains with side outlets, held against the cheapest without.
//!
//! # Equation
//! A battery of three outlets takes the place of two cuts. It is first counted at its floor ([`super::three`]), the other cuts
//! at theory times what the train without side outlets turned out to cost over theory. The first battery of three outlets
//! in the cheapest train so priced is built ([`super::middle`]) on a liquor of its elements alone and counted at its price as built
//! from then on, or not at all where it cannot be built or costs more than the two cuts. When the cheapest train holds none
//! whose price is a floor it is built whole; when it holds none at all, no train with a side outlet is cheaper.
//!
//! # Holds for
//! Solution drawn above the feed. Organic phase drawn below it is in the floor, but not built; where only that could still be
//! cheaper, it is told.
//!
//! # Source
//! Bookkeeping: branch and bound.

use std::collections::{BTreeMap, BTreeSet};

use super::middle;
use super::order::{Set, cheapest};
use super::plan::{Barred, Drawn, Plan, Plans};
use super::spec::{Spec, dissolved};
use super::train::{self, Made, Memory, Priced, train};
use crate::error::Error;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::figures;
use crate::stream::Stream;

/// The bound among the orders.
pub(super) const MIDDLE: &str = "cheapest, middle outlets at their floor";

/// Batteries of three outlets that are built before the search is broken off.
const MOST_BUILT: usize = 24;

/// A battery of three outlets that might have been cheaper than two cuts.
#[derive(Debug, Clone, PartialEq)]
pub struct Considered {
    /// As planned.
    pub plan: Plan,
    /// The price it does not go below.
    pub floor: f64,
    /// What the two cuts cost that it takes the place of.
    pub pair: Option<f64>,
    /// Its price as built.
    pub built: Option<f64>,
    /// What became of it.
    pub remark: String,
}

/// The search among trains with side outlets.
pub(super) struct Trials<'s, 'm> {
    pub spec: &'s Spec,
    pub library: &'s Library,
    pub barred: BTreeSet<Barred>,
    pub memory: &'m mut Memory,
    pub orders: Vec<Priced>,
    pub notes: Vec<String>,
    pub considered: Vec<Considered>,
}

impl Trials<'_, '_> {
    /// The cheapest as built: the best train so far, or one with side outlets.
    pub(super) fn best(&mut self, best: Made, told: &mut dyn FnMut(&str)) -> Result<Made, Error> {
        let Some(at) = self.orders.iter().position(|order| order.order == MIDDLE) else { return Ok(best) };
        if !self.spec.middle {
            self.remark(at, "not built: `middle = false` in [design]");
            return Ok(best);
        }
        let first = self.orders.first();
        let over = first.and_then(|first| Some(first.rigorous? / first.price?)).filter(|over| over.is_finite());
        let over = over.unwrap_or(1.0).max(1.0);
        let mut undecided = 0;
        let least = best.price(self.spec);
        let mut known: BTreeMap<Drawn, f64> = BTreeMap::new();
        let standing = loop {
            let plans = Plans::with_middle(self.spec, self.barred.clone()).as_built(over, known.clone());
            let Some(tree) = cheapest(&plans, self.spec.all()) else { break "no train goes below" };
            let mut middles: Vec<Plan> = tree.cuts().into_iter().filter_map(|(_, cut)| plans.plan(cut.tag)).collect();
            middles.retain(|plan| plan.middle != 0);
            if middles.is_empty() {
                break "no train goes below";
            }
            if let Some(plan) = middles.iter().find(|plan| !known.contains_key(&plan.outlets())) {
                if self.considered.len() >= MOST_BUILT {
                    self.notes.push(format!(
                        "the search among middle outlets was broken off after {MOST_BUILT} batteries: one not built may be cheaper still"
                    ));
                    undecided += 1;
                    break "broken off";
                }
                told("side outlet");
                let (price, open) = self.built(&plans, plan)?;
                undecided += usize::from(open);
                known.insert(plan.outlets(), price);
                continue;
            }
            // Every side outlet in it is counted as built: now on the liquors that really come.
            let mut row = Priced {
                order: "train with side outlets".into(),
                price: Some(tree.price()),
                standing: "built and solved",
                cuts: train::in_words(self.spec, &plans, &tree),
                rigorous: None,
                remark: String::new(),
            };
            match train(self.spec, self.library, &plans, &tree, self.memory, told) {
                Ok(Ok(made)) => {
                    let price = made.price(self.spec);
                    row.rigorous = Some(price);
                    row.remark =
                        format!("makes the slate, {:+.1} % against the best without", 100.0 * (price / least - 1.0));
                    if price < least {
                        self.orders.push(row);
                        self.remark(at, "taken: see the train with side outlets");
                        self.notes.push("a battery of three outlets wins as built (tables/middle_outlets.csv)".into());
                        return Ok(made);
                    }
                }
                Ok(Err((cut, error))) => {
                    row.standing = "could not be built";
                    row.remark = first_line(&error);
                    if !middles.iter().any(|plan| (plan.solvent, plan.set, plan.parts[0]) == cut) {
                        self.barred.insert(cut);
                    }
                }
                Err(error @ (Error::Infeasible { .. } | Error::NotConverged { .. })) => {
                    row.standing = "does not make the slate";
                    row.remark = first_line(&error);
                }
                Err(error) => return Err(error),
            }
            self.orders.push(row);
            known.extend(middles.iter().map(|plan| (plan.outlets(), f64::INFINITY)));
        };
        self.orders[at].standing = standing;
        let count = self.considered.len();
        let held =
            format!("the other cuts counted at {} times theory, as the train built turned out", figures(over, 3));
        let many = if count == 1 { "1 battery".to_owned() } else { format!("{count} batteries") };
        let told = match (count, undecided) {
            (0, _) => {
                format!("no battery of three outlets has a floor below the two cuts that it takes the place of; {held}")
            }
            (_, 0) => format!(
                "{many} of three outlets built, none cheaper than two cuts, and the floor of every other is above them; {held}"
            ),
            _ => format!(
                "{many} of three outlets built, none cheaper than two cuts; {undecided} left open (tables/middle_outlets.csv); {held}"
            ),
        };
        self.remark(at, &told);
        Ok(best)
    }

    fn remark(&mut self, at: usize, told: &str) {
        if let Some(order) = self.orders.get_mut(at) {
            told.clone_into(&mut order.remark);
        }
    }

    /// Builds a battery of three outlets on a liquor of its elements alone: its price, infinite where it is none, and whether
    /// that leaves something open.
    fn built(&mut self, plans: &Plans<'_>, plan: &Plan) -> Result<(f64, bool), Error> {
        let floor = self.spec.goal.price(&plan.used);
        let pair = plans.pair(plan);
        let ceiling = pair.unwrap_or(f64::INFINITY);
        let feed = alone(self.spec, plan.set);
        let lower = plan.lower.as_ref().map_or([0.0; 2], |lower| lower.allowed);
        let found = middle::build(self.spec, self.library, plan, [lower, plan.allowed], &feed, ceiling, None);
        let (built, open, remark) = match found {
            Ok(found) => {
                self.memory.keep(&found, [lower, plan.allowed]);
                let price = self.spec.goal.price(&found.used);
                let [extract, below, above, strip] = found.shape.stages;
                let told = format!(
                    "{extract} + {below} + {above} + {strip} stages, {:.2} mol of metal in the organic phase per mol fed",
                    found.shape.carries / plan.fed
                );
                (Some(price), false, told)
            }
            Err(error @ (Error::Infeasible { .. } | Error::NotConverged { .. })) => {
                // Organic phase drawn below the feed could still do it.
                let open = plan.least_organic[1] < plan.least_organic[0];
                let more = if open { "; organic phase drawn below the feed is not built" } else { "" };
                (None, open || matches!(error, Error::NotConverged { .. }), first_line(&error) + more)
            }
            Err(error) => return Err(error),
        };
        self.considered.push(Considered { plan: plan.clone(), floor, pair, built, remark });
        Ok((built.unwrap_or(f64::INFINITY), open))
    }
}

/// What is fed, but of the rare earths only those of a set, the liquor as strong and as acid as it was.
fn alone(spec: &Spec, set: Set) -> Stream {
    let mut feed = spec.feed.clone();
    let all = dissolved(&feed).rare_earth_total();
    let kept = spec.elements(set);
    for (element, moles) in dissolved(&spec.feed).rare_earths() {
        if let Some(ion) = Ion::of(element).filter(|_| !kept.contains(&element)) {
            feed.aqueous.ions[ion] = 0.0;
            feed.aqueous.ions[Ion::Chloride] -= ion.charge() * moles;
        }
    }
    let share = dissolved(&feed).rare_earth_total() / all;
    feed.aqueous.water *= share;
    let acid = feed.aqueous.ions[Ion::H] * (1.0 - share);
    feed.aqueous.ions[Ion::H] -= acid;
    feed.aqueous.ions[Ion::Chloride] -= acid;
    feed
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().trim_start_matches(": ").to_owned()
}
