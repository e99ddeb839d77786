//! How the ore is sorted, step by step: grade, recovery, mass pull, energy; and what that rests on.

use std::collections::BTreeMap;

use crate::catalogue;
use crate::flowsheet::{Done, Plant};
use crate::source::{Entry, Evidence};
use crate::stream::Stream;
use crate::table::Table;

/// Solids with fewer rare earths than this share hold none worth a row.
const TRACE: f64 = 1e-9;

/// The units of the selection room that part solids in two, with the richer outlet of each.
fn steps(plant: &Plant) -> Vec<(&Done, usize)> {
    let kinds = catalogue::UNITS.iter().find(|(room, _)| *room == "beneficiate").map_or(&[][..], |(_, kinds)| *kinds);
    plant
        .units
        .iter()
        .filter(|done| kinds.iter().any(|kind| kind.name == done.kind))
        .filter_map(|done| {
            let outlets = &done.balance.outlets;
            let holds = outlets.iter().filter(|outlet| outlet.solid.mass() > 0.0).count();
            let richest = (0..outlets.len())
                .filter(|at| outlets[*at].solid.mass() > 0.0)
                .max_by(|a, b| grade(&outlets[*a]).total_cmp(&grade(&outlets[*b])))?;
            (holds > 1 && grade(&outlets[richest]) > TRACE).then_some((done, richest))
        })
        .collect()
}

fn rare(stream: &Stream) -> f64 {
    stream.solid.element_mass().rare_earth_total()
}

fn grade(stream: &Stream) -> f64 {
    if stream.solid.mass() > 0.0 { rare(stream) / stream.solid.mass() } else { 0.0 }
}

/// The tables of the selection; none where nothing is sorted.
pub(super) fn of_plant(plant: &Plant, ledger: &[Entry]) -> Vec<Table> {
    let steps = steps(plant);
    let ore = Stream::mixed(plant.pipes.iter().filter(|pipe| pipe.from.is_none()).map(|pipe| &pipe.stream));
    if steps.is_empty() || rare(&ore) <= 0.0 {
        return Vec::new();
    }
    vec![by_step(&steps, &ore), by_size(&steps, &ore), evidence(&steps, ledger)]
}

fn by_step(steps: &[(&Done, usize)], ore: &Stream) -> Table {
    let mut table = Table::new(
        "selection",
        "Selection, step by step",
        "the richer outlet of each step; rare earths as elements over dry solids; of the ore: of all that enters the plant; oxide as reported",
        &[
            ("step", ""),
            ("fed", "t/h"),
            ("grade fed", "ppm"),
            ("grade", "ppm"),
            ("recovery", "%"),
            ("mass pull", "%"),
            ("grade over the ore's", ""),
            ("recovery of the ore", "%"),
            ("mass pull of the ore", "%"),
            ("electricity", "kW"),
            ("electricity a tonne of ore", "kWh/t"),
            ("electricity a kg of oxide", "kWh/kg"),
        ],
    );
    let tonnes = ore.solid.mass() / 1000.0;
    let mut row = |name: &str, fed: &Stream, rich: &Stream, power: f64| {
        table.row(vec![
            name.into(),
            (fed.solid.mass() / 1000.0).into(),
            (grade(fed) * 1e6).into(),
            (grade(rich) * 1e6).into(),
            (rare(rich) / rare(fed) * 100.0).into(),
            (rich.solid.mass() / fed.solid.mass() * 100.0).into(),
            (grade(rich) / grade(ore)).into(),
            (rare(rich) / rare(ore) * 100.0).into(),
            (rich.solid.mass() / ore.solid.mass() * 100.0).into(),
            power.into(),
            (power / tonnes).into(),
            (power / rich.solid.element_mass().rare_earth_oxide()).into(),
        ]);
    };
    row("ore", ore, ore, 0.0);
    for (done, richest) in steps {
        let fed = Stream::mixed(&done.inlets);
        row(&done.tag, &fed, &done.balance.outlets[*richest], done.balance.power_kw);
    }
    table
}

/// Minerals by size, in the ore and in what each step keeps.
fn by_size(steps: &[(&Done, usize)], ore: &Stream) -> Table {
    let mut table = Table::new(
        "selection_sizes",
        "Size by mineral",
        "dry solids per hour at work; the share is of the stream's solids",
        &[
            ("stream", ""),
            ("mineral", ""),
            ("finer than", "um"),
            ("mass", "kg/h"),
            ("share", "%"),
            ("rare earths", "kg/h"),
        ],
    );
    let mut tell = |name: &str, stream: &Stream| {
        let whole = stream.solid.mass();
        for lot in &stream.solid.lots {
            for (edge, kg) in stream.solid.edges.iter().zip(&lot.kg_per_h).filter(|(_, kg)| **kg > 0.0) {
                table.row(vec![
                    name.into(),
                    (&*lot.mineral.name).into(),
                    (edge * 1e6).into(),
                    (*kg).into(),
                    (kg / whole * 100.0).into(),
                    (kg * lot.mineral.rare_earths()).into(),
                ]);
            }
        }
    };
    tell("ore", ore);
    for (done, richest) in steps {
        tell(&done.tag, &done.balance.outlets[*richest]);
    }
    table
}

/// On what the answer rests: the numbers of the ore and of each step, by evidence.
fn evidence(steps: &[(&Done, usize)], ledger: &[Entry]) -> Table {
    let mut table = Table::new(
        "selection_evidence",
        "On what the selection rests",
        "how many numbers of each class of evidence; the share is of facts, choices apart",
        &[("part", "")],
    );
    for class in Evidence::ALL {
        table.column(class.word(), "");
    }
    table.column("assumed, of facts", "%");
    let mut parts: BTreeMap<&str, [usize; 5]> = BTreeMap::new();
    for entry in ledger {
        let head = entry.path.split(['.', '[']).next().unwrap_or_default();
        if head == "ore" || steps.iter().any(|(done, _)| done.tag == head) {
            let at = Evidence::ALL.iter().position(|class| *class == entry.citation.evidence).unwrap_or(0);
            parts.entry(head).or_default()[at] += 1;
        }
    }
    let mut all = [0; 5];
    let assumed = Evidence::ALL.iter().position(|class| *class == Evidence::Assumed).unwrap_or(0);
    let choice = Evidence::ALL.iter().position(|class| *class == Evidence::Choice).unwrap_or(0);
    let mut row = |name: &str, counts: &[usize; 5]| {
        let facts: usize = counts.iter().enumerate().filter(|(at, _)| *at != choice).map(|(_, n)| n).sum();
        let mut cells = vec![name.into()];
        cells.extend(counts.iter().map(|n| (*n as f64).into()));
        cells.push((facts > 0).then(|| counts[assumed] as f64 / facts as f64 * 100.0).into());
        table.row(cells);
    };
    for (name, counts) in &parts {
        row(name, counts);
        for (sum, n) in all.iter_mut().zip(counts) {
            *sum += n;
        }
    }
    row("together", &all);
    table
}
