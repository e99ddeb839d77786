//! The area of a deposit: named squares, cut into blocks.
//!
//! Squares are named as on a map, rows by letter from the north and columns by number from
//! the west: `B1` is the second row down at the western edge.

use crate::deposit::point::Point;

/// Squares in columns and rows, each cut into blocks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Western edge, m.
    pub west_m: f64,
    /// Southern edge, m.
    pub south_m: f64,
    /// Side of a square, m.
    pub side_m: f64,
    /// Squares from west to east.
    pub columns: usize,
    /// Squares from south to north.
    pub rows: usize,
    /// Blocks along the side of a square.
    pub blocks: usize,
}

/// One block, seen from above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// Middle.
    pub middle: Point,
    /// Index of its square, west to east, then north to south.
    pub square: usize,
}

impl Area {
    /// Ground covered, m².
    pub fn ground_m2(&self) -> f64 {
        self.square_m2() * (self.columns * self.rows) as f64
    }

    /// Ground of one square, m².
    pub fn square_m2(&self) -> f64 {
        self.side_m * self.side_m
    }

    /// Side of a block, m.
    pub fn block_side_m(&self) -> f64 {
        self.side_m / self.blocks as f64
    }

    /// Names of the squares: `A1`, `A2`, …
    pub fn names(&self) -> Vec<String> {
        (0..self.rows)
            .flat_map(|row| (1..=self.columns).map(move |column| format!("{}{column}", letter(row))))
            .collect()
    }

    /// Blocks from west to east, then south to north.
    pub fn blocks(&self) -> impl Iterator<Item = Block> {
        let area = *self;
        let side = self.block_side_m();
        (0..self.rows * self.blocks).flat_map(move |up| {
            (0..area.columns * area.blocks).map(move |across| Block {
                middle: [area.west_m + (across as f64 + 0.5) * side, area.south_m + (up as f64 + 0.5) * side, 0.0],
                square: (area.rows - 1 - up / area.blocks) * area.columns + across / area.blocks,
            })
        })
    }
}

/// A, B, …, Z, AA, …
fn letter(row: usize) -> String {
    let last = char::from(b'A' + (row % 26) as u8);
    if row < 26 { last.to_string() } else { format!("{}{last}", letter(row / 26 - 1)) }
}

/// The points that stand for a square of one level, `points` a side.
pub fn support(middle: Point, side_m: f64, points: usize) -> Vec<Point> {
    let step = side_m / points as f64;
    let start = |centre: f64| centre - 0.5 * side_m + 0.5 * step;
    (0..points)
        .flat_map(|up| {
            (0..points).map(move |across| {
                [start(middle[0]) + across as f64 * step, start(middle[1]) + up as f64 * step, middle[2]]
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { west_m: 0.0, south_m: 0.0, side_m: 10.0, columns: 6, rows: 4, blocks: 2 };

    #[test]
    fn squares_are_named_from_the_north_west() {
        let names = AREA.names();
        assert_eq!((names[0].as_str(), names[6].as_str(), names[23].as_str()), ("A1", "B1", "D6"));
        let north_west =
            AREA.blocks().find(|block| crate::deposit::point::distance(block.middle, [2.5, 37.5, 0.0]) < 1e-9).unwrap();
        assert_eq!(north_west.square, 0);
        assert_eq!(letter(27), "AB");
    }

    #[test]
    fn blocks_tile_the_area() {
        assert_eq!(AREA.blocks().count(), 96);
        assert!((AREA.ground_m2() - 2400.0).abs() < 1e-9);
        for square in 0..24 {
            assert_eq!(AREA.blocks().filter(|block| block.square == square).count(), 4);
        }
    }

    #[test]
    fn support_is_centred() {
        let points = support([5.0, 7.0, 2.0], 4.0, 4);
        let [x, y, z] = crate::deposit::point::middle(&points);
        assert!((x - 5.0).abs() < 1e-12 && (y - 7.0).abs() < 1e-12 && (z - 2.0).abs() < 1e-12);
        assert!(crate::deposit::point::distance(points[0], [3.5, 5.5, 2.0]) < 1e-12);
    }
}
