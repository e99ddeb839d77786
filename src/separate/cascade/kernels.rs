//! Arithmetic on small dense blocks, each compiled for its own size so that a row stays in registers.
//!
//! A block is a slice of rows, k × k, row by row. Sizes above [`LARGEST`] go through the same
//! code with the size known only at run time.

/// The largest size compiled by itself.
const LARGEST: usize = 24;

/// What is smaller is nothing: products of what is left are still normal numbers, and a number that is not costs a
/// hundred others.
pub(super) const NOTHING: f64 = 1e-150;

/// A number, or nothing.
#[inline]
pub(super) fn felt(x: f64) -> f64 {
    if x.abs() < NOTHING { 0.0 } else { x }
}

/// A diagonal and a rank two: what an edge sends, by what is in the node it comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Sparse {
    pub own: Vec<f64>,
    pub by_free: Vec<f64>,
    pub by_other: Vec<f64>,
    pub free_by: Vec<f64>,
    pub other_by: Vec<f64>,
}

macro_rules! by_size {
    ($k:expr, $kernel:ident, $any:ident, ($($argument:expr),*)) => {
        by_size!(@ $k, $kernel, $any, ($($argument),*), 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24)
    };
    (@ $k:expr, $kernel:ident, $any:ident, $arguments:tt, $($size:literal)*) => {
        match $k { $( $size => by_size!(@call $kernel, $size, $arguments), )* _ => by_size!(@any $any, $arguments) }
    };
    (@call $kernel:ident, $size:literal, ($($argument:expr),*)) => { $kernel::<$size>($($argument),*) };
    (@any $any:ident, ($($argument:expr),*)) => { $any($($argument),*) };
}

/// `into = left · right`.
pub(super) fn product(left: &[f64], right: &[f64], k: usize, into: &mut [f64]) {
    debug_assert!(left.len() == k * k && LARGEST >= 1);
    by_size!(k, product_of, product_any, (left, right, into));
}

fn product_of<const K: usize>(left: &[f64], right: &[f64], into: &mut [f64]) {
    let (left, right, into) = (left.as_chunks::<K>().0, right.as_chunks::<K>().0, into.as_chunks_mut::<K>().0);
    for (slot, factors) in into.iter_mut().zip(left) {
        let mut line = [0.0; K];
        for (factor, row) in factors.iter().zip(right) {
            for c in 0..K {
                line[c] += factor * row[c];
            }
        }
        *slot = line.map(felt);
    }
}

fn product_any(left: &[f64], right: &[f64], into: &mut [f64]) {
    let k = left.len().isqrt();
    into.fill(0.0);
    for (line, factors) in into.chunks_exact_mut(k).zip(left.chunks_exact(k)) {
        for (factor, row) in factors.iter().zip(right.chunks_exact(k)) {
            for (slot, value) in line.iter_mut().zip(row) {
                *slot += factor * value;
            }
        }
        for slot in line {
            *slot = felt(*slot);
        }
    }
}

/// `into −= left · right`.
pub(super) fn subtract_product(left: &[f64], right: &[f64], k: usize, into: &mut [f64]) {
    by_size!(k, subtract_product_of, subtract_product_any, (left, right, into));
}

fn subtract_product_of<const K: usize>(left: &[f64], right: &[f64], into: &mut [f64]) {
    let (left, right, into) = (left.as_chunks::<K>().0, right.as_chunks::<K>().0, into.as_chunks_mut::<K>().0);
    for (slot, factors) in into.iter_mut().zip(left) {
        let mut line = *slot;
        for (factor, row) in factors.iter().zip(right) {
            for c in 0..K {
                line[c] -= factor * row[c];
            }
        }
        *slot = line;
    }
}

fn subtract_product_any(left: &[f64], right: &[f64], into: &mut [f64]) {
    let k = left.len().isqrt();
    for (line, factors) in into.chunks_exact_mut(k).zip(left.chunks_exact(k)) {
        for (factor, row) in factors.iter().zip(right.chunks_exact(k)) {
            for (slot, value) in line.iter_mut().zip(row) {
                *slot -= factor * value;
            }
        }
    }
}

/// `into += E · matrix`.
pub(super) fn add_times(sparse: &Sparse, matrix: &[f64], k: usize, into: &mut [f64]) {
    by_size!(k, add_times_of, add_times_any, (sparse, matrix, into));
}

