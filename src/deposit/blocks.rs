//! The block model: every block of every layer estimated by kriging and by inverse distance.
//!
//! Layers are estimated each in its own plane, by depth below the sea floor, because the mud
//! lies as it settled. Layers sampled by the same cores share one factored kriging matrix
//! and one set of weights a block. Kriging uses a sill of one; the variance of a layer's
//! composites gives its kriging variance its size.

use crate::deposit::assay::CoreTable;
use crate::deposit::composite::{Layer, composite};
use crate::deposit::cross_validation::leave_one_out;
use crate::deposit::grid::{Area, Block, support};
use crate::deposit::inverse_distance;
use crate::deposit::kriging::drift::Drift;
use crate::deposit::kriging::{Kriging, Weights};
use crate::deposit::point::{Point, distance};
use crate::deposit::search::Search;
use crate::deposit::variogram::Model;
use crate::error::Error;

/// How blocks are estimated.
#[derive(Debug, Clone)]
pub struct Method {
    /// The variogram, with a sill of one.
    pub model: Model,
    /// Cores used for a block, nearest first; `None`: all.
    pub nearest: Option<usize>,
    /// Power of the distance.
    pub power: f64,
    /// Points a side that stand for a block.
    pub points: usize,
}

/// A composite and what the others say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Check {
    /// Index of the core.
    pub core: usize,
    /// Index of the layer.
    pub layer: usize,
    /// Grade of the composite, ppm.
    pub measured: f64,
    /// Grade kriged from the others, ppm.
    pub estimated: f64,
    /// Kriging standard deviation, ppm.
    pub deviation: f64,
}

/// The estimated deposit.
#[derive(Debug, Clone)]
pub struct BlockModel {
    /// The blocks seen from above.
    pub blocks: Vec<Block>,
    /// The layers.
    pub layers: Vec<Layer>,
    /// Kriged grade, ppm, layer by layer.
    pub kriged: Vec<f64>,
    /// Grade by inverse distance, ppm, layer by layer.
    pub inverse: Vec<f64>,
    /// Kriging variance, ppm², layer by layer.
    pub variance: Vec<f64>,
    /// Grades of the composites, by layer and core.
    pub composites: Vec<Vec<Option<f64>>>,
    /// Cross-validation of the kriging.
    pub checks: Vec<Check>,
    /// Blocks whose kriged grade came out below nought and was set to nought.
    pub negative: usize,
    /// Blocks farther from every core than the variogram's reach.
    pub beyond_reach: usize,
}

/// Layers that are sampled by the same cores.
struct Group {
    cores: Vec<usize>,
    layers: Vec<usize>,
}

/// Variance of some grades about their mean.
pub fn variance(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (values.len() as f64 - 1.0).max(1.0)
}

impl BlockModel {
    /// Estimates every block of every layer from the cores.
    pub fn estimate(
        table: &CoreTable,
        layers: &[Layer],
        least_cover: f64,
        area: &Area,
        method: &Method,
    ) -> Result<Self, Error> {
        let composites: Vec<Vec<Option<f64>>> = layers
            .iter()
            .map(|layer| table.cores.iter().map(|core| composite(core, *layer, least_cover)).collect())
            .collect();
        let groups = group(&composites, layers)?;
        let blocks: Vec<Block> = area.blocks().collect();
        let size = blocks.len() * layers.len();
        let mut model = Self {
            layers: layers.to_vec(),
            kriged: vec![0.0; size],
            inverse: vec![0.0; size],
            variance: vec![0.0; size],
            composites,
            checks: Vec::new(),
            negative: 0,
            beyond_reach: 0,
            blocks,
        };
        for group in &groups {
            model.fill(group, table, area, method)?;
        }
        model.checks.sort_by_key(|check| (check.core, check.layer));
        Ok(model)
    }

    fn fill(&mut self, group: &Group, table: &CoreTable, area: &Area, method: &Method) -> Result<(), Error> {
        let reach_m = method.model.reach_m();
        let points: Vec<Point> =
            group.cores.iter().map(|&at| [table.cores[at].x_m, table.cores[at].y_m, 0.0]).collect();
        let grades: Vec<Vec<f64>> = group
            .layers
            .iter()
            .map(|&layer| group.cores.iter().filter_map(|&core| self.composites[layer][core]).collect())
            .collect();
        let sills: Vec<f64> = grades.iter().map(|values| variance(values)).collect();
        let search = method.nearest.map(|most| Search { most, ..Search::ALL });
        let kriging = Kriging::new(points.clone(), &[], method.model.with_sill(1.0), Drift::Constant, search)?;
        let mut weights = Weights::default();
        let mut by_distance = vec![0.0; points.len()];
        let own = kriging.own_covariance(&support([0.0; 3], area.block_side_m(), method.points));
        let count = self.blocks.len();
        for at in 0..count {
            let middle = self.blocks[at].middle;
            let support = support(middle, area.block_side_m(), method.points);
            kriging.weigh(&support, own, &mut weights)?;
            inverse_distance::weigh(&points, &support, method.power, &mut by_distance);
            if points.iter().all(|point| distance(*point, middle) > reach_m) {
                self.beyond_reach += group.layers.len();
            }
            for ((&layer, values), sill) in group.layers.iter().zip(&grades).zip(&sills) {
                let place = layer * count + at;
                let kriged = weights.estimate(values);
                if kriged < 0.0 {
                    self.negative += 1;
                }
                self.kriged[place] = kriged.max(0.0);
                self.inverse[place] = by_distance.iter().zip(values).map(|(weight, value)| weight * value).sum();
                self.variance[place] = weights.variance * sill;
            }
        }
        let sets: Vec<&[f64]> = grades.iter().map(Vec::as_slice).collect();
        let left = leave_one_out(&points, &sets, &method.model, search)?;
        self.checks.extend(left.iter().map(|left| Check {
            core: group.cores[left.sample],
            layer: group.layers[left.set],
            measured: left.measured,
            estimated: left.estimated,
            deviation: (left.relative_variance * sills[left.set]).sqrt(),
        }));
        Ok(())
    }

    /// The grades of an interpolator in a layer.
    pub fn layer<'m>(&self, grades: &'m [f64], layer: usize) -> &'m [f64] {
        &grades[layer * self.blocks.len()..(layer + 1) * self.blocks.len()]
    }
}

/// Layers by the cores that reach them.
fn group(composites: &[Vec<Option<f64>>], layers: &[Layer]) -> Result<Vec<Group>, Error> {
    let mut groups: Vec<Group> = Vec::new();
    for (layer, grades) in composites.iter().enumerate() {
        let cores: Vec<usize> = grades.iter().enumerate().filter_map(|(core, g)| g.map(|_| core)).collect();
        if cores.len() < 3 {
            return Err(Error::Infeasible {
                unit: "deposit".into(),
                what: format!(
                    "only {} cores are assayed from {} to {} m",
                    cores.len(),
                    layers[layer].from_m,
                    layers[layer].to_m
                ),
                hint: "raise `bottom` to where three cores reach, or lower `least_cover`".into(),
            });
        }
        match groups.iter_mut().find(|group| group.cores == cores) {
            Some(group) => group.layers.push(layer),
            None => groups.push(Group { cores, layers: vec![layer] }),
        }
    }
    Ok(groups)
}
