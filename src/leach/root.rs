//! One root of a rising or falling function, bracketed.

use crate::error::Error;

const STEPS: usize = 100;

/// The root of `f` from `start` (with its value) outward by `step`: the bracket is widened
/// until the sign changes, then closed by regula falsi with the Illinois rule.
pub(super) fn root(
    what: &str,
    f: impl Fn(f64) -> Result<f64, Error>,
    start: (f64, f64),
    step: f64,
) -> Result<f64, Error> {
    let (mut a, mut fa) = start;
    let scale = fa.abs();
    if scale == 0.0 {
        return Ok(a);
    }
    let mut width = if step == 0.0 { 1.0 } else { step };
    let (mut b, mut fb) = (a, fa);
    let mut widened = 0;
    while fa * fb > 0.0 {
        (a, fa) = (b, fb);
        b = start.0 + width;
        fb = f(b)?;
        width *= 1.5;
        widened += 1;
        if widened > STEPS {
            return Err(not_converged(what, fb.abs() / scale, widened));
        }
    }
    let mut residual = fb;
    for _ in 0..STEPS {
        if residual.abs() <= 1e-12 * scale || (b - a).abs() <= 1e-14 * b.abs().max(a.abs()) {
            return Ok(b);
        }
        let mut c = (a * fb - b * fa) / (fb - fa);
        if !(c > a.min(b) && c < a.max(b)) {
            c = 0.5 * (a + b);
        }
        let fc = f(c)?;
        residual = fc;
        if fc * fb < 0.0 {
            (a, fa) = (b, fb);
        } else {
            fa *= 0.5;
        }
        (b, fb) = (c, fc);
    }
    if residual.abs() <= 1e-7 * scale { Ok(b) } else { Err(not_converged(what, residual.abs() / scale, STEPS)) }
}

fn not_converged(what: &str, residual: f64, iterations: usize) -> Error {
    Error::NotConverged {
        unit: String::new(),
        what: what.to_owned(),
        residual,
        iterations,
        worst: "its own balance".into(),
        hint: "ask for a pH between the feed's and the reagent's, or allow fewer solids to form".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn straight_crooked_and_none() {
        assert!((root("x", |x| Ok(x - 3.0), (0.0, -3.0), 1.0).unwrap() - 3.0).abs() < 1e-9);
        assert!((root("x", |x| Ok(x.powi(9) - 2.0), (0.0, -2.0), 0.1).unwrap() - 2f64.powf(1.0 / 9.0)).abs() < 1e-9);
        assert!(root("x", |_| Ok(-1.0), (0.0, -1.0), 1.0).is_err());
    }
}
