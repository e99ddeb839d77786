//! Turning bands: a field in space summed from noise on many lines, then brought to the samples.
//!
//! # Equation
//! ```text
//! y_s(x) = Σ_structures √(c/L) Σ_lines f(d·S x),    f of covariance  C₁(r) = d/dr [r C₃(r)]
//! spherical, range a:      f = √12 ε_k (u − ½), k + u = t/a + τ            C₁ = 1 − 3 r/a + 2 (r/a)³
//! exponential, e^(−r/b):   the same with a drawn for each line, its density  (2/3) Γ₃(a; b) + (1/3) Γ₂(a; b)
//! gaussian, e^(−3 r²/a²):  f = √2 cos(ω t + φ), ω = √(6)/a · χ₃
//! y(x) = y_s(x) + Σ w_i (y_i − y_s(x_i))                                   w of simple kriging
//! ```
//! The exponential as a mixture of sphericals: `f(a) = −(a³/3) d/da (C″(a)/a)`, which is the density above.
//!
//! # Symbols
//! `d` direction of a line, `t` place along it (m); `L` lines a structure, `c` what of the sill it brings; `S` its stretch; `ε` ±1 by the toss
//! of a coin for each interval k, `τ` and `φ` drawn for each line; Γ_n(·; b) density of a sum of n exponential draws of mean b; χ₃ length of
//! three normal draws.
//!
//! # Holds for
//! Spherical, exponential and gaussian structures, nested and stretched, in up to three dimensions; covariances are exact on average over
//! the lines' draws, the field normal as far as many lines make it (hundreds). The nugget is drawn for each node and each sample. A
//! node that stands on a sample takes its score to the bit.
//!
//! # Source
//! `emery2006` (lines spread by van der Corput's sequences, and the laws on lines); `lantuejoul2002`; the mixture is worked out here.

use crate::deposit::anisotropy::Stretch;
use crate::deposit::kriging::drift::Drift;
use crate::deposit::kriging::{Kriging, Weights};
use crate::deposit::lattice::Lattice;
use crate::deposit::point::{Point, apart};
use crate::deposit::search::Search;
use crate::deposit::variogram::Model;
use crate::error::Error;

use super::chance::Chance;
use super::sequential::{NONE, standing};

/// What varies along a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Spherical,
    Exponential,
    Gaussian,
}

#[derive(Debug, Clone)]
struct Structure {
    shape: Shape,
    range_m: f64,
    share: f64,
    stretch: Stretch,
}

/// One line of one realisation: a place is `way · x + offset` along it, in intervals or in radians.
#[derive(Debug, Clone, Copy)]
struct Line {
    way: Point,
    offset: f64,
    size: f64,
    /// Coins of its intervals; `None` on a wave.
    coins: Option<Chance>,
}

/// Whether an interval's coin fell on its head.
fn toss(coins: Chance, interval: i64) -> f64 {
    f64::from_bits(1.0f64.to_bits() | (coins.bits(interval as u64) & (1 << 63)))
}

/// The whole number at or below.
fn floor(along: f64) -> i64 {
    let whole = along as i64;
    whole - i64::from(along < whole as f64)
}

impl Line {
    fn at(&self, place: Point) -> f64 {
        let mut one = [0.0];
        self.add(dot(self.way, place) + self.offset, 0.0, &mut one);
        one[0]
    }

    /// Adds what varies along the line to a run of places, even steps apart.
    fn add(&self, from: f64, step: f64, run: &mut [f64]) {
        let Some(coins) = self.coins else {
            for (at, value) in run.iter_mut().enumerate() {
                *value += self.size * (from + step * at as f64).cos();
            }
            return;
        };
        let mut interval = floor(from);
        let mut tossed = self.size * toss(coins, interval);
        for (at, value) in run.iter_mut().enumerate() {
            let along = from + step * at as f64;
            let here = floor(along);
            if here != interval {
                interval = here;
                tossed = self.size * toss(coins, interval);
            }
            *value += tossed * (along - here as f64 - 0.5);
        }
    }
}

fn dot(a: Point, b: Point) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The digits of a whole number mirrored at the point, in a base.
fn mirrored(mut number: usize, base: usize) -> f64 {
    let (mut sum, mut digit) = (0.0, 1.0);
    while number > 0 {
        digit /= base as f64;
        sum += digit * (number % base) as f64;
        number /= base;
    }
    sum
}

