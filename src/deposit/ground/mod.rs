//! A deposit known by holes or samples in space: read, studied, estimated block by block, counted and told.
//!
//! The section has the same tables whether it stands in a scenario (`[deposit.holes]`, `[deposit.lattice]`, …) or is the
//! whole of a model that `ytterby estimate` reads (`[holes]`, `[lattice]`, …). Everything is a field; every problem of the
//! section and of the user's tables is told at once.

use crate::deposit::ground::check::Leave;
use crate::deposit::ground::domain::Domain;
use crate::deposit::ground::given::{Samples, Shelf};
use crate::deposit::ground::maps::Cuts;
use crate::deposit::ground::prepare::{Cut, Weighed};
use crate::deposit::ground::read::{Class, Estimate, Method, Tonnage};
use crate::deposit::ground::simulated::Simulated;
use crate::deposit::ground::variography::{Experimental, Fit};
use crate::deposit::ground::zones::Zones;
use crate::deposit::lattice::Lattice;
use crate::deposit::pattern::Pattern;
use crate::deposit::search::Search;
use crate::deposit::variogram::Model;
use crate::fields::Fields;

pub mod block_model;
pub mod check;
mod count;
pub mod curve;
pub mod domain;
mod files;
mod layered;
pub mod given;
mod maps;
pub mod prepare;
pub mod read;
mod reproduced;
mod simulated;
mod spread;
mod swath;
pub mod support;
mod together;
mod table_one;
mod tell;
pub mod variography;
pub mod zones;
#[cfg(test)]
mod tests;

/// A deposit in space.
#[derive(Debug, Clone)]
pub struct Ground {
    /// The samples, at the heights they are estimated at, their greatest grades cut.
    pub samples: Samples,
    /// The cuts.
    pub top_cuts: Vec<Cut>,
    /// How they weigh in means.
    pub weighed: Weighed,
    /// What is counted; `None`: every block.
    pub domain: Option<Domain>,
    /// Parts that have names; `None`: there are none.
    pub zones: Option<Zones>,
    /// What is left out to check the estimate; `None`: it is not checked.
    pub leave: Option<Leave>,
    /// How the ground is drawn many times; `None`: it is not.
    pub simulate: Option<Simulated>,
    /// Laws of change of support that are asked, by position.
    pub supports: Vec<usize>,
    /// Where sections are drawn.
    pub cuts: Cuts,
    /// The blocks.
    pub lattice: Lattice,
    /// The variogram that all variables share; `None` where the method asks for none and none is given.
    pub shared: Option<Model>,
    /// What the shared variogram is fitted to and how, where it is not given.
    pub fit: Option<Fit>,
    /// Experimental variograms that are looked at.
    pub experimental: Option<Experimental>,
    /// Variograms of their own, by variable.
    pub own: Vec<(usize, Model)>,
    /// Which samples speak.
    pub search: Search,
    /// How blocks are estimated.
    pub estimate: Estimate,
    /// Methods whose tonnes stand beside.
    pub beside: Vec<Method>,
    /// What is counted.
    pub tonnage: Tonnage,
    /// Classes, best first.
    pub classes: Vec<Class>,
    /// The split of the rare earths, where it is named; `None`: the samples' own, or none.
    pub pattern: Option<Pattern>,
}

/// The section with all its tables, empty: what the catalogue reads to learn their fields.
pub const SKETCH: &str = "[holes]\n[samples]\n[composite]\n[lattice]\n[variogram]\n[search]\n[estimate]\n[tonnage]\n[decluster]\n[simulate]\n[simulate.elements]\n[experimental]\n[domain]\n[zones]\n[maps]\n[[class]]\n";

