//! The way of a hole: from collar and survey to a place at every depth.
//!
//! # Equation
//! Between two stations with tangents t₁ and t₂, a length L apart along the hole, the way is the arc of a circle:
//! ```text
//! θ = ∠(t₁, t₂),   Δ = L/2 (t₁ + t₂) (2/θ) tan(θ/2),   t = (sin α cos δ, cos α cos δ, −sin δ)
//! ```
//! and at a share s of it, with chord and tangent of the arc of sθ. Above the first station and below the last the hole
//! goes straight on.
//!
//! # Symbols
//! α azimuth, clockwise from north; δ dip, down from the horizontal (degrees); L, Δ (m).
//!
//! # Holds for
//! Stations near enough that the hole bends one way between them: a turn of more than 90° is refused.
//!
//! # Source
//! Minimum curvature: `sawaryn2003`.

use crate::deposit::point::Point;
use crate::error::Error;
use crate::fields::Fields;
use crate::quantity::{Angle, Length};
use crate::unit::{Case, Kind, Reading};

/// Where the direction of a hole was measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Station {
    /// Depth along the hole, m.
    pub depth_m: f64,
    /// Clockwise from north, degrees.
    pub azimuth: f64,
    /// Down from the horizontal, degrees.
    pub dip: f64,
}

impl Station {
    /// Straight down from the collar.
    pub const DOWN: Self = Self { depth_m: 0.0, azimuth: 0.0, dip: 90.0 };

    fn tangent(self) -> Point {
        let ((sin_a, cos_a), (sin_d, cos_d)) = (self.azimuth.to_radians().sin_cos(), self.dip.to_radians().sin_cos());
        [sin_a * cos_d, cos_a * cos_d, -sin_d]
    }
}

/// The way of a hole.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// Depth, place and tangent at each station, the collar first.
    stations: Vec<(f64, Point, Point)>,
}

/// a + s b.
fn along(a: Point, b: Point, s: f64) -> Point {
    [0, 1, 2].map(|axis| a[axis] + s * b[axis])
}

/// Angle between unit vectors, exact for small ones too.
fn angle(a: Point, b: Point) -> f64 {
    let chord = 0.5 * super::super::point::distance(a, b);
    2.0 * chord.min(1.0).asin()
}

/// Where a share of the arc between two tangents leads, over its length, and the tangent there.
fn arc(from: Point, to: Point, length_m: f64, share: f64) -> (Point, Point) {
    let bend = angle(from, to);
    let turned = share * bend;
    // A tangent part of the way round, by the sines of what is left and what is done.
    let here = if bend < 1e-9 {
        from
    } else {
        let (left, done) = ((bend - turned).sin() / bend.sin(), turned.sin() / bend.sin());
        [0, 1, 2].map(|axis| left * from[axis] + done * to[axis])
    };
    let ratio = if turned < 1e-6 { 1.0 + turned * turned / 12.0 } else { (0.5 * turned).tan() / (0.5 * turned) };
    ([0, 1, 2].map(|axis| 0.5 * share * length_m * ratio * (from[axis] + here[axis])), here)
}

impl Way {
    /// From a collar and its stations, which go down one after another; none: straight down. The station that turns too
    /// far from the one above is answered where there is one.
    pub fn new(collar: Point, stations: &[Station]) -> Result<Self, Station> {
        let first = stations.first().copied().unwrap_or(Station::DOWN);
        let mut way = vec![(0.0, collar, first.tangent())];
        for station in stations {
            let (above_m, place, tangent) = way[way.len() - 1];
            let length_m = station.depth_m - above_m;
            if angle(tangent, station.tangent()) > std::f64::consts::FRAC_PI_2 + 1e-9 {
                return Err(*station);
            }
            if length_m > 0.0 {
                let (gone, _) = arc(tangent, station.tangent(), length_m, 1.0);
                way.push((station.depth_m, along(place, gone, 1.0), station.tangent()));
            } else {
                way = vec![(0.0, collar, station.tangent())];
            }
        }
        Ok(Self { stations: way })
    }

    /// The place at a depth along the hole.
    pub fn at(&self, depth_m: f64) -> Point {
        let below = self.stations.partition_point(|station| station.0 <= depth_m);
        let (above_m, place, tangent) = self.stations[below.max(1) - 1];
        match self.stations.get(below.max(1)) {
            Some((next_m, _, next)) => {
                let length_m = next_m - above_m;
                along(place, arc(tangent, *next, length_m, (depth_m - above_m) / length_m).0, 1.0)
            }
            None => along(place, tangent, depth_m - above_m),
        }
    }
}

/// A question to the law.
#[derive(Debug)]
struct Question {
    stations: Vec<Station>,
    at_m: f64,
}

