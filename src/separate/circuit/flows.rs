//! The liquids of a circuit: who passes whom, and how much of each source is in each stage.
//!
//! # Equation
//! `A_j = enters_j + Σ s(i → j) A_i`, with s what a pipe takes of the liquid, drops carried along
//! included: `(1−a)` of a stage's solution leaves with the solution and `a` with the organic phase.
//! Solved by sweeps up and down the stages. Where the organic phase is made up, the flow is given and
//! the pipes that return to the place are left out; what they bring is taken off the make-up.
//!
//! # Holds for
//! Shares that let what enters leave again.

use super::{Amount, Circuit, Entry, Source};
use crate::error::Error;
use crate::separate::cascade::network::{Phase, Pipe};

/// Position of a phase in a pair.
pub(super) fn side(phase: Phase) -> usize {
    usize::from(phase == Phase::Organic)
}

/// The pipes and where outlets are.
#[derive(Debug)]
pub(super) struct Plan {
    /// First stage of each section, stages counted from where the organic phase enters.
    pub first: Vec<usize>,
    pub pipes: Vec<Pipe>,
    /// `(stage, phase, share)` of each outlet of the unit, in the order of the ports.
    pub outlets: Vec<(usize, Phase, f64)>,
    pub stages: usize,
    /// Section of each stage.
    pub section: Vec<usize>,
    /// `(section, stage)` where an organic phase is made up.
    pub made_up: Vec<(usize, usize)>,
}

impl Plan {
    pub(super) fn of(circuit: &Circuit) -> Self {
        let mut first = Vec::new();
        let mut section = Vec::new();
        for (at, s) in circuit.sections.iter().enumerate() {
            first.push(section.len());
            section.resize(section.len() + s.stages, at);
        }
        let mut plan =
            Self { first, pipes: Vec::new(), outlets: Vec::new(), stages: section.len(), section, made_up: Vec::new() };
        for (at, s) in circuit.sections.iter().enumerate() {
            for j in 0..s.stages {
                let here = plan.first[at] + j;
                for (phase, next) in
                    [(Phase::Aqueous, j.checked_sub(1)), (Phase::Organic, Some(j + 1).filter(|next| *next < s.stages))]
                {
                    if let Some(next) = next {
                        let share = kept(circuit, at, j, phase);
                        let to = plan.first[at] + next;
                        plan.pipes.push(Pipe { from: here, phase, to, share, renews: None });
                    }
                }
            }
            for entry in &s.entries {
                let to = plan.stage(circuit, at, entry.stage);
                if let Some((from, share)) = plan.leaving(circuit, entry) {
                    plan.pipes.push(Pipe { from, phase: entry.phase, to, share, renews: None });
                }
                if matches!(entry.source, Source::Fresh(_)) {
                    plan.made_up.push((at, to));
                }
            }
            for (i, phase) in [Phase::Aqueous, Phase::Organic].into_iter().enumerate() {
                if s.outlets[i].is_some() {
                    let j = if phase == Phase::Aqueous { 0 } else { s.stages - 1 };
                    let share = s.leaves[i] * kept(circuit, at, j, phase);
                    plan.outlets.push((plan.first[at] + j, phase, share));
                }
            }
            for (i, outlet) in s.sides.iter().enumerate() {
                let taken = |entry: &&Entry| entry.source == Source::Side(at, i);
                if !circuit.sections.iter().flat_map(|s| &s.entries).any(|entry| taken(&entry)) {
                    plan.outlets.push((plan.stage(circuit, at, outlet.stage), outlet.phase, outlet.share));
                }
            }
        }
        plan
    }

    /// A stage by its number from where the solution enters.
    fn stage(&self, circuit: &Circuit, section: usize, number: usize) -> usize {
        self.first[section] + circuit.sections[section].stages - number
    }

    /// Where an entry that comes from another stage comes from, and its share of that phase.
    fn leaving(&self, circuit: &Circuit, entry: &Entry) -> Option<(usize, f64)> {
        match entry.source {
            Source::Section(from) => {
                let s = &circuit.sections[from];
                let j = if entry.phase == Phase::Aqueous { 0 } else { s.stages - 1 };
                let kept = kept(circuit, from, j, entry.phase);
                Some((self.first[from] + j, kept * (1.0 - s.leaves[side(entry.phase)])))
            }
            Source::Side(from, i) => {
                let outlet = &circuit.sections[from].sides[i];
                Some((self.stage(circuit, from, outlet.stage), outlet.share))
            }
            _ => None,
        }
    }

