//! Flows and assays round some nodes, each measured with a deviation or not at all, brought to balance.
//!
//! # Equation
//! ```text
//! least  Σ ((z − m)/σ)²   over all that is measured
//! so that at every node   Σ F = 0   and   Σ F x_c = 0   for every component c
//! and, where components make up a whole,   Σ x_c = 1   in every stream
//! ```
//! Lagrange's conditions are solved with the constraints linearised anew at each step: the unmeasured are projected
//! out, `B = Pᵀ A σ` with P the left null space of their columns, then `Δ = −B⁺ (Pᵀ g)` in units of σ is the least
//! adjustment, and the unmeasured follow by least squares. At rest both the balances and the conditions hold.
//!
//! The projector `Π = B⁺ B` tells the rest: degrees of freedom are its rank, a measurement is redundant where
//! `Π_jj > 0`, its standardised residual is `(z − m)/(σ √Π_jj)`, its deviation after `σ √(1 − Π_jj)`; an
//! unmeasured amount is unobservable where the null space of their columns reaches it.
//!
//! # Symbols
//! F: flow, signed by direction; x: share of a component; m, σ: measured, and its standard deviation; A: derivatives
//! of the balances; g: what the balances lack.
//!
//! # Holds for
//! Steady plants; errors normal, independent and as large as stated. Nothing keeps an answer positive: one that is
//! not is told.
//!
//! # Source
//! Crowe, Garcia Campos and Hrymak 1983 (`crowe1983`) for the projection; `wills2016` for its use on concentrators.

use nalgebra::{DMatrix, DVector};

use crate::error::Error;

/// A singular value below this share of the largest counts as nought.
const NOUGHT: f64 = 1e-10;

/// Steps at most.
const STEPS: usize = 500;

/// Something measured, or not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Known {
    /// Value and standard deviation.
    Measured(f64, f64),
    /// Without any error.
    Fixed(f64),
    /// Nobody looked.
    Unknown,
}

/// A network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Names of the streams.
    pub streams: Vec<String>,
    /// Names of the nodes.
    pub nodes: Vec<String>,
    /// Names of the components.
    pub components: Vec<String>,
    /// Node a stream leaves and node it enters.
    pub ends: Vec<(Option<usize>, Option<usize>)>,
    /// Flow of each stream.
    pub flows: Vec<Known>,
    /// Share of each component in each stream, stream by stream.
    pub shares: Vec<Vec<Known>>,
    /// Sets of components that make up a whole.
    pub wholes: Vec<Vec<usize>>,
}

/// How a variable stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Measured, and the balances say something of it too.
    Redundant,
    /// Measured, and nothing else tells it.
    Alone,
    /// Not measured, but the balances tell it.
    Told,
    /// Not measured, and nothing tells it.
    Unobservable,
    /// Stated without error.
    Fixed,
}

/// A variable, reconciled.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Which stream.
    pub stream: usize,
    /// Which component; `None` is the flow.
    pub component: Option<usize>,
    /// As measured.
    pub measured: Option<(f64, f64)>,
    /// After.
    pub value: f64,
    /// Standard deviation after; absent where unobservable.
    pub deviation: Option<f64>,
    /// (z − m)/(σ √Π); absent where not redundant.
    pub residual: Option<f64>,
    /// How it stands.
    pub standing: Standing,
}

/// What a balance lacks, its slopes by variable, and what passes.
type Row = (f64, Vec<(usize, f64)>, f64);

/// A network in balance.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// Every variable: the flows, then the shares stream by stream.
    pub variables: Vec<Variable>,
    /// Σ ((z − m)/σ)².
    pub chi_square: f64,
    /// Degrees of freedom.
    pub freedom: usize,
    /// Steps taken.
    pub steps: usize,
    /// What each balance lacks after, over what passes: `(node, component or the whole, in, out)` before and after.
    pub balances: Vec<Node>,
}

/// A node's balance of a component.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Which node.
    pub node: usize,
    /// Which component; `None` is the whole.
    pub component: Option<usize>,
    /// In and out as measured, where all is measured.
    pub before: Option<(f64, f64)>,
    /// In and out after.
    pub after: (f64, f64),
}

impl Network {
    fn place(&self, stream: usize, component: Option<usize>) -> usize {
        component.map_or(stream, |c| self.streams.len() + stream * self.components.len() + c)
    }

    fn known(&self) -> Vec<Known> {
        self.flows.iter().chain(self.shares.iter().flatten()).copied().collect()
    }

