//! Drift: what is taken to be known of the mean before the samples speak.
//!
//! # Equation
//! `m(x) = Σ a_l f_l(x)`; nothing known (simple kriging): the mean is given; a constant (ordinary): f = 1;
//! linear: 1 and the coordinates; quadratic: their products as well. The a are not asked for: the weights
//! are made to reproduce every f, `Σ w_i f_l(x_i) = f_l(x_0)`.
//!
//! # Symbols
//! m mean; a unknown coefficients; f functions of place, centred on the target and scaled by the reach of the samples.
//!
//! # Holds for
//! A drift that the samples round a target can tell: a line needs samples to either side, and one hole alone does not
//! tell a plane. Where they cannot, the target is left without an answer.
//!
//! # Source
//! `isaaks1989`; universal kriging: `deutsch1998`.

use crate::deposit::point::Point;

/// What is known of the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Drift {
    /// The mean itself: simple kriging.
    Known(f64),
    /// That it is constant round a target: ordinary kriging.
    Constant,
    /// That it is a plane in so many dimensions.
    Linear(Dimensions),
    /// That it is a paraboloid.
    Quadratic(Dimensions),
}

/// The directions in which samples are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimensions {
    /// East and north.
    Two,
    /// And up.
    Three,
}

/// Most functions there are: of three dimensions, quadratic.
pub const MOST: usize = 10;

impl Drift {
    /// Functions whose coefficients are not known.
    pub fn functions(self) -> usize {
        match self {
            Drift::Known(_) => 0,
            Drift::Constant => 1,
            Drift::Linear(Dimensions::Two) => 3,
            Drift::Linear(Dimensions::Three) => 4,
            Drift::Quadratic(Dimensions::Two) => 6,
            Drift::Quadratic(Dimensions::Three) => MOST,
        }
    }

    /// The functions at a place that lies `way` from the target, in units of the samples' reach.
    pub fn write(self, way: Point, out: &mut [f64]) {
        let [x, y, z] = way;
        match self {
            Drift::Known(_) => {}
            Drift::Constant => out[0] = 1.0,
            Drift::Linear(Dimensions::Two) => out.copy_from_slice(&[1.0, x, y]),
            Drift::Linear(Dimensions::Three) => out.copy_from_slice(&[1.0, x, y, z]),
            Drift::Quadratic(Dimensions::Two) => out.copy_from_slice(&[1.0, x, y, x * x, x * y, y * y]),
            Drift::Quadratic(Dimensions::Three) => {
                out.copy_from_slice(&[1.0, x, y, z, x * x, y * y, z * z, x * y, x * z, y * z]);
            }
        }
    }

    /// As tables say it.
    pub fn word(self) -> &'static str {
        match self {
            Drift::Known(_) => "simple kriging",
            Drift::Constant => "ordinary kriging",
            Drift::Linear(_) => "universal kriging, linear drift",
            Drift::Quadratic(_) => "universal kriging, quadratic drift",
        }
    }
}
