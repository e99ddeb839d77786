//! Where a metal goes: the plant as flows of one measure, in t a year.

use crate::element::Element;
use crate::flowsheet::Plant;
use crate::product::Product;
use crate::report::draw::graph::{Graph, Link};
use crate::stream::Stream;

/// What is followed: one element or several, as reporting oxides.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// `TREO`, `Nd + Pr`, `Dy`.
    pub name: &'static str,
    /// Counted together.
    pub elements: Vec<Element>,
}

impl Measure {
    /// Those a reader can choose from, the first shown first.
    pub fn all() -> Vec<Measure> {
        use Element as E;
        let of = |name, elements: &[E]| Measure { name, elements: elements.to_vec() };
        vec![
            of("TREO", E::RARE_EARTHS),
            of("Nd + Pr", &[E::Pr, E::Nd]),
            of("Dy", &[E::Dy]),
            of("Tb", &[E::Tb]),
            of("Y", &[E::Y]),
            of("Th", &[E::Th]),
        ]
    }

    /// kg/h as reporting oxides.
    pub fn of(&self, stream: &Stream) -> f64 {
        let mass = stream.element_mass();
        self.elements.iter().map(|e| mass[*e] * e.oxide_factor().unwrap_or(1.0)).sum()
    }
}

/// What a node stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Comes from outside.
    Source,
    /// A unit.
    Unit,
    /// Is sold.
    Product,
    /// Leaves otherwise.
    Loss,
}

/// A node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Stream name or tag.
    pub name: String,
    /// Its sort.
    pub sort: Sort,
    /// Its layer.
    pub layer: usize,
}

/// A flow between two nodes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Flow {
    /// Node.
    pub from: usize,
    /// Node.
    pub to: usize,
    /// t/y of oxide.
    pub amount: f64,
    /// Runs back.
    pub back: bool,
}

/// The whole.
#[derive(Debug, Clone, Default)]
pub struct Flows {
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Flows between them.
    pub all: Vec<Flow>,
    /// What enters, t/y.
    pub entering: f64,
}

/// Below this share of what enters a flow is not drawn.
pub const TRACE: f64 = 5e-4;

impl Flows {
    /// Follows a measure through a plant.
    pub fn of(plant: &Plant, products: &[Product], measure: &Measure, hours_per_year: f64) -> Self {
        let graph = Graph::of(plant);
        let tonnes = |link: &Link| measure.of(&plant.pipes[link.pipe].stream) * hours_per_year / 1000.0;
        let entering: f64 = graph.links.iter().filter(|l| l.from.is_none()).map(tonnes).sum();
        if entering.is_nan() || entering <= 0.0 {
            return Self::default();
        }
        let mut links: Vec<(Link, f64)> =
            graph.links.iter().map(|link| (*link, tonnes(link))).filter(|(_, t)| *t > TRACE * entering).collect();
        merge_pass_throughs(plant.units.len(), &mut links);
        let again = Graph::new(plant.units.len(), links.iter().map(|(link, _)| *link).collect());
        let used: Vec<usize> = (0..plant.units.len())
            .filter(|unit| links.iter().any(|(link, _)| link.from == Some(*unit) || link.to == Some(*unit)))
            .collect();
        let mut whole = Self { entering, ..Self::default() };
        for &unit in &used {
            let node = Node { name: plant.units[unit].tag.clone(), sort: Sort::Unit, layer: again.layer[unit] + 1 };
            whole.nodes.push(node);
        }
        let place = |unit: usize| used.iter().position(|u| *u == unit);
        for (at, (link, amount)) in links.iter().enumerate() {
            let stream = &plant.pipes[link.pipe].name;
            let product = products.iter().find(|product| product.stream == *stream);
            let (sold, name) = (product.is_some(), product.map_or(stream, |product| &product.name));
            let from = link.from.and_then(place).unwrap_or_else(|| {
                let layer = link.to.map_or(0, |unit| again.layer[unit]);
                whole.nodes.push(Node { name: name.clone(), sort: Sort::Source, layer });
                whole.nodes.len() - 1
            });
            let to = link.to.and_then(place).unwrap_or_else(|| {
                let layer = link.from.map_or(1, |unit| again.layer[unit] + 2);
                let sort = if sold { Sort::Product } else { Sort::Loss };
                whole.nodes.push(Node { name: name.clone(), sort, layer });
                whole.nodes.len() - 1
            });
            whole.all.push(Flow { from, to, amount: *amount, back: again.links[at].back });
        }
        whole.align();
        whole
    }

