//! Maps: the deposit from above and cut through, with the samples posted on them.
//!
//! A map is two tables, `map_<name>` of rectangles and `map_<name>_samples` of the samples on it.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::fields::Fields;
use crate::quantity::Length;
use crate::table::Table;

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
type Cell = ([f64; 2], f64);

impl Ground {
    /// The plan, and a section or level wherever one is asked for.
    pub fn maps(&self, model: &BlockModel, flag: &str) -> Vec<Table> {
        let mut tables = self.plan(model, flag);
        let asked = [(0, &self.cuts.east, "east"), (1, &self.cuts.north, "north"), (2, &self.cuts.up, "up")];
        for (axis, places, name) in asked {
            for place in places {
                tables.extend(self.cut(model, axis, name, *place, flag));
            }
        }
        tables
    }

    fn map(&self, name: &str, title: String, axes: [usize; 2], cells: &[Cell], samples: &[Cell]) -> Vec<Table> {
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
        let posted: Vec<Cell> = holes
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
        let slice = ((place - lattice.corner[axis]) / lattice.block[axis]).floor();
        if slice < 0.0 || slice >= lattice.count[axis] as f64 {
            return Vec::new();
        }
        let axes = [[1, 2], [0, 2], [0, 1]][axis];
        let [across, along, _] = lattice.count;
        let inside =
            |block: usize| [block % across, block / across % along, block / (across * along)][axis] == slice as usize;
        let cells: Vec<Cell> = model
            .estimated(of)
            .filter(|(block, ..)| inside(*block))
            .map(|(block, _, grade)| (axes.map(|axis| lattice.middle(block)[axis]), grade))
            .collect();
        let low = lattice.corner[axis] + slice * lattice.block[axis];
        let near = |at: f64| at >= low && at < low + lattice.block[axis];
        let posted: Vec<Cell> = self
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
