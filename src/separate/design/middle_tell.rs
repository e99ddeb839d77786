//! What a design tells of batteries of three outlets.
//!
//! # Source
//! Bookkeeping.

use std::fmt::Write as _;

use super::middle::{self, Middle};
use super::spec::Spec;
use super::tell::{names, solvent};
use super::train::{Placed, Train};
use crate::table::Table;

/// Batteries of three outlets that might have been cheaper, and what became of each.
pub(super) fn considered(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "middle_outlets",
        "Batteries of three outlets that might have been cheaper than two cuts",
        format!(
            "price: {}; each built on a liquor of its elements alone; two cuts: those it takes the place of, by theory times what the \
             train without side outlets cost over theory",
            spec.goal.word()
        ),
        &[
            ("extractant", ""),
            ("raffinate", ""),
            ("side outlet", ""),
            ("stripped", ""),
            ("least S", "mol/mol"),
            ("floor", ""),
            ("two cuts", ""),
            ("price as built", ""),
            ("remark", ""),
        ],
    );
    for considered in &train.considered {
        let plan = &considered.plan;
        table.row(vec![
            spec.solvents[plan.solvent].name.clone().into(),
            names(spec, plan.parts[0]).into(),
            names(spec, plan.middle).into(),
            names(spec, plan.parts[1]).into(),
            (plan.least_organic[0] / plan.fed).into(),
            considered.floor.into(),
            considered.pair.into(),
            considered.built.into(),
            considered.remark.clone().into(),
        ]);
    }
    table
}

/// A battery of three outlets, its feed made ready first.
pub(super) fn side_outlet(spec: &Spec, train: &Train, placed: &Placed, found: &Middle) -> String {
    let (plan, tag) = (&found.plan, &placed.tag);
    let solvent = solvent(spec, placed);
    let mut from = placed.parent.map_or_else(|| "liquor".to_owned(), |(at, i)| train.batteries[at].streams[i].clone());
    let [light, heavy, drawn] = [plan.parts[0], plan.parts[1], plan.middle].map(|set| names(spec, set));
    let mut text = format!("\n# {light} from {drawn} from {heavy}\n");
    if let Some(fields) = middle::preparation(solvent, found.shape.feed_ph, &found.feed) {
        let ready = format!("{}-feed", tag.to_lowercase());
        _ = write!(
            text,
            "[[unit]]\ntag  = \"{tag}-feed\"\nkind = \"prepare-liquor\"\nfrom = \"{from}\"\nto   = \"{ready}\"\n{fields}\n"
        );
        from = ready;
    }
    let [raffinate, stripped, side] = [0, 1, 2].map(|i| placed.streams[i].as_str());
    _ = write!(
        text,
        "[[unit]]\ntag  = \"{tag}\"\nkind = \"circuit\"\nfrom = \"{from}\"\n\
         to   = {{ raffinate = \"{raffinate}\", middle = \"{side}\", stripped = \"{stripped}\" }}\n{}",
        found.shape.text(solvent, plan, found.ready(), "unit.")
    );
    text
}
