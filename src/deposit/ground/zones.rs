//! Parts of a deposit that have names: squares of a regular net, or outlines, so that tonnes can be told and mined by part.
//!
//! # Equation
//! Of a net, row `⌊(y − y0)/s⌋` from the south and column `⌊(x − x0)/s⌋` from the west.
//!
//! # Symbols
//! x, y place in plan; x0, y0 the net's south-western corner; s side of a square (m).
//!
//! # Holds for
//! Blocks that fit into the zones: a block is of the first zone that holds its middle, and of no other. Squares are named as on a
//! map, rows by letter from the north and columns by number from the west: `B1` is the second row down at the western edge.
//!
//! # Source
//! Geometry; the names are those of published maps of sea-bed licences.

use crate::deposit::ground::domain::{inside, rings};
use crate::deposit::ground::given::Shelf;
use crate::deposit::lattice::Lattice;
use crate::fields::{Fields, nearest};
use crate::quantity::Length;

/// Zones by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Zones {
    names: Vec<String>,
    shapes: Shapes,
}

#[derive(Debug, Clone, PartialEq)]
enum Shapes {
    Net { corner: [f64; 2], side_m: f64, columns: usize, rows: usize },
    Outlines(Vec<Vec<[f64; 2]>>),
}

impl Zones {
    /// A net of squares.
    pub fn net(corner: [f64; 2], side_m: f64, columns: usize, rows: usize) -> Self {
        let row = |row: usize| (1..=columns).map(move |column| format!("{}{column}", letter(row)));
        Self { names: (0..rows).flat_map(row).collect(), shapes: Shapes::Net { corner, side_m, columns, rows } }
    }

    /// Reads `[zones]`.
    pub fn read(fields: &mut Fields<'_>, shelf: Shelf<'_>) -> Option<Self> {
        let outlines = fields.may_text(
            "outlines",
            "table of the zones' corners in order: zone, x, y; instead of a net (`west`, `south`, `side`, `columns`, `rows`)",
        );
        if let Some(name) = outlines {
            let (names, shapes) = rings(fields, shelf, "outlines", &name, "zone")?.into_iter().unzip();
            return Some(Self { names, shapes: Shapes::Outlines(shapes) });
        }
        let west: Option<Length> = fields.need("west", "western edge of a net of squares", -1e9..=1e9);
        let south: Option<Length> = fields.need("south", "its southern edge", -1e9..=1e9);
        let side: Option<Length> = fields.need("side", "side of a square", 1e-2..=1e7);
        let columns = fields.count("columns", "squares from west to east", 1..=200);
        let rows = fields.count("rows", "squares from south to north, A the northernmost", 1..=200);
        Some(Self::net([west?.0, south?.0], side?.0, columns?, rows?))
    }

    /// Their names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The zone that a field names.
    pub fn named(&self, fields: &Fields<'_>, name: &str) -> Option<usize> {
        let at = self.names.iter().position(|known| known == name);
        if at.is_none() {
            let hint = match nearest(name, self.names.iter().map(String::as_str)) {
                near if near.starts_with("did you mean") => near,
                _ => format!("a zone from {} to {}", self.names[0], self.names[self.names.len() - 1]),
            };
            fields.refuse("zone", format!("there is no zone `{name}`"), hint);
        }
        at
    }

    /// The zone that holds a place.
    pub fn at(&self, place: [f64; 2]) -> Option<usize> {
        match &self.shapes {
            Shapes::Net { corner, side_m, columns, rows } => {
                let [across, up] = [0, 1].map(|axis| ((place[axis] - corner[axis]) / side_m).floor());
                let within = (0.0..*columns as f64).contains(&across) && (0.0..*rows as f64).contains(&up);
                within.then(|| (rows - 1 - up as usize) * columns + across as usize)
            }
            Shapes::Outlines(outlines) => outlines.iter().position(|outline| inside(outline, place)),
        }
    }

    /// The zone of each column of blocks, from west to east, then from south to north.
    pub fn of_columns(&self, lattice: &Lattice) -> Vec<Option<usize>> {
        let [across, along, _] = lattice.count;
        let middle = |column| {
            let [x, y, _] = lattice.middle(column);
            self.at([x, y])
        };
        (0..across * along).map(middle).collect()
    }
}

/// A, B, …, Z, AA, …
fn letter(row: usize) -> String {
    let last = char::from(b'A' + (row % 26) as u8);
    if row < 26 { last.to_string() } else { format!("{}{last}", letter(row / 26 - 1)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squares_are_named_from_the_north_west_and_tile_the_net() {
        let zones = Zones::net([0.0, 0.0], 10.0, 6, 4);
        assert_eq!(["A1", "B1", "D6"], [0, 6, 23].map(|at: usize| zones.names()[at].as_str()));
        assert_eq!(zones.at([2.5, 37.5]), Some(0));
        assert_eq!(zones.at([2.5, 27.5]), Some(6));
        assert_eq!((zones.at([60.5, 5.0]), zones.at([5.0, -0.1])), (None, None));
        let lattice = Lattice { corner: [0.0; 3], block: [5.0, 5.0, 1.0], count: [12, 8, 3] };
        let of = zones.of_columns(&lattice);
        assert!((0..24).all(|zone| of.iter().filter(|at| **at == Some(zone)).count() == 4));
        assert_eq!(letter(27), "AB");
    }

    #[test]
    fn the_first_outline_that_holds_a_place_has_it() {
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
        let shapes = Shapes::Outlines(vec![square(0.0, 5.0), square(4.0, 9.0)]);
        let zones = Zones { names: vec!["west".into(), "east".into()], shapes };
        assert_eq!([4.5, 5.5, 9.5].map(|at| zones.at([at, at])), [Some(0), Some(1), None]);
    }
}
