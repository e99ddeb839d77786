//! What stands when all parts of a network are solved, and whether it closes.

use super::Profile;
use super::network::{Phase, Stage};
use super::newton::Work;
use crate::separate::isotherm::Exchange;

/// Amount held in a stage over what comes in an hour, from which a solute counts as locked in.
const LOCKED: f64 = 1e5;

impl Work<'_, '_> {
    /// What stands when all parts are solved.
    pub(super) fn told(mut self) -> Profile {
        let (n, k) = (self.network.stages.len(), self.network.solutes.len());
        let mut profile = Profile {
            aqueous: vec![0.0; n * k],
            organic: vec![0.0; n * k],
            free: self.splits.free.clone(),
            salt: Vec::with_capacity(n),
            acidity: Vec::with_capacity(n),
            ph: Vec::with_capacity(n),
            iterations: self.iterations,
            ..Profile::default()
        };
        // Past the mixer goes what its inlets do not send to it.
        for stage in 0..n {
            let node = self.graph.mixer[stage];
            let spec = &self.network.stages[stage];
            let mut held = 0.0;
            for i in 0..k {
                let (at, total) = (stage * k + i, self.totals[node * k + i]);
                let (goes, stays) = (self.splits.shares.goes[at], self.splits.shares.stays[at]);
                held += self.network.charge[i] * total * stays;
                for (phase, out) in [(Phase::Aqueous, &mut profile.aqueous), (Phase::Organic, &mut profile.organic)] {
                    let [a, b] = self.network.leaving(stage, phase);
                    out[at] = (a * goes + b * stays) * total;
                    if spec.efficiency < 1.0 {
                        let inlet = self.graph.inlets[stage][usize::from(phase == Phase::Organic)];
                        out[at] += (1.0 - spec.efficiency) * self.totals[inlet * k + i];
                    }
                }
            }
            let exchange = self.network.laws[spec.law].exchange();
            profile.salt.push(if exchange == Exchange::Salt { self.splits.other[stage] } else { 0.0 });
            profile.acidity.push(match exchange {
                Exchange::Saturated => 0.0,
                Exchange::Salt => spec.acid / spec.aqueous,
                Exchange::Protons => (spec.anions - held) / spec.aqueous,
            });
            profile.ph.push(Stage::ph(self.splits.hydrogen[stage]));
        }
        self.close(&mut profile);
        profile.totals = std::mem::take(&mut self.totals);
        profile
    }

    /// The largest gap, relative, between what enters the network and what leaves it, of any
    /// solute; what is locked in is named.
    fn close(&self, profile: &mut Profile) {
        let (n, k) = (self.network.stages.len(), self.network.solutes.len());
        let mut held = vec![[0.0; 2]; n];
        for pipe in &self.network.pipes {
            held[pipe.from][usize::from(pipe.phase == Phase::Organic)] += pipe.share;
        }
        for i in 0..k {
            let (mut entering, mut leaving, mut within) = (0.0, 0.0, 0.0);
            for (stage, [under, over]) in held.iter().enumerate() {
                let at = stage * k + i;
                entering += self.network.fresh[at] + self.network.fresh_organic[at];
                leaving += (1.0 - under) * profile.aqueous[at] + (1.0 - over) * profile.organic[at];
                within += profile.aqueous[at] + profile.organic[at];
            }
            for pipe in self.network.pipes.iter().filter(|pipe| pipe.renews == Some(i)) {
                let out = if pipe.phase == Phase::Organic { &profile.organic } else { &profile.aqueous };
                leaving += pipe.share * out[pipe.from * k + i];
            }
            if entering <= 0.0 {
                continue;
            }
            if within > LOCKED * n as f64 * entering {
                profile.locked.push((self.network.solutes[i], within / entering));
            }
            profile.closure = profile.closure.max((leaving / entering - 1.0).abs());
        }
    }
}
