//! Cross-validation in space: samples, or whole holes, left out and estimated from the others.
//!
//! # Equation
//! `e = z* − z`; mean and root mean square of e, correlation of z with z*, the slope `cov(z, z*)/var(z*)` of truth on estimate, and
//! the mean of `e²/σ²`.
//!
//! # Symbols
//! z grade measured, z* estimated without it; σ² kriging variance with the samples' variance as its sill.
//!
//! # Holds for
//! A check of variogram and search. Left out one by one, samples of a hole vouch for each other: leaving the hole out asks
//! the question that matters between holes.
//!
//! # Source
//! `isaaks1989`, chapter 15.

use crate::deposit::ground::Ground;
use crate::deposit::ground::block_model::Group;
use crate::deposit::ground::prepare::variance;
use crate::deposit::kriging::Weights;
use crate::deposit::search::Without;
use crate::deposit::threads;
use crate::error::Error;
use crate::progress::{Stage, Watch};
use crate::table::{Cell, Table};
use crate::unit::Reading;

/// What is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leave {
    /// One sample at a time.
    Sample,
    /// All samples of its hole.
    Hole,
}

/// A sample and what the others say of it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Checked {
    sample: usize,
    measured: f64,
    estimated: f64,
    deviation: f64,
}

/// Statistics of a variable's errors.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Errors {
    count: usize,
    mean: f64,
    root: f64,
    correlation: Option<f64>,
    slope: Option<f64>,
    standardised: Option<f64>,
}

impl Errors {
    fn of(checked: &[Checked]) -> Option<Self> {
        let count = checked.len();
        if count < 2 {
            return None;
        }
        let mean = |of: &dyn Fn(&Checked) -> f64| checked.iter().map(of).sum::<f64>() / count as f64;
        let (truth, estimate) = (mean(&|c| c.measured), mean(&|c| c.estimated));
        let together = mean(&|c| (c.measured - truth) * (c.estimated - estimate));
        let (of_truth, of_estimate) =
            (mean(&|c| (c.measured - truth).powi(2)), mean(&|c| (c.estimated - estimate).powi(2)));
        let both = (of_truth * of_estimate).sqrt();
        let known: Vec<f64> = checked
            .iter()
            .filter(|c| c.deviation > 0.0)
            .map(|c| ((c.estimated - c.measured) / c.deviation).powi(2))
            .collect();
        Some(Self {
            count,
            mean: mean(&|c| c.estimated - c.measured),
            root: mean(&|c| (c.estimated - c.measured).powi(2)).sqrt(),
            correlation: (both > 0.0).then(|| together / both),
            slope: (of_estimate > 0.0).then(|| together / of_estimate),
            standardised: (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64),
        })
    }
}

impl Ground {
    /// Leaves out each sample, or each hole, in turn: the errors of every variable, and each sample of the one that cut-offs are of.
    pub fn cross_validation(
        &self,
        leave: Leave,
        flag: &str,
        readings: &mut Vec<Reading>,
        watch: &Watch<'_>,
    ) -> Result<[Table; 2], Error> {
        let lead = self.tonnage.of;
        let word = if leave == Leave::Hole { "its hole" } else { "it" };
        let mut errors = Table::new(
            "cross_validation_errors",
            format!("Each sample estimated without {word}{flag}"),
            "estimate less measurement; slope of the regression of measurement on estimate",
            &[
                ("variable", ""),
                ("unit", ""),
                ("samples", ""),
                ("no answer", ""),
                ("mean error", ""),
                ("root mean square error", ""),
                ("correlation", ""),
                ("slope", ""),
                ("mean squared standardised error", ""),
            ],
        );
        let unit = if self.samples.variables[lead].unit == "1" { "" } else { self.samples.variables[lead].unit };
        let mut table = Table::new(
            "cross_validation",
            format!("{} of each sample estimated without {word}{flag}", self.samples.variables[lead].name),
            "estimate less measurement",
            &[
                ("hole", ""),
                ("x", "m"),
                ("y", "m"),
                ("z", "m"),
                ("measured", unit),
                ("estimated", unit),
                ("error", unit),
                ("kriging deviation", unit),
                ("standardised error", ""),
            ],
        );
        let assayed = self.samples.variables.len();
        let mut groups = self.groups();
        for group in &mut groups {
            group.variables.retain(|of| *of < assayed);
        }
        groups.retain(|group| !group.variables.is_empty());
        let samples = groups.iter().map(|group| group.samples.len()).sum();
        let stage = watch.stage("samples left out", samples);
        let mut found: Vec<(Vec<Checked>, usize)> = vec![(Vec::new(), 0); assayed];
        for group in &groups {
            let (checked, silent) = self.left_out(group, leave, &stage)?;
            for (of, checked) in group.variables.iter().zip(checked) {
                found[*of] = (checked, silent);
            }
        }
        for (variable, (checked, silent)) in found.into_iter().enumerate() {
            let Some(of) = Errors::of(&checked) else { continue };
            let named = &self.samples.variables[variable];
            errors.row(vec![
                named.name.as_str().into(),
                named.unit.into(),
                (of.count as f64).into(),
                (silent as f64).into(),
                of.mean.into(),
                of.root.into(),
                of.correlation.into(),
                of.slope.into(),
                of.standardised.into(),
            ]);
            if variable != lead {
                continue;
            }
            readings.push(Reading::new("cross-validation, mean error", of.mean, named.unit));
            readings.push(Reading::new("cross-validation, root mean square error", of.root, named.unit));
            if let Some(standardised) = of.standardised {
                readings.push(Reading::new("cross-validation, mean squared standardised error", standardised, "1"));
            }
            if let Some(slope) = of.slope {
                readings.push(Reading::new("cross-validation, slope", slope, "1"));
            }
            for of in &checked {
                let sample = &self.samples.samples[of.sample];
                let error = of.estimated - of.measured;
                let mut row: Vec<Cell> = vec![self.samples.holes[sample.hole as usize].as_str().into()];
                row.extend(sample.place.map(Cell::from));
                row.extend([of.measured, of.estimated, error, of.deviation].map(Cell::from));
                row.push((of.deviation > 0.0).then(|| error / of.deviation).into());
                table.row(row);
            }
        }
        Ok([errors, table])
    }