    /// Does a component take part at a node? Only where some stream there could tell it.
    fn takes_part(&self, node: usize, component: usize) -> bool {
        self.at(node).any(|(stream, _)| !matches!(self.shares[stream][component], Known::Unknown))
    }

    /// Streams at a node, with +1 where they enter and −1 where they leave.
    fn at(&self, node: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        self.ends.iter().enumerate().flat_map(move |(stream, (from, to))| {
            let enters = (*to == Some(node)).then_some((stream, 1.0));
            let leaves = (*from == Some(node)).then_some((stream, -1.0));
            enters.into_iter().chain(leaves)
        })
    }

    /// Balances and their derivatives at some values; rows scaled by what passes.
    fn balances(&self, z: &[f64]) -> (DVector<f64>, DMatrix<f64>) {
        let mut rows: Vec<Row> = Vec::new();
        for node in 0..self.nodes.len() {
            let parts: Vec<(usize, f64)> = self.at(node).collect();
            let sum: f64 = parts.iter().map(|(s, sign)| sign * z[*s]).sum();
            let scale: f64 = parts.iter().map(|(s, _)| z[*s].abs()).sum();
            rows.push((sum, parts.clone(), scale));
            for c in (0..self.components.len()).filter(|c| self.takes_part(node, *c)) {
                let (mut sum, mut scale, mut slopes) = (0.0, 0.0, Vec::new());
                for (s, sign) in &parts {
                    let x = self.place(*s, Some(c));
                    sum += sign * z[*s] * z[x];
                    scale += (z[*s] * z[x]).abs();
                    slopes.push((*s, sign * z[x]));
                    slopes.push((x, sign * z[*s]));
                }
                rows.push((sum, slopes, scale));
            }
        }
        for whole in &self.wholes {
            for s in 0..self.streams.len() {
                let places: Vec<usize> = whole.iter().map(|c| self.place(s, Some(*c))).collect();
                let sum: f64 = places.iter().map(|x| z[*x]).sum::<f64>() - 1.0;
                rows.push((sum, places.into_iter().map(|x| (x, 1.0)).collect(), 1.0));
            }
        }
        let mut g = DVector::zeros(rows.len());
        let mut a = DMatrix::zeros(rows.len(), z.len());
        for (row, (sum, slopes, scale)) in rows.iter().enumerate() {
            let scale = scale.max(1e-300);
            g[row] = sum / scale;
            for (column, slope) in slopes {
                a[(row, *column)] += slope / scale;
            }
        }
        (g, a)
    }

    /// Where to begin with what nobody measured.
    fn start(&self, known: &[Known]) -> Vec<f64> {
        let value = |known: &Known| match known {
            Known::Measured(value, _) | Known::Fixed(value) => Some(*value),
            Known::Unknown => None,
        };
        let mean = |values: Vec<f64>| {
            if values.is_empty() { None } else { Some(values.iter().sum::<f64>() / values.len() as f64) }
        };
        let flow = mean(self.flows.iter().filter_map(value).collect()).unwrap_or(1.0);
        let shares: Vec<f64> = (0..self.components.len())
            .map(|c| mean(self.shares.iter().filter_map(|row| value(&row[c])).collect()).unwrap_or(0.1))
            .collect();
        let count = self.streams.len();
        known
            .iter()
            .enumerate()
            .map(|(at, k)| value(k).unwrap_or(if at < count { flow } else { shares[(at - count) % shares.len()] }))
            .collect()
    }