fn add_times_of<const K: usize>(sparse: &Sparse, matrix: &[f64], into: &mut [f64]) {
    let (matrix, into) = (matrix.as_chunks::<K>().0, into.as_chunks_mut::<K>().0);
    let (mut free, mut other) = ([0.0; K], [0.0; K]);
    for ((row, f), o) in matrix.iter().zip(&sparse.free_by).zip(&sparse.other_by) {
        for c in 0..K {
            free[c] += f * row[c];
            other[c] += o * row[c];
        }
    }
    for (a, (slot, row)) in into.iter_mut().zip(matrix).enumerate() {
        let (own, f, o) = (sparse.own[a], sparse.by_free[a], sparse.by_other[a]);
        for c in 0..K {
            slot[c] += own * row[c] + f * free[c] + o * other[c];
        }
    }
}

fn add_times_any(sparse: &Sparse, matrix: &[f64], into: &mut [f64]) {
    let k = sparse.own.len();
    let (mut free, mut other) = (vec![0.0; k], vec![0.0; k]);
    for (b, row) in matrix.chunks_exact(k).enumerate() {
        for c in 0..k {
            free[c] += sparse.free_by[b] * row[c];
            other[c] += sparse.other_by[b] * row[c];
        }
    }
    for (a, (slot, row)) in into.chunks_exact_mut(k).zip(matrix.chunks_exact(k)).enumerate() {
        for c in 0..k {
            slot[c] += sparse.own[a] * row[c] + sparse.by_free[a] * free[c] + sparse.by_other[a] * other[c];
        }
    }
}

/// `into −= inverse · E`.
pub(super) fn subtract_after(inverse: &[f64], sparse: &Sparse, k: usize, into: &mut [f64]) {
    by_size!(k, subtract_after_of, subtract_after_any, (inverse, sparse, into));
}

fn subtract_after_of<const K: usize>(inverse: &[f64], sparse: &Sparse, into: &mut [f64]) {
    let (inverse, into) = (inverse.as_chunks::<K>().0, into.as_chunks_mut::<K>().0);
    for (slot, line) in into.iter_mut().zip(inverse) {
        let (free, other) = (dot(line, &sparse.by_free), dot(line, &sparse.by_other));
        for c in 0..K {
            slot[c] = felt(slot[c] - (line[c] * sparse.own[c] + free * sparse.free_by[c] + other * sparse.other_by[c]));
        }
    }
}

fn subtract_after_any(inverse: &[f64], sparse: &Sparse, into: &mut [f64]) {
    let k = sparse.own.len();
    for (slot, line) in into.chunks_exact_mut(k).zip(inverse.chunks_exact(k)) {
        let (free, other) = (dot(line, &sparse.by_free), dot(line, &sparse.by_other));
        for c in 0..k {
            slot[c] = felt(slot[c] - (line[c] * sparse.own[c] + free * sparse.free_by[c] + other * sparse.other_by[c]));
        }
    }
}

/// In four sums, which a processor adds side by side.
#[inline]
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let (four_a, rest_a) = a.as_chunks::<4>();
    let (four_b, rest_b) = b.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for (a, b) in four_a.iter().zip(four_b) {
        for i in 0..4 {
            sums[i] += a[i] * b[i];
        }
    }
    let rest: f64 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// `into += E · vector`.
pub(super) fn add_times_vector(sparse: &Sparse, vector: &[f64], into: &mut [f64]) {
    let (free, other) = (dot(&sparse.free_by, vector), dot(&sparse.other_by, vector));
    for (a, (slot, value)) in into.iter_mut().zip(vector).enumerate() {
        *slot = felt(*slot + sparse.own[a] * value + sparse.by_free[a] * free + sparse.by_other[a] * other);
    }
}

/// `into = matrix · vector`.
pub(super) fn times_vector(matrix: &[f64], vector: &[f64], into: &mut [f64]) {
    by_size!(vector.len(), times_vector_of, times_vector_any, (matrix, vector, into));
}

fn times_vector_of<const K: usize>(matrix: &[f64], vector: &[f64], into: &mut [f64]) {
    let lines = matrix.as_chunks::<K>().0;
    for (slot, line) in into.iter_mut().zip(lines) {
        *slot = felt(dot(line, vector));
    }
}

fn times_vector_any(matrix: &[f64], vector: &[f64], into: &mut [f64]) {
    for (slot, line) in into.iter_mut().zip(matrix.chunks_exact(vector.len())) {
        *slot = felt(dot(line, vector));
    }
}

