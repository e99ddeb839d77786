//! What a design leaves: tables, and a scenario that runs.
//!
//! # Source
//! Bookkeeping; the purities, recoveries and refluxes of the frontier are places to look at.

use std::fmt::Write as _;

use super::linked;
use super::loading;
use super::middle_tell::{considered, side_outlet};
use super::order::Set;
use super::plan::Plans;
use super::rigorous::Built;
use super::spec::{Solvent, Spec, bare, written};
use super::train::{Chained, Placed, Train};
use crate::document::Value;
use crate::stream::Stream;
use crate::table::{Cell, Column, Table, nine_digits};

fn reading(built: &Built, name: &str) -> Option<f64> {
    built.balance.readings.iter().find(|reading| reading.name == name).map(|reading| reading.value)
}

/// Readings whose name begins and ends so, summed: acid and base by whatever name they are bought.
fn summed(built: &Built, reagent: &str) -> Option<f64> {
    reading(built, &format!("{reagent} per rare-earth oxide fed"))
}

/// The elements of a set, in words.
pub(super) fn names(spec: &Spec, set: Set) -> String {
    spec.elements(set).iter().map(|e| e.symbol()).collect::<Vec<_>>().join(" ")
}

/// What a battery is filled with.
pub(super) fn solvent<'s>(spec: &'s Spec, placed: &Placed) -> &'s Solvent {
    &spec.solvents[placed.built.plan.solvent]
}

/// Every table of a design.
pub fn tables(spec: &Spec, train: &Train) -> Vec<Table> {
    let mut tables = vec![
        batteries(spec, train),
        products(spec, train),
        cut_tree(spec, train),
        frontier(spec, train),
        orders(spec, train),
        least(spec),
    ];
    if !train.considered.is_empty() {
        tables.push(considered(spec, train));
    }
    tables
}

fn batteries(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "design",
        "The batteries: theory's floor and what the rigorous solution asks for",
        "metal flows S and W per mol of rare earth fed to the battery; stages are equilibrium stages; reagents as bought, per kg of oxide fed to the battery",
        &[
            ("battery", ""),
            ("extractant", ""),
            ("left in solution", ""),
            ("extracted", ""),
            ("cut", ""),
            ("rare earth fed", "mol/h"),
            ("separation factor", ""),
            ("least S", ""),
            ("least W", ""),
            ("fewest stages", ""),
            ("S by theory", ""),
            ("W by theory", ""),
            ("extraction stages by theory", ""),
            ("scrub stages by theory", ""),
            ("S", ""),
            ("extraction stages", ""),
            ("scrub stages", ""),
            ("strip stages", ""),
            ("O/A extraction", ""),
            ("O/A scrub", ""),
            ("O/A strip", ""),
            ("highest loading", "%"),
            ("extractant strength", "mol/L"),
            ("saponified", "%"),
            ("scrub acid", "mol/L"),
            ("strip acid", "mol/L"),
            ("strip acid in excess", "%"),
            ("slip allowed", "mol/h"),
            ("slip", "mol/h"),
            ("loss allowed", "mol/h"),
            ("loss", "mol/h"),
            ("base", "kg/kg"),
            ("acid", "kg/kg"),
            ("solvent held", "m3"),
            ("rare earths held", "kg REO"),
            ("solutions to get there", ""),
        ],
    );
    for placed in &train.batteries {
        let Placed { tag, built, .. } = placed;
        let (plan, floor) = (&built.plan, &built.plan.floor);
        let solvent = solvent(spec, placed);
        let per = |flow: f64| Cell::from(flow / plan.fed);
        let text =
            |key: &str| solvent.node.get(key).and_then(crate::document::Node::text).unwrap_or_default().to_owned();
        let fed: f64 = super::spec::dissolved(&built.feed).rare_earth_total();
        let organic = carried(spec, placed);
        let [extract, scrub, strip] = built.size.stages;
        table.row(vec![
            tag.clone().into(),
            solvent.name.clone().into(),
            names(spec, plan.parts[0]).into(),
            names(spec, plan.parts[1]).into(),
            format!("{}/{}", plan.keys[0], plan.keys[1]).into(),
            fed.into(),
            floor.beta.into(),
            per(floor.least[0]),
            per(floor.least[1]),
            floor.fewest.into(),
            per(floor.flows[0]),
            per(floor.flows[1]),
            floor.stages[0].into(),
            floor.stages[1].into(),
            organic.map(|s| s / fed).into(),
            (extract as f64).into(),
            (scrub as f64).into(),
            (strip as f64).into(),
            reading(built, "organic to aqueous, extraction").into(),
            reading(built, "organic to aqueous, scrub").into(),
            reading(built, "organic to aqueous, strip").into(),
            loading::highest(&built.balance, |_| true).map(|share| 100.0 * share).into(),
            solvent.concentration.into(),
            (100.0 * solvent.saponified).into(),
            plan.scrub_acid.into(),
            plan.strip_acid.into(),
            (100.0 * built.size.excess).into(),
            plan.allowed[0].into(),
            built.passed[0].into(),
            plan.allowed[1].into(),
            built.passed[1].into(),
            summed(built, &text("base")).into(),
            summed(built, &text("acid")).into(),
            reading(built, "solvent held").into(),
            reading(built, "rare earths held").into(),
            (built.solves as f64).into(),
        ]);
    }
    table
}

