//! The operating window: which flows and concentrations a riser can hold, and what stops it elsewhere.

use crate::fields::Fields;
use crate::quantity::{Fraction, MassFlow};
use crate::table::{Cell, Table};

/// Name of the table, after the unit's tag.
pub const TABLE: &str = "operating_window";

/// What stops a riser at a flow and a concentration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The slurry would be thicker than the mud.
    Mud,
    /// A grain sinks faster than the slurry rises, or grains choke the pipe.
    Grains,
    /// Slower than is wanted.
    Slow,
    /// More pressure than a pump gives.
    Pump,
    /// More pressure than a pump gives to set the resting pipe in motion.
    Restart,
    /// The steel yields or collapses.
    Steel,
}

impl Stop {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Mud => "thicker than the mud",
            Self::Grains => "grains stay below",
            Self::Slow => "too slow",
            Self::Pump => "beyond the pump",
            Self::Restart => "does not restart",
            Self::Steel => "beyond the steel",
        }
    }
}

/// What a riser is like at one flow and concentration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// m/s at the deck.
    pub velocity: f64,
    /// Pa of one pump.
    pub pump: f64,
    /// kWh of electric power on a tonne of dry solids.
    pub energy: f64,
    /// The first limit it breaks; `None`: it works.
    pub stop: Option<Stop>,
}

/// The window is written and could not be read; what is wrong is told already.
pub struct Unread;

/// The net that is looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Wet mud, kg/h.
    mud: (f64, f64),
    /// Solids by mass.
    solids: (f64, f64),
    points: usize,
}

impl Window {
    /// Reads `window = { … }`.
    pub fn read(fields: &mut Fields<'_>) -> Result<Option<Self>, Unread> {
        let has = fields.has("window");
        let Some(mut table) = fields.may_table("window", "flows and concentrations looked at besides; absent: none")
        else {
            return if has { Err(Unread) } else { Ok(None) };
        };
        let least: Option<MassFlow> = table.need("least_mud", "least wet mud", 1.0..=1e9);
        let most: Option<MassFlow> = table.need("most_mud", "most wet mud", 1.0..=1e9);
        let thin: Option<Fraction> = table.need("least_solids", "thinnest slurry, solids by mass", 1e-3..=0.7);
        let thick: Option<Fraction> = table.need("most_solids", "thickest slurry, solids by mass", 1e-3..=0.7);
        let points = table.count("points", "flows, and as many concentrations", 2..=60);
        for (low, high, key) in [
            (least.map(|v| v.0), most.map(|v| v.0), "most_mud"),
            (thin.map(|v| v.0), thick.map(|v| v.0), "most_solids"),
        ] {
            if low.zip(high).is_some_and(|(low, high)| high <= low) {
                table.refuse(key, "is not above the least", "a greater value");
                return Err(Unread);
            }
        }
        table.finish();
        let window = |(least, most): (MassFlow, MassFlow), (thin, thick): (Fraction, Fraction), points| Self {
            mud: (least.0, most.0),
            solids: (thin.0, thick.0),
            points,
        };
        let read = least.zip(most).zip(thin.zip(thick)).zip(points);
        read.map(|((mud, solids), points)| Some(window(mud, solids, points))).ok_or(Unread)
    }

    /// The window as a table: `at` answers for wet mud, kg/h, and solids by mass; `None` where the mud itself is thinner.
    pub fn table(&self, at: impl Fn(f64, f64) -> Point) -> Table {
        let mut table = Table::new(
            TABLE,
            "Operating window",
            "steady flow of the mud at other rates and concentrations; the first limit broken is named",
            &[
                ("mud, wet", "t/d"),
                ("solids", "%"),
                ("velocity", "m/s"),
                ("pump pressure", "MPa"),
                ("electric power by dry solids", "kWh/t"),
                ("limit", ""),
            ],
        );
        // Both axes in equal ratios: ranges run over decades.
        let between =
            |(low, high): (f64, f64), step: usize| low * (high / low).powf(step as f64 / (self.points - 1) as f64);
        for i in 0..self.points {
            let mud = between(self.mud, i);
            for j in 0..self.points {
                let solids = between(self.solids, j);
                let point = at(mud, solids);
                let known = |value: f64| if value.is_finite() { Cell::from(value) } else { Cell::Absent };
                table.row(vec![
                    (mud * 24.0 / 1000.0).into(),
                    (100.0 * solids).into(),
                    known(point.velocity),
                    known(point.pump / 1e6),
                    known(point.energy),
                    point.stop.map_or("works", Stop::words).into(),
                ]);
            }
        }
        table
    }
}
