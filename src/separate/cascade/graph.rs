//! The graph of a network: nodes, edges, what returns to where it came from, and where elimination fills in.
//!
//! A stage of full efficiency is one node. One of less is three: what comes in each phase is
//! gathered first, and a share of it goes past the mixer. Strongly connected parts are solved
//! one after the other along the flow; within a part nodes are eliminated in the order given.

use super::network::{Network, Phase};

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    /// The mixer of a stage.
    Mixer(usize),
    /// What reaches a stage in one phase.
    Inlet(usize, Phase),
}

/// What an edge takes of its node: all of it, or what leaves the mixer with one phase.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub from: usize,
    pub to: usize,
    /// `None`: all that is in an inlet node.
    pub phase: Option<Phase>,
    pub share: f64,
    pub renews: Option<usize>,
}

/// An off-diagonal place of a part's matrix: row and column by position in the part.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub row: usize,
    pub column: usize,
    /// Edges of the network that stand here, from the column's node to the row's.
    pub edges: Vec<usize>,
    /// Does elimination write here?
    pub filled: bool,
}

/// A strongly connected part.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    /// Nodes in the order of elimination.
    pub nodes: Vec<usize>,
    pub entries: Vec<Entry>,
    /// For each position: edges from the node to itself.
    pub own: Vec<Vec<usize>>,
    /// For each position: entries of its row right of the diagonal.
    pub right: Vec<Vec<usize>>,
    /// For each position: entries of its column below the diagonal.
    pub below: Vec<Vec<usize>>,
    /// For each position, each entry below and each entry right: the entry that is changed (`None`: the diagonal).
    pub changed: Vec<Vec<Option<usize>>>,
}

/// The whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    pub kinds: Vec<Node>,
    pub edges: Vec<Edge>,
    /// Edges by the node they come from.
    pub out: Vec<Vec<usize>>,
    /// Edges by the node they go to.
    pub into: Vec<Vec<usize>>,
    /// Node of each stage's mixer.
    pub mixer: Vec<usize>,
    /// Nodes that take what enters with a solution and with an organic phase, by stage.
    pub inlets: Vec<[usize; 2]>,
    /// In the order of the flow.
    pub parts: Vec<Part>,
}

impl Graph {
    pub(super) fn nodes(&self) -> usize {
        self.kinds.len()
    }

    pub(super) fn of(network: &Network<'_>) -> Self {
        let mut graph = Self::default();
        for (at, stage) in network.stages.iter().enumerate() {
            let first = graph.kinds.len();
            if stage.efficiency < 1.0 {
                graph.kinds.extend([Node::Inlet(at, Phase::Organic), Node::Inlet(at, Phase::Aqueous), Node::Mixer(at)]);
                graph.inlets.push([first + 1, first]);
                graph.mixer.push(first + 2);
                for inlet in [first, first + 1] {
                    let edge = Edge { from: inlet, to: first + 2, phase: None, share: stage.efficiency, renews: None };
                    graph.edges.push(edge);
                }
            } else {
                graph.kinds.push(Node::Mixer(at));
                graph.inlets.push([first, first]);
                graph.mixer.push(first);
            }
        }
        for pipe in network.pipes.iter().filter(|pipe| pipe.share > 0.0) {
            let phase = usize::from(pipe.phase == Phase::Organic);
            let to = graph.inlets[pipe.to][phase];
            let edge = Edge {
                from: graph.mixer[pipe.from],
                to,
                phase: Some(pipe.phase),
                share: pipe.share,
                renews: pipe.renews,
            };
            graph.edges.push(edge);
            let past = 1.0 - network.stages[pipe.from].efficiency;
            if past > 0.0 {
                let from = graph.inlets[pipe.from][phase];
                graph.edges.push(Edge { from, phase: None, share: pipe.share * past, ..edge });
            }
        }
        graph.out = vec![Vec::new(); graph.kinds.len()];
        graph.into = graph.out.clone();
        for (id, edge) in graph.edges.iter().enumerate() {
            graph.out[edge.from].push(id);
            graph.into[edge.to].push(id);
        }
        graph.parts = graph.components().into_iter().map(|nodes| graph.part(nodes)).collect();
        graph
    }

    /// Strongly connected components in the order of the flow (Tarjan, without recursion).
    fn components(&self) -> Vec<Vec<usize>> {
        let n = self.kinds.len();
        let (mut index, mut low) = (vec![usize::MAX; n], vec![0; n]);
        let mut on_stack = vec![false; n];
        let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
        let mut calls: Vec<(usize, usize)> = Vec::new();
        for root in 0..n {
            if index[root] != usize::MAX {
                continue;
            }
            calls.push((root, 0));
            while let Some((at, edge)) = calls.pop() {
                if edge == 0 {
                    (index[at], low[at]) = (next, next);
                    next += 1;
                    stack.push(at);
                    on_stack[at] = true;
                }
                if let Some(&id) = self.out[at].get(edge) {
                    calls.push((at, edge + 1));
                    let to = self.edges[id].to;
                    if index[to] == usize::MAX {
                        calls.push((to, 0));
                    } else if on_stack[to] {
                        low[at] = low[at].min(index[to]);
                    }
                    continue;
                }
                if let Some(&(parent, _)) = calls.last() {
                    low[parent] = low[parent].min(low[at]);
                }
                if low[at] == index[at] {
                    let mut component = Vec::new();
                    while let Some(member) = stack.pop() {
                        on_stack[member] = false;
                        component.push(member);
                        if member == at {
                            break;
                        }
                    }
                    component.sort_unstable();
                    found.push(component);
                }
            }
        }
        found.reverse();
        found
    }

    /// Where a part's matrix has entries once elimination has filled in.
    fn part(&self, nodes: Vec<usize>) -> Part {
        let n = nodes.len();
        let position = |node: usize| nodes.binary_search(&node).ok();
        let mut part = Part {
            own: vec![Vec::new(); n],
            right: vec![Vec::new(); n],
            below: vec![Vec::new(); n],
            ..Part::default()
        };
        for (column, &node) in nodes.iter().enumerate() {
            for &id in &self.out[node] {
                if let Some(row) = position(self.edges[id].to) {
                    match part.entry(row, column) {
                        Some(entry) => part.entries[entry].edges.push(id),
                        None => part.own[row].push(id),
                    }
                }
            }
        }
        for pivot in 0..n {
            let mut changed = Vec::with_capacity(part.below[pivot].len() * part.right[pivot].len());
            // Rows and columns after the pivot's alone get new entries.
            for at_low in 0..part.below[pivot].len() {
                for at_high in 0..part.right[pivot].len() {
                    let (low, high) = (part.below[pivot][at_low], part.right[pivot][at_high]);
                    let (row, column) = (part.entries[low].row, part.entries[high].column);
                    let target = part.entry(row, column);
                    if let Some(target) = target {
                        part.entries[target].filled = true;
                    }
                    changed.push(target);
                }
            }
            part.changed.push(changed);
        }
        part.nodes = nodes;
        part
    }
}

impl Part {
    /// The entry at a place, made if need be; `None` on the diagonal.
    fn entry(&mut self, row: usize, column: usize) -> Option<usize> {
        if row == column {
            return None;
        }
        let line = if row < column { &self.right[row] } else { &self.below[column] };
        let found = line.iter().copied().find(|&id| (self.entries[id].row, self.entries[id].column) == (row, column));
        Some(found.unwrap_or_else(|| {
            let id = self.entries.len();
            self.entries.push(Entry { row, column, ..Entry::default() });
            if row < column {
                self.right[row].push(id);
            } else {
                self.below[column].push(id);
            }
            id
        }))
    }
}
