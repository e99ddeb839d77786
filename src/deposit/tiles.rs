//! A lattice cut into tiles of blocks that lie together.

use crate::deposit::lattice::Lattice;
use crate::deposit::point::Point;

/// The tiles, from west to east, then north, then upward.
#[derive(Debug, Clone, Copy)]
pub struct Tiles {
    lattice: [usize; 3],
    /// Blocks of a tile along each axis; fewer in the last of a row.
    tile: [usize; 3],
    /// Tiles along each axis.
    along: [usize; 3],
}

impl Tiles {
    /// Of at most so many blocks each, as round as `length` says.
    pub fn new(lattice: &Lattice, most: usize, length: impl Fn(Point) -> f64) -> Self {
        let mut tile = [1; 3];
        loop {
            let side = |axis: usize| {
                let mut way = [0.0; 3];
                way[axis] = lattice.block[axis] * tile[axis] as f64;
                length(way)
            };
            let open = (0..3).filter(|axis| tile[*axis] < lattice.count[*axis]);
            let Some(axis) = open.min_by(|a, b| side(*a).total_cmp(&side(*b))) else { break };
            if 2 * tile.iter().product::<usize>() > most {
                break;
            }
            tile[axis] = (2 * tile[axis]).min(lattice.count[axis]);
        }
        let tiles = [0, 1, 2].map(|axis| lattice.count[axis].div_ceil(tile[axis]));
        // Evenly, so that the last is hardly smaller than the others.
        let tile = [0, 1, 2].map(|axis| lattice.count[axis].div_ceil(tiles[axis]));
        let tiles = [0, 1, 2].map(|axis| lattice.count[axis].div_ceil(tile[axis]));
        Self { lattice: lattice.count, tile, along: tiles }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.along.iter().product()
    }

    /// Most blocks of one.
    pub fn blocks(&self) -> usize {
        self.tile.iter().product()
    }

    /// The blocks of a tile, rising; every other row backward, so that each lies beside the one before.
    pub fn of(&self, tile: usize) -> impl Iterator<Item = usize> + use<> {
        let place =
            [tile % self.along[0], tile / self.along[0] % self.along[1], tile / (self.along[0] * self.along[1])];
        let from = [0, 1, 2].map(|axis| place[axis] * self.tile[axis]);
        let to = [0, 1, 2].map(|axis| (from[axis] + self.tile[axis]).min(self.lattice[axis]));
        let [across, along, _] = self.lattice;
        (from[2]..to[2]).flat_map(move |up| {
            (from[1]..to[1]).flat_map(move |north| {
                let back = (north - from[1] + up - from[2]) % 2 == 1;
                (from[0]..to[0]).map(move |east| {
                    let east = if back { from[0] + to[0] - 1 - east } else { east };
                    east + across * (north + along * up)
                })
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Every block is of one tile, and no tile has more than it may.
        #[test]
        fn tiles_cover_the_lattice(count in [1usize..20, 1usize..20, 1usize..9], most in 1usize..80, flat in 0.1..10.0f64) {
            let lattice = Lattice { corner: [0.0; 3], block: [1.0, 2.0, flat], count };
            let tiles = Tiles::new(&lattice, most, crate::deposit::point::length);
            let mut times = vec![0u32; lattice.blocks()];
            for tile in 0..tiles.count() {
                let blocks: Vec<usize> = tiles.of(tile).collect();
                prop_assert!(!blocks.is_empty() && blocks.len() <= tiles.blocks());
                for block in blocks {
                    times[block] += 1;
                }
            }
            prop_assert!(times.iter().all(|times| *times == 1));
            prop_assert!(tiles.blocks() <= most);
        }
    }
}