    /// Products stand in the last layer; no layer is empty.
    fn align(&mut self) {
        let last = self.nodes.iter().map(|node| node.layer).max().unwrap_or(0);
        for node in self.nodes.iter_mut().filter(|node| node.sort == Sort::Product) {
            node.layer = last;
        }
        let mut used: Vec<usize> = self.nodes.iter().map(|node| node.layer).collect();
        used.sort_unstable();
        used.dedup();
        for node in &mut self.nodes {
            node.layer = used.iter().position(|layer| *layer == node.layer).unwrap_or(0);
        }
    }

    /// What flows in, over all links to a node; recycles included.
    pub fn entering_at(&self, node: usize) -> f64 {
        self.all.iter().filter(|flow| flow.to == node).map(|flow| flow.amount).sum()
    }

    /// What flows out.
    pub fn out_of(&self, node: usize) -> f64 {
        self.all.iter().filter(|flow| flow.from == node).map(|flow| flow.amount).sum()
    }

    /// How many layers.
    pub fn depth(&self) -> usize {
        self.nodes.iter().map(|node| node.layer).max().map_or(0, |most| most + 1)
    }
}

/// A unit with one way in and one way out adds nothing to the picture; its two links become one.
fn merge_pass_throughs(units: usize, links: &mut Vec<(Link, f64)>) {
    for unit in 0..units {
        let ways = |links: &[(Link, f64)], inward: bool| -> Vec<usize> {
            (0..links.len())
                .filter(|at| if inward { links[*at].0.to == Some(unit) } else { links[*at].0.from == Some(unit) })
                .collect()
        };
        let (ins, outs) = (ways(links, true), ways(links, false));
        if let ([into], [out]) = (&ins[..], &outs[..]) {
            let (first, second) = (links[*into], links[*out]);
            let same = (first.1 - second.1).abs() <= 1e-3 * first.1;
            // A whole stream from fence to fence keeps its unit, or nothing would be left to draw.
            let whole = first.0.from.is_none() && second.0.to.is_none();
            let loops = first.0.from == Some(unit) || first.0.from == second.0.to;
            let back = first.0.back || second.0.back;
            if same && !whole && !loops && !back {
                // The name shown is that of the stream at the fence.
                let pipe = if first.0.from.is_none() { first.0.pipe } else { second.0.pipe };
                links[*into] = (Link { pipe, from: first.0.from, to: second.0.to, back: false }, second.1);
                links.remove(*out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    /// What enters a unit leaves it, in every measure, and what enters the plant leaves it.
    #[test]
    fn widths_conserve() {
        let outcome = fixture::outcome();
        let plant = outcome.plant.as_ref().unwrap();
        for measure in Measure::all() {
            let flows = Flows::of(plant, &outcome.products, &measure, outcome.hours_per_year);
            assert!(flows.entering >= 0.0);
            let mut left = 0.0;
            for (at, node) in flows.nodes.iter().enumerate() {
                let (a, b) = (flows.entering_at(at), flows.out_of(at));
                match node.sort {
                    Sort::Unit => {
                        assert!(
                            (a - b).abs() <= 1e-3 * a.max(b) + 4.0 * TRACE * flows.entering,
                            "{}: {} {a} {b}",
                            measure.name,
                            node.name
                        );
                    }
                    Sort::Product | Sort::Loss => left += a,
                    Sort::Source => {}
                }
            }
            assert!((left - flows.entering).abs() <= 1e-3 * flows.entering, "{}", measure.name);
        }
    }
}