/// Sum of the products of three.
pub(super) fn dot_of_three(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    by_size!(a.len(), dot_of_three_of, dot_of_three_any, (a, b, c))
}

fn dot_of_three_of<const K: usize>(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    let (Some(a), Some(b), Some(c)) = (a.first_chunk::<K>(), b.first_chunk::<K>(), c.first_chunk::<K>()) else {
        return f64::NAN;
    };
    // In four sums, as `dot`.
    let mut sums = [0.0; 4];
    for i in 0..K {
        sums[i % 4] += a[i] * b[i] * c[i];
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3])
}

fn dot_of_three_any(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    a.iter().zip(b).zip(c).map(|((a, b), c)| a * b * c).sum()
}

/// `into += factors · row`, each by itself.
#[inline]
pub(super) fn add_products(factors: &[f64], row: &[f64], into: &mut [f64]) {
    by_size!(row.len(), add_products_of, add_products_any, (factors, row, into));
}

#[inline]
fn add_products_of<const K: usize>(factors: &[f64], row: &[f64], into: &mut [f64]) {
    let chunks = (factors.first_chunk::<K>(), row.first_chunk::<K>(), into.first_chunk_mut::<K>());
    if let (Some(factors), Some(row), Some(into)) = chunks {
        for i in 0..K {
            into[i] += factors[i] * row[i];
        }
    }
}

fn add_products_any(factors: &[f64], row: &[f64], into: &mut [f64]) {
    for ((slot, factor), value) in into.iter_mut().zip(factors).zip(row) {
        *slot += factor * value;
    }
}

/// Triangular factors in place, rows exchanged for the largest pivot. False where there are none.
pub(super) fn factor(m: &mut [f64], k: usize, pivots: &mut [usize]) -> bool {
    by_size!(k, factor_of, factor_any, (m, pivots))
}

fn factor_of<const K: usize>(m: &mut [f64], pivots: &mut [usize]) -> bool {
    let m = m.as_chunks_mut::<K>().0;
    for (c, pivot) in pivots.iter_mut().enumerate().take(K) {
        *pivot = (c + 1..K).fold(c, |best, r| if m[r][c].abs() > m[best][c].abs() { r } else { best });
        m.swap(c, *pivot);
        let (above, below) = m.split_at_mut(c + 1);
        // Whole rows: what stands left of the pivot is not to change.
        let mut line = above[c];
        line[..c].fill(0.0);
        let over = 1.0 / line[c];
        if !over.is_finite() {
            return false;
        }
        for row in below {
            let factor = row[c] * over;
            for i in 0..K {
                row[i] -= factor * line[i];
            }
            row[c] = factor;
        }
    }
    true
}

fn factor_any(m: &mut [f64], pivots: &mut [usize]) -> bool {
    let k = pivots.len();
    for c in 0..k {
        let size = |r: usize| m[r * k + c].abs();
        let best = (c + 1..k).fold(c, |best, r| if size(r) > size(best) { r } else { best });
        pivots[c] = best;
        if best != c {
            for i in 0..k {
                m.swap(best * k + i, c * k + i);
            }
        }
        let (above, below) = m.split_at_mut((c + 1) * k);
        let line = &above[c * k..];
        let over = 1.0 / line[c];
        if !over.is_finite() {
            return false;
        }
        for row in below.chunks_exact_mut(k) {
            row[c] *= over;
            let factor = row[c];
            for (slot, value) in row[c + 1..].iter_mut().zip(&line[c + 1..]) {
                *slot -= factor * value;
            }
        }
    }
    true
}

/// Solves in place with the factors of [`factor`].
pub(super) fn solve(factors: &[f64], pivots: &[usize], rhs: &mut [f64]) {
    let k = pivots.len();
    for (c, &pivot) in pivots.iter().enumerate() {
        rhs.swap(c, pivot);
    }
    for (r, row) in factors.chunks_exact(k).enumerate() {
        rhs[r] -= dot(&row[..r], &rhs[..r]);
    }
    for (r, row) in factors.chunks_exact(k).enumerate().rev() {
        rhs[r] = (rhs[r] - dot(&row[r + 1..], &rhs[r + 1..])) / row[r];
    }
}

/// Gauss–Jordan inverse in place, rows exchanged for the largest pivot. False where there is none.
pub(super) fn invert(m: &mut [f64], k: usize, pivots: &mut [usize]) -> bool {
    by_size!(k, invert_of, invert_any, (m, pivots))
}

