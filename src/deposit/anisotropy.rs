//! Anisotropy: ground that is alike farther along one direction than across it.
//!
//! # Equation
//! With axes u (major), v (semi-major), w (minor) and reaches a ≥ b ≥ c along them, a way d counts as
//! ```text
//! |S d| = a √[ (u·d/a)² + (v·d/b)² + (w·d/c)² ]
//! u = (sin α cos δ, cos α cos δ, −sin δ)
//! v = r cos ρ − n sin ρ,   w = n cos ρ + r sin ρ,   r = (cos α, −sin α, 0),   n = r × u
//! ```
//! so that a way along the major axis keeps its length and any other counts for more.
//!
//! # Symbols
//! α azimuth of the major axis, clockwise from north; δ its dip, down from the horizontal; ρ plunge, by which
//! the semi-major axis is turned about the major, downward on the right of one who looks along it (all in
//! degrees); d way between two places, east, north, up (m).
//!
//! # Holds for
//! Geometric anisotropy, one ellipsoid everywhere. Folded ground is to be unfolded first.
//!
//! # Source
//! Geometry; the angles in the order of `deutsch1998` (azimuth, dip, plunge), with dip counted downward.

use crate::deposit::point::Point;
use crate::fields::Fields;
use crate::quantity::{Angle, Length};

/// Three reaches and three angles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ellipsoid {
    /// Major, semi-major, minor, m.
    pub reach_m: [f64; 3],
    /// Of the major axis, clockwise from north, degrees.
    pub azimuth: f64,
    /// Of the major axis, down from the horizontal, degrees.
    pub dip: f64,
    /// Of the semi-major axis about the major, degrees.
    pub plunge: f64,
}

impl Ellipsoid {
    /// The same everywhere.
    pub fn sphere(reach_m: f64) -> Self {
        Self { reach_m: [reach_m; 3], azimuth: 0.0, dip: 0.0, plunge: 0.0 }
    }

    /// Unit vectors along the three axes.
    pub fn axes(&self) -> [Point; 3] {
        let [(sin_a, cos_a), (sin_d, cos_d), (sin_p, cos_p)] =
            [self.azimuth, self.dip, self.plunge].map(|angle| angle.to_radians().sin_cos());
        let major = [sin_a * cos_d, cos_a * cos_d, -sin_d];
        let right = [cos_a, -sin_a, 0.0];
        let normal = [
            right[1] * major[2] - right[2] * major[1],
            right[2] * major[0] - right[0] * major[2],
            right[0] * major[1] - right[1] * major[0],
        ];
        let turned = |a: f64, b: f64| [0, 1, 2].map(|at| right[at] * a + normal[at] * b);
        [major, turned(cos_p, -sin_p), turned(sin_p, cos_p)]
    }

    /// Reads `<reach>` as the major reach, and, where the ground is not the same all ways, `across` (semi-major and
    /// minor) with `azimuth`, `dip` and `plunge`.
    pub fn read(fields: &mut Fields<'_>, major_m: f64) -> Option<Self> {
        if !["across", "azimuth", "dip", "plunge"].iter().any(|key| fields.has(key)) {
            return Some(Self::sphere(major_m));
        }
        let across: Option<Vec<Length>> = fields.list(
            "across",
            "reach along the semi-major and the minor axis; absent with all angles: the same all ways",
            1e-6..=1e8,
        );
        let azimuth: Option<Angle> = fields.need("azimuth", "of the major axis, clockwise from north", -360.0..=360.0);
        let dip: Option<Angle> =
            fields.may("dip", "of the major axis, down from the horizontal; absent: level", -90.0..=90.0);
        let plunge: Option<Angle> = fields.may(
            "plunge",
            "turn of the semi-major axis about the major, down to the right; absent: none",
            -180.0..=180.0,
        );
        let across = across?;
        let [semi, minor] = across[..] else {
            fields.refuse("across", format!("{} lengths", across.len()), "two: semi-major and minor");
            return None;
        };
        let angle = |angle: Option<Angle>| angle.map_or(0.0, |angle| angle.0);
        Some(Self { reach_m: [major_m, semi.0, minor.0], azimuth: azimuth?.0, dip: angle(dip), plunge: angle(plunge) })
    }
}

