//! Trains with linked batteries, held against the cheapest without.
//!
//! # Equation
//! The cheapest linked train by theory is built ([`super::linked`]). Theory counts the metal that a loaded organic
//! phase brings, not the volume in which it comes, so its price is a floor; the chain that costs most beyond
//! it is unlinked, and the next cheapest is built. The least price as built wins.
//!
//! # Holds for
//! As many trains as are tried; that none not tried is cheaper is known only of those whose floor is above the winner.
//!
//! # Source
//! Bookkeeping.

use std::collections::BTreeSet;

use super::linked::in_words;
use super::order::{Tree, cheapest};
use super::plan::{Barred, Plans};
use super::spec::Spec;
use super::train::{self, Made, Memory, Priced, train};
use crate::error::Error;
use crate::library::Library;

/// The linked train among the orders.
pub(super) const LINKED: &str = "cheapest, loaded organic may feed the next battery";

/// Linked trains that are built before the best of them is taken.
const MOST_TRAINS: usize = 12;

/// The search among linked trains.
pub(super) struct Trials<'s> {
    pub spec: &'s Spec,
    pub library: &'s Library,
    pub barred: BTreeSet<Barred>,
    pub memory: Memory,
    pub orders: Vec<Priced>,
    pub notes: Vec<String>,
}

impl Trials<'_> {
    /// The cheapest as built: the train without links, or one with.
    pub(super) fn best(&mut self, plain: Made, told: &mut dyn FnMut(&str)) -> Result<Made, Error> {
        let Some(at) = self.orders.iter().position(|order| order.order == LINKED) else { return Ok(plain) };
        if !self.spec.linked {
            self.orders[at].remark = "not built: `linked = true` in [design] has it built and solved".into();
            return Ok(plain);
        }
        let unlinked = plain.price(self.spec);
        let (mut best, mut least) = (plain, unlinked);
        let mut unlinkable = BTreeSet::new();
        for trial in 0..MOST_TRAINS {
            let plans = Plans::without(self.spec, true, self.barred.clone()).unlinking(unlinkable.clone());
            let Some(tree) = cheapest(&plans, self.spec.all()) else { break };
            let heads = heads(&plans, &tree);
            if heads.is_empty() {
                break;
            }
            let mut row = Priced {
                order: if trial == 0 { LINKED.into() } else { format!("linked train {}", trial + 1) },
                price: Some(tree.price()),
                standing: "built and solved",
                cuts: train::in_words(self.spec, &plans, &tree),
                rigorous: None,
                remark: String::new(),
            };
            match train(self.spec, self.library, &plans, &tree, &mut self.memory, told) {
                Ok(Ok(made)) => {
                    let price = made.price(self.spec);
                    row.rigorous = Some(price);
                    let chains: Vec<String> =
                        made.chains.iter().map(|chained| in_words(&chained.linked.chain)).collect();
                    row.remark = format!(
                        "makes the slate, {:+.1} % against the train without links: {}",
                        100.0 * (price / unlinked - 1.0),
                        chains.join("; ")
                    );
                    unlinkable.insert(self.dearest(&made, &plans, &tree).unwrap_or(heads[0]));
                    if price < least {
                        (best, least) = (made, price);
                    }
                }
                Ok(Err((cut, error))) => {
                    row.standing = "could not be built";
                    row.remark = first_line(&error);
                    if heads.contains(&cut) {
                        unlinkable.insert(cut);
                    } else {
                        self.barred.insert(cut);
                    }
                }
                Err(error @ (Error::Infeasible { .. } | Error::NotConverged { .. })) => {
                    row.standing = "does not make the slate";
                    row.remark = first_line(&error);
                    unlinkable.insert(heads[0]);
                }
                Err(error) => return Err(error),
            }
            if trial == 0 {
                self.orders[at] = row;
            } else {
                self.orders.push(row);
            }
        }
        let more = 100.0 * (least / unlinked - 1.0);
        self.notes.push(if least < unlinked {
            format!("linked batteries win: as built {more:.1} % against the cheapest train without links")
        } else {
            "no linked train that was built costs less than the cheapest without links".into()
        });
        Ok(best)
    }

    /// The chain whose price as built is farthest above its floor.
    fn dearest(&self, made: &Made, plans: &Plans<'_>, tree: &Tree) -> Option<Barred> {
        let planned: Vec<_> = tree.cuts().into_iter().filter_map(|(_, cut)| plans.plan(cut.tag)).collect();
        let beyond = |chained: &train::Chained| -> f64 {
            let links = &chained.linked.chain.links;
            let floor = |link: &super::linked::Link| {
                let found = planned.iter().find(|plan| plan.set == link.plan.set && plan.parts == link.plan.parts);
                found.map_or(0.0, |plan| self.spec.goal.price(&plan.used))
            };
            self.spec.goal.price(&chained.linked.used) - links.iter().map(floor).sum::<f64>()
        };
        let worst = made.chains.iter().max_by(|a, b| beyond(a).total_cmp(&beyond(b)))?;
        let plan = &worst.linked.chain.links.first()?.plan;
        Some((plan.solvent, plan.set, plan.parts[0]))
    }
}

/// The cuts with which chains begin.
fn heads(plans: &Plans<'_>, tree: &Tree) -> Vec<Barred> {
    let all = tree.cuts().into_iter().filter_map(|(_, cut)| plans.plan(cut.tag));
    all.filter(|plan| plan.linked && plan.phase == 0).map(|plan| (plan.solvent, plan.set, plan.parts[0])).collect()
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