/// Directions spread evenly over half a sphere, the whole set turned at random.
fn directions(lines: usize, chance: Chance) -> Vec<Point> {
    // A turn drawn evenly from all there are: four normal draws, scaled to a unit quaternion.
    let drawn = [0, 1, 2, 3].map(|part| chance.normal(part));
    let size = drawn.iter().map(|part| part * part).sum::<f64>().sqrt();
    let [w, x, y, z] = drawn.map(|part| part / size);
    let rows = [
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
        [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
        [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
    ];
    (1..=lines)
        .map(|line| {
            let (sin, cos) = (2.0 * std::f64::consts::PI * mirrored(line, 2)).sin_cos();
            let height = mirrored(line, 3);
            let flat = (1.0 - height * height).sqrt();
            rows.map(|row| dot(row, [cos * flat, sin * flat, height]))
        })
        .collect()
}

/// A lattice ready to be drawn with one model.
#[derive(Debug, Clone)]
pub struct Bands {
    nodes: Lattice,
    points: Vec<Point>,
    sill: f64,
    nugget: f64,
    structures: Vec<Structure>,
    lines: usize,
    kriging: Option<Kriging>,
    on: Vec<u32>,
}

impl Bands {
    /// With so many lines a structure; without samples the field is free.
    pub fn new(
        nodes: Lattice,
        points: Vec<Point>,
        model: Model,
        lines: usize,
        search: Option<Search>,
    ) -> Result<Self, Error> {
        let refused =
            |what: String, hint: &str| Error::Infeasible { unit: "turning bands".into(), what, hint: hint.into() };
        if lines < 2 {
            return Err(refused(format!("{lines} lines"), "some hundreds"));
        }
        let structures = model
            .structures
            .iter()
            .map(|structure| {
                let shape = match structure.kind {
                    "spherical" => Shape::Spherical,
                    "exponential" => Shape::Exponential,
                    "gaussian" => Shape::Gaussian,
                    other => {
                        let what = format!("there is no law on lines for the {other} structure");
                        return Err(refused(
                            what,
                            "spherical, exponential or gaussian structures, or the sequential method",
                        ));
                    }
                };
                let range_m = structure.shape.range_m();
                Ok(Structure { shape, range_m, share: structure.share, stretch: Stretch::of(&structure.ellipsoid) })
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let (sill, nugget) = (model.sill, (model.nugget_share * model.sill).sqrt());
        let kriging = if points.is_empty() {
            None
        } else {
            Some(Kriging::new(points.clone(), &[], model, Drift::Known(0.0), search)?)
        };
        let on = standing(&nodes, &points);
        Ok(Self { nodes, points, sill, nugget, structures, lines, kriging, on })
    }

    /// The lines of one realisation of one variable.
    fn lines(&self, chance: Chance) -> Vec<Line> {
        let mut lines = Vec::with_capacity(self.lines * self.structures.len());
        for (at, structure) in self.structures.iter().enumerate() {
            let chance = chance.within(at as u64 + 1);
            let size = (structure.share * self.sill / self.lines as f64).sqrt();
            for (number, direction) in directions(self.lines, chance).into_iter().enumerate() {
                let own = chance.within(number as u64);
                // d·S x as a way in the unstretched frame: its part along each axis is d·S e.
                let way = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
                    .map(|axis| dot(direction, structure.stretch.apply(axis)));
                let scaled = |by: f64| way.map(|along| along * by);
                lines.push(if structure.shape == Shape::Gaussian {
                    let length = (1..=3).map(|part| own.normal(part).powi(2)).sum::<f64>().sqrt();
                    Line {
                        way: scaled(6f64.sqrt() / structure.range_m * length),
                        offset: 2.0 * std::f64::consts::PI * own.share(0),
                        size: size * 2f64.sqrt(),
                        coins: None,
                    }
                } else {
                    let range_m = if structure.shape == Shape::Exponential {
                        let draws = if own.share(4) < 2.0 / 3.0 { 3 } else { 2 };
                        -structure.range_m / 3.0 * (1..=draws).map(|part| own.share(part).ln()).sum::<f64>()
                    } else {
                        structure.range_m
                    };
                    let coins = Some(own.within(1));
                    Line { way: scaled(1.0 / range_m), offset: own.share(0), size: size * 12f64.sqrt(), coins }
                });
            }
        }
        lines
    }

    /// Draws a realisation for each of `chances`; `samples` holds their scores, a row a sample; `out` a row a node.
    pub fn draw(&self, chances: &[Chance], samples: &[f64], out: &mut [f64]) -> Result<(), Error> {
        /// Nuggets of samples are numbered from here, those of nodes from nought.
        const SAMPLES: u64 = 1 << 40;
        let columns = chances.len();
        let across = self.nodes.count[0];
        // What is missed at each sample.
        let mut missed = samples.to_vec();
        let mut run = vec![0.0; across];
        for (column, chance) in chances.iter().enumerate() {
            let lines = self.lines(*chance);
            let nugget = chance.within(0);
            for (sample, point) in self.points.iter().enumerate() {
                let place = apart(*point, self.nodes.corner);
                let drawn: f64 = lines.iter().map(|line| line.at(place)).sum();
                missed[sample * columns + column] -= drawn + self.nugget * nugget.normal(SAMPLES + sample as u64);
            }
            for first in (0..self.nodes.blocks()).step_by(across) {
                run.fill(0.0);
                let start = apart(self.nodes.middle(first), self.nodes.corner);
                for line in &lines {
                    line.add(dot(line.way, start) + line.offset, line.way[0] * self.nodes.block[0], &mut run);
                }
                for (at, value) in run.iter().enumerate() {
                    let node = first + at;
                    out[node * columns + column] =
                        if self.nugget > 0.0 { value + self.nugget * nugget.normal(node as u64) } else { *value };
                }
            }
        }
        if let Some(kriging) = &self.kriging {
            self.condition(kriging, columns, samples, &missed, out)?;
        }
        Ok(())
    }

    fn condition(
        &self,
        kriging: &Kriging,
        columns: usize,
        samples: &[f64],
        missed: &[f64],
        out: &mut [f64],
    ) -> Result<(), Error> {
        let mut weights = Weights::default();
        for (node, row) in out.chunks_exact_mut(columns).enumerate() {
            if self.on[node] != NONE {
                let sample = self.on[node] as usize;
                row.copy_from_slice(&samples[sample * columns..(sample + 1) * columns]);
            } else if kriging.weigh(&[self.nodes.middle(node)], self.sill, &mut weights)? {
                for (sample, weight) in weights.samples.iter().zip(&weights.of_samples) {
                    let missed = &missed[*sample as usize * columns..(*sample as usize + 1) * columns];
                    for (value, missed) in row.iter_mut().zip(missed) {
                        *value += weight * missed;
                    }
                }
            }
        }
        Ok(())
    }
}
