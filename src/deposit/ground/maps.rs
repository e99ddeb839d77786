//! Maps: the deposit from above and cut through, with the samples posted on them.
//!
//! A map is two tables, `map_<name>` of rectangles and `map_<name>_samples` of the samples on it.

use std::collections::BTreeMap;

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::ground::simulated::Blocks;
use crate::fields::Fields;
use crate::quantity::Length;
use crate::table::{Cell, Table};

/// More rectangles than this are left to the files.
const MOST: usize = 40_000;

/// Where the deposit is cut, m.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cuts {
    /// Sections that run north and up, at these eastings.
    pub east: Vec<f64>,
    /// Sections that run east and up, at these northings.
    pub north: Vec<f64>,
    /// Levels.
    pub up: Vec<f64>,
}

impl Cuts {
    /// Reads `[maps]`.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut list = |key, about| -> Option<Vec<f64>> {
            if !fields.has(key) {
                // Described all the same.
                let _ = fields.may_texts(key, about);
                return Some(Vec::new());
            }
            let lengths: Vec<Length> = fields.list(key, about, -1e9..=1e9)?;
            Some(lengths.into_iter().map(|length| length.0).collect())
        };
        let east = list("east", "eastings at which a section is drawn, a list of lengths; absent: none");
        let north = list("north", "northings at which a section is drawn; absent: none");
        let up = list("up", "heights at which a level is drawn; absent: none");
        Some(Self { east: east?, north: north?, up: up? })
    }
}

/// A rectangle of a map: its middle and its value.
type Spot = ([f64; 2], f64);
/// A rectangle of a map of chance: its middle, its chance, P90, P50 and P10 of its grade.
type Chance = ([f64; 2], f64, Option<[f64; 3]>);

impl Ground {
    /// The plan, and a section or level wherever one is asked for.
    pub fn maps(&self, model: &BlockModel, flag: &str) -> Vec<Table> {
        let mut tables = self.plan(model, flag);
        for (axis, place, name) in self.slices() {
            tables.extend(self.cut(model, axis, name, place, flag));
        }
        tables
    }

    /// Of the grounds drawn: the chance of every column of blocks, and on each section and level of every block, to stand above the cut-off,
    /// with P90, P50 and P10 of the grade.
    pub fn chance_maps(&self, model: &BlockModel, blocks: &Blocks, flag: &str) -> Vec<Table> {
        let lead = &self.samples.variables[self.tonnage.of];
        let unit = if lead.unit == "1" { "" } else { lead.unit };
        let words = format!("{} {unit}", crate::table::nine_digits(self.tonnage.cut_off));
        let title = format!("Chance of {} above {}", lead.name, words.trim());
        let [across, along, _] = self.lattice.count;
        let mut columns: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
        for (block, dry_t, _) in model.estimated(self.tonnage.of) {
            if let Some(chance) = blocks.chance[block] {
                let sum = columns.entry(block % (across * along)).or_default();
                sum.0 += dry_t;
                sum.1 += dry_t * chance;
            }
        }
        let places = |axes: [usize; 2], block: usize| axes.map(|axis| self.lattice.middle(block)[axis]);
        let plan = columns.iter().map(|(at, (dry_t, sum))| (places([0, 1], *at), 100.0 * sum / dry_t, None)).collect();
        let from_above = format!("{title}, from above, mean over the height{flag}");
        let mut tables = vec![self.chances("plan", from_above, [0, 1], plan)];
        for (axis, place, name) in self.slices() {
            let Some(slice) = self.slice(axis, place) else { continue };
            let axes = [[1, 2], [0, 2], [0, 1]][axis];
            let cells = model
                .estimated(self.tonnage.of)
                .filter(|(block, ..)| self.index(*block)[axis] == slice)
                .filter_map(|(block, ..)| {
                    let spread = blocks.spread.get(block).copied().flatten();
                    Some((places(axes, block), 100.0 * blocks.chance[block]?, spread))
                })
                .collect();
            let words = crate::table::nine_digits(place);
            let at = format!("{title}, at {words} m {name}{flag}");
            tables.push(self.chances(&format!("{name}_{}", words.replace(['.', '-'], "_")), at, axes, cells));
        }
        tables.retain(|table| !table.rows.is_empty() && table.rows.len() <= MOST);
        tables
    }

    fn chances(&self, name: &str, title: String, axes: [usize; 2], cells: Vec<Chance>) -> Table {
        const NAMES: [&str; 3] = ["east", "north", "up"];
        let lead = &self.samples.variables[self.tonnage.of];
        let unit = if lead.unit == "1" { "" } else { lead.unit };
        let mut table = Table::new(
            format!("map_{name}_chance"),
            title,
            "share of the realisations; blocks by their own grade; P90 is exceeded in 90 % of them",
            &[
                (NAMES[axes[0]], "m"),
                (NAMES[axes[1]], "m"),
                ("chance", "%"),
                ("wide", "m"),
                ("tall", "m"),
                ("P90", unit),
                ("P50", unit),
                ("P10", unit),
            ],
        );
        let [wide, tall] = axes.map(|axis| self.lattice.block[axis]);
        for ([x, y], chance, spread) in cells {
            let mut row: Vec<Cell> = vec![x.into(), y.into(), chance.into(), wide.into(), tall.into()];
            row.extend((0..3).map(|part| Cell::from(spread.map(|spread| spread[part]))));
            table.row(row);
        }
        table
    }