    /// Brings the network to balance.
    pub fn reconcile(&self) -> Result<Reconciled, Error> {
        let known = self.known();
        let measured: Vec<usize> = places_of(&known, |k| matches!(k, Known::Measured(..)));
        let unknown: Vec<usize> = places_of(&known, |k| matches!(k, Known::Unknown));
        let (m, sigma): (Vec<f64>, Vec<f64>) = measured
            .iter()
            .map(|at| if let Known::Measured(value, sigma) = known[*at] { (value, sigma) } else { (0.0, 1.0) })
            .unzip();
        let mut z = self.start(&known);
        let size: Vec<f64> = unknown.iter().map(|at| z[*at].abs().max(1e-12)).collect();
        let mut steps = 0;
        loop {
            let (g, a) = self.balances(&z);
            let parts = Parts::of(&a, &measured, &sigma, &unknown, &size);
            // The least adjustment from the measurements that the balances, linear here, allow.
            let back = DVector::from_iterator(
                m.len(),
                measured.iter().zip(&m).zip(&sigma).map(|((at, m), s)| (z[*at] - m) / s),
            );
            let lack = &g - &parts.measured * &back;
            let adjusted = -(&parts.inverse * (parts.left.transpose() * &lack));
            let rest = &lack + &parts.measured * &adjusted;
            let told = -(&parts.unknown_inverse * rest);
            let mut moved: f64 = 0.0;
            for (k, at) in measured.iter().enumerate() {
                let next = m[k] + sigma[k] * adjusted[k];
                moved = moved.max((next - z[*at]).abs() / (sigma[k] + next.abs()));
                z[*at] = next;
            }
            for (k, at) in unknown.iter().enumerate() {
                let next = z[*at] + size[k] * told[k];
                moved = moved.max((next - z[*at]).abs() / (next.abs() + size[k]));
                z[*at] = next;
            }
            steps += 1;
            let (g, _) = self.balances(&z);
            let worst = g.amax();
            if !worst.is_finite() || z.iter().any(|v| !v.is_finite()) {
                return Err(Self::not_converged(f64::INFINITY, steps, 0));
            }
            if moved < 1e-13 && worst < 1e-13 || steps >= STEPS && worst < 1e-12 {
                return Ok(self.told(&z, &known, &measured, &unknown, &size, (&m, &sigma), steps));
            }
            if steps >= STEPS {
                return Err(Self::not_converged(worst, steps, g.iamax()));
            }
        }
    }

    fn not_converged(residual: f64, iterations: usize, row: usize) -> Error {
        Error::NotConverged {
            unit: "reconciliation".into(),
            what: "the balances of flows and assays".into(),
            residual,
            iterations,
            worst: format!("balance {}", row + 1),
            hint: "look for a flow or an assay that is far off, or a stream that runs the other way".into(),
        }
    }

    #[allow(clippy::too_many_arguments)] // each is a part of one solved system
    fn told(
        &self,
        z: &[f64],
        known: &[Known],
        measured: &[usize],
        unknown: &[usize],
        size: &[f64],
        (m, sigma): (&[f64], &[f64]),
        steps: usize,
    ) -> Reconciled {
        let (_, a) = self.balances(z);
        let parts = Parts::of(&a, measured, sigma, unknown, size);
        let projector = &parts.inverse * parts.left.transpose() * &parts.measured;
        // How the told follow the measured, in units of size and σ, after adjustment.
        let follow = -(&parts.unknown_inverse * &parts.measured);
        let after = DMatrix::identity(measured.len(), measured.len()) - &projector;
        let spread = &follow * &after;
        let mut chi_square = 0.0;
        let variables = known
            .iter()
            .enumerate()
            .map(|(at, k)| {
                let (stream, component) = if at < self.streams.len() {
                    (at, None)
                } else {
                    let rest = at - self.streams.len();
                    (rest / self.components.len(), Some(rest % self.components.len()))
                };
                let mut variable = Variable {
                    stream,
                    component,
                    measured: None,
                    value: z[at],
                    deviation: None,
                    residual: None,
                    standing: Standing::Fixed,
                };
                if let Some(j) = measured.iter().position(|p| *p == at) {
                    let share = projector[(j, j)].clamp(0.0, 1.0);
                    let scaled = (z[at] - m[j]) / sigma[j];
                    chi_square += scaled * scaled;
                    variable.measured = Some((m[j], sigma[j]));
                    variable.deviation = Some(sigma[j] * (1.0 - share).sqrt());
                    let redundant = share > 1e-9;
                    variable.residual = redundant.then(|| scaled / share.sqrt());
                    variable.standing = if redundant { Standing::Redundant } else { Standing::Alone };
                } else if let Some(j) = unknown.iter().position(|p| *p == at) {
                    if parts.free[j] {
                        variable.standing = Standing::Unobservable;
                    } else {
                        variable.standing = Standing::Told;
                        variable.deviation = Some(size[j] * spread.row(j).norm());
                    }
                } else if let Known::Fixed(_) = k {
                    variable.deviation = Some(0.0);
                }
                variable
            })
            .collect();
        Reconciled { variables, chi_square, freedom: parts.rank, steps, balances: self.nodes_of(known, z) }
    }

