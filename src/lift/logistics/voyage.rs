//! A voyage and back: its days, its fuel, and how many ships the cargo of a year asks for.
//!
//! # Equation
//! ```text
//! t = (1 + μ) (L/v₁ + L/v₂) + M/q₁/β + M/q₂ + t_port          round trip
//! N = n t / (8760 a),   n = cargo of a year / M               ships, ⌈N⌉ of them
//! f = f₀ (Δ/Δ₀)^⅔ (v/v₀)³                                     fuel a day under way
//! ```
//!
//! # Symbols
//! `L` distance, km; `v₁`, `v₂` speeds laden and in ballast, km/h; `μ` time that weather adds at sea, 1; `M` cargo, t wet; `q₁`, `q₂` loading
//! and unloading, t/h; `β` share of time in which the sea allows loading; `a` share of the year a ship is in service; `f` fuel, t/d, at
//! displacement `Δ`, t, and speed `v`; the index 0 is a ship whose consumption is known.
//!
//! # Holds for
//! Displacement ships at moderate speeds (the cube of the speed flatters slow steaming and spares fast); cargo waits in stores, so that
//! ships sail full all the year.
//!
//! # Source
//! The Admiralty law: textbook of naval architecture; the reference ship is the scenario's.

/// Hours of a year.
const YEAR: f64 = 8760.0;

/// A ship whose consumption is known, and the displacements it sails at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fuel {
    /// kg/h at the reference.
    pub consumption: f64,
    /// m/s.
    pub speed: f64,
    /// kg.
    pub displacement: f64,
    /// kg, with its cargo.
    pub laden: f64,
    /// kg, without.
    pub ballast: f64,
    /// kg/h in port and while loading.
    pub idle: f64,
}

impl Fuel {
    /// kg/h at a displacement (kg) and a speed (m/s).
    pub fn under_way(&self, displacement: f64, speed: f64) -> f64 {
        self.consumption * (displacement / self.displacement).powf(2.0 / 3.0) * (speed / self.speed).powi(3)
    }
}

/// What a ship takes, and how fast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// kg wet a voyage.
    pub cargo: f64,
    /// kg/h.
    pub loading: f64,
    /// kg/h.
    pub unloading: f64,
}

/// A run between the site and a port.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Voyage {
    /// m, one way.
    pub distance: f64,
    /// m/s.
    pub laden: f64,
    /// m/s.
    pub ballast: f64,
    /// Time that weather adds at sea, 1.
    pub margin: f64,
    /// h in ports and alongside, a round trip, loading and unloading apart.
    pub port: f64,
    /// Its cargo; `None`: it supplies.
    pub load: Option<Load>,
    /// Share of time in which the sea allows loading.
    pub loadable: f64,
}

/// A round trip in hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hours {
    /// At sea, laden.
    pub laden: f64,
    /// At sea, in ballast.
    pub ballast: f64,
    /// Loading, waiting for the sea included.
    pub loading: f64,
    /// Unloading.
    pub unloading: f64,
    /// In ports and alongside.
    pub port: f64,
}

impl Hours {
    /// All of it.
    pub fn all(&self) -> f64 {
        self.laden + self.ballast + self.loading + self.unloading + self.port
    }
}

impl Voyage {
    /// What a round trip takes.
    pub fn hours(&self) -> Hours {
        let sea = |speed: f64| (1.0 + self.margin) * self.distance / speed / 3600.0;
        Hours {
            laden: sea(self.laden),
            ballast: sea(self.ballast),
            loading: self.load.map_or(0.0, |load| load.cargo / load.loading / self.loadable),
            unloading: self.load.map_or(0.0, |load| load.cargo / load.unloading),
            port: self.port,
        }
    }

    /// kg of fuel a round trip.
    pub fn fuel(&self, fuel: &Fuel) -> f64 {
        let hours = self.hours();
        fuel.under_way(fuel.laden, self.laden) * hours.laden
            + fuel.under_way(fuel.ballast, self.ballast) * hours.ballast
            + fuel.idle * (hours.loading + hours.unloading + hours.port)
    }

    /// Ships that so many round trips a year ask for, where each is in service for a share of it; not rounded.
    pub fn ships(&self, trips: f64, in_service: f64) -> f64 {
        trips * self.hours().all() / (YEAR * in_service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUEL: Fuel =
        Fuel { consumption: 1000.0, speed: 7.0, displacement: 1e7, laden: 1.2e7, ballast: 5e6, idle: 80.0 };
    const VOYAGE: Voyage = Voyage {
        distance: 1.9e6,
        laden: 6.0,
        ballast: 6.5,
        margin: 0.1,
        port: 24.0,
        load: Some(Load { cargo: 5e6, loading: 2e5, unloading: 4e5 }),
        loadable: 0.8,
    };

    #[test]
    fn the_reference_ship_burns_what_it_burns() {
        assert!((FUEL.under_way(1e7, 7.0) - 1000.0).abs() < 1e-9);
        assert!((FUEL.under_way(1e7, 14.0) - 8000.0).abs() < 1e-6);
        assert!((FUEL.under_way(8e7, 7.0) - 4000.0).abs() < 1e-6);
    }

    /// The hours of a year, spent: ships at work, voyage by voyage.
    #[test]
    fn a_year_of_voyages_fills_the_ships() {
        let hours = VOYAGE.hours();
        let sea = 1.1 * 1900.0 * (1.0 / 21.6 + 1.0 / 23.4);
        assert!((hours.all() - (sea + 5000.0 / 200.0 / 0.8 + 5000.0 / 400.0 + 24.0)).abs() < 1e-9);
        let trips = 8760.0 * 0.95 / hours.all();
        assert!(
            (VOYAGE.ships(trips, 0.95) - 1.0).abs() < 1e-12 && (VOYAGE.ships(3.0 * trips, 0.95) - 3.0).abs() < 1e-12
        );
        assert!(VOYAGE.fuel(&FUEL) > FUEL.idle * hours.all());
    }

    #[test]
    fn slower_ships_burn_less_and_more_of_them_are_needed() {
        let slow = Voyage { laden: 5.0, ballast: 5.0, ..VOYAGE };
        assert!(slow.fuel(&FUEL) < VOYAGE.fuel(&FUEL) && slow.ships(10.0, 1.0) > VOYAGE.ships(10.0, 1.0));
        let still = Voyage { distance: 0.0, ..VOYAGE };
        let hours = still.hours();
        assert!(hours.laden.abs() < 1e-15 && (still.fuel(&FUEL) - 80.0 * hours.all()).abs() < 1e-9);
        assert!(Voyage { load: None, ..VOYAGE }.hours().loading.abs() < 1e-15);
    }
}
