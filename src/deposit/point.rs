//! A place in the ground: east, north and up, in metres.
//!
//! Depth is below: a sample 3 m under a collar at 120 m stands at 117. Layers studied each in its own
//! plane all stand at nought.

/// East, north, up, m.
pub type Point = [f64; 3];

/// From `b` to `a`.
pub fn apart(a: Point, b: Point) -> Point {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// How far a way goes, m.
pub fn length(way: Point) -> f64 {
    (way[0] * way[0] + way[1] * way[1] + way[2] * way[2]).sqrt()
}

/// How far apart two places are, m.
pub fn distance(a: Point, b: Point) -> f64 {
    length(apart(a, b))
}

/// The middle of some places.
pub fn middle(points: &[Point]) -> Point {
    let count = points.len().max(1) as f64;
    let mut sum = [0.0; 3];
    for point in points {
        for (sum, along) in sum.iter_mut().zip(point) {
            *sum += along;
        }
    }
    sum.map(|sum| sum / count)
}