fn products(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "slate",
        "The products: asked and reached",
        "purity: share of the product's oxides in its rare-earth oxides (relative purity); recovery of what is fed to the train",
        &[
            ("product", ""),
            ("elements", ""),
            ("stream", ""),
            ("oxide", "kg REO/h"),
            ("purity asked", "%"),
            ("purity", "%"),
            ("nines", ""),
            ("recovery asked", "%"),
            ("recovery", "%"),
        ],
    );
    for product in &train.products {
        let asked = &spec.products[product.asked];
        table.row(vec![
            asked.name.clone().into(),
            asked.of.iter().map(|e| e.symbol()).collect::<Vec<_>>().join(" ").into(),
            product.stream.clone().into(),
            product.oxide.into(),
            (100.0 * asked.purity).into(),
            (100.0 * product.purity).into(),
            (-(1.0 - product.purity).max(1e-12).log10()).into(),
            (100.0 * asked.recovery).into(),
            (100.0 * product.recovery).into(),
        ]);
    }
    table
}

/// kg/h of rare-earth oxide in a liquor, and the share in % of it that is of a set's elements.
fn oxides(spec: &Spec, liquor: &Stream, set: Set) -> (f64, f64) {
    let kg = liquor.element_mass();
    let own: f64 = spec.elements(set).iter().map(|&e| kg[e] * e.oxide_factor().unwrap_or(1.0)).sum();
    let all = liquor.rare_earth_oxide();
    (all, 100.0 * own / all.max(1e-300))
}

/// mol/h of metal in the organic phase as built.
fn carried(spec: &Spec, placed: &Placed) -> Option<f64> {
    let solvent = solvent(spec, placed);
    reading(&placed.built, "organic flow").map(|m3| m3 * 1000.0 * solvent.saponified * solvent.concentration / 3.0)
}

