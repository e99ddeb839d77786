//! A circuit: any sections of mixer-settlers, joined as the scenario says, solved together.
//!
//! # Equation
//! The balances of [`crate::separate::cascade::network`] over all stages of all sections at once. The
//! liquids that carry the solutes follow from shares alone,
//! ```text
//! A_j = enters_j + Σ share(i → j) A_i        (solution;  the same for the organic phase)
//! make-up = flow asked at an entry − what returns to it
//! ```
//! and acid from charge: in every stream that leaves, `n(H⁺) = −Σ z n` of all else in the solution and
//! `n(H⁺) = exchange sites − Σ z n` in the organic phase. With a neutral extractant acid is carried and the
//! anion that goes over with the metals follows from charge in both phases.
//!
//! # Symbols
//! A: litres per hour that reach a stage; share: of what leaves a stage in that phase; stages count
//! from where the solution enters the section, 1 … N; the organic phase enters at N.
//!
//! # Holds for
//! Acidic extractants, or neutral ones with one anion; volumes that transfer does not change; one efficiency for all solutes of a
//! section. Drops of one phase that leave with the other leave as that phase.
//!
//! # Source
//! Balances; the equilibrium is the extractant's file. Limits of O/A and loading are the scenario's.

mod plan;
mod read;
mod report;
mod run;
mod start_up;
mod streams;

use std::sync::Arc;

use crate::element::Element;
use crate::error::Error;
use crate::ion::Ion;
use crate::reagent::Reagent;
use crate::separate::cascade::network::Phase;
use crate::separate::extractant::Resolved;
use crate::separate::isotherm::Isotherm;
use crate::stream::{Litre, Solvent, Stream};
use crate::unit::{Balance, Equipment, Kind, Ports, Unit};

/// The kind.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "circuit",
    about: "Sections of mixer-settlers joined at will: several feeds, side outlets, bleeds, make-up and recycled organic",
    sources: &[],
    read: |fields, library| Circuit::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

/// An organic phase, as it is made up.
#[derive(Debug)]
struct OrganicPhase {
    tag: String,
    resolved: Resolved,
    law: Box<dyn Isotherm>,
    solvent: Arc<Solvent>,
    diluent: String,
    /// mol/L of monomer.
    concentration: f64,
    /// kg per litre.
    diluent_kg: f64,
    /// Share of the monomer's protons that base replaces where it enters a section, the base and its cation.
    saponified: f64,
    base: Option<(Reagent, Ion)>,
}

/// A liquor made of acid and water that are drawn.
#[derive(Debug)]
struct Liquor {
    tag: String,
    acid: Reagent,
    water: Reagent,
    /// mol/L, in the circuit's litres.
    molarity: f64,
    amount: Amount,
}

/// How much.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Amount {
    /// L/h.
    Litres(f64),
    /// Litres per litre of the other phase where it enters.
    PerOther(f64),
}

/// Where a liquid comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    /// An inlet of the unit.
    Inlet(usize),
    /// A drawn liquor.
    Liquor(usize),
    /// An organic phase, made up to the flow asked.
    Fresh(usize),
    /// What leaves a section at its end.
    Section(usize),
    /// A side outlet: of a section, by position.
    Side(usize, usize),
}

/// What enters a section, where and as which phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    source: Source,
    phase: Phase,
    /// From where the solution enters, 1 … N.
    stage: usize,
}

/// A side outlet.
#[derive(Debug)]
struct Side {
    tag: String,
    phase: Phase,
    stage: usize,
    share: f64,
}

/// What to do outside a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outside {
    Caveat,
    Failure,
}

/// Limits that are checked.
#[derive(Debug, Clone, Copy)]
struct Limits {
    organic_to_aqueous: [f64; 2],
    loading: f64,
    outside: Outside,
}

/// A bank of like stages.
#[derive(Debug)]
struct Section {
    tag: String,
    stages: usize,
    entries: Vec<Entry>,
    /// Flow to which the organic phase is made up where it enters.
    organic_flow: Option<Amount>,
    sides: Vec<Side>,
    /// Share of solution and organic phase leaving at the end that leaves the circuit, and its outlet.
    leaves: [f64; 2],
    outlets: [Option<String>; 2],
    efficiency: f64,
    /// Share of the organic phase that leaves with the solution, of the solution with the organic phase.
    entrained: [f64; 2],
    limits: Limits,
    /// The organic phase in it.
    organic: usize,
}

/// The unit as the scenario has it.
#[derive(Debug)]
pub struct Circuit {
    inlets: Vec<String>,
    organics: Vec<OrganicPhase>,
    liquors: Vec<Liquor>,
    sections: Vec<Section>,
    /// The anion that neutral extractants take along; `None`: the extractants exchange protons.
    salt: Option<Ion>,
    litre: Litre,
    /// h in mixer and settler.
    residence: [f64; 2],
    /// kW per m³ of mixer.
    mixer_power: f64,
    /// Followed in time, if asked.
    start_up: Option<start_up::Plan>,
    ports: Ports,
}

impl Circuit {
    /// Is it the cation of a base?
    fn is_counter_ion(&self, element: Element) -> bool {
        self.organics.iter().filter_map(|organic| organic.base.as_ref()).any(|(_, ion)| ion.element() == element)
    }
}

impl Unit for Circuit {
    fn ports(&self) -> Ports {
        self.ports
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        run::run(self, inlets)
    }

    fn equipment(&self, _inlets: &[Stream], done: &Balance) -> Vec<Equipment> {
        report::equipment(self, done)
    }
}

#[cfg(test)]
mod tests;
