//! The flowsheet: order, recycles, conservation.
//!
//! Units are joined by named streams. The order of calculation follows from the names;
//! loops are found (Tarjan), torn where the scenario's own order runs backwards, and
//! converged by Anderson's method. After every unit the flowsheet, not the unit, checks
//! ports, finiteness, Σ in = Σ out for each element and carrier, and electroneutrality
//! of each solution. A unit cannot leak.

mod coordinates;
mod order;
mod recycle;

use std::collections::BTreeMap;

use crate::element::Element;
use crate::error::Error;
use crate::source::Caveat;
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Unit};

pub use order::{Group, groups};

/// Relative gap above which a unit is said to create or lose.
pub const CLOSURE: f64 = 1e-9;

/// A unit in its place.
#[derive(Debug)]
pub struct Placed {
    /// The name on the drawing.
    pub tag: String,
    /// The kind's name.
    pub kind: &'static str,
    /// The unit.
    pub unit: Box<dyn Unit>,
    /// Stream names at each inlet port.
    pub inlets: Vec<Vec<String>>,
    /// Stream name at each outlet port.
    pub outlets: Vec<String>,
}

/// Units and how they are joined.
#[derive(Debug, Default)]
pub struct Flowsheet {
    /// In the scenario's order.
    pub units: Vec<Placed>,
}

/// A unit, solved.
#[derive(Debug, Clone)]
pub struct Done {
    /// The name on the drawing.
    pub tag: String,
    /// The kind's name.
    pub kind: &'static str,
    /// What went in, port by port.
    pub inlets: Vec<Stream>,
    /// What it did.
    pub balance: Balance,
    /// The machines it needs.
    pub equipment: Vec<Equipment>,
}

/// A stream and its ends.
#[derive(Debug, Clone)]
pub struct Pipe {
    /// Its name.
    pub name: String,
    /// Tag of the unit it leaves; `None` for what is given from outside.
    pub from: Option<String>,
    /// Tags of the units it enters; empty when it crosses the fence.
    pub to: Option<String>,
    /// What it holds.
    pub stream: Stream,
}

/// How well the whole closes.
#[derive(Debug, Clone, PartialEq)]
pub struct Closure {
    /// The element (or carrier, or `charge`) that closes worst.
    pub worst: String,
    /// |in − out| / in of it over the whole plant.
    pub gap: f64,
    /// `(element, in, out, gap)` in mol/h, for every element present.
    pub elements: Vec<(Element, f64, f64, f64)>,
}

/// How a loop was converged.
#[derive(Debug, Clone, PartialEq)]
pub struct Recycle {
    /// Names of the torn streams.
    pub torn: Vec<String>,
    /// Relative residual after each pass.
    pub residuals: Vec<f64>,
}

/// The flowsheet, solved.
#[derive(Debug, Clone)]
pub struct Plant {
    /// In the scenario's order.
    pub units: Vec<Done>,
    /// In order of first appearance.
    pub pipes: Vec<Pipe>,
    /// Of the whole plant.
    pub closure: Closure,
    /// One for each loop.
    pub recycles: Vec<Recycle>,
    /// From all units, with their tags.
    pub caveats: Vec<Caveat>,
}

impl Plant {
    /// A stream by name.
    pub fn pipe(&self, name: &str) -> Option<&Pipe> {
        self.pipes.iter().find(|pipe| pipe.name == name)
    }

    /// A unit by tag.
    pub fn unit(&self, tag: &str) -> Option<&Done> {
        self.units.iter().find(|unit| unit.tag == tag)
    }

    /// Streams that cross the fence outward.
    pub fn leaving(&self) -> impl Iterator<Item = &Pipe> {
        self.pipes.iter().filter(|pipe| pipe.to.is_none())
    }
}

impl Flowsheet {
    /// Solves the whole with `given` streams entering from outside; `told` hears of each unit done.
    pub fn solve(&self, given: &[(String, Stream)], told: &mut dyn FnMut(&str)) -> Result<Plant, Error> {
        let mut streams: BTreeMap<String, Stream> = given.iter().cloned().collect();
        let mut balances: Vec<Option<(Vec<Stream>, Balance)>> = self.units.iter().map(|_| None).collect();
        let mut recycles = Vec::new();
        for group in groups(&self.units) {
            if group.torn.is_empty() {
                for &at in &group.units {
                    balances[at] = Some(self.pass(at, &mut streams)?);
                    told(&self.units[at].tag);
                }
            } else {
                let residuals = recycle::converge(self, &group, &mut streams, &mut balances, told)?;
                recycles.push(Recycle { torn: group.torn, residuals });
            }
        }
        Ok(self.assemble(given, &streams, balances, recycles))
    }

    /// Solves one unit from the streams known and writes its outlets among them.
    fn pass(&self, at: usize, streams: &mut BTreeMap<String, Stream>) -> Result<(Vec<Stream>, Balance), Error> {
        let placed = &self.units[at];
        let inlets: Vec<Stream> = placed
            .inlets
            .iter()
            .map(|names| Stream::mixed(names.iter().filter_map(|name| streams.get(name))))
            .collect();
        let balance = placed.unit.solve(&inlets).map_err(|error| error.in_unit(&placed.tag))?;
        conserved(&placed.tag, &inlets, &balance)?;
        for (name, stream) in placed.outlets.iter().zip(&balance.outlets) {
            streams.insert(name.clone(), stream.clone());
        }
        Ok((inlets, balance))
    }

