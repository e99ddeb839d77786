//! Weighted least squares, straight or robust, with a prior on some parameters.
//!
//! # Equation
//! ```text
//! minimise Σ w_i ρ(r_i) + Σ λ_j θ_j²
//! (JᵀWJ + Λ + μ diag JᵀWJ) δ = −(JᵀWr + Λθ)         Levenberg and Marquardt's step
//! cov θ = s² (JᵀWJ + Λ)⁻¹,  s² = Σ w r² / (n − p)
//! ```
//! Huber's loss is met by reweighting: ρ = r²/2 within k s, k s |r| beyond; then
//! `s² = [Σ ψ²/(n − p)] / [Σ ψ'/n]²` in the covariance.
//!
//! # Symbols
//! r: residual; w: weight; J: its slopes by the parameters θ; λ: prior precision over the
//! residual's; μ: damping; s: scale; k = 1.345; ψ: slope of ρ; n, p: residuals, free parameters.
//!
//! # Holds for
//! Models whose parameters the points can tell apart; otherwise the answer is the index of one
//! they cannot.
//!
//! # Source
//! `marquardt1963`; robust loss `huber1981`.

use nalgebra::{DMatrix, DVector};

/// Residuals and their slopes, a row each, at given parameters.
pub type Model<'a> = dyn Fn(&DVector<f64>) -> (DVector<f64>, DMatrix<f64>) + 'a;

/// What is to be fitted: residuals and slopes at given parameters, and how they count.
pub struct Problem<'a> {
    /// Residuals and their slopes, a row each.
    pub model: &'a Model<'a>,
    /// Weight of each residual.
    pub weights: DVector<f64>,
    /// Prior precision of each parameter about nought; 0 leaves it free.
    pub prior: DVector<f64>,
    /// Bound the weight of residuals beyond 1.345 scales?
    pub robust: bool,
}

/// What came out.
#[derive(Debug, Clone)]
pub struct Solution {
    /// The parameters.
    pub values: DVector<f64>,
    /// Residuals at them.
    pub residuals: DVector<f64>,
    /// Scale: standard deviation of a residual of weight 1.
    pub scale: f64,
    /// (JᵀWJ + Λ)⁻¹ at the end.
    pub inverse: DMatrix<f64>,
    /// Covariance of the parameters.
    pub covariance: DMatrix<f64>,
    /// Weight each residual had in the end, relative to its own.
    pub kept_weight: DVector<f64>,
    /// Steps taken.
    pub steps: usize,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The points cannot tell this parameter from the others.
    Undetermined(usize),
    /// Fewer residuals than parameters.
    TooFew,
    /// The steps did not end.
    NotConverged(f64),
}

const HUBER: f64 = 1.345;
const MOST_STEPS: usize = 200;

/// Fits, from a start.
pub fn solve(problem: &Problem<'_>, start: &DVector<f64>) -> Result<Solution, Failure> {
    let free = problem.prior.iter().filter(|prior| **prior <= 0.0).count();
    if problem.weights.len() <= free {
        return Err(Failure::TooFew);
    }
    let ones = DVector::from_element(problem.weights.len(), 1.0);
    let mut solution = straight(problem, start, &ones)?;
    if !problem.robust {
        return Ok(solution);
    }
    for _ in 0..MOST_STEPS {
        let scale = median_scale(problem, &solution.residuals);
        let kept = bounded(problem, &solution.residuals, scale);
        let next = straight(problem, &solution.values, &kept)?;
        let moved = (&next.values - &solution.values).amax();
        solution = next;
        if moved < 1e-10 {
            return Ok(robust_errors(problem, solution, free));
        }
    }
    Err(Failure::NotConverged(solution.scale))
}