    fn nodes_of(&self, known: &[Known], z: &[f64]) -> Vec<Node> {
        let value = |at: usize| match known[at] {
            Known::Measured(value, _) | Known::Fixed(value) => Some(value),
            Known::Unknown => None,
        };
        let mut all = Vec::new();
        for node in 0..self.nodes.len() {
            let of = (0..self.components.len()).filter(|c| self.takes_part(node, *c)).map(Some);
            for component in std::iter::once(None).chain(of) {
                let mut before = Some((0.0, 0.0));
                let mut after = (0.0, 0.0);
                for (s, sign) in self.at(node) {
                    let x = component.map(|c| self.place(s, Some(c)));
                    let amount = z[s] * x.map_or(1.0, |x| z[x]);
                    let was = value(s).zip(x.map_or(Some(1.0), value)).map(|(flow, share)| flow * share);
                    let slot = |pair: &mut (f64, f64), amount: f64| {
                        if sign > 0.0 { pair.0 += amount } else { pair.1 += amount }
                    };
                    slot(&mut after, amount);
                    before = before.zip(was).map(|(mut pair, was)| {
                        slot(&mut pair, was);
                        pair
                    });
                }
                all.push(Node { node, component, before, after });
            }
        }
        all
    }
}

/// Places that a test holds for.
fn places_of(known: &[Known], holds: impl Fn(&Known) -> bool) -> Vec<usize> {
    known.iter().enumerate().filter(|(_, k)| holds(k)).map(|(at, _)| at).collect()
}

/// The linear system at some values, taken apart.
struct Parts {
    /// Columns of the measured, times σ.
    measured: DMatrix<f64>,
    /// P: the left null space of the unmeasured columns.
    left: DMatrix<f64>,
    /// (Pᵀ A σ)⁺.
    inverse: DMatrix<f64>,
    /// (A size)⁺ of the unmeasured columns.
    unknown_inverse: DMatrix<f64>,
    /// Rank of Pᵀ A σ.
    rank: usize,
    /// Which of the unmeasured nothing tells.
    free: Vec<bool>,
}

impl Parts {
    fn of(a: &DMatrix<f64>, measured: &[usize], sigma: &[f64], unknown: &[usize], size: &[f64]) -> Self {
        let columns = |places: &[usize], scale: &[f64]| {
            DMatrix::from_fn(a.nrows(), places.len(), |row, column| a[(row, places[column])] * scale[column])
        };
        let (am, au) = (columns(measured, sigma), columns(unknown, size));
        let rows = a.nrows();
        let (left, unknown_inverse, free) = if unknown.is_empty() {
            (DMatrix::identity(rows, rows), DMatrix::zeros(0, rows), Vec::new())
        } else {
            // A square, so that all of its left singular vectors are there.
            let side = rows.max(unknown.len());
            let mut padded = DMatrix::zeros(side, side);
            padded.view_mut((0, 0), (rows, unknown.len())).copy_from(&au);
            let svd = padded.svd(true, true);
            let (u, v) = (svd.u.unwrap_or_default(), svd.v_t.unwrap_or_default());
            let largest = svd.singular_values.max().max(1e-300);
            let holds: Vec<bool> = svd.singular_values.iter().map(|s| *s > NOUGHT * largest).collect();
            // Columns of U without a singular value, as far as they lie in the rows there are.
            let outside: Vec<usize> = (0..side).filter(|k| !holds[*k]).collect();
            let left = DMatrix::from_fn(rows, outside.len(), |row, k| u[(row, outside[k])]);
            let mut inverse = DMatrix::zeros(unknown.len(), rows);
            for k in (0..side).filter(|k| holds[*k]) {
                for i in 0..unknown.len() {
                    for j in 0..rows {
                        inverse[(i, j)] += v[(k, i)] * u[(j, k)] / svd.singular_values[k];
                    }
                }
            }
            let free =
                (0..unknown.len()).map(|i| outside.iter().map(|k| v[(*k, i)].powi(2)).sum::<f64>() > 1e-12).collect();
            (left, inverse, free)
        };
        let reduced = left.transpose() * &am;
        let (inverse, rank) = pseudo_inverse(&reduced);
        Self { measured: am, left, inverse, unknown_inverse, rank, free }
    }
}

/// The pseudo-inverse and the rank.
fn pseudo_inverse(matrix: &DMatrix<f64>) -> (DMatrix<f64>, usize) {
    if matrix.nrows() == 0 || matrix.ncols() == 0 {
        return (DMatrix::zeros(matrix.ncols(), matrix.nrows()), 0);
    }
    let svd = matrix.clone().svd(true, true);
    let floor = NOUGHT * svd.singular_values.max();
    let rank = svd.singular_values.iter().filter(|s| **s > floor && **s > 0.0).count();
    let inverse =
        svd.pseudo_inverse(floor.max(1e-300)).unwrap_or_else(|_| DMatrix::zeros(matrix.ncols(), matrix.nrows()));
    (inverse, rank)
}
