//! A walk through time, and what is kept of its moments.

use crate::error::Error;
use crate::separate::cascade::Profile;
use crate::separate::cascade::network::{Network, Phase};
use crate::separate::cascade::time::{Carried, Filling, Moment, Pace, Regime, Vessels, Walk, follow};

/// Relative error of a step.
const TOLERANCE: f64 = 1e-3;
/// Steps at the least, so that a picture has its moments.
const FEWEST: f64 = 80.0;
/// Of what an outlet must hold to have a purity, what a stage must hold to have a colour.
const TRACE: f64 = 1e-6;

/// A stretch of time at the same flows.
pub(in crate::separate) struct Stretch<'l> {
    pub until: f64,
    pub network: Network<'l>,
    /// What rides with the solutions entering each stage, an hour.
    pub carried: Vec<Carried>,
    /// What begins with it.
    pub event: String,
    /// Is something withdrawn as what the outlet is for?
    pub withdrawn: Vec<bool>,
    /// Of what leaves the outlet's stage in its phase, the share that leaves there.
    pub leaves: Vec<f64>,
}

/// An outlet that is watched.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::separate) struct Outlet {
    pub name: String,
    pub stage: usize,
    pub phase: Phase,
    /// Which solutes are wanted in it.
    pub counts: Vec<bool>,
    /// The purity asked, as a share.
    pub asked: f64,
}

/// The battery, and what is looked at.
pub(in crate::separate) struct Watch {
    /// h followed.
    pub hours: f64,
    /// h until which nothing but the start is felt.
    pub calm: f64,
    /// kg REO per mole of each solute.
    pub oxide: Vec<f64>,
    /// Which solutes the map shows.
    pub shown: Vec<bool>,
    pub outlets: Vec<Outlet>,
    /// kg REO/h fed.
    pub fed: f64,
    /// What the tables stand on: the map's share, and where the inventory is.
    pub basis: [&'static str; 2],
    /// Name and section of each stage.
    pub stages: Vec<(String, String)>,
    pub vessels: Vec<Vessels>,
    pub filling: Vec<Filling>,
}

/// What is kept of a moment.
#[derive(Debug, Clone)]
pub(in crate::separate) struct Note {
    pub time: f64,
    pub regime: usize,
    /// % of what the map shows in each stage's solution.
    pub shown: Vec<Option<f64>>,
    /// Purity of each outlet, as a share.
    pub purity: Vec<Option<f64>>,
    /// kg REO/h in each outlet.
    pub leaving: Vec<f64>,
    /// kg REO held.
    pub held: f64,
    /// Of it, of what the map shows.
    pub held_shown: f64,
}

/// One walk through time.
pub(in crate::separate) struct Run<'l> {
    pub name: String,
    pub stretches: Vec<Stretch<'l>>,
    pub notes: Vec<Note>,
    /// When it comes to specification.
    pub reached: Option<f64>,
    pub walk: Walk,
}

impl Watch {
    /// kg REO.
    pub(in crate::separate) fn kg(&self, moles: &[f64]) -> f64 {
        moles.iter().zip(&self.oxide).map(|(moles, kg)| moles * kg).sum()
    }

    /// kg REO of the solutes that count.
    fn kg_of(&self, moles: &[f64], counts: &[bool]) -> f64 {
        let these = moles.iter().zip(&self.oxide).zip(counts).filter(|(_, counts)| **counts);
        these.map(|((moles, kg), _)| moles * kg).sum()
    }

    /// kg REO of what the map shows.
    pub(in crate::separate) fn kg_shown(&self, moles: &[f64]) -> f64 {
        self.kg_of(moles, &self.shown)
    }

    /// Share of what counts in the oxides, where there are any to speak of.
    fn share(&self, moles: &[f64], counts: &[bool], least: f64) -> Option<f64> {
        let all = self.kg(moles);
        (all > least).then(|| self.kg_of(moles, counts) / all)
    }

    /// Does the steady state hold the purities asked?
    pub(super) fn meets(&self, profile: &Profile) -> bool {
        self.outlets.iter().all(|outlet| {
            let row = leaving(&profile.aqueous, &profile.organic, outlet, self.oxide.len());
            self.share(row, &outlet.counts, 0.0).is_some_and(|share| share >= outlet.asked)
        })
    }

    /// Follows the battery through its stretches.
    pub(in crate::separate) fn walk<'l>(&self, name: &str, stretches: Vec<Stretch<'l>>) -> Result<Run<'l>, Error> {
        let regimes: Vec<Regime<'_, '_>> = stretches
            .iter()
            .map(|stretch| Regime { until: stretch.until, network: &stretch.network, carried: stretch.carried.clone() })
            .collect();
        let k = self.oxide.len();
        let least = 1e-6 * self.fed;
        let mut notes: Vec<Note> = Vec::new();
        let mut look = |moment: &Moment| {
            if notes.last().is_some_and(|note| note.time >= moment.time) {
                // The same moment under the flows of the next stretch.
                notes.pop();
            }
            let stretch = &stretches[moment.regime];
            let row = |outlet: &Outlet| leaving(&moment.aqueous, &moment.organic, outlet, k);
            let purity = |(outlet, withdrawn): (&Outlet, &bool)| {
                self.share(row(outlet), &outlet.counts, least).filter(|_| *withdrawn)
            };
            let shown = |stage: usize| {
                let row = &moment.aqueous[stage * k..(stage + 1) * k];
                self.share(row, &self.shown, TRACE * least).map(|share| 100.0 * share)
            };
            notes.push(Note {
                time: moment.time,
                regime: moment.regime,
                shown: (0..moment.ph.len()).map(shown).collect(),
                purity: self.outlets.iter().zip(&stretch.withdrawn).map(purity).collect(),
                leaving: self.outlets.iter().zip(&stretch.leaves).map(|(o, share)| share * self.kg(row(o))).collect(),
                held: self.kg(&moment.held),
                held_shown: self.kg_shown(&moment.held),
            });
        };
        let pace = Pace { tolerance: TOLERANCE, longest: self.hours / FEWEST };
        let walk = follow(&self.vessels, &self.filling, &regimes, pace, &mut look)?;
        drop(regimes);
        Ok(Run { name: name.to_owned(), stretches, notes, reached: None, walk })
    }
}

/// mol/h of each solute that leave an outlet's stage in its phase.
fn leaving<'m>(aqueous: &'m [f64], organic: &'m [f64], outlet: &Outlet, k: usize) -> &'m [f64] {
    let all = if outlet.phase == Phase::Organic { organic } else { aqueous };
    &all[outlet.stage * k..(outlet.stage + 1) * k]
}