    /// What the estimate is held to beside cross-validation: it goes through the samples.
    pub fn checks(&self, flag: &str) -> Result<Table, Error> {
        let lead = self.tonnage.of;
        let mut table = Table::new(
            "checks",
            format!("What the estimate is held to{flag}"),
            "farthest that an estimate at the place of a sample lies off that sample",
            &[("check", ""), ("found", ""), ("unit", "")],
        );
        let mut worst: Option<f64> = None;
        for chosen in self.parts_of(lead) {
            let places: Vec<_> = chosen.iter().map(|(_, place)| *place).collect();
            let holes: Vec<u32> = chosen.iter().map(|(at, _)| self.samples.samples[*at].hole).collect();
            let of = |at: usize| self.samples.samples[chosen[at].0].grades[lead];
            let measured: Vec<f64> = (0..chosen.len()).filter_map(of).collect();
            let mean = self.known_mean(lead);
            let about: Vec<f64> = measured.iter().map(|grade| grade - mean).collect();
            let weigher = self.weigher(places.clone(), &holes, self.variogram(lead), 0.0)?;
            let mut off = vec![f64::NAN; places.len()];
            threads::fill(&mut off, 1, Weights::default, |weights, at, out| {
                let support = [places[at]];
                if weigher.weigh(&support, weigher.own(&support), Without::Nothing, weights)? {
                    out[0] = (weights.estimate(&about) - about[at]).abs();
                }
                Ok::<(), Error>(())
            })?;
            worst = off.into_iter().filter(|off| off.is_finite()).chain(worst).reduce(f64::max);
        }
        let of = &self.samples.variables[lead];
        table.row(vec![format!("{} at the samples", of.name).into(), worst.into(), of.unit.into()]);
        Ok(table)
    }

    /// Of each variable of a group: every sample that holds it, with what the others say; and how many they say nothing of.
    fn left_out(
        &self,
        group: &Group,
        leave: Leave,
        stage: &Stage<'_, '_>,
    ) -> Result<(Vec<Vec<Checked>>, usize), Error> {
        let variables = &group.variables;
        let mut checked = vec![Vec::new(); variables.len()];
        let mut silent = 0;
        for chosen in self.parts_of(variables[0]) {
            let places: Vec<_> = chosen.iter().map(|(_, place)| *place).collect();
            let holes: Vec<u32> = chosen.iter().map(|(at, _)| self.samples.samples[*at].hole).collect();
            let measured: Vec<Vec<f64>> = variables
                .iter()
                .map(|of| chosen.iter().filter_map(|(at, _)| self.samples.samples[*at].grades[*of]).collect())
                .collect();
            let means: Vec<f64> = variables.iter().map(|of| self.known_mean(*of)).collect();
            let about: Vec<Vec<f64>> = measured
                .iter()
                .zip(&means)
                .map(|(measured, mean)| measured.iter().map(|grade| grade - mean).collect())
                .collect();
            let weigher = self.weigher(places.clone(), &holes, group.model.as_ref(), 0.0)?;
            let groups: Vec<u32> = match leave {
                Leave::Sample => (0..places.len() as u32).collect(),
                Leave::Hole => holes,
            };
            let width = 1 + variables.len();
            let found = if let Some(found) = weigher.each_by_others(&about, &groups)? {
                stage.done(places.len());
                found
            } else {
                let mut found = vec![f64::NAN; width * places.len()];
                threads::fill(&mut found, width, Weights::default, |weights, at, out| {
                    stage.done(1);
                    let without = match leave {
                        Leave::Sample => Without::Sample(groups[at]),
                        Leave::Hole => Without::Hole(groups[at]),
                    };
                    let support = [places[at]];
                    if weigher.weigh(&support, weigher.own(&support), without, weights)? {
                        out[0] = weights.variance;
                        for (estimate, about) in out[1..].iter_mut().zip(&about) {
                            *estimate = weights.estimate(about);
                        }
                    }
                    Ok::<(), Error>(())
                })?;
                found
            };
            // A layer that is estimated by itself has a variance of its own.
            let sills: Vec<f64> = measured.iter().map(|measured| variance(measured)).collect();
            for (at, row) in found.chunks_exact(width).enumerate() {
                if !row[1].is_finite() {
                    silent += 1;
                    continue;
                }
                for (of, checked) in checked.iter_mut().enumerate() {
                    checked.push(Checked {
                        sample: chosen[at].0,
                        measured: measured[of][at],
                        estimated: row[1 + of] + means[of],
                        deviation: (row[0] * sills[of]).sqrt(),
                    });
                }
            }
        }
        for checked in &mut checked {
            checked.sort_by_key(|of| of.sample);
        }
        Ok((checked, silent))
    }
}
