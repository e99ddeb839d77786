//! What passes along the edges of a network, at given shares.
//!
//! # Equation
//! ```text
//! passes_i = share (a goes_i + b stays_i) t_i
//! ```
//! with a and b the shares of what goes and of what stays that leave a mixer with the edge's phase
//! ([`Network::leaving`]); from an inlet `share t_i`. A solute that the edge sets anew does not pass.
//!
//! # Source
//! Algebra of the balances.

use super::graph::{Edge, Graph, Node, Part};
use super::network::Network;
use super::stage::Shares;

/// Adds to `into` what an edge passes of `amounts`, the amounts in the node it comes from.
pub(super) fn add_passed(
    network: &Network<'_>,
    graph: &Graph,
    edge: &Edge,
    shares: &Shares,
    amounts: &[f64],
    into: &mut [f64],
) {
    let kept = edge.renews.map(|solute| (solute, into[solute]));
    if let (Node::Mixer(stage), Some(phase)) = (graph.kinds[edge.from], edge.phase) {
        let [a, b] = network.leaving(stage, phase).map(|part| part * edge.share);
        let row = stage * into.len()..(stage + 1) * into.len();
        let divided = shares.goes[row.clone()].iter().zip(&shares.stays[row]);
        for ((slot, amount), (goes, stays)) in into.iter_mut().zip(amounts).zip(divided) {
            *slot += (a * goes + b * stays) * amount;
        }
    } else {
        for (slot, amount) in into.iter_mut().zip(amounts) {
            *slot += edge.share * amount;
        }
    }
    if let Some((solute, kept)) = kept {
        into[solute] = kept;
    }
}

/// Adds to `into` what the nodes of a part send each other of `amounts`, both by position in the part.
pub(super) fn add_sent(
    network: &Network<'_>,
    graph: &Graph,
    part: &Part,
    shares: &Shares,
    amounts: &[f64],
    into: &mut [f64],
) {
    let k = network.solutes.len();
    let mut send = |id: usize, from: usize, to: usize| {
        let (amounts, into) = (&amounts[from * k..(from + 1) * k], &mut into[to * k..(to + 1) * k]);
        add_passed(network, graph, &graph.edges[id], shares, amounts, into);
    };
    for (at, own) in part.own.iter().enumerate() {
        for &id in own {
            send(id, at, at);
        }
    }
    for entry in &part.entries {
        for &id in &entry.edges {
            send(id, entry.column, entry.row);
        }
    }
}

/// Adds to `into`, by position, what earlier parts send to a part; `totals` by node.
pub(super) fn add_from_before(
    network: &Network<'_>,
    graph: &Graph,
    part: &Part,
    shares: &Shares,
    totals: &[f64],
    into: &mut [f64],
) {
    let k = network.solutes.len();
    for (&node, into) in part.nodes.iter().zip(into.chunks_exact_mut(k)) {
        for &id in &graph.into[node] {
            let edge = &graph.edges[id];
            if part.nodes.binary_search(&edge.from).is_err() {
                add_passed(network, graph, edge, shares, &totals[edge.from * k..(edge.from + 1) * k], into);
            }
        }
    }
}
