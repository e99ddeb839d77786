//! The chance that a chi-square is at least so large.
//!
//! # Equation
//! `P = Q(n/2, x/2)`, Q the upper incomplete gamma function over Γ: by its series below `a + 1`, by its
//! continued fraction (Lentz) above; `ln Γ` by Stirling's series shifted to at least 10.
//!
//! # Symbols
//! x: the sum of squares; n: degrees of freedom.
//!
//! # Holds for
//! Errors that are normal and independent, with the deviations stated.
//!
//! # Source
//! Textbook mathematics.

fn ln_gamma(a: f64) -> f64 {
    let (mut x, mut product) = (a, 1.0);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let r = 1.0 / (x * x);
    let series = (1.0 / 12.0 - r * (1.0 / 360.0 - r * (1.0 / 1260.0 - r * (1.0 / 1680.0 - r / 1188.0)))) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + series - product.ln()
}

/// The chance of a sum of squares of at least `x` with `freedom` degrees; one without any.
pub fn chance(x: f64, freedom: usize) -> f64 {
    if freedom == 0 || x <= 0.0 {
        return 1.0;
    }
    let (a, x) = (freedom as f64 / 2.0, x / 2.0);
    let front = (a * x.ln() - x - ln_gamma(a)).exp();
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for n in 1..10_000 {
            term *= x / (a + f64::from(n));
            sum += term;
            if term < 1e-17 * sum {
                break;
            }
        }
        return (1.0 - front * sum).clamp(0.0, 1.0);
    }
    let tiny = 1e-300;
    let mut b = x + 1.0 - a;
    let (mut c, mut d) = (1.0 / tiny, 1.0 / b);
    let mut fraction = d;
    for n in 1..10_000 {
        let n = f64::from(n);
        let step = -n * (n - a);
        b += 2.0;
        d = 1.0 / nonzero(step * d + b);
        c = nonzero(b + step / c);
        let change = d * c;
        fraction *= change;
        if (change - 1.0).abs() < 1e-16 {
            break;
        }
    }
    (front * fraction).clamp(0.0, 1.0)
}

fn nonzero(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// The sum of squares that is exceeded with a chance.
pub fn exceeded_with(chance_wanted: f64, freedom: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while chance(high, freedom) > chance_wanted && high < 1e9 {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if chance(middle, freedom) > chance_wanted { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_tables() {
        // 95 % and 99 % points of any statistical table.
        for (freedom, p, x) in
            [(1, 0.05, 3.841), (2, 0.05, 5.991), (5, 0.05, 11.070), (10, 0.01, 23.209), (30, 0.05, 43.773)]
        {
            assert!((exceeded_with(p, freedom) - x).abs() < 6e-4, "{freedom} {}", exceeded_with(p, freedom));
        }
        // Two degrees are an exponential.
        for x in [0.1, 1.0, 3.0, 20.0, 80.0] {
            assert!((chance(x, 2) / (-x / 2.0f64).exp() - 1.0).abs() < 1e-12, "{x}");
        }
        assert!((chance(5.0, 0) - 1.0).abs() < 1e-15 && (chance(0.0, 4) - 1.0).abs() < 1e-15);
    }
}
