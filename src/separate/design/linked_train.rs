//! Trains with linked batteries, held against the cheapest without.
//!
//! # Equation
//! The cheapest linked train by theory is built ([`super::linked`]). Theory counts the metal that a loaded organic
//! phase brings, not the volume in which it comes, so it says too little; the chain that costs most beyond it loses the
//! link at which the organic phase handed on is most against what the next battery needs, and the next cheapest is built.
//! Against them stand the trains without links that theory holds nearly as cheap, as built. The least price as built wins. The same holds for a chain that could not be built.
//!
//! # Holds for
//! As many trains as are tried; the first that is not is told, with its price by theory beside the winner's as built.
//!
//! # Source
//! Bookkeeping.

use std::collections::BTreeSet;

use super::linked::{in_words, widest_hop};
use super::order::{Tree, cheapest};
use super::plan::{Barred, Plan, Plans};
use super::spec::Spec;
use super::train::{self, Made, Memory, Priced, train};
use crate::error::Error;
use crate::library::Library;

/// The linked train among the orders.
pub(super) const LINKED: &str = "cheapest, loaded organic may feed the next battery";

/// Linked trains of one choice of cuts that are tried.
const MOST_TRAINS: usize = 8;

/// Trains without links that are built beside the cheapest by theory, where linked ones are held against it.
const MOST_RIVALS: usize = 6;

