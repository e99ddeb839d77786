//! A liquor made ready for extraction: diluted to a strength, brought to a pH.
//!
//! # Equation
//! ```text
//! h(liquor + B base) = h*(pH),      m_REO / V(liquor + B base + water) = c
//! ```
//! Neutralising dilutes and diluting moves the pH, so both are met in turn until neither moves.
//!
//! # Symbols
//! h: total acidity, mol/h; h*: that at which the liquor has the pH asked for; B: base, kg/h (acid where the
//! liquor is not acid enough); m_REO: rare-earth oxide, g/h; V: litres per hour; c: strength, g/L.
//!
//! # Holds for
//! Clear liquors that stay clear: nothing precipitates, no gas is given off (`neutralise` lets both happen).
//! Nothing is evaporated: a liquor weaker than asked for stays as weak, which is told.
//!
//! # Source
//! Bookkeeping; pH as in [`crate::solution`].

use crate::element::Element;
use crate::error::Error;
use crate::fields::Fields;
use crate::ion::Ion;
use crate::library::Library;
use crate::quantity::{MassConcentration, Number};
use crate::reagent::Reagent;
use crate::solution;
use crate::source::Caveat;
use crate::stream::{Aqueous, Stream};
use crate::unit::{Balance, Kind, Ports, Reading, Unit};

/// In the catalogue.
pub const KIND: Kind<dyn Unit> = Kind {
    name: "prepare-liquor",
    about: "Dilutes a clear liquor to a strength and brings it to a pH, as a battery does with its feed.",
    sources: &[],
    read: |fields, library| Preparation::read(fields, library).map(|unit| Box::new(unit) as Box<dyn Unit>),
};

#[derive(Debug)]
struct Preparation {
    base: Reagent,
    acid: Reagent,
    water: Reagent,
    oxide: Option<f64>,
    ph: Option<f64>,
}

/// What a liquor is to become.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'r> {
    /// g/L of rare-earth oxide; absent: as it comes.
    pub oxide: Option<f64>,
    /// Absent: as it comes.
    pub ph: Option<f64>,
    /// Absent: none is at hand.
    pub base: Option<&'r Reagent>,
    pub acid: &'r Reagent,
    pub water: &'r Reagent,
}

/// A liquor ready, with kg/h of what it took.
#[derive(Debug)]
pub(super) struct Ready {
    pub liquor: Aqueous,
    pub water: f64,
    pub base: f64,
    pub acid: f64,
    /// Where it is weaker than asked for.
    pub weak: Option<String>,
}

impl Wanted<'_> {
    /// Makes a liquor ready.
    pub fn of(&self, liquor: &Aqueous) -> Result<Ready, Error> {
        let mut liquor = liquor.clone();
        let dissolved = |liquor: &Aqueous| {
            Element::RARE_EARTHS.iter().any(|&e| Ion::of(e).is_some_and(|ion| liquor.ions[ion] > 0.0))
        };
        if liquor.water <= 0.0 || !dissolved(&liquor) {
            return Err(Error::Infeasible {
                unit: String::new(),
                what: "the feed holds no dissolved rare earth".into(),
                hint: "join it to a liquor: a leach or a re-dissolution before it".into(),
            });
        }
        let (mut water, mut base, mut acid) = (0.0, 0.0, 0.0);
        for _ in 0..30 {
            let (before, was) = (liquor.ions[Ion::H], liquor.water);
            if let Some(ph) = self.ph {
                self.neutralise(&mut liquor, ph, &mut base, &mut acid)?;
            }
            if let Some(wanted) = self.oxide {
                let litres = oxide(&liquor) / wanted;
                let more = ((litres - liquor.volume() * 1000.0) * 0.997).max(-water);
                water += more;
                add(&mut liquor, self.water, more);
            }
            if (liquor.ions[Ion::H] - before).abs() < 1e-12 * liquor.ions.ionic_throughput()
                && (liquor.water - was).abs() < 1e-12 * liquor.water
            {
                break;
            }
        }
        let weak = self.oxide.and_then(|wanted| {
            let has = oxide(&liquor) / (liquor.volume() * 1000.0);
            (has < 0.98 * wanted).then(|| {
                format!(
                    "the feed holds {has:.1} g/L of oxide, less than the {wanted:.1} asked for; nothing is evaporated"
                )
            })
        });
        Ok(Ready { liquor, water, base, acid, weak })
    }

    /// One turn of it; what an earlier turn added of the other reagent is taken back first.
    fn neutralise(&self, liquor: &mut Aqueous, ph: f64, base: &mut f64, acid: &mut f64) -> Result<(), Error> {
        let wanted = solution::acidity_for(liquor, ph).unwrap_or(0.0);
        let surplus = liquor.ions[Ion::H] - wanted;
        let mut change = 0.0;
        if surplus > 0.0 {
            let back = (surplus / self.acid.acid()).min(*acid);
            *acid -= back;
            change = -back;
            let rest = surplus - back * self.acid.acid();
            if rest > 0.0 {
                let Some(found) = self.base else {
                    return Err(Error::Infeasible {
                        unit: String::new(),
                        what: format!("the feed is more acid than pH {ph} and there is no base"),
                        hint: "name a `base`, or leave `feed_ph` out".into(),
                    });
                };
                let kg = rest / -found.acid();
                *base += kg;
                add(liquor, found, kg);
            }
        } else {
            if let Some(found) = self.base.filter(|_| *base > 0.0) {
                let back = (surplus / found.acid()).min(*base);
                *base -= back;
                add(liquor, found, -back);
                let rest = surplus - back * found.acid();
                if rest < 0.0 {
                    change = -rest / self.acid.acid();
                }
            } else {
                change = -surplus / self.acid.acid();
            }
            *acid += change.max(0.0);
        }
        if change != 0.0 {
            add(liquor, self.acid, change);
        }
        Ok(())
    }
}

