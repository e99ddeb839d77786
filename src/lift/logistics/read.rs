//! The section `[logistics]`, read.

use super::voyage::{Fuel, Load, Voyage};
use super::{Errand, Logistics, Ship};
use crate::fields::Fields;
use crate::quantity::{Duration, Fraction, Length, Mass, MassFlow, Speed};
use crate::source::Evidence;

/// Tables of the section, so that all of its fields can be told.
pub const SKETCH: &str = "[[ship]]\ntag = \"ship\"\ncarries = \"cargo\"\n[ship.fuel]\n";

fn fuel(fields: &mut Fields<'_>) -> Option<Fuel> {
    let burnt: Option<MassFlow> = fields.need("consumption", "of a ship that is known, under way", 1.0..=1e5);
    let speed: Option<Speed> = fields.need("at_speed", "its speed then", 0.5..=20.0);
    let displacement: Option<Mass> = fields.need("at_displacement", "its displacement then", 1e4..=1e9);
    let laden: Option<Mass> = fields.need("laden", "displacement of this ship, laden", 1e4..=1e9);
    let ballast: Option<Mass> = fields.need("ballast", "displacement of this ship without cargo", 1e4..=1e9);
    let idle: Option<MassFlow> = fields.need("idle", "in port, alongside and while loading", 0.0..=1e5);
    Some(Fuel {
        consumption: burnt?.0,
        speed: speed?.0,
        displacement: displacement?.0,
        laden: laden?.0,
        ballast: ballast?.0,
        idle: idle?.0,
    })
}

/// What is carried, or how often the ship comes.
fn errand(fields: &mut Fields<'_>) -> Option<(Errand, Option<Load>)> {
    let carries = fields.may_text("carries", "stream whose mass it carries; absent: it supplies");
    let every: Option<Duration> = fields.may("every", "it comes so often to supply; absent: it carries", 1.0..=8760.0);
    match (carries, every) {
        (Some(stream), None) => {
            let cargo: Option<Mass> = fields.need("cargo", "wet, a voyage", 1e3..=1e9);
            let loading: Option<MassFlow> = fields.need("loading", "wet cargo an hour, at sea", 1e2..=1e8);
            let unloading: Option<MassFlow> = fields.need("unloading", "wet cargo an hour, in port", 1e2..=1e8);
            let load = Load { cargo: cargo?.0, loading: loading?.0, unloading: unloading?.0 };
            Some((Errand::Carries(stream), Some(load)))
        }
        (None, Some(every)) => Some((Errand::Supplies(every.0), None)),
        _ => {
            fields.refuse(
                "carries",
                "a ship carries or supplies",
                "either `carries = \"stream\"`, or `every = \"14 d\"`",
            );
            None
        }
    }
}

fn ship(fields: &mut Fields<'_>) -> Option<(Ship, bool)> {
    let tag = fields.text("tag", "what it is called in tables");
    let distance: Option<Length> = fields.need("distance", "one way", 0.0..=4e7);
    let laden: Option<Speed> = fields.need("speed", "laden", 0.5..=20.0);
    let ballast: Option<Speed> = fields.need("speed_back", "without cargo", 0.5..=20.0);
    let margin: Option<Fraction> = fields.need("margin", "time that weather adds at sea", 0.0..=3.0);
    let port: Option<Duration> =
        fields.need("port", "in ports and alongside a round trip, loading and unloading apart", 0.0..=2000.0);
    let in_service: Option<Fraction> = fields.need("in_service", "share of the year it is not in dock", 0.05..=1.0);
    let about = "significant wave height above which nothing is loaded, by [sea]; absent: loading waits for no sea";
    let limit: Option<Length> = fields.may("loading_limit", about, 0.05..=20.0);
    let errand = errand(fields);
    let burns = fields.has("fuel");
    let fuel = fields.may_table("fuel", "what it burns; absent: no fuel is told").and_then(|mut table| {
        let fuel = fuel(&mut table);
        table.finish();
        fuel
    });
    let guessed = ["speed", "margin", "port", "cargo", "loading", "every", "loading_limit"];
    let assumed = guessed.iter().any(|key| fields.written(&[key]).evidence == Evidence::Assumed);
    if burns && fuel.is_none() {
        return None;
    }
    let (errand, load) = errand?;
    let voyage = Voyage {
        distance: distance?.0,
        laden: laden?.0,
        ballast: ballast?.0,
        margin: margin?.0,
        port: port?.0,
        load,
        loadable: 1.0,
    };
    let ship =
        Ship { tag: tag?, errand, voyage, in_service: in_service?.0, loading_limit: limit.map(|limit| limit.0), fuel };
    Some((ship, assumed))
}

impl Logistics {
    /// Reads the section.
    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let read: Vec<Option<(Ship, bool)>> = fields
            .may_tables("ship", "a ship that carries a stream, or supplies")
            .into_iter()
            .map(|mut table| {
                let ship = ship(&mut table);
                table.finish();
                ship
            })
            .collect();
        let returns: Vec<(String, Length)> = fields.may_named(
            "returns",
            "streams given back to the sea, each with its depth; absent: none",
            0.0..=12_000.0,
        );
        let named: Vec<String> = returns.iter().map(|(name, _)| name.clone()).collect();
        let mut assumed = named.iter().any(|name| fields.written(&["returns", name]).evidence == Evidence::Assumed);
        let ships: Option<Vec<(Ship, bool)>> = read.into_iter().collect();
        let ships = ships?;
        if ships.is_empty() && returns.is_empty() {
            fields.refuse(
                "",
                "it holds neither ship nor return",
                "a [[logistics.ship]], or returns = { tailings = \"1000 m\" }",
            );
            return None;
        }
        assumed |= ships.iter().any(|(_, assumed)| *assumed);
        Some(Self {
            ships: ships.into_iter().map(|(ship, _)| ship).collect(),
            returns: returns.into_iter().map(|(name, depth)| (name, depth.0)).collect(),
            assumed,
        })
    }
}
