//! The orders of cuts a train is held against, in words and by theory's prices.
//!
//! # Source
//! Bookkeeping.

use std::collections::BTreeSet;

use super::linked_train::LINKED;
use super::middle_train::MIDDLE;
use super::order::{Cut, Rank, Tree, cheapest, greedy};
use super::plan::Plans;
use super::spec::Spec;
use super::train::Priced;
use crate::error::Error;

/// The cuts of a tree in words.
pub(super) fn in_words(spec: &Spec, plans: &Plans<'_>, tree: &Tree) -> String {
    let cuts: Vec<String> = tree
        .cuts()
        .into_iter()
        .filter_map(|(_, cut)| plans.plan(cut.tag))
        .map(|plan| {
            let linked = if plan.linked {
                " (linked)".to_owned()
            } else if plan.middle != 0 {
                format!(
                    " (middle outlet {})",
                    spec.elements(plan.middle).iter().map(|e| e.symbol()).collect::<Vec<_>>().join(" ")
                )
            } else {
                String::new()
            };
            format!("{}/{} {}{linked}", plan.keys[0], plan.keys[1], spec.solvents[plan.solvent].name)
        })
        .collect();
    cuts.join(", ")
}

/// The winner, beside greedy orders, the linked train, and the least any linking can reach.
pub(super) fn priced(spec: &Spec, plans: &Plans<'_>, best: &Tree) -> Vec<Priced> {
    let named = |order: &str, standing, plans: &Plans<'_>, tree: Option<&Tree>| Priced {
        order: order.into(),
        price: tree.map(Tree::price),
        standing,
        cuts: tree.map_or_else(String::new, |tree| in_words(spec, plans, tree)),
        rigorous: None,
        remark: String::new(),
    };
    let uneven = |cut: &Cut| plans.plan(cut.tag).map_or(1.0, |plan| (plan.floor.extract / plan.fed - 0.5).abs());
    let widest = |cut: &Cut| plans.plan(cut.tag).map_or(0.0, |plan| -plan.floor.beta);
    let lightest = |cut: &Cut| f64::from(cut.parts[0].0.count_ones()) + 1e-12 * cut.price;
    let heaviest = |cut: &Cut| f64::from(cut.parts[1].0.count_ones()) + 1e-12 * cut.price;
    let all = spec.all();
    let mut orders = vec![named("cheapest of all", "exact for sharp cuts", plans, Some(best))];
    let ranks: [(&str, Rank<'_>); 5] = [
        ("cheapest cut first", &|cut: &Cut| cut.price),
        ("easiest cut first", &widest),
        ("most even cut first", &uneven),
        ("least extractable first", &lightest),
        ("most extractable first", &heaviest),
    ];
    for (name, rank) in ranks {
        orders.push(named(name, "greedy", plans, greedy(plans, all, 0, rank).as_ref()));
    }
    let linked = Plans::new(spec, true);
    let tree = cheapest(&linked, all);
    orders.push(named(LINKED, "exact for sharp cuts, theory only", &linked, tree.as_ref()));
    let middle = Plans::with_middle(spec, BTreeSet::new());
    let tree = cheapest(&middle, all);
    orders.push(named(MIDDLE, "no train goes below", &middle, tree.as_ref()));
    orders
}

/// Why there is no order at all: the products that no extractant tells apart.
pub(super) fn no_order(spec: &Spec, plans: &Plans<'_>) -> Error {
    let mut told = Vec::new();
    for (which, solvent) in spec.solvents.iter().enumerate() {
        let peaks = plans.peaks(which);
        let hardest = peaks.iter().max_by(|a, b| a.2.total_cmp(&b.2));
        let hardest = hardest.map_or_else(
            || "it does not sort the products".to_owned(),
            |(light, heavy, s)| {
                format!("its hardest cut, {light}/{heavy}, needs {s:.1} mol/h in the organic phase at least")
            },
        );
        told.push(format!("{}: {hardest}", solvent.name));
    }
    Error::Infeasible {
        unit: "design".into(),
        what: format!(
            "no order of sharp cuts parts these products: either two of them straddle each other in an extractant's order, or \
             what is extracted cannot be stripped with the acid allowed ({})",
            told.join("; ")
        ),
        hint: "stronger strip acid, a weaker solution of the extractant, another extractant, or one product for what straddles".into(),
    }
}

/// What is said of every design.
pub(super) fn notes(spec: &Spec) -> Vec<String> {
    let mut notes = vec![
        "the order of cuts is exact for sharp cuts by the theory's price; the batteries' stages and flows are of the rigorous solution".to_owned(),
    ];
    if spec.solvents.len() > 1 {
        notes
            .push("extractants sort the rare earths differently; each cut is in its own extractant's order".to_owned());
    }
    notes
}
