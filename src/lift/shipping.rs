//! Shipping: wet cargo over a distance, as freight to be paid and a store to wait in.
//!
//! # Equation
//! `freight = wet mass · distance` (t km per hour at work); `store = wet mass · days held`.
//!
//! # Symbols
//! Wet mass: all that is carried, solids and liquor, t/h.
//!
//! # Holds for
//! Freight bought by the tonne-kilometre, the empty way back in its price. Nothing is lost or
//! gained on the way.
//!
//! # Source
//! Arithmetic; the price of freight is a fact of economics.

use crate::error::Error;
use crate::fields::Fields;
use crate::library::Library;
use crate::quantity::{Duration, Length};
use crate::stream::Stream;
use crate::unit::{Balance, Equipment, Kind, Ports, Reading, Unit};

/// As the scenario describes it.
#[derive(Debug)]
struct Shipping {
    km: f64,
    store_hours: f64,
}

/// In a scenario: `kind = "shipping"`.
pub const KIND: Kind<dyn Unit> = Kind { name: "shipping", about: "Carries wet cargo over the sea", sources: &[], read };

fn read(fields: &mut Fields<'_>, _: &Library) -> Option<Box<dyn Unit>> {
    let distance: Option<Length> = fields.need("distance", "one way, port to port", 0.0..=4e7);
    let store: Option<Duration> =
        fields.need("store", "how long cargo waits, all stores together; 0 is none", 0.0..=8760.0);
    Some(Box::new(Shipping { km: distance?.0 / 1000.0, store_hours: store?.0 }))
}

impl Unit for Shipping {
    fn ports(&self) -> Ports {
        Ports { inlets: &["cargo"], outlets: &["cargo"] }
    }

    fn solve(&self, inlets: &[Stream]) -> Result<Balance, Error> {
        let tonnes = inlets[0].mass() / 1000.0;
        let dry = inlets[0].solid.mass() / 1000.0;
        let freight = tonnes * self.km;
        Ok(Balance {
            services: vec![Reading::new("sea freight", freight, "t km")],
            readings: vec![
                Reading::new("cargo, wet", tonnes, "t/h"),
                Reading::new("cargo, dry", dry, "t/h"),
                Reading::new("freight", freight, "t km/h"),
                Reading::new("cargo held in store", tonnes * self.store_hours, "t"),
            ],
            outlets: inlets.to_vec(),
            ..Balance::default()
        })
    }

    fn equipment(&self, inlets: &[Stream], _done: &Balance) -> Vec<Equipment> {
        let held = inlets[0].mass() / 1000.0 * self.store_hours;
        if held <= 0.0 {
            return Vec::new();
        }
        vec![Equipment { name: "bulk storage".into(), count: 1, size: held, unit: "t" }]
    }
}
