//! The plant as a graph in layers: what the flowsheet and the Sankey are laid out from.

use crate::flowsheet::Plant;

/// A stream between two units, or across the fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// Its place among the plant's pipes; the stream's number is one more.
    pub pipe: usize,
    /// The unit it leaves; `None` for what is given from outside.
    pub from: Option<usize>,
    /// The unit it enters; `None` when it crosses the fence outward.
    pub to: Option<usize>,
    /// Does it run back against the order of the layers?
    pub back: bool,
}

/// Units and streams, with the layer of each unit.
#[derive(Debug, Clone)]
pub struct Graph {
    /// How many units there are.
    pub units: usize,
    /// Every stream, in the plant's order.
    pub links: Vec<Link>,
    /// The layer of each unit, from the ore side.
    pub layer: Vec<usize>,
}

impl Graph {
    /// The graph of a solved plant.
    pub fn of(plant: &Plant) -> Self {
        let unit = |tag: &Option<String>| tag.as_ref().and_then(|tag| plant.units.iter().position(|u| u.tag == *tag));
        let torn = |name: &str| plant.recycles.iter().any(|recycle| recycle.torn.iter().any(|torn| torn == name));
        let links = plant
            .pipes
            .iter()
            .enumerate()
            .map(|(pipe, p)| Link { pipe, from: unit(&p.from), to: unit(&p.to), back: torn(&p.name) })
            .collect();
        Self::new(plant.units.len(), links)
    }

    /// A graph from links; loops that are still whole are opened where they close.
    pub fn new(units: usize, mut links: Vec<Link>) -> Self {
        for link in &mut links {
            link.back |= link.from.is_some() && link.from == link.to;
        }
        let mut state = vec![0_u8; units];
        for unit in 0..units {
            if state[unit] == 0 {
                open_loops(unit, &mut links, &mut state);
            }
        }
        let layer = layers(units, &links);
        Self { units, links, layer }
    }

    /// Links between two units.
    pub fn inner(&self) -> impl Iterator<Item = (usize, usize, Link)> + '_ {
        self.links.iter().filter_map(|link| Some((link.from?, link.to?, *link)))
    }

    /// How many layers there are.
    pub fn depth(&self) -> usize {
        self.layer.iter().max().map_or(0, |most| most + 1)
    }
}

/// Depth first: a link to a unit whose own visit is not over closes a loop.
fn open_loops(unit: usize, links: &mut [Link], state: &mut [u8]) {
    state[unit] = 1;
    for at in 0..links.len() {
        if links[at].from != Some(unit) || links[at].back {
            continue;
        }
        if let Some(next) = links[at].to {
            match state[next] {
                0 => open_loops(next, links, state),
                1 => links[at].back = true,
                _ => {}
            }
        }
    }
    state[unit] = 2;
}

/// Longest path from the start; a unit that starts a side branch stands just before its taker.
fn layers(units: usize, links: &[Link]) -> Vec<usize> {
    let forward: Vec<(usize, usize)> =
        links.iter().filter(|link| !link.back).filter_map(|link| Some((link.from?, link.to?))).collect();
    let mut layer = vec![0_usize; units];
    for _ in 0..units {
        for &(from, to) in &forward {
            layer[to] = layer[to].max(layer[from] + 1);
        }
    }
    for unit in 0..units {
        if forward.iter().any(|(_, to)| *to == unit) {
            continue;
        }
        if let Some(nearest) = forward.iter().filter(|(from, _)| *from == unit).map(|(_, to)| layer[*to]).min() {
            layer[unit] = nearest.saturating_sub(1);
        }
    }
    layer
}

#[cfg(test)]
pub(in crate::report) mod tests {
    use super::*;

    /// A graph from pairs of units.
    pub fn graph(units: usize, pairs: &[(usize, usize)]) -> Graph {
        let links = pairs
            .iter()
            .enumerate()
            .map(|(pipe, &(from, to))| Link { pipe, from: Some(from), to: Some(to), back: false })
            .collect();
        Graph::new(units, links)
    }

    #[test]
    fn a_loop_is_opened_once_and_layers_rise() {
        let graph = graph(4, &[(0, 1), (1, 2), (2, 3), (2, 1), (3, 0)]);
        let back: Vec<usize> = graph.links.iter().filter(|l| l.back).map(|l| l.pipe).collect();
        assert_eq!(back, [3, 4]);
        assert_eq!(graph.layer, [0, 1, 2, 3]);
        for (from, to, link) in graph.inner() {
            assert!(link.back || graph.layer[from] < graph.layer[to]);
        }
    }

    #[test]
    fn a_side_branch_stands_before_its_taker() {
        let graph = graph(5, &[(0, 1), (1, 2), (2, 3), (4, 3)]);
        assert_eq!(graph.layer[4], 2);
    }
}