    fn assemble(
        &self,
        given: &[(String, Stream)],
        streams: &BTreeMap<String, Stream>,
        balances: Vec<Option<(Vec<Stream>, Balance)>>,
        recycles: Vec<Recycle>,
    ) -> Plant {
        let mut caveats = Vec::new();
        let mut units = Vec::new();
        for (placed, solved) in self.units.iter().zip(balances) {
            let Some((inlets, mut balance)) = solved else { continue };
            balance.tables.extend(placed.unit.survey(&inlets, &balance));
            for caveat in &mut balance.caveats {
                caveat.at.clone_from(&placed.tag);
            }
            for table in &mut balance.tables {
                table.name = format!("{}_{}", placed.tag, table.name);
            }
            caveats.extend(balance.caveats.iter().cloned());
            let equipment = placed.unit.equipment(&inlets, &balance);
            units.push(Done { tag: placed.tag.clone(), kind: placed.kind, inlets, balance, equipment });
        }
        let taker = |name: &str| {
            self.units.iter().find(|u| u.inlets.iter().flatten().any(|inlet| inlet == name)).map(|u| u.tag.clone())
        };
        let mut pipes: Vec<Pipe> = given
            .iter()
            .map(|(name, stream)| Pipe { name: name.clone(), from: None, to: taker(name), stream: stream.clone() })
            .collect();
        for placed in &self.units {
            for name in &placed.outlets {
                pipes.push(Pipe {
                    name: name.clone(),
                    from: Some(placed.tag.clone()),
                    to: taker(name),
                    stream: streams.get(name).cloned().unwrap_or_default(),
                });
            }
        }
        let closure = whole_closure(&pipes, &units);
        Plant { units, pipes, closure, recycles, caveats }
    }
}

/// The conserved totals of a stream: each element, then extractant and diluent.
fn totals(stream: &Stream) -> (crate::element::ByElement<f64>, [f64; 2]) {
    (stream.elements(), [stream.organic.extractant, stream.organic.diluent])
}

/// Does the unit conserve? Ports, finiteness, elements, carriers, charge.
fn conserved(tag: &str, inlets: &[Stream], balance: &Balance) -> Result<(), Error> {
    for (at, outlet) in balance.outlets.iter().enumerate() {
        if let Some(what) = outlet.unlawful() {
            return Err(Error::NotFinite { unit: tag.to_owned(), what: format!("outlet {}, {what}", at + 1) });
        }
    }
    if !balance.power_kw.is_finite() || !balance.heat_kw.is_finite() {
        return Err(Error::NotFinite { unit: tag.to_owned(), what: "power or heat".into() });
    }
    let incoming = Stream::mixed(inlets.iter().chain(balance.drawn.iter().map(|d| &d.stream)));
    let outgoing = Stream::mixed(&balance.outlets);
    let ((elements_in, carriers_in), (elements_out, carriers_out)) = (totals(&incoming), totals(&outgoing));
    // A trace below this share of all that flows is rounding, not matter.
    let floor = 1e-15 * elements_in.total().max(elements_out.total());
    let gap = |a: f64, b: f64| if (a - b).abs() <= floor { 0.0 } else { (a - b).abs() / a.abs().max(b.abs()) };
    for (element, &moles) in elements_in.iter() {
        let gap = gap(moles, elements_out[element]);
        if gap > CLOSURE {
            return Err(Error::NotConserved { unit: tag.to_owned(), what: element.to_string(), gap });
        }
    }
    for (index, name) in ["extractant", "diluent"].into_iter().enumerate() {
        let gap = gap(carriers_in[index], carriers_out[index]);
        if gap > CLOSURE {
            return Err(Error::NotConserved { unit: tag.to_owned(), what: name.into(), gap });
        }
    }
    for (at, outlet) in balance.outlets.iter().enumerate() {
        for (what, charge, scale) in [
            ("the solution", outlet.aqueous.ions.charge(), outlet.aqueous.ions.ionic_throughput()),
            ("the organic phase", outlet.organic.charge(), outlet.organic.ions.ionic_throughput()),
        ] {
            if charge.abs() > CLOSURE * scale && charge.abs() > floor {
                return Err(Error::NotConserved {
                    unit: tag.to_owned(),
                    what: format!("charge of {what} in outlet {}", at + 1),
                    gap: charge.abs() / scale,
                });
            }
        }
    }
    Ok(())
}

fn whole_closure(pipes: &[Pipe], units: &[Done]) -> Closure {
    let mut incoming = Stream::mixed(pipes.iter().filter(|p| p.from.is_none()).map(|p| &p.stream)).elements();
    for unit in units {
        for drawn in &unit.balance.drawn {
            incoming += &drawn.stream.elements();
        }
    }
    let outgoing = Stream::mixed(pipes.iter().filter(|p| p.to.is_none()).map(|p| &p.stream)).elements();
    let floor = 1e-15 * incoming.total();
    let elements: Vec<_> = incoming
        .iter()
        .filter(|(element, moles)| **moles > floor || outgoing[*element] > floor)
        .map(|(element, &a)| {
            let b = outgoing[element];
            (element, a, b, (a - b).abs() / a.abs().max(b.abs()))
        })
        .collect();
    let (worst, gap) = elements
        .iter()
        .max_by(|a, b| a.3.total_cmp(&b.3))
        .map_or(("nothing flows".to_owned(), 0.0), |(element, _, _, gap)| (element.to_string(), *gap));
    Closure { worst, gap, elements }
}

#[cfg(test)]
mod tests;
