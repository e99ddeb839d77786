//! The order in which nodes are visited: a coarse lattice first, then the nodes between, each lot in a random order.
//!
//! # Equation
//! Level `l` visits the nodes whose three indices are all multiples of `2^l` (less along an axis with few nodes), but for those already
//! visited, in an order drawn by lot; `l` falls to nought.
//!
//! # Symbols
//! `l` level; a node's index along each axis, from nought.
//!
//! # Holds for
//! Lattices of any size. The coarse levels carry the far ends of a long variogram, which nodes visited at random would not see past their
//! nearest neighbours.
//!
//! # Source
//! `deutsch1998` (multiple grids); one path for several realisations: `nussbaumer2018`.

use super::chance::Chance;

/// One lattice of the several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// Nodes from one to the next along each axis.
    pub stride: [usize; 3],
}

/// The levels of a lattice, coarse first.
pub fn levels(count: [usize; 3]) -> Vec<Level> {
    let most = count.map(|count| (count.max(2) / 2).ilog2());
    let coarsest = most.into_iter().max().unwrap_or(0);
    (0..=coarsest).rev().map(|level| Level { stride: most.map(|most| 1 << level.min(most)) }).collect()
}

/// The nodes in order, a list for each level.
pub fn draw(count: [usize; 3], chance: Chance) -> Vec<Vec<u32>> {
    let levels = levels(count);
    let mut coarser: Option<Level> = None;
    let mut path = Vec::with_capacity(levels.len());
    for (at, level) in levels.into_iter().enumerate() {
        let [east, north, up] = level.stride;
        let visited = |index: [usize; 3]| {
            coarser.is_some_and(|coarse| index.iter().zip(coarse.stride).all(|(index, stride)| index % stride == 0))
        };
        let mut nodes = Vec::new();
        for z in (0..count[2]).step_by(up) {
            for y in (0..count[1]).step_by(north) {
                for x in (0..count[0]).step_by(east) {
                    if !visited([x, y, z]) {
                        nodes.push((x + count[0] * (y + count[1] * z)) as u32);
                    }
                }
            }
        }
        chance.within(at as u64).shuffle(&mut nodes);
        path.push(nodes);
        coarser = Some(level);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_once_the_coarse_first() {
        for count in [[1, 1, 1], [7, 1, 1], [20, 31, 1], [16, 9, 5]] {
            let path = draw(count, Chance::of(3));
            let mut all: Vec<u32> = path.concat();
            all.sort_unstable();
            assert!(all.iter().enumerate().all(|(at, node)| at == *node as usize), "{count:?}");
            assert_eq!(all.len(), count.iter().product::<usize>());
        }
        let path = draw([64, 64, 1], Chance::of(3));
        assert_eq!(path.len(), 6);
        assert_eq!(path[0].len(), 4);
        assert_eq!(path[5].len(), 64 * 64 * 3 / 4);
        assert_ne!(path[5], draw([64, 64, 1], Chance::of(4))[5]);
    }
}
