//! One solute through a battery at given shares: a scalar tridiagonal system with a corner.
//!
//! # Equation
//! `t_j = kept_{j+1} stays_{j+1} t_{j+1} + goes_{j−1} t_{j−1} + fresh_j`. The matrix is an
//! M-matrix: elimination subtracts nothing that was not added, the solution is positive, and a
//! trace of 10⁻¹² is as exact as the bulk.

use super::Cascade;
use super::stage::Split;

/// Replaces `totals` by the exact solution at the shares in `splits`.
pub(super) fn balance(cascade: &Cascade<'_>, splits: &[Split], totals: &mut [f64]) {
    let (n, k) = (cascade.stages.len(), cascade.solutes.len());
    let mut up = vec![0.0; n];
    let mut rhs = vec![0.0; n];
    let mut corner = vec![0.0; n];
    for i in 0..k {
        let back = cascade.returned[i] * splits[n - 1].goes[i];
        // Share of what is in a stage that leaves downward for good before it is ever passed up.
        let mut lost = 0.0;
        for j in 0..n {
            let above = if j + 1 < n { cascade.stages[j + 1].kept * splits[j + 1].stays[i] } else { 0.0 };
            let (mut right, mut column) = (cascade.fresh[j * k + i], if j == 0 { back } else { 0.0 });
            let (stays, goes) = (splits[j].stays[i], splits[j].goes[i]);
            if j == 0 {
                lost = stays;
            } else {
                let below = splits[j - 1].goes[i];
                let kept = cascade.stages[j].kept;
                right += below * rhs[j - 1];
                column += below * corner[j - 1];
                lost = stays * ((1.0 - kept) + kept * lost / (below + lost));
            }
            // The pivot 1 − goes·up, written as a sum.
            let pivot = goes + lost;
            up[j] = above / pivot;
            rhs[j] = right / pivot;
            corner[j] = column / pivot;
        }
        let end = rhs[n - 1] / (1.0 - corner[n - 1]);
        if !end.is_finite() || end < 0.0 {
            continue;
        }
        let mut next = end;
        totals[(n - 1) * k + i] = end;
        for j in (0..n - 1).rev() {
            next = rhs[j] + up[j] * next + corner[j] * end;
            totals[j * k + i] = next;
        }
    }
}
