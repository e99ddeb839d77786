//! Lines of equal value over a grid, by marching squares.

/// Values over a grid; `None` where there is none.
#[derive(Debug, Clone)]
pub struct Grid {
    /// Rising.
    pub x: Vec<f64>,
    /// Rising.
    pub y: Vec<f64>,
    /// Row by row: `value[iy * x.len() + ix]`.
    pub value: Vec<Option<f64>>,
}

impl Grid {
    /// A grid from scattered points that lie on one; `None` with fewer than two rows or columns.
    pub fn of(points: &[(f64, f64, Option<f64>)]) -> Option<Self> {
        let sorted = |mut values: Vec<f64>| {
            values.sort_by(f64::total_cmp);
            values.dedup_by(|a, b| (*a - *b).abs() < 1e-9);
            values
        };
        let x = sorted(points.iter().map(|p| p.0).collect());
        let y = sorted(points.iter().map(|p| p.1).collect());
        if x.len() < 2 || y.len() < 2 {
            return None;
        }
        let mut value = vec![None; x.len() * y.len()];
        for (px, py, v) in points {
            let at = |all: &[f64], p: f64| all.iter().position(|a| (a - p).abs() < 1e-9);
            if let (Some(ix), Some(iy)) = (at(&x, *px), at(&y, *py)) {
                value[iy * x.len() + ix] = *v;
            }
        }
        Some(Self { x, y, value })
    }

    /// The line of a level as pieces, each two points of the grid's own coordinates.
    pub fn level(&self, level: f64) -> Vec<[(f64, f64); 2]> {
        let mut pieces = Vec::new();
        let n = self.x.len();
        for iy in 0..self.y.len() - 1 {
            for ix in 0..n - 1 {
                let corner = |dx: usize, dy: usize| {
                    let value = self.value[(iy + dy) * n + ix + dx]?;
                    Some(((self.x[ix + dx], self.y[iy + dy]), value - level))
                };
                let corners: Option<Vec<_>> =
                    [(0, 0), (1, 0), (1, 1), (0, 1)].into_iter().map(|(dx, dy)| corner(dx, dy)).collect();
                let Some(corners) = corners else { continue };
                let mut crossings = Vec::new();
                for side in 0..4 {
                    let ((a, va), (b, vb)) = (corners[side], corners[(side + 1) % 4]);
                    if (va < 0.0) != (vb < 0.0) {
                        let share = va / (va - vb);
                        crossings.push((a.0 + share * (b.0 - a.0), a.1 + share * (b.1 - a.1)));
                    }
                }
                pieces.extend(crossings.chunks_exact(2).map(|pair| [pair[0], pair[1]]));
            }
        }
        pieces
    }

    /// Pieces of a level joined end to end into lines.
    pub fn lines(&self, level: f64) -> Vec<Vec<(f64, f64)>> {
        let mut pieces = self.level(level);
        let near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9;
        let mut lines = Vec::new();
        while let Some([a, b]) = pieces.pop() {
            let mut line = std::collections::VecDeque::from([a, b]);
            loop {
                let (front, back) = (line[0], line[line.len() - 1]);
                let next =
                    pieces.iter().position(|[a, b]| [front, back].iter().any(|end| near(*a, *end) || near(*b, *end)));
                let Some(at) = next else { break };
                let [a, b] = pieces.swap_remove(at);
                if near(a, back) {
                    line.push_back(b);
                } else if near(b, back) {
                    line.push_back(a);
                } else if near(a, front) {
                    line.push_front(b);
                } else {
                    line.push_front(a);
                }
            }
            lines.push(line.into_iter().collect());
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a plane are straight and stand where the plane says.
    #[test]
    fn levels_of_a_plane() {
        let mut points = Vec::new();
        for ix in 0..5 {
            for iy in 0..4 {
                let (x, y) = (f64::from(ix), f64::from(iy) * 0.5);
                points.push((x, y, Some(2.0 * x + 3.0 * y)));
            }
        }
        let grid = Grid::of(&points).unwrap();
        for level in [0.7, 4.0, 9.1] {
            let lines = grid.lines(level);
            assert_eq!(lines.len(), 1, "{level}");
            assert!(lines[0].iter().all(|(x, y)| (2.0 * x + 3.0 * y - level).abs() < 1e-9));
        }
        assert!(grid.lines(99.0).is_empty());
        assert!(Grid::of(&points[..4]).is_none());
    }

    #[test]
    fn what_is_absent_has_no_line() {
        let grid = Grid::of(&[(0.0, 0.0, Some(0.0)), (1.0, 0.0, None), (0.0, 1.0, Some(2.0)), (1.0, 1.0, Some(3.0))]);
        assert!(grid.unwrap().level(1.0).is_empty());
    }
}
