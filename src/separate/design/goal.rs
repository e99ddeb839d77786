//! What a design is to have least of.
//!
//! # Equation
//! ```text
//! stages × flow   Σ S N                                  mol/h of metal carried, through all stages
//! reagents        Σ (base + acid)                        eq/h; base 3 S + what neutralises a product on its way,
//!                                                        acid 3 (W + (1 + x) f')
//! inventory       Σ N [V h c_V + (S + W) h c_O]          solvent and oxide held, USD/h of capital
//! cost            c_S Σ S N + c_B Σ base + c_A Σ acid + inventory
//! ```
//!
//! # Symbols
//! S, W: metal in organic phase and scrub liquor, mol/h; N: stages; f': metal leaving with the organic
//! phase; x: strip acid beyond three per metal, as a share of that; V: organic flow, m³/h; h: time in a
//! stage; c: the prices the specification states.
//!
//! # Holds for
//! Comparing trains. Reagents and flows alone would have each battery at its least reflux with stages
//! without end, so for `reagents` the reflux of a battery is that of least stages × flow.
//!
//! # Source
//! The price is stated by whoever asks; nothing is built in.

use crate::fields::Fields;
use crate::quantity::Number;

/// Of what least.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// Stages × flow.
    StagesFlow,
    /// Base and acid.
    Reagents,
    /// Solvent and oxide held, with their prices (USD/h per m³ and per kg).
    Inventory([f64; 2]),
    /// All of them at stated prices.
    Cost {
        /// USD per mol of metal carried through a stage.
        stage: f64,
        /// USD per equivalent of base, of acid.
        reagents: [f64; 2],
        /// USD/h per m³ of solvent and per kg of oxide held.
        held: [f64; 2],
    },
}

/// What a battery or a train uses, per hour.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// S N, mol/h.
    pub stage_flow: f64,
    /// eq/h.
    pub base: f64,
    /// eq/h.
    pub acid: f64,
    /// m³.
    pub solvent: f64,
    /// kg.
    pub oxide: f64,
}

impl Goal {
    /// Reads `[objective]`.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        #[derive(Clone, Copy, PartialEq)]
        enum Word {
            StagesFlow,
            Reagents,
            Inventory,
            Cost,
        }
        let words = [
            ("stages-flow", Word::StagesFlow),
            ("reagents", Word::Reagents),
            ("inventory", Word::Inventory),
            ("cost", Word::Cost),
        ];
        let word = fields.word("least", "of what the design is to have least", &words)?;
        let mut price = |key, about| fields.need::<Number>(key, about, 0.0..=1e9).map(|price| price.0);
        let mut held = || {
            let solvent = price("solvent", "USD per hour for each m3 of solvent held");
            let oxide = price("oxide", "USD per hour for each kg of oxide held");
            Some([solvent?, oxide?])
        };
        Some(match word {
            Word::StagesFlow => Goal::StagesFlow,
            Word::Reagents => Goal::Reagents,
            Word::Inventory => Goal::Inventory(held()?),
            Word::Cost => {
                let held = held();
                let stage = price("stage", "USD per mol of metal that the organic phase carries through a stage");
                let base = price("base", "USD per equivalent of base");
                let acid = price("acid", "USD per equivalent of acid");
                Goal::Cost { stage: stage?, reagents: [base?, acid?], held: held? }
            }
        })
    }

    /// The price of what is used.
    pub fn price(&self, used: &Tally) -> f64 {
        match self {
            Goal::StagesFlow => used.stage_flow,
            Goal::Reagents => used.base + used.acid,
            Goal::Inventory(held) => held[0] * used.solvent + held[1] * used.oxide,
            Goal::Cost { stage, reagents, held } => {
                stage * used.stage_flow
                    + reagents[0] * used.base
                    + reagents[1] * used.acid
                    + held[0] * used.solvent
                    + held[1] * used.oxide
            }
        }
    }

    /// By which the reflux of a battery is chosen.
    pub fn of_reflux(&self) -> Goal {
        match self {
            Goal::Reagents => Goal::StagesFlow,
            other => *other,
        }
    }

    /// In words, for tables.
    pub fn word(&self) -> &'static str {
        match self {
            Goal::StagesFlow => "stages × flow, mol/h",
            Goal::Reagents => "base and acid, eq/h",
            Goal::Inventory(_) => "inventory, USD/h",
            Goal::Cost { .. } => "cost, USD/h",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_is_the_sum_of_its_parts() {
        let used = Tally { stage_flow: 10.0, base: 3.0, acid: 2.0, solvent: 5.0, oxide: 7.0 };
        let goal = Goal::Cost { stage: 0.1, reagents: [1.0, 2.0], held: [0.01, 0.02] };
        assert!((goal.price(&used) - (1.0 + 3.0 + 4.0 + 0.05 + 0.14)).abs() < 1e-12);
        assert!((Goal::Reagents.price(&used) - 5.0).abs() < 1e-12);
        assert_eq!(Goal::Reagents.of_reflux(), Goal::StagesFlow);
    }
}