/// Its entry in the catalogue.
pub const CASE: Kind<dyn Case> = Kind {
    name: "hole-survey",
    about: "Where a surveyed hole is at a depth, from its collar",
    sources: &["sawaryn2003"],
    read: |fields, _| Some(Box::new(Question::read(fields)?)),
};

impl Question {
    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let depths: Option<Vec<Length>> = fields.list("depth", "depths of the stations along the hole", 0.0..=20_000.0);
        let azimuths: Option<Vec<Angle>> = fields.list("azimuth", "clockwise from north", -360.0..=360.0);
        let dips: Option<Vec<Angle>> = fields.list("dip", "down from the horizontal", -90.0..=90.0);
        let at: Option<Length> = fields.need("at", "depth that is asked for, along the hole", 0.0..=20_000.0);
        let (depths, azimuths, dips) = (depths?, azimuths?, dips?);
        let rises = depths.windows(2).any(|pair| pair[1].0 <= pair[0].0);
        if depths.len() != azimuths.len() || depths.len() != dips.len() || rises {
            fields.refuse(
                "depth",
                "the stations do not follow each other down",
                "one azimuth and dip a depth, from the top down",
            );
            return None;
        }
        let stations = depths.iter().zip(&azimuths).zip(&dips);
        let station = |((depth, azimuth), dip): ((&Length, &Angle), &Angle)| Station {
            depth_m: depth.0,
            azimuth: azimuth.0,
            dip: dip.0,
        };
        Some(Self { stations: stations.map(station).collect(), at_m: at?.0 })
    }
}

impl Case for Question {
    fn answer(&self) -> Result<Vec<Reading>, Error> {
        let way = Way::new([0.0; 3], &self.stations).map_err(|station| Error::Infeasible {
            unit: "deposit".into(),
            what: format!("the hole turns by more than 90 degrees before {} m", station.depth_m),
            hint: "stations nearer together, or a dip of the other sign".into(),
        })?;
        let [east, north, up] = way.at(self.at_m);
        Ok(vec![Reading::new("east", east, "m"), Reading::new("north", north, "m"), Reading::new("down", -up, "m")])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deposit::point::distance;
    use proptest::prelude::*;

    fn station(depth_m: f64, azimuth: f64, dip: f64) -> Station {
        Station { depth_m, azimuth, dip }
    }

    #[test]
    fn without_a_survey_a_hole_goes_straight_down() {
        let way = Way::new([10.0, 20.0, 30.0], &[]).unwrap();
        assert!(distance(way.at(12.5), [10.0, 20.0, 17.5]) < 1e-12);
    }

    /// A quarter of a circle, from straight down to level north: radius 2 L/π.
    #[test]
    fn a_quarter_circle_ends_a_radius_away() {
        let way = Way::new([0.0; 3], &[station(0.0, 0.0, 90.0), station(100.0, 0.0, 0.0)]).unwrap();
        let radius = 200.0 / std::f64::consts::PI;
        assert!(distance(way.at(100.0), [0.0, radius, -radius]) < 1e-9);
        let half = std::f64::consts::FRAC_1_SQRT_2 * radius;
        assert!(distance(way.at(50.0), [0.0, radius - half, -half]) < 1e-9);
        assert!(distance(way.at(110.0), [0.0, radius + 10.0, -radius]) < 1e-9, "straight on below the last station");
    }

    #[test]
    fn a_hole_that_turns_back_is_refused() {
        let told = Way::new([0.0; 3], &[station(0.0, 0.0, 60.0), station(10.0, 180.0, -20.0)]).unwrap_err();
        assert!((told.depth_m - 10.0).abs() < 1e-12);
    }

    proptest! {
        /// A hole is as long as its survey says, and comes back to its stations: steps along it never outrun the depth.
        #[test]
        fn a_hole_is_as_long_as_it_is(turns in prop::collection::vec((-40.0..40.0f64, -20.0..20.0f64), 1..8)) {
            let mut stations = vec![station(0.0, 100.0, 60.0)];
            for (at, (azimuth, dip)) in turns.iter().enumerate() {
                let last = stations[at];
                stations.push(station(30.0 * (at + 1) as f64, last.azimuth + azimuth, (last.dip + dip).clamp(-80.0, 89.0)));
            }
            let way = Way::new([0.0; 3], &stations).unwrap();
            let steps = 400 * turns.len();
            let bottom = 30.0 * turns.len() as f64;
            let places: Vec<Point> = (0..=steps).map(|at| way.at(bottom * at as f64 / steps as f64)).collect();
            let gone: f64 = places.windows(2).map(|pair| distance(pair[0], pair[1])).sum();
            prop_assert!(gone <= bottom + 1e-9 && gone > 0.9999 * bottom, "{} of {}", gone, bottom);
        }
    }
}