fn cut_tree(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "cut_tree",
        "The tree of cuts with its flows",
        "feed and outlets of the rigorous solution, kg/h of rare-earth oxide; purity: share of the elements meant to leave there; organic: mol of \
         metal in the organic phase per mol fed; base and acid as bought, per kg of oxide fed to the cut",
        &[
            ("battery", ""),
            ("parent", ""),
            ("outlet", ""),
            ("cut", ""),
            ("extractant", ""),
            ("light", ""),
            ("heavy", ""),
            ("feed", "kg REO/h"),
            ("to light", "kg REO/h"),
            ("to heavy", "kg REO/h"),
            ("light purity", "%"),
            ("heavy purity", "%"),
            ("extraction", ""),
            ("scrub", ""),
            ("strip", ""),
            ("organic", "mol/mol"),
            ("base", "kg/kg REO"),
            ("acid", "kg/kg REO"),
            ("light product", ""),
            ("heavy product", ""),
            ("separation factor", ""),
            ("share of the whole feed", "%"),
            ("stages x flow", "mol/h"),
            ("solvent held", "m3"),
            ("rare earths held", "kg REO"),
        ],
    );
    let whole = spec.fed().rare_earth_total();
    for placed in &train.batteries {
        let (built, plan) = (&placed.built, &placed.built.plan);
        let fed = super::spec::dissolved(&built.feed).rare_earth_total();
        let out = [0, 1].map(|i| oxides(spec, &built.balance.outlets[i], plan.parts[i]));
        let solvent = solvent(spec, placed);
        let organic = carried(spec, placed);
        let [extract, scrub, strip] = built.size.stages;
        let (parent, outlet) = match placed.parent {
            Some((at, 0)) => (train.batteries[at].tag.clone(), "light"),
            Some((at, 2)) => (train.batteries[at].tag.clone(), "middle"),
            Some((at, _)) => (train.batteries[at].tag.clone(), "heavy"),
            None => (String::new(), ""),
        };
        let product = |set: Set| {
            let leaf = set.is_power_of_two().then(|| spec.products.get(set.trailing_zeros() as usize)).flatten();
            Cell::from(leaf.map_or_else(String::new, |product| product.name.clone()))
        };
        let bought = |key: &str| {
            let name = solvent.node.get(key).and_then(crate::document::Node::text).unwrap_or_default();
            Cell::from(summed(built, name))
        };
        table.row(vec![
            placed.tag.clone().into(),
            parent.into(),
            outlet.into(),
            format!("{}/{}", plan.keys[0], plan.keys[1]).into(),
            solvent.name.clone().into(),
            names(spec, plan.parts[0]).into(),
            names(spec, plan.parts[1]).into(),
            built.feed.rare_earth_oxide().into(),
            out[0].0.into(),
            out[1].0.into(),
            out[0].1.into(),
            out[1].1.into(),
            (extract as f64).into(),
            (scrub as f64).into(),
            (strip as f64).into(),
            organic.map(|s| s / fed).into(),
            bought("base"),
            bought("acid"),
            product(plan.parts[0]),
            product(plan.parts[1]),
            plan.floor.beta.into(),
            (100.0 * fed / whole).into(),
            built.used.stage_flow.into(),
            reading(built, "solvent held").into(),
            reading(built, "rare earths held").into(),
        ]);
    }
    // A tree whose batteries have two outlets says nothing of a third.
    if !train.middles.is_empty() {
        let columns = [("middle", ""), ("to middle", "kg REO/h"), ("middle purity", "%"), ("middle product", "")];
        table.columns.extend(columns.map(|(name, unit)| Column { name: name.into(), unit: unit.into() }));
        for (row, placed) in table.rows.iter_mut().zip(&train.batteries) {
            let plan = &placed.built.plan;
            let drawn = placed.built.balance.outlets.get(2).filter(|_| plan.middle != 0);
            let out = drawn.map(|liquor| oxides(spec, liquor, plan.middle));
            let leaf = plan.middle.is_power_of_two().then(|| spec.products.get(plan.middle.trailing_zeros() as usize));
            row.extend([
                names(spec, plan.middle).into(),
                out.map(|out| out.0).into(),
                out.map(|out| out.1).into(),
                leaf.flatten().map_or_else(String::new, |product| product.name.clone()).into(),
            ]);
        }
    }
    table
}

/// Purities, recoveries and, in parts of what the design has, reflux above the least, at which every cut is looked at.
const HALF_NINES: std::ops::RangeInclusive<u8> = 2..=10;
const RECOVERIES: [f64; 5] = [0.9, 0.97, 0.99, 0.997, 0.999];
/// Least reflux per metal extracted, below which stages at a multiple of it say nothing.
const LEAST_REFLUX: f64 = 0.01;
const ABOVE_LEAST: [f64; 5] = [0.1, 0.3, 0.6, 1.0, 2.0];

fn frontier(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "frontier",
        "What purity and recovery cost in stages",
        "purity of the extracted side by its lower key alone, recovery of the upper key; stages of extraction and scrub at equilibrium. By \
         theory (Underwood, Fenske, Gilliland) at constant separation factors, absent where a cut asks for next to no reflux; the design as the rigorous solution has it",
        &[
            ("battery", ""),
            ("cut", ""),
            ("by", ""),
            ("nines", ""),
            ("recovery", "%"),
            ("reflux over least", ""),
            ("reflux", ""),
            ("organic", "mol/mol"),
            ("fewest stages", ""),
            ("stages", ""),
        ],
    );
    let plans = Plans::new(spec, false);
    let fed = spec.fed();
    for placed in &train.batteries {
        let plan = &placed.built.plan;
        let cut = format!("{}/{}", plan.keys[0], plan.keys[1]);
        let heavies: f64 = spec.elements(plan.parts[1]).iter().map(|&e| fed[e]).sum();
        let product = super::spec::dissolved(&placed.built.balance.outlets[1]);
        let own: f64 = spec.elements(plan.parts[1]).iter().map(|&e| product[e]).sum();
        let [extract, scrub, _] = placed.built.size.stages;
        let rare = super::spec::dissolved(&placed.built.feed);
        let organic = carried(spec, placed);
        let over = organic.map(|s| (s - own) / plan.floor.least[1].max(1e-3 * plan.floor.extract));
        // A reflux below the least is one that the rigorous solution, of other separation factors, does not need.
        let chosen = over.map_or(0.3, |over| (over - 1.0).max(0.1));
        for half in HALF_NINES {
            let nines = f64::from(half) / 2.0;
            // More of the lower key than half of it slips at no purity that is asked.
            let slip = heavies * 10f64.powf(-nines) / fed[plan.keys[0]];
            for recovery in RECOVERIES {
                for part in ABOVE_LEAST {
                    let over = 1.0 + chosen * part;
                    let floor = (slip < 0.5).then(|| plans.at(plan, [recovery, slip], over)).flatten();
                    let Some(floor) = floor else { continue };
                    // Any multiple of next to no reflux is none, for which Gilliland asks for more stages than a purer cut.
                    if floor.flows[1] < LEAST_REFLUX * over * floor.extract {
                        continue;
                    }
                    table.row(vec![
                        placed.tag.clone().into(),
                        cut.clone().into(),
                        "theory".into(),
                        nines.into(),
                        (100.0 * recovery).into(),
                        over.into(),
                        (floor.flows[1] / floor.extract).into(),
                        (floor.flows[0] / plan.fed).into(),
                        floor.fewest.into(),
                        floor.whole().into(),
                    ]);
                }
            }
        }
        table.row(vec![
            placed.tag.clone().into(),
            cut.into(),
            "design".into(),
            (-(product[plan.keys[0]] / own).max(1e-9).log10()).into(),
            (100.0 * product[plan.keys[1]] / rare[plan.keys[1]]).into(),
            over.into(),
            organic.map(|s| (s - own) / own).into(),
            organic.map(|s| s / rare.rare_earth_total()).into(),
            plan.floor.fewest.into(),
            ((extract + scrub) as f64).into(),
        ]);
    }
    table
}