    /// Sections and levels that are asked for: axis, place, name.
    fn slices(&self) -> Vec<(usize, f64, &'static str)> {
        let asked = [(0, &self.cuts.east, "east"), (1, &self.cuts.north, "north"), (2, &self.cuts.up, "up")];
        asked.into_iter().flat_map(|(axis, places, name)| places.iter().map(move |at| (axis, *at, name))).collect()
    }

    /// The slice of blocks that holds a place along an axis.
    fn slice(&self, axis: usize, place: f64) -> Option<usize> {
        let slice = ((place - self.lattice.corner[axis]) / self.lattice.block[axis]).floor();
        (slice >= 0.0 && slice < self.lattice.count[axis] as f64).then_some(slice as usize)
    }

    /// A block's place in the lattice.
    fn index(&self, block: usize) -> [usize; 3] {
        let [across, along, _] = self.lattice.count;
        [block % across, block / across % along, block / (across * along)]
    }

    fn map(&self, name: &str, title: String, axes: [usize; 2], cells: &[Spot], samples: &[Spot]) -> Vec<Table> {
        const NAMES: [&str; 3] = ["east", "north", "up"];
        if cells.is_empty() || cells.len() > MOST {
            return Vec::new();
        }
        let lead = &self.samples.variables[self.tonnage.of];
        let unit = if lead.unit == "1" { "" } else { lead.unit };
        let (across, upward) = ((NAMES[axes[0]], "m"), (NAMES[axes[1]], "m"));
        let basis = format!("by {}; circles are samples, in the same shades", self.estimate.method.word());
        let mut table = Table::new(
            format!("map_{name}"),
            title.clone(),
            basis,
            &[across, upward, ("grade", unit), ("wide", "m"), ("tall", "m")],
        );
        let [wide, tall] = axes.map(|axis| self.lattice.block[axis]);
        for ([x, y], grade) in cells {
            table.row(vec![(*x).into(), (*y).into(), (*grade).into(), wide.into(), tall.into()]);
        }
        let mut posted = Table::new(
            format!("map_{name}_samples"),
            format!("{title}: the samples on it"),
            "as estimated from",
            &[across, upward, ("grade", unit)],
        );
        for ([x, y], grade) in samples {
            posted.row(vec![(*x).into(), (*y).into(), (*grade).into()]);
        }
        vec![table, posted]
    }

    /// Mean over the height of each column of blocks; samples by the mean of their hole.
    fn plan(&self, model: &BlockModel, flag: &str) -> Vec<Table> {
        let of = self.tonnage.of;
        let [across, along, up] = self.lattice.count;
        let mut cells = Vec::new();
        for column in 0..across * along {
            let (mut tonnes, mut content) = (0.0, 0.0);
            for layer in 0..up {
                let block = layer * across * along + column;
                if let (Some(dry_t), Some(grade)) = (model.dry_t(block), model.grade(block, of)) {
                    tonnes += dry_t;
                    content += dry_t * grade;
                }
            }
            if tonnes > 0.0 {
                let [x, y, _] = self.lattice.middle(column);
                cells.push(([x, y], content / tonnes));
            }
        }
        let mut holes = vec![([0.0, 0.0], 0.0, 0.0, 0.0); self.samples.holes.len()];
        for sample in &self.samples.samples {
            if let Some(grade) = sample.grades[of] {
                let hole = &mut holes[sample.hole as usize];
                hole.0[0] += sample.place[0];
                hole.0[1] += sample.place[1];
                hole.1 += grade * sample.length_m;
                hole.2 += sample.length_m;
                hole.3 += 1.0;
            }
        }
        let posted: Vec<Spot> = holes
            .iter()
            .filter(|hole| hole.3 > 0.0)
            .map(|(sum, content, length, count)| (sum.map(|along| along / count), content / length))
            .collect();
        let title = format!("{} from above, mean over the height{flag}", self.samples.variables[of].name);
        self.map("plan", title, [0, 1], &cells, &posted)
    }

    /// The slice of blocks that holds a place along an axis, with the samples in it.
    fn cut(&self, model: &BlockModel, axis: usize, name: &str, place: f64, flag: &str) -> Vec<Table> {
        let (of, lattice) = (self.tonnage.of, &self.lattice);
        let Some(slice) = self.slice(axis, place) else { return Vec::new() };
        let axes = [[1, 2], [0, 2], [0, 1]][axis];
        let cells: Vec<Spot> = model
            .estimated(of)
            .filter(|(block, ..)| self.index(*block)[axis] == slice)
            .map(|(block, _, grade)| (axes.map(|axis| lattice.middle(block)[axis]), grade))
            .collect();
        let low = lattice.corner[axis] + slice as f64 * lattice.block[axis];
        let near = |at: f64| at >= low && at < low + lattice.block[axis];
        let posted: Vec<Spot> = self
            .samples
            .samples
            .iter()
            .filter(|sample| near(sample.place[axis]))
            .filter_map(|sample| Some((axes.map(|axis| sample.place[axis]), sample.grades[of]?)))
            .collect();
        let words = crate::table::nine_digits(place);
        let title = format!("{} at {words} m {name}{flag}", self.samples.variables[of].name);
        self.map(&format!("{name}_{}", words.replace(['.', '-'], "_")), title, axes, &cells, &posted)
    }
}