    /// Stage at which an entry stands.
    pub(super) fn at(&self, circuit: &Circuit, section: usize, entry: &Entry) -> usize {
        self.stage(circuit, section, entry.stage)
    }
}

/// What side outlets leave of a phase to go on.
fn kept(circuit: &Circuit, section: usize, j: usize, phase: Phase) -> f64 {
    let s = &circuit.sections[section];
    let drawn: f64 = s.sides.iter().filter(|o| o.phase == phase && s.stages - o.stage == j).map(|o| o.share).sum();
    (1.0 - drawn).max(0.0)
}

/// Where a liquid goes that enters at one place.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    /// Litres of it that reach each stage.
    pub reaches: Vec<f64>,
    /// Litres that leave each stage with the solution and with the organic phase.
    pub leaves: Vec<[f64; 2]>,
}

/// How one of the two liquids is carried.
pub(super) struct Carrier<'a> {
    circuit: &'a Circuit,
    plan: &'a Plan,
    liquid: Phase,
    /// For each stage: who sends to it, with which phase, and what share of that.
    coming: Vec<Vec<(usize, usize, f64)>>,
}

impl<'a> Carrier<'a> {
    pub(super) fn of(circuit: &'a Circuit, plan: &'a Plan, liquid: Phase) -> Self {
        let mut coming = vec![Vec::new(); plan.stages];
        for pipe in &plan.pipes {
            // What is made up to a flow takes no account of what returns.
            let cut = liquid == Phase::Organic && plan.returns(pipe);
            if !cut && pipe.share > 0.0 {
                coming[pipe.to].push((pipe.from, side(pipe.phase), pipe.share));
            }
        }
        Self { circuit, plan, liquid, coming }
    }

    /// What leaves a stage with each phase of what reaches it with each.
    fn past(&self, stage: usize, reaches: [f64; 2]) -> [f64; 2] {
        let section = &self.circuit.sections[self.plan.section[stage]];
        let [under, over] = section.entrained;
        let meets = section.efficiency * (reaches[0] + reaches[1]);
        let with = if self.liquid == Phase::Aqueous { [1.0 - over, over] } else { [under, 1.0 - under] };
        [0, 1].map(|p| with[p] * meets + (1.0 - section.efficiency) * reaches[p])
    }

    /// The path of so many litres entering at a stage.
    pub(super) fn path(&self, at: usize, litres: f64) -> Result<Path, Error> {
        let n = self.coming.len();
        let mut path = Path { reaches: vec![0.0; n], leaves: vec![[0.0; 2]; n] };
        if litres <= 0.0 {
            return Ok(path);
        }
        for _ in 0..20_000 {
            let mut moved: f64 = 0.0;
            for j in (0..n).chain((0..n).rev()) {
                let mut reaches = [0.0; 2];
                if j == at {
                    reaches[side(self.liquid)] += litres;
                }
                for &(from, phase, share) in &self.coming[j] {
                    reaches[phase] += share * path.leaves[from][phase];
                }
                let whole = reaches[0] + reaches[1];
                moved = moved.max((whole - path.reaches[j]).abs());
                path.reaches[j] = whole;
                path.leaves[j] = self.past(j, reaches);
            }
            if moved <= 1e-16 * litres {
                return Ok(path);
            }
        }
        Err(Error::Infeasible {
            unit: String::new(),
            what: "a liquid goes round in the circuit and hardly leaves it".into(),
            hint: "give the loop a bleed, or an entry where its organic phase is made up to a flow".into(),
        })
    }
}

impl Plan {
    /// Does the pipe bring organic phase back to where it is made up?
    pub(super) fn returns(&self, pipe: &Pipe) -> bool {
        pipe.phase == Phase::Organic && self.made_up.iter().any(|(_, to)| *to == pipe.to)
    }
}

/// Litres of an amount, given the other phase's.
pub(super) fn litres(amount: Amount, other: f64) -> f64 {
    match amount {
        Amount::Litres(litres) => litres,
        Amount::PerOther(ratio) => ratio * other,
    }
}