fn orders(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "orders",
        "Orders of cuts, held against each other by theory",
        format!("price: {}; each order with its own best extractants and reflux", spec.goal.word()),
        &[
            ("order", ""),
            ("standing", ""),
            ("price", ""),
            ("over the cheapest", "%"),
            ("cuts", ""),
            ("price as built", ""),
            ("remark", ""),
        ],
    );
    let best = train.orders.first().and_then(|order| order.price);
    for order in &train.orders {
        table.row(vec![
            order.order.clone().into(),
            order.standing.into(),
            order.price.into(),
            order.price.zip(best).map(|(price, best)| 100.0 * (price / best - 1.0)).into(),
            order.cuts.clone().into(),
            order.rigorous.into(),
            order.remark.clone().into(),
        ]);
    }
    table
}

/// What no train of an extractant goes below, linked however it may be.
fn least(spec: &Spec) -> Table {
    let mut table = Table::new(
        "least_flows",
        "The least organic metal flow of every sharp cut of the whole feed",
        "mol of metal in the organic phase per mol of rare earth fed, stages without bound. The largest of an extractant is what a \
         wholly linked train (every battery's loaded organic and scrub liquor serving its neighbours) needs, where an unlinked one needs the sum over its cuts",
        &[("extractant", ""), ("strength", "mol/L"), ("cut", ""), ("least S", ""), ("base", "eq/mol")],
    );
    let plans = Plans::new(spec, false);
    let fed = spec.fed().rare_earth_total();
    for (which, solvent) in spec.solvents.iter().enumerate() {
        for (light, heavy, organic) in plans.peaks(which) {
            table.row(vec![
                solvent.name.clone().into(),
                solvent.concentration.into(),
                format!("{light}/{heavy}").into(),
                (organic / fed).into(),
                (3.0 * organic / fed).into(),
            ]);
        }
    }
    table
}

