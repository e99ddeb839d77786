//! Separation: the order of cuts, what they cost in stages, and every battery stage by stage.

use maud::{Markup, html};

use super::ground::pair_up;
use crate::outcome::Outcome;
use crate::quantity::figures;
use crate::report::draw::{convergence, cut_tree, distribution, frontier, ladder, mccabe_thiele, start_up};
use crate::report::figure::figure;
use crate::report::profile::Profile;
use crate::table::Table;

/// Tables of a name, bare or with a unit's tag before it; with the tag.
fn named<'o>(outcome: &'o Outcome, name: &str) -> Vec<(&'o str, &'o Table)> {
    let tag = |table: &'o Table| {
        let rest = table.name.strip_suffix(name)?;
        if rest.is_empty() { Some("") } else { rest.strip_suffix('_') }
    };
    outcome.tables.iter().filter_map(|table| Some((tag(table)?, table))).collect()
}

/// `SX-1: what it shows`, or what it shows alone.
fn titled(tag: &str, title: &str) -> String {
    if tag.is_empty() { title.to_owned() } else { format!("{tag}: {title}") }
}

/// Everything that is drawn of separation.
pub fn separation(outcome: &Outcome) -> Vec<Markup> {
    let mut parts = trees(outcome);
    for (tag, table) in named(outcome, "frontier") {
        for one in frontier::Frontier::read(table) {
            if let Some(drawing) = frontier::draw(&one) {
                parts.push(figure(outcome, &titled(tag, &table.title), &one.reading(), &table.basis, &drawing));
            }
        }
    }
    for (tag, table) in named(outcome, "stages") {
        parts.extend(battery(outcome, tag, table));
    }
    parts.extend(start_ups(outcome));
    parts
}

fn trees(outcome: &Outcome) -> Vec<Markup> {
    let drawn = |tree: &cut_tree::Tree, title: &str, basis: &str| {
        let reading = format!("{} batteries, {:.0} stages.", tree.batteries.len(), tree.stages());
        Some(figure(outcome, title, &reading, basis, &cut_tree::draw(tree)?))
    };
    let note = "Ribbons: kg/h of rare-earth oxide. In a box: stages of extraction, scrub and strip to scale";
    let tables: Vec<Markup> = named(outcome, "cut_tree")
        .into_iter()
        .filter_map(|(tag, table)| {
            drawn(&cut_tree::Tree::read(table)?, &titled(tag, &table.title), &format!("{note}. {}", table.basis))
        })
        .collect();
    if !tables.is_empty() {
        return tables;
    }
    let tree = outcome.plant.as_ref().and_then(|plant| cut_tree::Tree::of(plant, &outcome.products));
    let basis = format!(
        "{note}, and across them the share of the heavy key in the solution, from 10⁻³ % to 99.999 %. Purity: share of \
         the elements that mostly leave there, as reporting oxides"
    );
    tree.and_then(|tree| drawn(&tree, "The order of cuts", &basis)).into_iter().collect()
}

/// The ladder, and behind a fold what helps to judge it.
fn battery(outcome: &Outcome, tag: &str, table: &Table) -> Vec<Markup> {
    let Some(profile) = Profile::read(table) else { return Vec::new() };
    let title = if tag.is_empty() { "Stage profile".to_owned() } else { format!("Stage profile of {tag}") };
    let mut parts = vec![figure(outcome, &title, &reading(&profile), &table.basis, &ladder::draw(&profile))];
    let mut inner = Vec::new();
    let mut words = Vec::new();
    if let Some(drawing) = mccabe_thiele::draw(&profile) {
        let reading = "Diagnostic, not design: every point is a stage or a pair of passing streams as solved; the other \
                       elements share the phases. Right the same with both ends opened.";
        inner.push(figure(
            outcome,
            &titled(tag, "McCabe–Thiele of the cut pair"),
            reading,
            "mol % of the two keys",
            &drawing,
        ));
        words.push("McCabe–Thiele");
    }
    let own = |name: &str| named(outcome, name).into_iter().find(|(other, _)| *other == tag).map(|(_, table)| table);
    let mut narrow = Vec::new();
    if let Some((fan, table)) = own("distribution").and_then(|table| Some((distribution::Fan::read(table)?, table))) {
        narrow.push(figure(
            outcome,
            &titled(tag, &table.title),
            &fan_reading(&fan),
            &table.basis,
            &distribution::draw(&fan),
        ));
        words.push("distribution ratios");
    }
    if let Some((course, table)) = own("convergence").and_then(|table| Some((convergence::Course::read(table)?, table)))
    {
        let drawing = convergence::draw(&course);
        narrow.push(figure(outcome, &titled(tag, &table.title), &course.reading(), &table.basis, &drawing));
        words.push("convergence");
    }
    inner.extend(pair_up(narrow));
    if !inner.is_empty() {
        parts.push(html! {
            details { summary { (titled(tag, &words.join(", "))) } @for part in &inner { (part) } }
        });
    }
    parts
}

/// What a ladder shows, in words.
fn reading(profile: &Profile) -> String {
    let cut = profile.key_pair().map_or(String::new(), |(light, heavy)| {
        let beta: Vec<f64> = profile.beta().into_iter().flatten().collect();
        let ends = beta.iter().copied().reduce(f64::min).zip(beta.iter().copied().reduce(f64::max));
        let factor = match ends {
            Some((least, most)) if most < 1.01 * least => format!(", β {}", figures(most, 3)),
            Some((least, most)) => format!(", β {} to {}", figures(least, 3), figures(most, 3)),
            None => String::new(),
        };
        format!("; the cut lies between {light} and {heavy} (drawn thick{factor})")
    });
    let pinches: Vec<String> = profile
        .pinches()
        .iter()
        .map(|(first, last)| format!("{} to {}", profile.stages[*first], profile.stages[*last]))
        .collect();
    let pinch = if pinches.is_empty() {
        String::new()
    } else {
        format!(
            " Hatched: a pinch, {}, where the keys come apart by less than a tenth of ln β a stage.",
            pinches.join(" and ")
        )
    };
    format!("{} stages{cut}.{pinch}", profile.count())
}

fn fan_reading(fan: &distribution::Fan) -> String {
    let free = fan.free.map_or(String::new(), |free| {
        format!("At {} mol/L of free extractant, as in the feed stage. ", figures(free, 3))
    });
    let free = format!("{free}Between the names: the separation factor of neighbours. ");
    match fan.assumed() {
        0 => free,
        count => format!("{free}Dashed and hollow: {count} whose constant is assumed or a rule's."),
    }
}

fn start_ups(outcome: &Outcome) -> Vec<Markup> {
    let outlets = named(outcome, "start_up_outlets");
    let mut tags: Vec<(&str, &Table)> = named(outcome, "start_up");
    for (tag, table) in &outlets {
        if !tags.iter().any(|(other, _)| other == tag) {
            tags.push((tag, table));
        }
    }
    tags.into_iter()
        .filter_map(|(tag, table)| {
            let maps = start_up::Map::read(table);
            let left = outlets.iter().find(|(other, _)| *other == tag).map(|(_, table)| start_up::Outlets::read(table));
            let left = left.unwrap_or_default();
            let reading = left.iter().map(start_up::Outlets::reading).collect::<Vec<_>>().join(" ");
            Some(figure(outcome, &titled(tag, &table.title), &reading, &table.basis, &start_up::draw(&maps, &left)?))
        })
        .collect()
}
