//! In which order units are calculated, and which streams are torn.

use std::collections::BTreeMap;

use super::Placed;

/// Units calculated together: one alone, or a loop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Positions in the flowsheet, in order of calculation.
    pub units: Vec<usize>,
    /// Streams guessed at the start of a pass; empty when there is no loop.
    pub torn: Vec<String>,
}

/// The groups, in an order in which each needs only earlier ones.
///
/// Loops are the strongly connected components (Tarjan 1972). Inside a loop units keep the
/// scenario's order, which is the order an engineer thinks in; every stream that runs
/// backwards in it is torn.
pub fn groups(units: &[Placed]) -> Vec<Group> {
    let maker: BTreeMap<&str, usize> = units
        .iter()
        .enumerate()
        .flat_map(|(at, unit)| unit.outlets.iter().map(move |name| (name.as_str(), at)))
        .collect();
    // Edges from a unit to those it needs; Tarjan then yields needs before needers.
    let needs: Vec<Vec<usize>> = units
        .iter()
        .map(|unit| unit.inlets.iter().flatten().filter_map(|name| maker.get(name.as_str()).copied()).collect())
        .collect();
    components(&needs)
        .into_iter()
        .map(|mut members| {
            members.sort_unstable();
            let torn = members
                .iter()
                .enumerate()
                .flat_map(|(position, &at)| {
                    let members = &members;
                    let maker = &maker;
                    units[at].inlets.iter().flatten().filter(move |name| {
                        maker
                            .get(name.as_str())
                            .and_then(|made| members.iter().position(|m| m == made))
                            .is_some_and(|made| made >= position)
                    })
                })
                .cloned()
                .collect();
            Group { units: members, torn }
        })
        .collect()
}

/// Strongly connected components, each after all it points to.
fn components(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    struct Walk<'e> {
        edges: &'e [Vec<usize>],
        index: Vec<Option<usize>>,
        low: Vec<usize>,
        stack: Vec<usize>,
        on_stack: Vec<bool>,
        next: usize,
        found: Vec<Vec<usize>>,
    }
    impl Walk<'_> {
        fn visit(&mut self, at: usize) {
            self.index[at] = Some(self.next);
            self.low[at] = self.next;
            self.next += 1;
            self.stack.push(at);
            self.on_stack[at] = true;
            for position in 0..self.edges[at].len() {
                let to = self.edges[at][position];
                match self.index[to] {
                    None => {
                        self.visit(to);
                        self.low[at] = self.low[at].min(self.low[to]);
                    }
                    Some(index) if self.on_stack[to] => self.low[at] = self.low[at].min(index),
                    Some(_) => {}
                }
            }
            if Some(self.low[at]) == self.index[at] {
                let mut members = Vec::new();
                while let Some(member) = self.stack.pop() {
                    self.on_stack[member] = false;
                    members.push(member);
                    if member == at {
                        break;
                    }
                }
                self.found.push(members);
            }
        }
    }
    let count = edges.len();
    let mut walk = Walk {
        edges,
        index: vec![None; count],
        low: vec![0; count],
        stack: Vec::new(),
        on_stack: vec![false; count],
        next: 0,
        found: Vec::new(),
    };
    for at in 0..count {
        if walk.index[at].is_none() {
            walk.visit(at);
        }
    }
    walk.found
}