/// Two pivots in each pass over the block, the last of an odd number by itself.
fn invert_of<const K: usize>(m: &mut [f64], pivots: &mut [usize]) -> bool {
    let m = m.as_chunks_mut::<K>().0;
    let mut c = 0;
    while c < K {
        let column: [f64; K] = std::array::from_fn(|a| m[a][c]);
        let Some(mut first) = pivot_line(m, c, &column, None, pivots) else { return false };
        if c + 1 == K {
            for row in m.iter_mut() {
                let factor = std::mem::take(&mut row[c]);
                for i in 0..K {
                    row[i] -= factor * first[i];
                }
            }
            m[c] = first;
            break;
        }
        // The next column as the first pivot leaves it.
        let column: [f64; K] = std::array::from_fn(|a| m[a][c + 1] - m[a][c] * first[c + 1]);
        let Some(second) = pivot_line(m, c + 1, &column, Some(&first), pivots) else { return false };
        let across = std::mem::take(&mut first[c + 1]);
        for row in m.iter_mut() {
            let one = std::mem::take(&mut row[c]);
            let two = std::mem::take(&mut row[c + 1]) - one * across;
            for i in 0..K {
                row[i] -= one * first[i] + two * second[i];
            }
        }
        for i in 0..K {
            first[i] -= across * second[i];
        }
        (m[c], m[c + 1]) = (first, second);
        c += 2;
    }
    for c in (0..K).rev() {
        if pivots[c] != c {
            for row in m.iter_mut() {
                row.swap(c, pivots[c]);
            }
        }
    }
    for row in m {
        *row = row.map(felt);
    }
    true
}

/// Chooses the row with the largest of `column` and puts row c in its place; answers it over its pivot, less what the pivot before takes off.
#[inline]
fn pivot_line<const K: usize>(
    m: &mut [[f64; K]],
    c: usize,
    column: &[f64; K],
    before: Option<&[f64; K]>,
    pivots: &mut [usize],
) -> Option<[f64; K]> {
    let mut best = c;
    for a in c + 1..K {
        // What is not a number is chosen too, and refused below.
        if column[a].abs() > column[best].abs() || column[a].is_nan() {
            best = a;
        }
    }
    let pivot = column[best];
    if !pivot.is_finite() || pivot.abs() < NOTHING {
        return None;
    }
    pivots[c] = best;
    let mut line = m[best];
    if best != c {
        m[best] = m[c];
    }
    if let Some(before) = before {
        let factor = std::mem::take(&mut line[c - 1]);
        for i in 0..K {
            line[i] -= factor * before[i];
        }
    }
    line[c] = 1.0;
    let part = 1.0 / pivot;
    for value in &mut line {
        *value *= part;
    }
    Some(line)
}