impl Ground {
    /// Reads the section.
    pub fn read(fields: &mut Fields<'_>, shelf: Shelf<'_>) -> Option<Self> {
        let samples = given::read(fields, shelf);
        let estimate = fields.table("estimate", "how blocks are estimated").and_then(|mut inner| {
            let estimate = read::estimate(&mut inner);
            inner.finish();
            estimate
        });
        let (estimate, beside) = estimate.unzip();
        let samples = samples.map(|mut samples| {
            if estimate.is_some_and(|estimate| estimate.below_collar) {
                samples.hang_from_collars(fields);
            }
            samples
        });
        let samples = samples.and_then(|mut samples| {
            let cuts = prepare::top_cut(fields, &mut samples)?;
            Some((samples, cuts))
        });
        let (samples, top_cuts) = samples.unzip();
        let supports = support::read(fields);
        let weighed = fields
            .may_table("decluster", "cells in which samples share a weight; absent: all weigh alike")
            .map(|mut inner| {
                let weighed = samples.as_ref().and_then(|samples| prepare::decluster(&mut inner, samples));
                if samples.is_some() {
                    inner.finish();
                }
                weighed
            });
        let domain = fields.may_table("domain", "the ground that is counted; absent: every block").map(|mut inner| {
            let domain = Domain::read(&mut inner, shelf);
            inner.finish();
            domain
        });
        let zones = fields.may_table("zones", "parts of the deposit that have names; absent: none").map(|mut inner| {
            let zones = Zones::read(&mut inner, shelf);
            inner.finish();
            zones
        });
        let leave = fields.word(
            "cross_validation",
            "what is left out in turn to check the estimate: each sample, each hole, or nothing",
            &[("sample", Some(Leave::Sample)), ("hole", Some(Leave::Hole)), ("none", None)],
        );
        let cuts =
            fields.may_table("maps", "where sections and levels are drawn; absent: only the plan").map(|mut inner| {
                let cuts = Cuts::read(&mut inner);
                inner.finish();
                cuts
            });
        let places: Vec<[f64; 3]> = samples.iter().flat_map(Samples::places).collect();
        let lattice = fields.table("lattice", "the blocks").and_then(|mut inner| {
            let lattice = read::lattice(&mut inner, &places);
            inner.finish();
            lattice
        });
        let search = fields.table("search", "which samples speak for a block").and_then(|mut inner| {
            let search = read::search(&mut inner);
            inner.finish();
            search
        });
        let kriges = estimate.is_some_and(|estimate| estimate.method.kriges());
        let any_kriges = kriges || beside.iter().flatten().any(|method| method.kriges());
        let experimental = fields
            .may_table("experimental", "experimental variograms to look at or fit to; absent: none")
            .map(|mut inner| {
                let read = Experimental::read(&mut inner, shelf.library, samples.as_ref());
                inner.finish();
                read
            });
        let looked = experimental.as_ref().and_then(Option::as_ref);
        let variograms = read::variograms(fields, shelf.library, samples.as_ref(), looked, any_kriges);
        let tonnage = fields.table("tonnage", "density, cut-offs and what is mined").and_then(|mut inner| {
            let tonnage = read::tonnage(&mut inner, samples.as_ref(), zones.as_ref().and_then(Option::as_ref));
            inner.finish();
            tonnage
        });
        let of = tonnage.as_ref().map(|tonnage| tonnage.of);
        let simulate = fields
            .may_table("simulate", "many grounds as varied as the truth: the spread of tonnes; absent: none")
            .map(|mut inner| {
                let read = Simulated::read(&mut inner, shelf.library, samples.as_ref(), of);
                inner.finish();
                read
            });
        let classes = read::classes(fields, kriges);
        let pattern = fields.has("pattern").then(|| Pattern::field(fields, shelf.library, "pattern"));
        let read::Variograms { shared, fit, own } = variograms?;
        let experimental = match experimental {
            Some(read) => Some(read?),
            None => None,
        };
        let pattern = match pattern {
            Some(read) => Some(read?),
            None => None,
        };
        let samples = samples?;
        let (lattice, estimate) = (lattice?, estimate?);
        if estimate.layered
            && let Some((hole, level)) = samples.twice_in_a_layer(&lattice)
        {
            fields.refuse(
                "lattice",
                format!("two samples of `{hole}` lie in the layer from {} m", crate::table::nine_digits(level)),
                "blocks as high as composites are long, and `heights = \"below-collar\"`; or `mode = \"space\"`",
            );
            return None;
        }
        let simulate = match simulate {
            Some(read) => Some(read?),
            None => None,
        };
        let weighed = match weighed {
            Some(read) => read?,
            None => Weighed::alike(&samples),
        };
        let domain = match domain {
            Some(read) => Some(read?),
            None => None,
        };
        let zones = match zones {
            Some(read) => Some(read?),
            None => None,
        };
        Some(Self {
            samples,
            top_cuts: top_cuts?,
            weighed,
            domain,
            zones,
            leave: leave?,
            supports: supports?,
            simulate,
            cuts: cuts.unwrap_or(Some(Cuts::default()))?,
            lattice,
            shared,
            fit,
            experimental,
            own,
            search: search?,
            estimate,
            beside: beside.unwrap_or_default(),
            tonnage: tonnage?,
            classes: classes?,
            pattern,
        })
    }

    /// The variogram of a variable, with a sill of one.
    pub fn variogram(&self, variable: usize) -> Option<&Model> {
        self.own.iter().find(|(at, _)| *at == variable).map(|(_, model)| model).or(self.shared.as_ref())
    }

    /// Its flags in brackets, for titles.
    pub fn flag(&self) -> Option<String> {
        (!self.samples.flags.is_empty()).then(|| self.samples.flags.join(", "))
    }
}
