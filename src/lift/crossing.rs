//! Where a rising function passes through nought.

/// Evaluations after which the middle of the bracket is taken; halving every fourth needs some three hundred.
const MOST: usize = 400;

/// The argument between `low` and `high` at which `gap` turns from negative to positive: by secants that keep their bracket,
/// the end that stays put losing weight (the Illinois rule), and by halving where `gap` is not finite or four steps have not
/// halved the bracket. `gap` is taken to be negative at `low` and positive at `high`; it ends where they are within
/// `closeness` of each other, relative.
pub fn crossing(mut low: f64, mut high: f64, closeness: f64, gap: impl Fn(f64) -> f64) -> f64 {
    let (mut below, mut above) = (gap(low), gap(high));
    let (mut last, mut width) = (0.0, f64::INFINITY);
    for step in 0..MOST {
        if high - low <= closeness * high.abs() {
            break;
        }
        let slow = step % 4 == 3 && high - low > 0.5 * width;
        if step % 4 == 3 {
            width = high - low;
        }
        let secant = (low * above - high * below) / (above - below);
        let next = if secant > low && secant < high && !slow { secant } else { 0.5 * (low + high) };
        if next <= low || next >= high {
            break;
        }
        let here = gap(next);
        if here == 0.0 {
            return next;
        }
        if here > 0.0 {
            (high, above) = (next, here);
            below *= if last > 0.0 { 0.5 } else { 1.0 };
        } else {
            (low, below) = (next, here);
            above *= if last < 0.0 { 0.5 } else { 1.0 };
        }
        last = here;
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_meets_roots_however_the_function_bends() {
        for root in [1e-6, 0.3, 17.0] {
            let functions: [&dyn Fn(f64) -> f64; 4] =
                [&|x| x - root, &|x| x.powi(9) - root.powi(9), &|x| x.powf(0.1) - root.powf(0.1), &|x| {
                    if x > 2.0 * root { f64::INFINITY } else { x / root - 1.0 }
                }];
            for gap in functions {
                let found = crossing(0.0, 20.0, 1e-13, gap);
                assert!((found / root - 1.0).abs() < 1e-10, "{root}: {found}");
            }
        }
    }
}