fn invert_any(m: &mut [f64], pivots: &mut [usize]) -> bool {
    let k = pivots.len();
    for c in 0..k {
        let best = (c..k).max_by(|&a, &b| m[a * k + c].abs().total_cmp(&m[b * k + c].abs())).unwrap_or(c);
        let pivot = m[best * k + c];
        if !pivot.is_finite() || pivot.abs() < NOTHING {
            return false;
        }
        pivots[c] = best;
        if best != c {
            for i in 0..k {
                m.swap(best * k + i, c * k + i);
            }
        }
        m[c * k + c] = 1.0;
        for value in &mut m[c * k..(c + 1) * k] {
            *value /= pivot;
        }
        let (head, rest) = m.split_at_mut(c * k);
        let (line, tail) = rest.split_at_mut(k);
        for other in head.chunks_exact_mut(k).chain(tail.chunks_exact_mut(k)) {
            let factor = other[c];
            other[c] = 0.0;
            for (slot, value) in other.iter_mut().zip(line.iter()) {
                *slot -= factor * value;
            }
        }
    }
    for c in (0..k).rev() {
        if pivots[c] != c {
            for a in 0..k {
                m.swap(a * k + c, a * k + pivots[c]);
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn any(n: usize, seed: f64) -> Vec<f64> {
        (0..n).map(|i| ((i as f64 + seed) * 12.9898).sin() * 1.7).collect()
    }

    #[test]
    fn an_inverse_is_an_inverse() {
        let m = [0.0, 2.0, 1.0, 1.0, 0.5, 3.0, 4.0, 1.0, 1.0];
        let mut inverse = m;
        assert!(invert(&mut inverse, 3, &mut [0; 3]));
        let mut unit = [0.0; 9];
        product(&m, &inverse, 3, &mut unit);
        for (at, value) in unit.iter().enumerate() {
            let wanted = if at % 4 == 0 { 1.0 } else { 0.0 };
            assert!((value - wanted).abs() < 1e-14, "{unit:?}");
        }
        assert!(!invert(&mut [1.0, 2.0, 2.0, 4.0], 2, &mut [0; 2]));
    }

    #[test]
    fn factors_solve_and_a_sum_is_a_sum() {
        for k in [1, 2, 5, 20, 24, 27] {
            let (mut m, x) = (any(k * k, 0.7), any(k, 3.3));
            for i in 0..k {
                // Off the diagonal, so that rows have to change places.
                m[i * k + (i + 1) % k] += 9.0;
            }
            let mut rhs: Vec<f64> = m.chunks_exact(k).map(|row| row.iter().zip(&x).map(|(m, x)| m * x).sum()).collect();
            let (mut factors, mut pivots) = (m.clone(), vec![0; k]);
            assert!(factor(&mut factors, k, &mut pivots));
            solve(&factors, &pivots, &mut rhs);
            assert!(rhs.iter().zip(&x).all(|(a, b)| (a - b).abs() < 1e-10), "{k}: {rhs:?} {x:?}");
            let [a, b, c] = [1.0, 2.0, 3.0].map(|seed| any(k, seed));
            let plain: f64 = (0..k).map(|i| a[i] * b[i] * c[i]).sum();
            assert!((dot_of_three(&a, &b, &c) - plain).abs() < 1e-12);
        }
        assert!(!factor(&mut [1.0, 2.0, 2.0, 4.0], 2, &mut [0; 2]));
    }

    /// Second route: what is compiled for a size and what is not, and a sparse block written out.
    #[test]
    fn every_size_does_the_same() {
        for k in [1, 2, 5, 19, 24, 27] {
            let (a, b) = (any(k * k, 0.3), any(k * k, 7.1));
            let sparse = Sparse {
                own: any(k, 1.0),
                by_free: any(k, 2.0),
                by_other: any(k, 3.0),
                free_by: any(k, 4.0),
                other_by: any(k, 5.0),
            };
            let mut whole = vec![0.0; k * k];
            for r in 0..k {
                for c in 0..k {
                    whole[r * k + c] = sparse.by_free[r] * sparse.free_by[c] + sparse.by_other[r] * sparse.other_by[c];
                }
                whole[r * k + r] += sparse.own[r];
            }
            let near = |x: &[f64], y: &[f64]| x.iter().zip(y).all(|(x, y)| (x - y).abs() < 1e-11);
            let (mut one, mut two) = (vec![0.0; k * k], vec![0.0; k * k]);
            product(&a, &b, k, &mut one);
            product_any(&a, &b, &mut two);
            assert!(near(&one, &two));
            subtract_product(&a, &b, k, &mut one);
            assert!(one.iter().all(|x| x.abs() < 1e-11));
            subtract_product_any(&a, &b, &mut two);
            assert!(two.iter().all(|x| x.abs() < 1e-11));
            product(&whole, &b, k, &mut two);
            one.fill(0.0);
            add_times(&sparse, &b, k, &mut one);
            assert!(near(&one, &two));
            one.fill(0.0);
            add_times_any(&sparse, &b, &mut one);
            assert!(near(&one, &two));
            product(&a, &whole, k, &mut two);
            for kernel in
                [subtract_after_of_size, |a: &[f64], s: &Sparse, _: usize, i: &mut [f64]| subtract_after_any(a, s, i)]
            {
                one.fill(0.0);
                kernel(&a, &sparse, k, &mut one);
                for x in &mut one {
                    *x = -*x;
                }
                assert!(near(&one, &two));
            }
            let (mut x, mut y) = (a.clone(), a.clone());
            for i in 0..k {
                x[i * k + i] += 9.0;
                y[i * k + i] += 9.0;
            }
            assert!(invert(&mut x, k, &mut vec![0; k]) && invert_any(&mut y, &mut vec![0; k]));
            assert!(near(&x, &y));
        }
    }

    fn subtract_after_of_size(inverse: &[f64], sparse: &Sparse, k: usize, into: &mut [f64]) {
        subtract_after(inverse, sparse, k, into);
    }
}
