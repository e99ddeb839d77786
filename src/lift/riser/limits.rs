//! What a riser must not exceed: the pump, the steel, the slowest slurry.

use crate::fields::Fields;
use crate::lift::pipe_string::{Pipe, Steel};
use crate::quantity::{Fraction, Pressure, Speed};
use crate::source::Caveat;
use crate::unit::Reading;

/// The limits a scenario sets; each absent is not checked.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Limits {
    /// Greatest pressure a pump gives, Pa.
    pub pump: Option<f64>,
    /// Slowest slurry wanted, m/s.
    pub velocity: Option<f64>,
    /// The steel, and the share of its strength that may be used.
    pub steel: Option<(Steel, f64)>,
}

/// How hard a pipe is pressed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Strain {
    /// N.
    pub load: f64,
    /// Pa.
    pub stress: f64,
    /// Stress over yield strength.
    pub of_yield: f64,
    /// Pa at which the pipe collapses.
    pub collapse: f64,
    /// Greatest pressure outside over that inside, over collapse.
    pub of_collapse: f64,
}

impl Limits {
    /// Reads `limits = { … }` and `steel = { … }`.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let mut limits = Self::default();
        let has = (fields.has("limits"), fields.has("steel"));
        if let Some(mut table) = fields.may_table("limits", "what must not be exceeded; absent: nothing is checked") {
            let pump: Option<Pressure> =
                table.may("pump_pressure", "greatest that one pump gives; absent: any", 1e3..=1e9);
            let velocity: Option<Speed> =
                table.may("velocity", "slowest slurry wanted in the riser; absent: any", 0.0..=20.0);
            table.finish();
            limits.pump = pump.map(|p| p.0);
            limits.velocity = velocity.map(|v| v.0);
        } else if has.0 {
            return None;
        }
        if let Some(mut table) =
            fields.may_table("steel", "what the pipes are made of; absent: strength is not checked")
        {
            let strength: Option<Pressure> = table.need("yield_strength", "stress at which it yields", 1e8..=2e9);
            let buoyancy: Option<Fraction> =
                table.need("buoyancy", "share of the steel's weight in water that floats carry", 0.0..=1.0);
            let share: Option<Fraction> = table.need(
                "design_share",
                "share of yield strength and of collapse pressure that may be used",
                0.05..=1.0,
            );
            table.finish();
            limits.steel = Some((Steel { yield_strength: strength?.0, buoyancy: buoyancy?.0 }, share?.0));
        } else if has.1 {
            return None;
        }
        Some(limits)
    }

    /// What a pipe bears, where steel is told. `inside`, `sea`: mean densities; `over`: pressure inside over outside at
    /// the deck, `under`: the greatest of outside over inside, Pa.
    pub fn strain(&self, pipe: &Pipe, (inside, sea): (f64, f64), over: f64, under: f64) -> Option<Strain> {
        let (steel, _) = self.steel?;
        let load = pipe.hang_off(&steel, inside, sea);
        let stress = pipe.stress(load, over);
        let collapse = pipe.collapse(&steel);
        Some(Strain {
            load,
            stress,
            of_yield: stress / steel.yield_strength,
            collapse,
            of_collapse: under.max(0.0) / collapse,
        })
    }

    /// Is a pipe overstrained?
    pub fn overstrained(&self, strain: &Strain) -> bool {
        self.steel.is_some_and(|(_, share)| strain.of_yield.max(strain.of_collapse) > share)
    }

    /// What is said of a pipe.
    pub fn tell(&self, name: &str, strain: &Strain, readings: &mut Vec<Reading>, caveats: &mut Vec<Caveat>) {
        readings.push(Reading::new(format!("hang-off load, {name}"), strain.load / 1e6, "MN"));
        readings.push(Reading::new(format!("stress at the top, {name}"), strain.stress / 1e6, "MPa"));
        readings.push(Reading::new(format!("stress over yield, {name}"), strain.of_yield, "1"));
        readings.push(Reading::new(format!("outside pressure over collapse, {name}"), strain.of_collapse, "1"));
        let Some((_, share)) = self.steel.filter(|_| self.overstrained(strain)) else { return };
        caveats.push(Caveat::new(format!(
            "the {name} uses {:.0} % of its yield strength and {:.0} % of its collapse pressure, more than the {:.0} % allowed: stronger steel, more floats, another wall",
            100.0 * strain.of_yield,
            100.0 * strain.of_collapse,
            100.0 * share
        )));
    }
}
