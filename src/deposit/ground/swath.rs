//! Swaths: slice by slice, what the blocks say beside what the samples say.
//!
//! # Equation
//! Of a slice, `Σ t g / Σ t` over its blocks and `Σ w z / Σ w` over its samples.
//!
//! # Symbols
//! t dry tonnes, g estimated grade; w declustering weight, z grade of a sample.
//!
//! # Holds for
//! A check of trend and bias: the blocks should follow the samples and be smoother. A slice of few samples says little.
//!
//! # Source
//! Practice; the declustered mean as in `isaaks1989`, chapter 10.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::table::Table;

/// Most slices along an axis.
const MOST: usize = 40;

/// Names of the axes.
const AXES: [&str; 3] = ["east", "north", "up"];

impl Ground {
    /// A table for each axis that has more than one slice.
    pub fn swaths(&self, model: &BlockModel, flag: &str) -> Vec<Table> {
        (0..3).filter(|axis| self.lattice.count[*axis] > 1).map(|axis| self.swath(model, axis, flag)).collect()
    }

    fn swath(&self, model: &BlockModel, axis: usize, flag: &str) -> Table {
        let (of, lattice) = (self.tonnage.of, &self.lattice);
        let lead = &self.samples.variables[of];
        let unit = if lead.unit == "1" { "" } else { lead.unit };
        let mut table = Table::new(
            format!("swath_{}", AXES[axis]),
            format!("{} in slices along {}{flag}", lead.name, AXES[axis]),
            "blocks by dry tonnes, samples by declustering weights; a slice is as wide as its blocks together",
            &[("middle", "m"), ("blocks", unit), ("samples", unit), ("number of samples", ""), ("dry", "Mt")],
        );
        let together = lattice.count[axis].div_ceil(MOST);
        let slices = lattice.count[axis].div_ceil(together);
        let [across, along, _] = lattice.count;
        let mut blocks = vec![(0.0, 0.0); slices];
        for (block, dry_t, grade) in model.estimated(of) {
            let index = [block % across, block / across % along, block / (across * along)][axis] / together;
            blocks[index].0 += dry_t;
            blocks[index].1 += dry_t * grade;
        }
        let wide = together as f64 * lattice.block[axis];
        let mut samples = vec![(0.0, 0.0, 0usize); slices];
        for (sample, weight) in self.samples.samples.iter().zip(&self.weighed.weights) {
            let at = (sample.place[axis] - lattice.corner[axis]) / wide;
            if let (Some(grade), true) = (sample.grades[of], at >= 0.0 && at < slices as f64) {
                let slice = &mut samples[at as usize];
                slice.0 += weight;
                slice.1 += weight * grade;
                slice.2 += 1;
            }
        }
        for (at, (blocks, samples)) in blocks.iter().zip(&samples).enumerate() {
            table.row(vec![
                (lattice.corner[axis] + (at as f64 + 0.5) * wide).into(),
                (blocks.0 > 0.0).then(|| blocks.1 / blocks.0).into(),
                (samples.0 > 0.0).then(|| samples.1 / samples.0).into(),
                (samples.2 as f64).into(),
                (blocks.0 / 1e6).into(),
            ]);
        }
        table
    }
}
