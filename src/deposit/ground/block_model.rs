//! The block model: every variable of every block, what is told of it, its density and its class.

use crate::deposit::ground::Ground;
use crate::deposit::ground::prepare::variance;
use crate::deposit::ground::read::{Class, Method};
use crate::deposit::inverse_distance::InverseDistance;
use crate::deposit::kriging::Kriging;
use crate::deposit::kriging::drift::Drift;
use crate::deposit::lattice::{Kriged, Lattice, Told};
use crate::deposit::nearest::Nearest;
use crate::deposit::point::Point;
use crate::deposit::variogram::Model;
use crate::deposit::weigher::Weigher;
use crate::error::Error;
use crate::progress::Watch;

/// Variables that share their samples and their variogram, and so their weights.
#[derive(Debug, Clone)]
pub struct Group {
    /// The variables, by position.
    pub variables: Vec<usize>,
    /// The samples that hold them, by index.
    pub samples: Vec<u32>,
    /// Their variogram.
    pub model: Option<Model>,
}

/// A deposit estimated.
#[derive(Debug, Clone)]
pub struct BlockModel {
    /// The blocks.
    pub lattice: Lattice,
    /// Grades of each variable, and last, where densities are the samples' own, the dry density; not a number where there
    /// is no estimate.
    values: Vec<f64>,
    width: usize,
    /// Share of each block that is counted; empty: all of each.
    shares: Vec<f64>,
    /// What is told of the estimate of the variable that cut-offs are of.
    pub told: Vec<Told>,
    /// Class of each block, by position; past the last where it meets no demands, or has no estimate.
    pub class: Vec<u8>,
    /// Dry solids in a volume in place, kg/m³, where it is one for all.
    density: Option<f64>,
    /// The zone of each column of blocks; empty: there are none.
    zones: Vec<Option<usize>>,
    /// Grades that came out below nought.
    pub negative: usize,
}

impl BlockModel {
    /// A block's estimate of a variable; `None` where there is none.
    pub fn grade(&self, block: usize, variable: usize) -> Option<f64> {
        Some(self.values[block * self.width + variable]).filter(|value| value.is_finite())
    }

    /// Volume of a block that lies in the deposit, m³.
    pub fn volume_m3(&self, block: usize) -> f64 {
        self.share(block) * self.lattice.block.iter().product::<f64>()
    }

    fn share(&self, block: usize) -> f64 {
        self.shares.get(block).copied().unwrap_or(1.0)
    }

    /// Does any of a block lie in the deposit?
    pub fn counts(&self, block: usize) -> bool {
        self.share(block) > 0.0
    }

    /// The zone that a block is of.
    pub fn zone(&self, block: usize) -> Option<usize> {
        *self.zones.get(block % (self.lattice.count[0] * self.lattice.count[1]))?
    }

    /// Dry tonnes of a block; `None` where its density has no estimate.
    pub fn dry_t(&self, block: usize) -> Option<f64> {
        let density = match self.density {
            Some(density) => density,
            None => self.grade(block, self.width - 1)?,
        };
        Some(self.volume_m3(block) * density / 1000.0)
    }

    /// The blocks that have an estimate of a variable, with dry tonnes and grade.
    pub fn estimated(&self, variable: usize) -> impl Iterator<Item = (usize, f64, f64)> + '_ {
        (0..self.lattice.blocks())
            .filter_map(move |block| Some((block, self.dry_t(block)?, self.grade(block, variable)?)))
    }

    /// Dry tonnes of every block that has an estimate of a variable; nought of the others.
    pub fn masses_t(&self, variable: usize) -> Vec<f64> {
        let mut masses_t = vec![0.0; self.lattice.blocks()];
        for (block, dry_t, _) in self.estimated(variable) {
            masses_t[block] = dry_t;
        }
        masses_t
    }
}

impl Class {
    /// Does a block meet the demands?
    pub fn takes(&self, told: &Told) -> bool {
        let most = |most: Option<f64>, value: Option<f64>| most.is_none_or(|most| value.is_some_and(|v| v <= most));
        let least =
            |least: Option<f64>, value: Option<f64>| least.is_none_or(|least| value.is_some_and(|v| v >= least));
        told.samples > 0
            && most(self.within_m, told.nearest_m)
            && most(self.variance, told.variance)
            && least(self.efficiency, told.efficiency)
            && least(self.slope, told.slope)
            && self.holes.is_none_or(|holes| told.holes as usize >= holes)
            && self.samples.is_none_or(|samples| told.samples as usize >= samples)
    }
}

