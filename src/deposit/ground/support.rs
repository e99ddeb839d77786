//! Grade and tonnage of blocks, foretold from the samples by laws of change of support, beside what the block model says.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::BlockModel;
use crate::deposit::support::{self, Change};
use crate::deposit::tonnage::cut_offs;
use crate::fields::{Check, Fields, nearest};
use crate::library::Library;
use crate::table::{Cell, Table};

/// Reads `change_of_support`: laws by name.
pub fn read(fields: &mut Fields<'_>) -> Option<Vec<usize>> {
    let names = fields.may_texts(
        "change_of_support",
        "laws that foretell what blocks hold above a cut-off: affine, indirect-lognormal, discrete-gaussian; absent: none",
    );
    let at = |name: &String| {
        let at = support::KINDS.iter().position(|kind| kind.name == name);
        if at.is_none() {
            let known = support::KINDS.iter().map(|kind| kind.name);
            fields.refuse("change_of_support", format!("`{name}` is not known"), nearest(name, known));
        }
        at
    };
    let found: Vec<Option<usize>> = names.iter().map(at).collect();
    found.into_iter().collect()
}

impl Ground {
    /// Share above each cut-off and its grade: samples, laws, block model.
    pub fn change_of_support(&self, model: &BlockModel, flag: &str) -> Option<Table> {
        let of = self.tonnage.of;
        let variogram = self.variogram(of)?;
        if self.supports.is_empty() {
            return None;
        }
        let ratio = support::ratio(&variogram.with_sill(1.0), &self.lattice, self.estimate.points);
        let held = self.samples.samples.iter().zip(&self.weighed.weights);
        let (grades, mut weights): (Vec<f64>, Vec<f64>) =
            held.filter_map(|(sample, weight)| Some((sample.grades[of]?, *weight))).unzip();
        let total: f64 = weights.iter().sum();
        for weight in &mut weights {
            *weight /= total;
        }
        let mut sets: Vec<(String, Vec<f64>, Vec<f64>)> = vec![("samples".into(), grades.clone(), weights.clone())];
        let nothing = crate::document::Node::empty("");
        for at in &self.supports {
            let kind = &support::KINDS[*at];
            let check = Check::new();
            let law: Box<dyn Change> = (kind.read)(&mut Fields::new(&nothing, "", &check), &Library::builtin())?;
            sets.push((kind.name.into(), law.blocks(&grades, &weights, ratio), weights.clone()));
        }
        let (estimated, mut tonnes): (Vec<f64>, Vec<f64>) =
            model.estimated(of).map(|(_, dry_t, grade)| (grade, dry_t)).unzip();
        let all: f64 = tonnes.iter().sum();
        for dry_t in &mut tonnes {
            *dry_t /= all;
        }
        sets.push(("estimated blocks".into(), estimated, tonnes));
        let lead = &self.samples.variables[of];
        let unit = if lead.unit == "1" { "" } else { lead.unit };
        let mut table = Table::new(
            "change_of_support",
            format!("What blocks hold above a cut-off of {}, foretold from the samples{flag}", lead.name),
            format!(
                "shares of tonnage; blocks have {} of the variance of samples, which are taken for points; estimated blocks are smoother than true ones",
                crate::quantity::figures(ratio, 3)
            ),
            &[("cut-off", unit)],
        );
        for (name, ..) in &sets {
            table.column(format!("share above, {name}"), "%");
            table.column(format!("grade above, {name}"), unit);
        }
        let greatest = grades.iter().copied().fold(0.0, f64::max);
        for cut in cut_offs(greatest) {
            let mut row: Vec<Cell> = vec![cut.into()];
            for (_, grades, weights) in &sets {
                let (share, grade) = support::above(grades, weights, cut);
                row.extend([Cell::from(100.0 * share), Cell::from(grade)]);
            }
            table.row(row);
        }
        Some(table)
    }
}