/// Least squares at given extra weights.
fn straight(problem: &Problem<'_>, start: &DVector<f64>, kept: &DVector<f64>) -> Result<Solution, Failure> {
    let (n, free) = (problem.weights.len(), problem.prior.iter().filter(|prior| **prior <= 0.0).count());
    let weights = problem.weights.component_mul(kept);
    let cost = |r: &DVector<f64>, theta: &DVector<f64>| {
        r.component_mul(r).dot(&weights) + theta.component_mul(theta).dot(&problem.prior)
    };
    let mut theta = start.clone();
    let (mut r, mut j) = (problem.model)(&theta);
    let mut damping = 1e-6;
    let normal = |j: &DMatrix<f64>| {
        let mut weighted = j.clone();
        for (mut row, w) in weighted.row_iter_mut().zip(weights.iter()) {
            row *= *w;
        }
        j.transpose() * weighted + DMatrix::from_diagonal(&problem.prior)
    };
    for steps in 0..MOST_STEPS {
        let a = normal(&j);
        if let Some(lost) = undetermined(&a) {
            return Err(Failure::Undetermined(lost));
        }
        let gradient = j.transpose() * r.component_mul(&weights) + theta.component_mul(&problem.prior);
        let before = cost(&r, &theta);
        let mut moved = f64::INFINITY;
        for _ in 0..40 {
            let damped = &a + DMatrix::from_diagonal(&(a.diagonal() * damping));
            let Some(factor) = damped.cholesky() else {
                damping *= 10.0;
                continue;
            };
            let step = -factor.solve(&gradient);
            let trial = &theta + &step;
            let (rt, jt) = (problem.model)(&trial);
            let after = cost(&rt, &trial);
            if after.is_finite() && after <= before * (1.0 + 1e-14) + 1e-300 {
                moved = step.component_div(&theta.map(|t| 1.0 + t.abs())).amax();
                (theta, r, j) = (trial, rt, jt);
                damping = (damping * 0.1).max(1e-14);
                break;
            }
            damping *= 10.0;
        }
        if moved < 1e-12 || !moved.is_finite() {
            let inverse = normal(&j).try_inverse().ok_or(Failure::Undetermined(0))?;
            let dof = (n - free).max(1) as f64;
            let s2 = r.component_mul(&r).dot(&weights) / dof;
            let covariance = &inverse * s2;
            return Ok(Solution {
                values: theta,
                residuals: r,
                scale: s2.sqrt(),
                inverse,
                covariance,
                kept_weight: kept.clone(),
                steps,
            });
        }
    }
    Err(Failure::NotConverged(cost(&r, &theta)))
}

/// A parameter that the others can stand in for: its own share of the normal matrix, once the
/// others have taken theirs, is nothing but rounding.
fn undetermined(normal: &DMatrix<f64>) -> Option<usize> {
    let p = normal.nrows();
    let size: Vec<f64> = normal.diagonal().iter().map(|d| d.sqrt()).collect();
    if let Some(lost) = size.iter().position(|s| s.is_nan() || *s <= 0.0) {
        return Some(lost);
    }
    let scaled = DMatrix::from_fn(p, p, |i, j| normal[(i, j)] / (size[i] * size[j]));
    let eigen = scaled.symmetric_eigen();
    let (at, least) = eigen.eigenvalues.argmin();
    (least < 1e-11).then(|| eigen.eigenvectors.column(at).iamax())
}

/// Scale by the median of the weighted residuals, which outliers do not move.
fn median_scale(problem: &Problem<'_>, residuals: &DVector<f64>) -> f64 {
    let mut sizes: Vec<f64> = residuals.iter().zip(problem.weights.iter()).map(|(r, w)| r.abs() * w.sqrt()).collect();
    sizes.sort_by(f64::total_cmp);
    let middle = sizes.len() / 2;
    let median = if sizes.len() % 2 == 1 { sizes[middle] } else { 0.5 * (sizes[middle - 1] + sizes[middle]) };
    (1.4826 * median).max(1e-12)
}

fn bounded(problem: &Problem<'_>, residuals: &DVector<f64>, scale: f64) -> DVector<f64> {
    residuals.zip_map(&problem.weights, |r, w| (HUBER * scale / (r.abs() * w.sqrt()).max(1e-300)).min(1.0))
}

