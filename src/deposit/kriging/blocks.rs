//! A large triangle factored and inverted block by block.
//!
//! # Equation
//! ```text
//! C = L Lᵀ:   L_kk from C_kk − Σ_{j<k} L_kj L_kjᵀ,   L_ik = (C_ik − Σ_{j<k} L_ij L_kjᵀ) L_kk⁻ᵀ
//! X = L⁻¹:    X_kk = L_kk⁻¹,   X_ij = −X_ii Σ_{j≤k<i} L_ik X_kj
//! ```
//! All but the blocks on the diagonal are products of matrices.
//!
//! # Symbols
//! C covariances; L its lower factor; X the inverse of L.
//!
//! # Source
//! Textbook algebra.

use nalgebra::{DMatrix, DMatrixView};

/// Rows and columns of a block.
const SIDE: usize = 64;

/// The blocks of so many rows: where each begins and its size.
fn blocks(count: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count).step_by(SIDE).map(move |from| (from, SIDE.min(count - from)))
}

/// Factors the lower triangle in place (what stands above it is not looked at); false where a pivot is not above the least.
pub fn factor(matrix: &mut DMatrix<f64>, least: f64) -> bool {
    let count = matrix.nrows();
    for (from, side) in blocks(count) {
        let below = count - from;
        let (before, mut here) = matrix.columns_range_pair_mut(0..from, from..from + side);
        let before = before.rows(from, below);
        if from > 0 {
            let top = before.rows(0, side).transpose();
            here.rows_mut(from, below).gemm(-1.0, &before, &top, 1.0);
        }
        // The block column left of the diagonal is done: the rest of it column by column.
        for column in 0..side {
            let at = from + column;
            for earlier in 0..column {
                let factor = here[(at, earlier)];
                let (done, mut own) = here.columns_range_pair_mut(earlier, column);
                own.rows_mut(at, count - at).axpy(-factor, &done.rows(at, count - at), 1.0);
            }
            let pivot = here[(at, column)];
            if pivot.is_nan() || pivot <= least {
                return false;
            }
            let inverse = 1.0 / pivot.sqrt();
            here.view_mut((at, column), (count - at, 1)).scale_mut(inverse);
        }
    }
    true
}

/// The inverse of a lower triangle into the first rows of a matrix of noughts.
pub fn invert(lower: &DMatrix<f64>, inverse: &mut DMatrix<f64>) {
    let count = lower.nrows();
    let mut product = DMatrix::zeros(SIDE, SIDE);
    for (from, side) in blocks(count) {
        // The block on the diagonal, column by column.
        for column in 0..side {
            inverse[(from + column, from + column)] = 1.0;
            for row in column..side {
                let own = inverse[(from + row, from + column)] / lower[(from + row, from + row)];
                inverse[(from + row, from + column)] = own;
                for later in row + 1..side {
                    inverse[(from + later, from + column)] -= lower[(from + later, from + row)] * own;
                }
            }
        }
        let diagonal: DMatrix<f64> = inverse.view((from, from), (side, side)).into_owned();
        for (column, wide) in blocks(from) {
            let mut product = product.view_mut((0, 0), (side, wide));
            let left: DMatrixView<'_, f64> = lower.view((from, column), (side, from - column));
            product.gemm(1.0, &left, &inverse.view((column, column), (from - column, wide)), 0.0);
            inverse.view_mut((from, column), (side, wide)).gemm(-1.0, &diagonal, &product, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of sizes round a whole number of blocks: L Lᵀ gives back C, X L is one.
    #[test]
    fn the_factor_gives_back_what_it_was_made_from() {
        for count in [1, 7, 63, 64, 65, 150, 200] {
            let covariance = |a: usize, b: usize| {
                let apart = (a as f64 - b as f64).abs() / 9.0 + ((a * 7 % 11) as f64 - (b * 7 % 11) as f64).abs();
                (-apart).exp() + if a == b { 0.2 } else { 0.0 }
            };
            let whole = DMatrix::from_fn(count, count, covariance);
            let mut lower = whole.clone();
            assert!(factor(&mut lower, 1e-12));
            lower.fill_upper_triangle(0.0, 1);
            assert!((&lower * lower.transpose() - &whole).amax() < 1e-13, "{count}");
            let mut inverse = DMatrix::zeros(count, count);
            invert(&lower, &mut inverse);
            assert!((inverse * &lower - DMatrix::identity(count, count)).amax() < 1e-12, "{count}");
        }
    }

    #[test]
    fn what_is_not_positive_is_refused() {
        let mut twins = DMatrix::from_element(130, 130, 1.0);
        assert!(!factor(&mut twins, 1e-11));
        let mut not_a_number = DMatrix::from_element(70, 70, f64::NAN);
        assert!(!factor(&mut not_a_number, 1e-11));
    }
}
