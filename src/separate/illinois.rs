//! A bracket is closed on its root.
//!
//! # Equation
//! ```text
//! c = b − f(b) (b − a)/(f(b) − f(a))
//! ```
//! takes the place of the end whose sign it has; an end that stays put twice loses half its weight.
//!
//! # Holds for
//! A continuous function with opposite signs at the two ends.
//!
//! # Source
//! Regula falsi with the Illinois rule, textbook algebra.

use crate::error::Error;

/// Points tried.
pub(super) const MOST: usize = 60;

/// Closes the bracket from (a, f(a)) to (b, f(b)) until f is within `enough` of nought or the ends meet; the function
/// keeps what it found last. Answers what is left of f where neither comes about.
pub(super) fn close(
    [(mut a, mut fa), (mut b, mut fb)]: [(f64, f64); 2],
    enough: f64,
    f: &mut dyn FnMut(f64) -> Result<f64, Error>,
) -> Result<Option<f64>, Error> {
    let mut stayed = false;
    for _ in 0..MOST {
        if fb.abs() < enough || (b - a).abs() < 1e-13 {
            return Ok(None);
        }
        let c = b - fb * (b - a) / (fb - fa);
        let fc = f(c)?;
        if fc.abs() < enough {
            return Ok(None);
        }
        if fc * fb < 0.0 {
            (a, fa) = (b, fb);
            stayed = false;
        } else {
            if stayed {
                fa *= 0.5;
            }
            stayed = true;
        }
        (b, fb) = (c, fc);
    }
    Ok(Some(fb))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_closes_or_says_what_is_left() {
        let mut last = 0.0;
        let left = close([(0.0, -2.0), (2.0, 6.0)], 1e-9, &mut |x| {
            last = x;
            Ok(x.powi(3) - 2.0)
        });
        assert!(matches!(left, Ok(None)) && (last - 2f64.cbrt()).abs() < 1e-9, "{left:?} {last}");
        // A jump has no root: the ends meet on it.
        let mut jump = |x: f64| Ok(if x < 0.3 { -1.0 } else { 1.0 });
        assert!(close([(0.0, -1.0), (1.0, 1.0)], 1e-9, &mut jump).unwrap().is_none());
        // So flat beside so steep a branch that sixty points do not reach its root.
        let flat = close([(-1.0, -1.0), (1e3, 1e27)], 1e-30, &mut |x| Ok(x.powi(9)));
        assert!(matches!(flat, Ok(Some(left)) if left.abs() > 1e-30), "{flat:?}");
        let broken = || Error::Infeasible { unit: String::new(), what: "no".into(), hint: String::new() };
        assert!(close([(0.0, -1.0), (1.0, 1.0)], 1e-9, &mut |_| Err(broken())).is_err());
    }
}
