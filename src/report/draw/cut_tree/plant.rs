//! A tree from a flowsheet: batteries joined directly or through what stands between them.

use super::{Battery, Outlet, Tree};
use crate::element::{ByElement, Element};
use crate::flowsheet::{Done, Pipe, Plant};
use crate::product::Product;
use crate::report::profile::Profile;
use crate::stream::Stream;

/// The kind of unit that is a battery.
const KIND: &str = "mixer-settlers";
/// What is less than this of an outlet is not told to be in it.
const TRACE: f64 = 1e-4;

/// kg/h of rare-earth oxide by element.
fn oxides(stream: &Stream) -> ByElement<f64> {
    stream.element_mass().map(
        |element, kg| {
            if element.is_rare_earth() { kg * element.oxide_factor().unwrap_or(1.0) } else { 0.0 }
        },
    )
}

/// Where an outlet ends.
enum End {
    Battery(usize),
    Product(String),
    Fence,
}

impl Tree {
    /// The tree of a plant's batteries; `None` with fewer than two that are joined.
    pub fn of(plant: &Plant, products: &[Product]) -> Option<Self> {
        let batteries: Vec<&Done> = plant.units.iter().filter(|unit| unit.kind == KIND).collect();
        let mut tree = Self { batteries: batteries.iter().map(|unit| read(plant, unit)).collect(), roots: Vec::new() };
        let mut taken = vec![false; batteries.len()];
        for (at, unit) in batteries.iter().enumerate() {
            for (port, pipe) in leaving(plant, unit).take(2).enumerate() {
                match follow(plant, products, &batteries, pipe) {
                    // A battery is fed by one parent; a loop back to an earlier one stays open.
                    End::Battery(to) if !taken[to] && !tree.reaches(to, at) => {
                        taken[to] = true;
                        tree.batteries[at].outlets[port].to = Some(to);
                    }
                    End::Battery(to) => {
                        tree.batteries[at].outlets[port].product = Some(format!("to {}", batteries[to].tag));
                    }
                    End::Product(name) => tree.batteries[at].outlets[port].product = Some(name),
                    End::Fence => {}
                }
            }
        }
        tree.roots = (0..batteries.len()).filter(|at| !taken[*at]).collect();
        (tree.batteries.len() > 1 && taken.contains(&true)).then_some(tree)
    }

    /// Does a battery feed another, directly or further down?
    fn reaches(&self, from: usize, to: usize) -> bool {
        from == to || self.batteries[from].outlets.iter().any(|o| o.to.is_some_and(|next| self.reaches(next, to)))
    }
}

fn leaving<'p>(plant: &'p Plant, unit: &'p Done) -> impl Iterator<Item = &'p Pipe> {
    plant.pipes.iter().filter(|pipe| pipe.from.as_deref() == Some(&unit.tag))
}

/// Follows the rare earths of a stream until another battery takes them, or they are sold.
fn follow(plant: &Plant, products: &[Product], batteries: &[&Done], pipe: &Pipe) -> End {
    let mut here = pipe;
    for _ in 0..plant.units.len() {
        if let Some(product) = products.iter().find(|product| product.stream == here.name) {
            return End::Product(product.name.clone());
        }
        let Some(unit) = here.to.as_deref().and_then(|tag| plant.unit(tag)) else { return End::Fence };
        if let Some(at) = batteries.iter().position(|battery| battery.tag == unit.tag) {
            return End::Battery(at);
        }
        let most =
            leaving(plant, unit).max_by(|a, b| a.stream.rare_earth_oxide().total_cmp(&b.stream.rare_earth_oxide()));
        match most {
            Some(next) if next.stream.rare_earth_oxide() > 0.5 * here.stream.rare_earth_oxide() => here = next,
            _ => return End::Fence,
        }
    }
    End::Fence
}

fn read(plant: &Plant, unit: &Done) -> Battery {
    let streams: Vec<&Stream> = leaving(plant, unit).take(2).map(|pipe| &pipe.stream).collect();
    let flows: Vec<ByElement<f64>> = streams.iter().map(|stream| oxides(stream)).collect();
    let outlets = flows
        .iter()
        .map(|flow| {
            let whole = flow.rare_earth_total();
            // An element belongs where most of it goes.
            let mine = |element: Element| {
                let most = flows.iter().map(|other| other[element]).fold(0.0, f64::max);
                flow[element] > 0.0 && flow[element] >= most
            };
            let held: f64 = flow.rare_earths().filter(|(e, _)| mine(*e)).map(|(_, kg)| kg).sum();
            let mut elements: Vec<Element> = flow
                .rare_earths()
                .filter(|(e, kg)| mine(*e) && **kg > TRACE * whole)
                .map(|(element, _)| element)
                .collect();
            elements.sort_by_key(|element| crate::report::draw::spider::ORDER.iter().position(|e| e == element));
            let mut parts: Vec<(Option<Element>, f64)> =
                flow.rare_earths().filter(|(_, kg)| **kg > 1e-3 * whole).map(|(e, kg)| (Some(e), *kg)).collect();
            parts.sort_by_key(|(element, _)| {
                crate::report::draw::spider::ORDER.iter().position(|e| Some(*e) == *element)
            });
            Outlet {
                elements,
                flow: whole,
                parts,
                purity: (whole > 0.0).then(|| 100.0 * held / whole),
                ..Outlet::default()
            }
        })
        .collect();
    let table = unit.balance.tables.iter().find(|table| table.name.ends_with("_stages"));
    let profile = table.and_then(Profile::read);
    let solvent = unit.balance.outlets.iter().find_map(|stream| stream.organic.solvent.as_ref());
    let say = |name: &str| unit.balance.readings.iter().find(|reading| reading.name == name).map(|r| r.value);
    let notes = say("organic to feed").map(|ratio| format!("organic to feed {}", crate::quantity::figures(ratio, 2)));
    let mut battery = Battery {
        tag: unit.tag.clone(),
        extractant: solvent.map_or(String::new(), |solvent| solvent.name.to_string()),
        feed: flows.iter().map(ByElement::rare_earth_total).sum(),
        notes: notes.into_iter().collect(),
        outlets,
        ..Battery::default()
    };
    if let Some(profile) = profile {
        if let Some((light, heavy)) = profile.key_pair() {
            battery.cut = format!("{light}/{heavy}");
        }
        for run in profile.runs() {
            let section = ["extract", "scrub", "strip"].iter().position(|name| run.is(name));
            if let Some(section) = section {
                battery.stages[section] += (run.end - run.start) as f64;
            }
        }
        let odds = profile.odds(&profile.aqueous);
        let run = profile.joined().into_iter().find(|run| !run.is("strip"));
        battery.spark =
            run.map_or(Vec::new(), |run| odds[run.start..run.end].iter().flatten().map(|o| o.log10()).collect());
    }
    battery
}
