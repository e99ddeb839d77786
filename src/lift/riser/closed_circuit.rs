//! Closed-circuit riser: mud and sea water up, sea water down, one pump on the ship.
//!
//! # Equation
//! Sea water is drawn until the slurry has the solids asked for,
//! `drawn = solids/w − solids − pore water`; the circuit is then integrated over the depth
//! ([`crate::lift::column`]). Electric power is hydraulic power over the efficiencies of pump and
//! motor, and the head's own work on the mud:
//! `P = (P_static + P_friction)/(η_pump η_motor) + e_head · mud`.
//! The bound is the static part alone: `g ∫ (M − ρ Q) dz`, per dry tonne the same at any
//! concentration.
//!
//! # Symbols
//! w: solids by mass in the slurry, 1; M, Q: mass and volume flow of slurry; ρ: density of the
//! sea; e_head: kWh per tonne of wet mud.
//!
//! # Holds for
//! Steady flow. Grains slip by [`crate::lift::hoist`]; one that would not rise is an error, and so is a pump pressure above
//! `limits.pump_pressure`. Where `steel` is told the pipes are checked as they hang ([`crate::lift::pipe_string`]): the riser
//! against the annulus or the sea, the down path against the sea. A rheology that is assumed or left and a Hedstrom number
//! under the friction law's are caveats.
//!
//! # Source
//! Principle: `mmij2023` (circulating flow from a pump on the ship); laws as named.

use super::{Judged, Riser, Thinned, infeasible, profile, round};
use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::lift::column::{Column, Path, STEPS};
use crate::lift::pipe_string::Pipe;
use crate::quantity::Length;
use crate::stream::Stream;
use crate::table::Table;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

use super::limits::Strain;

/// As the scenario describes it.
#[derive(Debug)]
struct ClosedCircuit {
    riser: Riser,
    down_path: Down,
    down_diameter: f64,
}

/// Where the water goes down.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Down {
    Pipe,
    Annulus,
}

/// In a scenario: `kind = "closed-circuit-riser"`.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "closed-circuit-riser",
    about: "Raises mud from the sea bed as slurry in a circuit driven from the ship",
    sources: &[
        "mmij2023",
        "darby2001",
        "wilson1985",
        "swamee1976",
        "fofonoff1983",
        "miedema2023",
        "richardson1954",
        "api1111",
    ],
    read,
};

fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Box<dyn Unit>> {
    let riser = Riser::read(fields, library);
    let down_path = fields.word(
        "down_path",
        "where sea water goes down: a pipe of its own, or the annulus around the riser",
        &[("pipe", Down::Pipe), ("annulus", Down::Annulus)],
    );
    let down_diameter: Option<Length> =
        fields.need("down_diameter", "inner diameter of the down pipe, or of the casing around the riser", 0.01..=4.0);
    let (riser, down_path, down_diameter) = (riser?, down_path?, down_diameter?.0);
    let needed = riser.pipe().outer();
    if down_path == Down::Annulus && down_diameter <= needed {
        let what = format!("the riser is {needed:.3} m wide outside and does not fit");
        fields.refuse("down_diameter", what, "a wider casing");
        return None;
    }
    Some(Box::new(ClosedCircuit { riser, down_path, down_diameter }))
}

impl ClosedCircuit {
    fn down(&self) -> Path {
        let whole = round(self.down_diameter, self.riser.roughness);
        match self.down_path {
            Down::Pipe => whole,
            Down::Annulus => {
                let outer = self.riser.pipe().outer();
                Path { diameter: self.down_diameter - outer, area: whole.area - round(outer, 0.0).area, ..whole }
            }
        }
    }

    fn down_pipe(&self) -> Pipe {
        Pipe { diameter: self.down_diameter, ..self.riser.pipe() }
    }

    /// kg of steel in both pipes.
    fn steel(&self) -> f64 {
        self.riser.pipe().mass() + self.down_pipe().mass()
    }