fn robust_errors(problem: &Problem<'_>, mut solution: Solution, free: usize) -> Solution {
    let n = problem.weights.len() as f64;
    let scale = median_scale(problem, &solution.residuals);
    let kept = bounded(problem, &solution.residuals, scale);
    let psi2: f64 =
        (0..kept.len()).map(|i| (kept[i] * solution.residuals[i]).powi(2) * problem.weights[i]).sum::<f64>();
    let inside = kept.iter().filter(|k| **k >= 1.0).count() as f64 / n;
    let s2 = psi2 / (n - free as f64).max(1.0) / (inside * inside).max(1e-12);
    // The inverse is of the unbounded problem here: J does not depend on the weights.
    let (_, j) = (problem.model)(&solution.values);
    let mut weighted = j.clone();
    for (mut row, w) in weighted.row_iter_mut().zip(problem.weights.iter()) {
        row *= *w;
    }
    if let Some(inverse) = (j.transpose() * weighted + DMatrix::from_diagonal(&problem.prior)).try_inverse() {
        solution.covariance = &inverse * s2;
        solution.inverse = inverse;
    }
    solution.scale = scale;
    solution.kept_weight = kept;
    solution
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A straight line through points, with or without one that lies far off.
    fn line(points: &[(f64, f64)], robust: bool) -> Result<Solution, Failure> {
        let model = |theta: &DVector<f64>| {
            let r = DVector::from_iterator(points.len(), points.iter().map(|(x, y)| theta[0] + theta[1] * x - y));
            let j = DMatrix::from_fn(points.len(), 2, |i, k| if k == 0 { 1.0 } else { points[i].0 });
            (r, j)
        };
        let problem = Problem {
            model: &model,
            weights: DVector::from_element(points.len(), 1.0),
            prior: DVector::zeros(2),
            robust,
        };
        solve(&problem, &DVector::zeros(2))
    }

    /// Textbook formulae of the regression line: intercept, slope and their standard errors.
    #[test]
    fn a_line_is_the_textbooks_line() {
        let points: Vec<(f64, f64)> =
            (0..9).map(f64::from).map(|x| (x, 1.5 - 0.7 * x + 0.3 * (2.7 * x).sin())).collect();
        let n = points.len() as f64;
        let (mx, my) = (points.iter().map(|p| p.0).sum::<f64>() / n, points.iter().map(|p| p.1).sum::<f64>() / n);
        let sxx: f64 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
        let slope = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum::<f64>() / sxx;
        let rss: f64 = points.iter().map(|p| (my + slope * (p.0 - mx) - p.1).powi(2)).sum();
        let s2 = rss / (n - 2.0);
        let got = line(&points, false).unwrap();
        assert!((got.values[1] - slope).abs() < 1e-10 && (got.values[0] - (my - slope * mx)).abs() < 1e-10);
        assert!((got.covariance[(1, 1)] - s2 / sxx).abs() < 1e-12);
        assert!((got.covariance[(0, 0)] - s2 * (1.0 / n + mx * mx / sxx)).abs() < 1e-12);
        assert!((got.scale - s2.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_robust_line_bears_a_point_far_off() {
        let mut points: Vec<(f64, f64)> = (0..20)
            .map(f64::from)
            .map(|x| (x, 2.0 + 0.5 * x + if (x as i32) % 2 == 0 { 0.05 } else { -0.05 }))
            .collect();
        points[17].1 += 30.0;
        let (straight, robust) = (line(&points, false).unwrap(), line(&points, true).unwrap());
        assert!((straight.values[1] - 0.5).abs() > 0.2, "{}", straight.values[1]);
        assert!((robust.values[1] - 0.5).abs() < 0.01, "{}", robust.values[1]);
        assert!(robust.kept_weight[17] < 0.01 && robust.kept_weight[3] > 0.9);
    }

    #[test]
    fn what_cannot_be_told_apart_is_told() {
        let alike = [(2.0, 1.0), (2.0, 1.1), (2.0, 0.9), (2.0, 1.2)];
        assert!(matches!(line(&alike, false), Err(Failure::Undetermined(_))));
        assert_eq!(line(&alike[..2], false).unwrap_err(), Failure::TooFew);
    }

    /// A curve: y = a e^(b x), from a poor start.
    #[test]
    fn a_curve_converges() {
        let points: Vec<(f64, f64)> =
            (0..10).map(|i| 0.3 * f64::from(i)).map(|x| (x, 2.0 * (-1.3 * x).exp())).collect();
        let model = |theta: &DVector<f64>| {
            let of = |x: f64| (theta[1] * x).exp();
            let r = DVector::from_iterator(10, points.iter().map(|(x, y)| theta[0] * of(*x) - y));
            let j = DMatrix::from_fn(10, 2, |i, k| {
                let x = points[i].0;
                if k == 0 { of(x) } else { theta[0] * x * of(x) }
            });
            (r, j)
        };
        let problem =
            Problem { model: &model, weights: DVector::from_element(10, 1.0), prior: DVector::zeros(2), robust: false };
        let got = solve(&problem, &DVector::from_vec(vec![1.0, 0.0])).unwrap();
        assert!((got.values[0] - 2.0).abs() < 1e-8 && (got.values[1] + 1.3).abs() < 1e-8, "{}", got.values);
    }
}
