//! The ground that is counted: inside outlines, below a surface, above another.
//!
//! # Equation
//! `s = n_in / n`, the share of the points that stand for a block which lie inside. A surface through points is, at a place,
//! `z = Σ d_i⁻² z_i / Σ d_i⁻²` over the eight points nearest in plan.
//!
//! # Symbols
//! s share of a block's volume that is counted (1); d distance in plan (m); z height (m).
//!
//! # Holds for
//! Blocks smaller than the outline's bends: the share is as fine as the discretisation. A point is inside where a line
//! eastward from it crosses the outlines an odd number of times, so that an outline within another is a hole.
//!
//! # Source
//! Geometry (crossing number); the surface as in `isaaks1989`, chapter 11.

use crate::deposit::ground::given::Shelf;
use crate::deposit::holes::sheet::{Faults, Sheet, Sort};
use crate::deposit::lattice::Lattice;
use crate::deposit::point::Point;
use crate::deposit::search::{Found, Search, Tree};
use crate::fields::Fields;
use crate::quantity::{Length, Quantity};

/// A height everywhere.
#[derive(Debug, Clone)]
pub enum Surface {
    /// Level, m.
    Level(f64),
    /// Through points.
    Points {
        /// The points.
        points: Vec<Point>,
        /// The same in plan, for searching.
        tree: Box<Tree>,
    },
}

impl Surface {
    /// Through points.
    pub fn through(points: Vec<Point>) -> Self {
        let flat: Vec<Point> = points.iter().map(|[x, y, _]| [*x, *y, 0.0]).collect();
        let tree = Box::new(Tree::new(&flat, &[], Search { most: 8, ..Search::ALL }));
        Surface::Points { points, tree }
    }

    /// The height at a place.
    pub fn height(&self, x: f64, y: f64, found: &mut Found) -> f64 {
        let (points, tree) = match self {
            Surface::Level(height) => return *height,
            Surface::Points { points, tree } => (points, tree),
        };
        tree.find([x, y, 0.0], found);
        let (mut sum, mut weight) = (0.0, 0.0);
        for near in &found.near {
            let height = points[near.sample as usize][2];
            if near.square < 1e-9 {
                return height;
            }
            sum += height / near.square;
            weight += 1.0 / near.square;
        }
        sum / weight
    }
}

/// What is counted.
#[derive(Debug, Clone, Default)]
pub struct Domain {
    /// Outlines in plan; none: everywhere.
    pub rings: Vec<Vec<[f64; 2]>>,
    /// Upper surface.
    pub top: Option<Surface>,
    /// Lower surface.
    pub bottom: Option<Surface>,
}

impl Domain {
    /// Reads `[domain]`.
    pub fn read(fields: &mut Fields<'_>, shelf: Shelf<'_>) -> Option<Self> {
        let outline = fields.may_text(
            "outline",
            "table of an area's corners in order: x, y, and `ring` where there are several; absent: everywhere",
        );
        let rings = match outline {
            Some(name) => {
                let named = rings(fields, shelf, "outline", &name, "ring")?;
                Some(named.into_iter().map(|(_, ring)| ring).collect())
            }
            None => None,
        };
        let mut surface = |key: &'static str, about: &str| -> Option<Option<Surface>> {
            let Some(words) = fields.may_text(key, about) else { return Some(None) };
            if let Ok(level) = Length::parse(&words) {
                return Some(Some(Surface::Level(level.0)));
            }
            points(fields, shelf, key, &words).map(|points| Some(Surface::through(points)))
        };
        let top = surface("top", "upper surface: a height such as \"120 m\", or a table of x, y, z; absent: none");
        let bottom = surface("bottom", "lower surface, likewise; absent: none");
        Some(Self { rings: rings.unwrap_or_default(), top: top?, bottom: bottom? })
    }

    /// Is a place inside?
    pub fn holds(&self, [x, y, z]: Point, found: &mut Found) -> bool {
        let around = self.rings.iter().filter(|ring| inside(ring, [x, y])).count();
        (self.rings.is_empty() || around % 2 == 1)
            && self.top.as_ref().is_none_or(|top| z <= top.height(x, y, found))
            && self.bottom.as_ref().is_none_or(|bottom| z >= bottom.height(x, y, found))
    }

    /// Share of each block that is inside, by the points that stand for it.
    pub fn shares(&self, lattice: &Lattice, points: [usize; 3]) -> Vec<f64> {
        let support = lattice.support(points);
        let mut found = Found::default();
        let mut share = |block: usize| {
            let middle = lattice.middle(block);
            let inside = support
                .iter()
                .filter(|offset| self.holds([0, 1, 2].map(|axis| middle[axis] + offset[axis]), &mut found));
            inside.count() as f64 / support.len() as f64
        };
        (0..lattice.blocks()).map(&mut share).collect()
    }
}

