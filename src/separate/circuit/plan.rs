//! The drawing of a circuit: its stages in one row, the pipes between them, its outlets.
//!
//! What flows in the pipes is worked out by [`crate::separate::cascade::flows`].

use super::{Circuit, Entry, Source};
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

impl Plan {
    /// Does the pipe bring organic phase back to where it is made up?
    pub(super) fn returns(&self, pipe: &Pipe) -> bool {
        pipe.phase == Phase::Organic && self.made_up.iter().any(|(_, to)| *to == pipe.to)
    }

    /// Those pipes, by position: what is made up to a flow takes no account of what returns.
    pub(super) fn returning(&self) -> Vec<usize> {
        (0..self.pipes.len()).filter(|&at| self.returns(&self.pipes[at])).collect()
    }
}