/// Price by theory over the cheapest, to which they are.
const NEAR: f64 = 1.25;

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
        let (plain, without) = self.rivals(plain, told)?;
        let unlinked = plain.price(self.spec);
        let mut best = plain;
        // Where a rival wins, its cuts are linked first, then those that theory holds cheapest.
        let mut sets = vec![without];
        sets.extend((sets[0] != self.barred).then(|| self.barred.clone()));
        let mut tried = Vec::new();
        for barred in sets {
            best = self.linked(barred, best, unlinked, &mut tried, told)?;
        }
        if tried.is_empty() {
            self.orders[at].remark =
                "no link is cheaper even by theory, which forgets the volume that is handed on".into();
        } else {
            self.orders.splice(at..=at, tried);
        }
        let more = 100.0 * (best.price(self.spec) / unlinked - 1.0);
        self.notes.push(if best.chains.is_empty() {
            "no linked train that was built costs less than the cheapest without links".into()
        } else {
            format!("linked batteries win: as built {more:.1} % against the cheapest train without links")
        });
        Ok(best)
    }

    /// Linked trains without the cuts that are barred, as built; the cheapest of them and `best`.
    fn linked(
        &mut self,
        mut barred: BTreeSet<Barred>,
        mut best: Made,
        unlinked: f64,
        tried: &mut Vec<Priced>,
        told: &mut dyn FnMut(&str),
    ) -> Result<Made, Error> {
        let mut unlinkable = BTreeSet::new();
        for _ in 0..MOST_TRAINS {
            let plans = Plans::without(self.spec, true, barred.clone()).unlinking(unlinkable.clone());
            let Some(tree) = cheapest(&plans, self.spec.all()) else { break };
            let links = links(&plans, &tree);
            if links.is_empty() {
                break;
            }
            let mut row = Priced {
                order: if tried.is_empty() { LINKED.into() } else { format!("linked train {}", tried.len() + 1) },
                price: Some(tree.price()),
                standing: "built and solved",
                cuts: train::in_words(self.spec, &plans, &tree),
                rigorous: None,
                remark: String::new(),
            };
            if tried.iter().any(|other: &Priced| other.cuts == row.cuts) {
                unlinkable.insert(links[0]);
                continue;
            }
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
                    unlinkable.insert(self.dearest(&made, &plans, &tree).unwrap_or(links[0]));
                    if price < best.price(self.spec) {
                        best = made;
                    }
                }
                Ok(Err((cut, error))) => {
                    row.standing = "could not be built";
                    row.remark = first_line(&error);
                    if links.contains(&cut) {
                        unlinkable.insert(cut);
                    } else {
                        barred.insert(cut);
                    }
                }
                Err(error @ (Error::Infeasible { .. } | Error::NotConverged { .. })) => {
                    row.standing = "does not make the slate";
                    row.remark = first_line(&error);
                    unlinkable.insert(links[0]);
                }
                Err(error) => return Err(error),
            }
            tried.push(row);
        }
        let least = best.price(self.spec);
        tried.extend(self.next(&barred, unlinkable, least));
        Ok(best)
    }

    /// The cheapest as built of the trains without links: the cheapest by theory, and the cheapest without each of its
    /// cuts in turn, as far as theory holds them near enough.
    fn rivals(&mut self, plain: Made, told: &mut dyn FnMut(&str)) -> Result<(Made, BTreeSet<Barred>), Error> {
        let plans = Plans::without(self.spec, false, self.barred.clone());
        let mut without = self.barred.clone();
        let Some(first) = cheapest(&plans, self.spec.all()) else { return Ok((plain, without)) };
        let cuts = first.cuts().into_iter().filter_map(|(_, cut)| plans.plan(cut.tag));
        let mut rivals: Vec<(f64, BTreeSet<Barred>)> = Vec::new();
        for cut in cuts {
            let mut barred = self.barred.clone();
            barred.insert(cut.cut());
            let tree = cheapest(&Plans::without(self.spec, false, barred.clone()), self.spec.all());
            rivals.extend(tree.map(|tree| (tree.price(), barred)).filter(|(price, _)| *price <= NEAR * first.price()));
        }
        rivals.sort_by(|a, b| a.0.total_cmp(&b.0));
        rivals.truncate(MOST_RIVALS);
        let begun = plain.price(self.spec);
        let mut best = plain;
        for (price, barred) in rivals {
            let plans = Plans::without(self.spec, false, barred.clone());
            let Some(tree) = cheapest(&plans, self.spec.all()) else { continue };
            let mut row = Priced {
                order: "without links, dearer by theory".into(),
                price: Some(price),
                standing: "built and solved",
                cuts: train::in_words(self.spec, &plans, &tree),
                rigorous: None,
                remark: String::new(),
            };
            let error = match train(self.spec, self.library, &plans, &tree, &mut self.memory, told) {
                Ok(Ok(made)) => {
                    let price = made.price(self.spec);
                    row.rigorous = Some(price);
                    row.remark = format!(
                        "makes the slate, {:+.1} % against the cheapest by theory",
                        100.0 * (price / begun - 1.0)
                    );
                    if price < best.price(self.spec) {
                        (best, without) = (made, barred);
                    }
                    None
                }
                Ok(Err((_, error))) | Err(error @ (Error::Infeasible { .. } | Error::NotConverged { .. })) => {
                    Some(error)
                }
                Err(error) => return Err(error),
            };
            if let Some(error) = error {
                row.standing = "could not be built";
                row.remark = first_line(&error);
            }
            if !self.orders.iter().any(|order| order.cuts == row.cuts && order.rigorous.is_some()) {
                self.orders.push(row);
            }
        }
        let price = best.price(self.spec);
        if price < begun {
            let less = 100.0 * (1.0 - price / begun);
            self.notes.push(format!(
                "of the trains without links one that theory holds dearer costs {less:.1} % less as built"
            ));
        }
        self.memory.ceiling = price;
        Ok((best, without))
    }

    /// The first linked train that was not built, if there is one.
    fn next(&self, barred: &BTreeSet<Barred>, unlinkable: BTreeSet<Barred>, least: f64) -> Option<Priced> {
        let plans = Plans::without(self.spec, true, barred.clone()).unlinking(unlinkable);
        let tree = cheapest(&plans, self.spec.all()).filter(|tree| !links(&plans, tree).is_empty())?;
        let over = 100.0 * (tree.price() / least - 1.0);
        Some(Priced {
            order: "next linked train".into(),
            price: Some(tree.price()),
            standing: "not built",
            cuts: train::in_words(self.spec, &plans, &tree),
            rigorous: None,
            remark: format!(
                "{MOST_TRAINS} of these cuts were tried; its price by theory is {over:+.1} % against the winner's as built"
            ),
        })
    }

    /// The widest hop of the chain whose price as built is farthest above its theory.
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
        let plans: Vec<Plan> = worst.linked.chain.links.iter().map(|link| link.plan.clone()).collect();
        widest_hop(&plans).map(Plan::cut)
    }
}

/// The cuts whose loaded organic phase goes on to the next.
fn links(plans: &Plans<'_>, tree: &Tree) -> Vec<Barred> {
    let all = tree.cuts().into_iter().filter_map(|(_, cut)| plans.plan(cut.tag));
    all.filter(|plan| plan.linked).map(|plan| plan.cut()).collect()
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}