/// Is a place within a ring?
pub(super) fn inside(ring: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    let mut inside = false;
    for (at, [x1, y1]) in ring.iter().enumerate() {
        let [x2, y2] = ring[(at + 1) % ring.len()];
        if (*y1 > y) != (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1) {
            inside = !inside;
        }
    }
    inside
}

fn sheet(
    fields: &Fields<'_>,
    shelf: Shelf<'_>,
    key: &str,
    name: &str,
    needed: &[&str],
    faults: &mut Faults,
) -> Option<Sheet> {
    let (file, text) = shelf.text(fields, key, name)?;
    let sort = |name: &str| match name {
        "x" | "y" | "z" => Some(Sort::Length),
        "ring" | "zone" => Some(Sort::Text),
        _ => None,
    };
    Some(Sheet::read(&file, &text, sort, needed, faults))
}

fn told(fields: &Fields<'_>, faults: Faults) -> bool {
    let problems = faults.all();
    for problem in problems.iter().flatten() {
        fields.check().complain(problem.clone());
    }
    problems.is_some()
}

/// A ring by its name.
pub(super) type Ring = (String, Vec<[f64; 2]>);

/// The rings of a table that a field names, told apart by the words of one column.
pub(super) fn rings(fields: &Fields<'_>, shelf: Shelf<'_>, key: &str, name: &str, column: &str) -> Option<Vec<Ring>> {
    let mut faults = Faults::default();
    let sheet = sheet(fields, shelf, key, name, &["x", "y"], &mut faults)?;
    let mut rings: Vec<Ring> = Vec::new();
    for row in sheet.rows() {
        let (x, y) = (row.need("x", -1e9, 1e9, &mut faults), row.need("y", -1e9, 1e9, &mut faults));
        let (Some(x), Some(y)) = (x, y) else { continue };
        let name = row.text(column).unwrap_or("");
        match rings.iter_mut().find(|(known, _)| known == name) {
            Some((_, ring)) => ring.push([x, y]),
            None => rings.push((name.into(), vec![[x, y]])),
        }
    }
    for (ring, corners) in &rings {
        if corners.len() < 3 {
            let what = format!("the outline has {} corners", corners.len());
            faults.tell(&sheet.file, 0, ring, what, "three at least");
        }
    }
    if rings.is_empty() {
        faults.tell(&sheet.file, 0, "", "the outline has no corner", "three at least");
    }
    (!told(fields, faults)).then_some(rings)
}

fn points(fields: &Fields<'_>, shelf: Shelf<'_>, key: &str, name: &str) -> Option<Vec<Point>> {
    let mut faults = Faults::default();
    let sheet = sheet(fields, shelf, key, name, &["x", "y", "z"], &mut faults)?;
    let mut points = Vec::new();
    for row in sheet.rows() {
        let mut need = |name, low, high| row.need(name, low, high, &mut faults);
        if let (Some(x), Some(y), Some(z)) = (need("x", -1e9, 1e9), need("y", -1e9, 1e9), need("z", -12_000.0, 9_000.0))
        {
            points.push([x, y, z]);
        }
    }
    if points.is_empty() {
        faults.tell(&sheet.file, 0, "", "the surface has no point", "x, y and z");
    }
    (!told(fields, faults)).then_some(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_come_to_the_volume_inside() {
        // A square of 8 by 8 with a hole of 2 by 2, between two heights.
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high]];
        let domain = Domain {
            rings: vec![square(1.0, 9.0), square(4.0, 6.0)],
            top: Some(Surface::Level(3.5)),
            bottom: Some(Surface::through(vec![[0.0, 0.0, 1.0], [9.0, 9.0, 1.0], [4.0, 1.0, 1.0]])),
        };
        let lattice = Lattice { corner: [0.0; 3], block: [2.0, 2.0, 1.0], count: [5, 5, 5] };
        let volume: f64 = domain.shares(&lattice, [4, 4, 4]).iter().map(|share| share * 4.0).sum();
        assert!((volume - (64.0 - 4.0) * 2.5).abs() < 1e-9, "{volume}");
        let everywhere = Domain::default().shares(&lattice, [1, 1, 1]);
        assert!(everywhere.iter().all(|share| (share - 1.0).abs() < 1e-12));
    }

    #[test]
    fn a_surface_goes_through_its_points_and_stays_between_them() {
        let surface = Surface::through(vec![[0.0, 0.0, 5.0], [10.0, 0.0, 7.0], [0.0, 10.0, 6.0]]);
        let mut found = Found::default();
        assert!((surface.height(10.0, 0.0, &mut found) - 7.0).abs() < 1e-12);
        assert!((5.0..7.0).contains(&surface.height(4.0, 4.0, &mut found)));
    }
}