/// The design as a scenario that runs alone: feed, batteries, products.
pub fn scenario(spec: &Spec, train: &Train) -> String {
    let mut text = format!(
        "title   = {:?}\nsummary = {:?}\nmoney   = \"USD 2025\"\nseed    = 1\n\n[operation]\ntime = \"{} h/y\"\n\n",
        spec.title,
        spec.summary,
        nine_digits(spec.hours)
    );
    text.push_str("# What comes, species by species.\n[[feed]]\nstream = \"liquor\"\n");
    let feed = &spec.feed;
    _ = write!(
        text,
        "water  = \"{:e} kg/h\"\ntemperature = \"{} K\"\n[feed.dissolved]\n",
        feed.aqueous.water,
        nine_digits(feed.temperature)
    );
    for (ion, moles) in feed.aqueous.ions.iter().filter(|(_, moles)| *moles != 0.0) {
        _ = writeln!(text, "{} = \"{:e} mol/h\"", bare(ion.symbol()), moles);
    }
    for (at, placed) in train.batteries.iter().enumerate() {
        let plan = &placed.built.plan;
        let chained = train.chains.iter().find(|chained| chained.range().contains(&at));
        if let Some(chained) = chained {
            if chained.first == at {
                text.push_str(&circuit(spec, train, chained));
            }
            continue;
        }
        if let Some((_, found)) = train.middles.iter().find(|(place, _)| *place == at) {
            text.push_str(&side_outlet(spec, train, placed, found));
            continue;
        }
        let from = placed.parent.map_or_else(|| "liquor".to_owned(), |(at, i)| train.batteries[at].streams[i].clone());
        _ = write!(
            text,
            "\n# {} from {}\n[[unit]]\ntag  = \"{}\"\nkind = \"mixer-settlers\"\nfrom = \"{from}\"\nto   = {{ raffinate = \"{}\", product = \"{}\", waste = \"{}-waste\" }}\n",
            names(spec, plan.parts[0]),
            names(spec, plan.parts[1]),
            placed.tag,
            placed.streams[0],
            placed.streams[1],
            placed.tag.to_lowercase()
        );
        // Of batteries with the same extractant only the first writes what they share.
        let alone = |at: &usize| {
            let chained = train.chains.iter().any(|chained| chained.range().contains(at));
            !chained && !train.middles.iter().any(|(place, _)| place == at)
        };
        let before = (0..at).filter(alone).map(|at| &train.batteries[at]);
        let first = before.into_iter().find(|other| other.built.plan.solvent == plan.solvent);
        let shared = first.map(|other| (&other.tag, &other.built.node));
        // What the first has and this one has not cannot be taken away by likeness.
        let shared =
            shared.filter(|(_, node)| node.entries().iter().all(|(key, _)| placed.built.node.get(key).is_some()));
        if let Some((tag, _)) = shared {
            text = text.replacen(
                &format!("tag  = \"{}\"\nkind = \"mixer-settlers\"\n", placed.tag),
                &format!("tag  = \"{}\"\nlike = \"{tag}\"\n", placed.tag),
                1,
            );
        }
        for (key, node) in placed.built.node.entries() {
            if shared.is_some_and(|(_, first)| first.get(key).is_some_and(|other| same(&other.value, &node.value))) {
                continue;
            }
            _ = writeln!(text, "{key} = {}", written(&node.value));
        }
    }
    for product in &train.products {
        let asked = &spec.products[product.asked];
        let of: Vec<String> = asked.of.iter().map(|e| format!("{:?}", e.symbol())).collect();
        _ = write!(
            text,
            "\n[[product]]\nname   = {:?}\nstream = {:?}\nof     = [{}]\n",
            asked.name,
            product.stream,
            of.join(", ")
        );
    }
    text
}

/// Linked batteries as the one unit that they are.
fn circuit(spec: &Spec, train: &Train, chained: &Chained) -> String {
    let batteries = &train.batteries[chained.range()];
    let (first, last) = (&batteries[0], &batteries[batteries.len() - 1]);
    let from = first.parent.map_or("liquor", |(at, i)| train.batteries[at].streams[i].as_str());
    let mut to: Vec<String> = batteries
        .iter()
        .enumerate()
        .map(|(i, placed)| format!("raffinate-{} = \"{}\"", i + 1, placed.streams[0]))
        .collect();
    to.push(format!("stripped = \"{}\"", last.streams[1]));
    let cuts: Vec<String> =
        batteries.iter().map(|placed| format!("{}/{}", placed.built.plan.keys[0], placed.built.plan.keys[1])).collect();
    let tag = format!("{}-to-{}", first.tag, last.tag.trim_start_matches("SX-"));
    let linked = &chained.linked;
    let mut text = format!("\n# Linked: {}\n", cuts.join(", "));
    let ready = format!("{}-feed", first.tag.to_lowercase());
    let preparation = linked::preparation(solvent(spec, first), linked.chain.feed_ph, &linked.feed);
    let from = if let Some(fields) = preparation {
        _ = write!(
            text,
            "[[unit]]\ntag  = \"{}-feed\"\nkind = \"prepare-liquor\"\nfrom = \"{from}\"\nto   = \"{ready}\"\n{fields}\n",
            first.tag
        );
        ready.as_str()
    } else {
        from
    };
    _ = write!(
        text,
        "[[unit]]\ntag  = \"{tag}\"\nkind = \"circuit\"\nfrom = \"{from}\"\nto   = {{ {} }}\n{}",
        to.join(", "),
        linked.chain.text(spec, linked.ready(), "unit.")
    );
    text
}

fn same(a: &Value, b: &Value) -> bool {
    written(a) == written(b)
}