/// Ways as the major axis would see them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stretch {
    /// The same all ways.
    Even,
    /// Rows: the axes, each lengthened by a over its own reach.
    Along([Point; 3]),
}

impl Stretch {
    /// Of an ellipsoid.
    pub fn of(ellipsoid: &Ellipsoid) -> Self {
        let [major, semi, minor] = ellipsoid.reach_m;
        #[expect(clippy::float_cmp, reason = "three times the same number")]
        if major == semi && major == minor {
            return Self::Even;
        }
        let mut rows = ellipsoid.axes();
        for (row, reach) in rows.iter_mut().zip(ellipsoid.reach_m) {
            for along in row {
                *along *= major / reach;
            }
        }
        Self::Along(rows)
    }

    /// A way in the stretched frame.
    pub fn apply(&self, way: Point) -> Point {
        match self {
            Self::Even => way,
            Self::Along(rows) => rows.map(|row| row[0] * way[0] + row[1] * way[1] + row[2] * way[2]),
        }
    }

    /// How far a way counts, m.
    pub fn length(&self, way: Point) -> f64 {
        super::point::length(self.apply(way))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: Point, b: Point) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn axes_point_as_a_geologist_says() {
        let level = Ellipsoid { reach_m: [3.0, 2.0, 1.0], azimuth: 90.0, dip: 0.0, plunge: 0.0 };
        let [major, semi, minor] = level.axes();
        assert!(close(major, [1.0, 0.0, 0.0]), "east");
        assert!(close(semi, [0.0, -1.0, 0.0]), "south, on the right");
        assert!(close(minor, [0.0, 0.0, 1.0]), "up");
        let steep = Ellipsoid { azimuth: 0.0, dip: 90.0, ..level };
        assert!(close(steep.axes()[0], [0.0, 0.0, -1.0]), "straight down");
        let turned = Ellipsoid { azimuth: 0.0, plunge: 90.0, ..level };
        assert!(close(turned.axes()[1], [0.0, 0.0, -1.0]), "the semi-major axis hangs down");
    }

    #[test]
    fn reaches_count_the_same_along_their_axes() {
        let ellipsoid = Ellipsoid { reach_m: [100.0, 40.0, 5.0], azimuth: 30.0, dip: 20.0, plunge: -15.0 };
        let stretch = Stretch::of(&ellipsoid);
        for (axis, reach) in ellipsoid.axes().iter().zip(ellipsoid.reach_m) {
            assert!((stretch.length(axis.map(|along| along * reach)) - 100.0).abs() < 1e-9);
        }
    }

    proptest! {
        /// The three axes are a right-handed set of unit vectors whatever the angles.
        #[test]
        fn axes_are_square(azimuth in -360.0..360.0f64, dip in -90.0..90.0f64, plunge in -180.0..180.0f64) {
            let axes = Ellipsoid { reach_m: [1.0; 3], azimuth, dip, plunge }.axes();
            let dot = |a: Point, b: Point| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
            for (at, a) in axes.iter().enumerate() {
                for (other, b) in axes.iter().enumerate() {
                    let wanted = if at == other { 1.0 } else { 0.0 };
                    prop_assert!((dot(*a, *b) - wanted).abs() < 1e-12);
                }
            }
        }

        /// No way counts for less than its length where the major reach is the longest.
        #[test]
        fn stretching_lengthens(x in -50.0..50.0f64, y in -50.0..50.0f64, z in -50.0..50.0f64) {
            let stretch = Stretch::of(&Ellipsoid { reach_m: [90.0, 50.0, 9.0], azimuth: 70.0, dip: 35.0, plunge: 10.0 });
            prop_assert!(stretch.length([x, y, z]) >= crate::deposit::point::length([x, y, z]) - 1e-9);
        }
    }
}