impl Ground {
    /// Column of the samples: a variable, or past the last the dry density.
    fn column(&self, column: usize) -> Vec<Option<f64>> {
        let samples = &self.samples.samples;
        if column == self.samples.variables.len() {
            return samples.iter().map(|sample| sample.dry_density).collect();
        }
        samples.iter().map(|sample| sample.grades[column]).collect()
    }

    /// Variables by the samples that hold them and by their variogram.
    pub fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        let columns = self.samples.variables.len() + usize::from(self.tonnage.dry_density.is_none());
        for variable in 0..columns {
            let held = self.column(variable);
            let samples: Vec<u32> = (0..held.len() as u32).filter(|at| held[*at as usize].is_some()).collect();
            let own = self.own.iter().find(|(at, _)| *at == variable);
            let shares = |group: &&mut Group| {
                let alone = own.is_some() || self.own.iter().any(|(at, _)| group.variables.contains(at));
                group.samples == samples && !alone
            };
            if let Some(group) = groups.iter_mut().find(shares) {
                group.variables.push(variable);
            } else {
                let model = self.variogram(variable).cloned();
                groups.push(Group { variables: vec![variable], samples, model });
            }
        }
        groups
    }

    /// The values of a group's samples, a list for each of its variables.
    pub fn values(&self, group: &Group) -> Vec<Vec<f64>> {
        let of = |variable: usize| {
            let column = self.column(variable);
            group.samples.iter().filter_map(|at| column[*at as usize]).collect()
        };
        group.variables.iter().map(|variable| of(*variable)).collect()
    }

    /// What weighs some of a group's samples, which stand at `places`; `mean` of simple kriging.
    pub fn weigher(
        &self,
        places: Vec<Point>,
        holes: &[u32],
        model: Option<&Model>,
        mean: f64,
    ) -> Result<Box<dyn Weigher>, Error> {
        let search = self.search;
        Ok(match (self.estimate.method, model) {
            (Method::Nearest, _) => Box::new(Nearest::new(places, holes, search)),
            (Method::InverseDistance(power), _) => Box::new(InverseDistance::new(places, holes, search, power)),
            (Method::Kriging(drift), Some(model)) => {
                let drift = if let Drift::Known(_) = drift { Drift::Known(mean) } else { drift };
                Box::new(Kriging::new(places, holes, model.with_sill(1.0), drift, Some(search))?)
            }
            (Method::Kriging(_), None) => {
                return Err(Error::Absent {
                    unit: "deposit".into(),
                    what: "variogram to krige with".into(),
                    file: self.samples.file.clone(),
                    hint: "[variogram]".into(),
                });
            }
        })
    }

    /// Estimates every block.
    pub fn block_model(&self, watch: &Watch<'_>) -> Result<BlockModel, Error> {
        let lattice = self.lattice;
        let width = self.samples.variables.len() + usize::from(self.tonnage.dry_density.is_none());
        let blocks = lattice.blocks();
        let none = Told { variance: None, efficiency: None, slope: None, samples: 0, holes: 0, nearest_m: None };
        let mut model = BlockModel {
            lattice,
            values: vec![f64::NAN; blocks * width],
            width,
            shares: self.domain.as_ref().map_or(Vec::new(), |domain| domain.shares(&lattice, self.estimate.points)),
            told: vec![none; blocks],
            class: vec![self.classes.len() as u8; blocks],
            density: self.tonnage.dry_density,
            zones: self.zones.as_ref().map_or(Vec::new(), |zones| zones.of_columns(&lattice)),
            negative: 0,
        };
        let groups = self.groups();
        let stage = watch.stage(format!("blocks by {}", self.estimate.method.word()), blocks * groups.len());
        for group in groups {
            // With the mean given, weights are shared but estimates are about each variable's own mean.
            let values = self.values(&group);
            let means: Vec<f64> = group.variables.iter().map(|variable| self.known_mean(*variable)).collect();
            let about: Vec<Vec<f64>> = values
                .iter()
                .zip(&means)
                .map(|(values, mean)| values.iter().map(|value| value - mean).collect())
                .collect();
            let leads = group.variables.contains(&self.tonnage.of);
            let layers = if self.estimate.layered { lattice.count[2] } else { 1 };
            for layer in 0..layers {
                let (part, first) = self.part(layer);
                let chosen = self.of_part(&group.samples, &part);
                if chosen.is_empty() {
                    continue;
                }
                let places = chosen.iter().map(|(_, place)| *place).collect();
                let holes: Vec<u32> =
                    chosen.iter().map(|(at, _)| self.samples.samples[group.samples[*at] as usize].hole).collect();
                let weigher = self.weigher(places, &holes, group.model.as_ref(), 0.0)?;
                let values: Vec<Vec<f64>> =
                    about.iter().map(|values| chosen.iter().map(|(at, _)| values[*at]).collect()).collect();
                let points = if self.estimate.layered {
                    [self.estimate.points[0], self.estimate.points[1], 1]
                } else {
                    self.estimate.points
                };
                let wanted = |block| model.counts(first + block);
                let found = Kriged::within(&*weigher, &part, points, &values, &wanted, &|blocks| stage.done(blocks))?;
                model.take(&group.variables, &means, &found, first, leads);
            }
        }
        if self.estimate.no_negatives {
            let columns = self.samples.variables.len();
            for row in model.values.chunks_exact_mut(width) {
                for (value, variable) in row[..columns].iter_mut().zip(&self.samples.variables) {
                    if *value < 0.0 && variable.unit == "ppm" {
                        *value = 0.0;
                        model.negative += 1;
                    }
                }
            }
        }
        for (class, told) in model.class.iter_mut().zip(&model.told) {
            let met = self.classes.iter().position(|class| class.takes(told));
            *class = met.unwrap_or(self.classes.len()) as u8;
        }
        Ok(model)
    }

    /// The blocks that are estimated together, and the index of the first: all, or a layer.
    fn part(&self, layer: usize) -> (Lattice, usize) {
        let lattice = self.lattice;
        if !self.estimate.layered {
            return (lattice, 0);
        }
        let [x, y, z] = lattice.corner;
        let part = Lattice {
            corner: [x, y, z + layer as f64 * lattice.block[2]],
            count: [lattice.count[0], lattice.count[1], 1],
            ..lattice
        };
        (part, layer * lattice.count[0] * lattice.count[1])
    }

    /// The samples that speak for a part, by position in the group, and where they stand: in a layer, in its plane.
    fn of_part(&self, samples: &[u32], part: &Lattice) -> Vec<(usize, Point)> {
        let level = part.corner[2] + 0.5 * part.block[2];
        let places = samples.iter().map(|at| self.samples.samples[*at as usize].place).enumerate();
        if !self.estimate.layered {
            return places.collect();
        }
        let inside = |z: f64| z >= part.corner[2] && z < part.corner[2] + part.block[2];
        places.filter(|(_, place)| inside(place[2])).map(|(at, [x, y, _])| (at, [x, y, level])).collect()
    }

    /// The samples of a variable part by part: by index, with where they stand.
    pub fn parts_of(&self, variable: usize) -> Vec<Vec<(usize, Point)>> {
        let column = self.column(variable);
        let samples: Vec<u32> = (0..column.len() as u32).filter(|at| column[*at as usize].is_some()).collect();
        let layers = if self.estimate.layered { self.lattice.count[2] } else { 1 };
        (0..layers)
            .map(|layer| {
                let chosen = self.of_part(&samples, &self.part(layer).0);
                chosen.into_iter().map(|(at, place)| (samples[at] as usize, place)).collect()
            })
            .filter(|chosen: &Vec<_>| !chosen.is_empty())
            .collect()
    }

    /// The mean of a variable that simple kriging takes for known: declustered.
    pub fn known_mean(&self, variable: usize) -> f64 {
        if !matches!(self.estimate.method, Method::Kriging(Drift::Known(_))) {
            return 0.0;
        }
        self.weighed.mean(self.column(variable).into_iter()).unwrap_or(0.0)
    }

    /// Variance of a variable's samples, the size of its sill.
    pub fn sill(&self, variable: usize) -> f64 {
        let values: Vec<f64> = self.column(variable).into_iter().flatten().collect();
        variance(&values)
    }
}

impl BlockModel {
    fn take(&mut self, variables: &[usize], means: &[f64], found: &Kriged, first: usize, leads: bool) {
        for (at, told) in found.told.iter().enumerate() {
            let block = first + at;
            if let Some(grades) = found.grades(at) {
                for ((variable, grade), mean) in variables.iter().zip(grades).zip(means) {
                    self.values[block * self.width + variable] = grade + mean;
                }
            }
            if leads {
                self.told[block] = *told;
            }
        }
    }
}