    /// What the riser and the down pipe bear.
    fn strains(&self, column: &Column) -> Option<[(&'static str, Strain); 2]> {
        let (slurry, sea) = self.riser.mean_densities(column);
        let limits = &self.riser.limits;
        let least = |over: &dyn Fn(&crate::lift::column::Level) -> f64| {
            column.levels.iter().map(over).fold(f64::INFINITY, f64::min)
        };
        let around = |level: &crate::lift::column::Level| match self.down_path {
            Down::Pipe => level.sea,
            Down::Annulus => level.down,
        };
        let top = column.levels.first()?;
        let riser =
            limits.strain(&self.riser.pipe(), (slurry, sea), top.riser - around(top), -least(&|l| l.riser - around(l)));
        let down = limits.strain(&self.down_pipe(), (sea, sea), top.down - top.sea, -least(&|l| l.down - l.sea));
        let name = match self.down_path {
            Down::Pipe => "down pipe",
            Down::Annulus => "casing",
        };
        Some([("riser", riser?), (name, down?)])
    }

    fn judged(&self, column: &Column) -> Judged {
        let strains = self.strains(column);
        Judged {
            pump: column.pump_pressure(),
            restart: self.riser.restart(column),
            weak: strains.is_some_and(|all| all.iter().any(|(_, strain)| self.riser.limits.overstrained(strain))),
        }
    }

    /// The circuit with this mud, and the slurry it delivers.
    fn circulate(&self, mud: &Stream) -> Result<(Thinned, Column), Error> {
        let thinned = self.riser.thinned(mud, self.riser.solids)?;
        let column = self.riser.carried(&thinned, Some(self.down()), STEPS)?;
        Ok((thinned, column))
    }
}

impl Unit for ClosedCircuit {
    fn ports(&self) -> Ports {
        Ports { inlets: &["mud"], outlets: &["slurry"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let (mud, riser) = (&inlets[0], &self.riser);
        let (thinned, column) = self.circulate(mud)?;
        let pump = column.pump_pressure();
        if let Some(most) = riser.limits.pump.filter(|most| pump > *most) {
            return Err(infeasible(
                format!("the pump would have to give {:.2} MPa and gives at most {:.2}", pump / 1e6, most / 1e6),
                "a thinner slurry (less weight), a wider riser or down path (less friction), or a stronger pump",
            ));
        }
        let mut readings = riser.readings(mud, &thinned.slurry, &column);
        readings.push(Reading::new("pump pressure", pump / 1e6, "MPa"));
        readings.push(Reading::new("steel in the pipes", self.steel() / 1000.0, "t"));
        let mut caveats = riser.caveats(&thinned.slurry, &column);
        for (name, strain) in self.strains(&column).into_iter().flatten() {
            riser.limits.tell(name, &strain, &mut readings, &mut caveats);
        }
        let tables = vec![profile(&column, None)];
        let wet = (mud.solid.mass() + mud.aqueous.mass()) / 1000.0;
        Ok(Balance {
            drawn: vec![riser.carrier.drawn(thinned.drawn)],
            power_kw: riser.electric_kw(&column, wet),
            services: vec![Reading::new("lifting vessel", riser.vessels as f64, "h")],
            readings,
            tables,
            caveats,
            outlets: vec![thinned.slurry],
            ..Balance::default()
        })
    }

    fn survey(&self, inlets: &[Stream], _done: &Balance) -> Vec<Table> {
        let judge = |_: &Thinned, column: &Column| self.judged(column);
        let point = |wet, solids| self.riser.point(&inlets[0], (wet, solids), Some(self.down()), &judge);
        self.riser.window.iter().map(|window| window.table(point)).collect()
    }

    fn equipment(&self, inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        let Ok((_, column)) = self.circulate(&inlets[0]) else { return Vec::new() };
        let wet = (inlets[0].solid.mass() + inlets[0].aqueous.mass()) / 1000.0;
        let one = |name: &str, size: f64, unit| Equipment { name: name.into(), count: 1, size, unit };
        vec![
            one("riser pipe", self.steel() / 1000.0, "t"),
            one("slurry pump", self.riser.shaft_kw(&column), "kW"),
            one("seabed collector", wet, "t/h"),
        ]
    }
}
