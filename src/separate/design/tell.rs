//! What a design leaves: tables, and a scenario that runs.

use std::fmt::Write as _;

use super::order::Set;
use super::plan::Plans;
use super::rigorous::Built;
use super::spec::{Solvent, Spec, bare, written};
use super::train::{Placed, Train};
use crate::document::Value;
use crate::table::{Cell, Table, nine_digits};

fn reading(built: &Built, name: &str) -> Option<f64> {
    built.balance.readings.iter().find(|reading| reading.name == name).map(|reading| reading.value)
}

/// Readings whose name begins and ends so, summed: acid and base by whatever name they are bought.
fn summed(built: &Built, reagent: &str) -> Option<f64> {
    reading(built, &format!("{reagent} per rare-earth oxide fed"))
}

/// The elements of a set, in words.
fn names(spec: &Spec, set: Set) -> String {
    spec.elements(set).iter().map(|e| e.symbol()).collect::<Vec<_>>().join(" ")
}

fn solvent<'s>(spec: &'s Spec, placed: &Placed) -> &'s Solvent {
    &spec.solvents[placed.built.plan.solvent]
}

/// Every table of a design.
pub fn tables(spec: &Spec, train: &Train) -> Vec<Table> {
    vec![
        batteries(spec, train),
        products(spec, train),
        cut_tree(spec, train),
        frontier(spec, train),
        orders(spec, train),
        least(spec),
    ]
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
        let organic =
            reading(built, "organic flow").map(|m3| m3 * 1000.0 * solvent.saponified * solvent.concentration / 3.0);
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

fn cut_tree(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "cut_tree",
        "The tree of cuts with its flows",
        "flows of rare earth in mol/h; S per mol fed to the cut; base and acid in equivalents, by theory; inventory of the rigorous solution",
        &[
            ("cut", ""),
            ("parent", ""),
            ("branch", ""),
            ("left in solution", ""),
            ("extracted", ""),
            ("keys", ""),
            ("extractant", ""),
            ("separation factor", ""),
            ("fed", "mol/h"),
            ("share of the whole feed", "%"),
            ("to raffinate", "mol/h"),
            ("to product", "mol/h"),
            ("stages", ""),
            ("strip stages", ""),
            ("S", ""),
            ("base", "eq/h"),
            ("acid", "eq/h"),
            ("stages x flow", "mol/h"),
            ("solvent held", "m3"),
            ("rare earths held", "kg REO"),
        ],
    );
    let whole = spec.fed().rare_earth_total();
    for placed in &train.batteries {
        let (built, plan) = (&placed.built, &placed.built.plan);
        let fed = super::spec::dissolved(&built.feed).rare_earth_total();
        let out = [0, 1].map(|i| super::spec::dissolved(&built.balance.outlets[i]).rare_earth_total());
        let solvent = solvent(spec, placed);
        let carried =
            reading(built, "organic flow").map(|m3| m3 * 1000.0 * solvent.saponified * solvent.concentration / 3.0);
        let [extract, scrub, strip] = built.size.stages;
        let (parent, branch) = match placed.parent {
            Some((at, 0)) => (train.batteries[at].tag.clone(), "raffinate"),
            Some((at, _)) => (train.batteries[at].tag.clone(), "product"),
            None => ("feed".to_owned(), "feed"),
        };
        table.row(vec![
            placed.tag.clone().into(),
            parent.into(),
            branch.into(),
            names(spec, plan.parts[0]).into(),
            names(spec, plan.parts[1]).into(),
            format!("{}/{}", plan.keys[0], plan.keys[1]).into(),
            solvent.name.clone().into(),
            plan.floor.beta.into(),
            fed.into(),
            (100.0 * fed / whole).into(),
            out[0].into(),
            out[1].into(),
            ((extract + scrub) as f64).into(),
            (strip as f64).into(),
            carried.map(|s| s / fed).into(),
            plan.used.base.into(),
            plan.used.acid.into(),
            carried.map(|s| s * (extract + scrub + strip) as f64).into(),
            reading(built, "solvent held").into(),
            reading(built, "rare earths held").into(),
        ]);
    }
    table
}

fn frontier(spec: &Spec, train: &Train) -> Table {
    let mut table = Table::new(
        "frontier",
        "Purity, recovery, stages and reflux of every cut",
        "purity of the extracted side by its lower key alone, recovery of the upper key; stages of extraction and scrub by theory; rigorous rows are the batteries as built",
        &[
            ("battery", ""),
            ("cut", ""),
            ("route", ""),
            ("purity in nines", ""),
            ("recovery", "%"),
            ("reflux over least", ""),
            ("S", ""),
            ("W", ""),
            ("fewest stages", ""),
            ("stages", ""),
        ],
    );
    let plans = Plans::new(spec, false);
    for placed in &train.batteries {
        let plan = &placed.built.plan;
        let cut = format!("{}/{}", plan.keys[0], plan.keys[1]);
        let fed = spec.fed();
        let heavies: f64 = spec.elements(plan.parts[1]).iter().map(|&e| fed[e]).sum();
        for nines in [1.0, 2.0, 3.0, 4.0, 5.0] {
            for recovery in [0.9, 0.99, 0.999] {
                let slip = heavies * 10f64.powf(-nines) / fed[plan.keys[0]];
                for reflux in [1.1, 1.3, 2.0] {
                    let Some(floor) = plans.at(plan, [recovery, slip.min(0.5)], reflux) else { continue };
                    table.row(vec![
                        placed.tag.clone().into(),
                        cut.clone().into(),
                        "theory".into(),
                        nines.into(),
                        (100.0 * recovery).into(),
                        reflux.into(),
                        (floor.flows[0] / plan.fed).into(),
                        (floor.flows[1] / plan.fed).into(),
                        floor.fewest.into(),
                        floor.whole().into(),
                    ]);
                }
            }
        }
        let product = super::spec::dissolved(&placed.built.balance.outlets[1]);
        let own: f64 = spec.elements(plan.parts[1]).iter().map(|&e| product[e]).sum();
        let [extract, scrub, _] = placed.built.size.stages;
        let solvent = solvent(spec, placed);
        let rare = super::spec::dissolved(&placed.built.feed);
        let s = reading(&placed.built, "organic flow")
            .map(|m3| m3 * 1000.0 * solvent.saponified * solvent.concentration / 3.0);
        let reflux = s.map(|s| (s - own) / plan.floor.least[1].max(1e-12));
        table.row(vec![
            placed.tag.clone().into(),
            cut.into(),
            "rigorous".into(),
            (-(1.0 - own / product.rare_earth_total()).max(1e-12).log10()).into(),
            (100.0 * product[plan.keys[1]] / rare[plan.keys[1]]).into(),
            reflux.into(),
            s.map(|s| s / rare.rare_earth_total()).into(),
            Cell::Absent,
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
        &[("order", ""), ("standing", ""), ("price", ""), ("over the cheapest", "%"), ("cuts", "")],
    );
    let best = train.orders.first().and_then(|order| order.price);
    for order in &train.orders {
        table.row(vec![
            order.order.clone().into(),
            order.standing.into(),
            order.price.into(),
            order.price.zip(best).map(|(price, best)| 100.0 * (price / best - 1.0)).into(),
            order.cuts.clone().into(),
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
        let first = train.batteries[..at].iter().find(|other| other.built.plan.solvent == plan.solvent);
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

fn same(a: &Value, b: &Value) -> bool {
    written(a) == written(b)
}