fn add(liquor: &mut Aqueous, reagent: &Reagent, kg: f64) {
    let stream = reagent.stream(kg);
    liquor.ions += &stream.aqueous.ions;
    liquor.water += stream.aqueous.water;
}

/// Rare-earth oxide, g/h.
fn oxide(liquor: &Aqueous) -> f64 {
    liquor.ions.elements().map(|e, moles| moles * e.molar_mass()).rare_earth_oxide()
}

impl Preparation {
    fn read(fields: &mut Fields<'_>, library: &Library) -> Option<Self> {
        let base = Reagent::field(fields, "base", "the base, where the liquor is too acid", library);
        let acid = Reagent::field(fields, "acid", "the acid, where it is not acid enough", library);
        let water = Reagent::field(fields, "water", "the water it is diluted with", library);
        let about = "rare-earth oxide it is diluted to; absent means as it comes";
        let oxide = fields.may::<MassConcentration>("feed_oxide", about, 0.01..=400.0);
        let about = "pH it is brought to with base or acid; absent means as it comes";
        let ph = fields.may::<Number>("feed_ph", about, -1.0..=6.0);
        let (base, acid, water) = (base?, acid?, water?);
        for (key, reagent, wrong) in [("base", &base, base.acid() >= 0.0), ("acid", &acid, acid.acid() <= 0.0)] {
            if wrong {
                let (what, hint) = if key == "base" {
                    ("takes up no acid", "sodium-hydroxide-50, lime or magnesia")
                } else {
                    ("brings no acid", "hydrochloric-acid-35")
                };
                fields.refuse(key, format!("`{}` {what}", reagent.name), hint);
                return None;
            }
        }
        Some(Self { base, acid, water, oxide: oxide.map(|q| q.0), ph: ph.map(|q| q.0) })
    }
}

impl Unit for Preparation {
    fn ports(&self) -> Ports {
        Ports { inlets: &["liquor"], outlets: &["ready"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let Self { base, acid, water, oxide: strength, ph } = self;
        let ready = Wanted { oxide: *strength, ph: *ph, base: Some(base), acid, water }.of(&inlets[0].aqueous)?;
        let mut outlet = inlets[0].clone();
        outlet.aqueous = ready.liquor;
        let mut readings = vec![
            Reading::new(format!("{} to the feed", base.name), ready.base, "kg/h"),
            Reading::new(format!("{} to the feed", acid.name), ready.acid, "kg/h"),
            Reading::new("water added", ready.water, "kg/h"),
            Reading::new("rare-earth oxide", oxide(&outlet.aqueous) / (outlet.aqueous.volume() * 1000.0), "g/L"),
        ];
        if let Some(ph) = solution::ph(&outlet.aqueous) {
            readings.insert(0, Reading::new("pH", ph, "1"));
        }
        let mut caveats: Vec<Caveat> = ready.weak.map(Caveat::new).into_iter().collect();
        let turbid =
            [("solids", inlets[0].solid.mass() > 0.0), ("an organic phase", inlets[0].organic.extractant > 0.0)];
        for (what, _) in turbid.into_iter().filter(|(_, there)| *there) {
            caveats.push(Caveat::new(format!("the liquor brings {what}, which passes as it is: clear it first")));
        }
        let drawn = vec![base.drawn(ready.base), acid.drawn(ready.acid), water.drawn(ready.water)];
        Ok(Balance { outlets: vec![outlet], drawn, readings, caveats, ..Balance::default() })
    }
}

#[cfg(test)]
mod tests;
