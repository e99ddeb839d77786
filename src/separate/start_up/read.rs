//! Fields that every start-up asks for.

use crate::fields::Fields;
use crate::quantity::Duration;

/// The time followed.
pub(in crate::separate) fn hours(table: &mut Fields<'_>) -> Option<f64> {
    table.need::<Duration>("hours", "time followed", 1.0..=100_000.0).map(|hours| hours.0)
}

/// Tanks in series in each phase of a settler.
pub(in crate::separate) fn tanks(table: &mut Fields<'_>) -> Option<usize> {
    let about =
        "well-mixed tanks in series that stand for each phase of a settler: 1 is mixed through, many are plug flow";
    table.count("tanks", about, 1..=20)
}

/// When an upset begins and when it is taken back; `None` where what is written cannot be, which has been told.
pub(in crate::separate) fn moments(upset: &mut Fields<'_>, hours: Option<f64>) -> Option<(f64, Option<f64>)> {
    let at = upset.need::<Duration>("at", "when, from the start", 0.1..=100_000.0);
    let until = upset.may::<Duration>("until", "when it is taken back; absent means it stays", 0.1..=100_000.0);
    let mut wrong = upset.has("until") && until.is_none();
    if let (Some(at), Some(hours)) = (&at, hours)
        && at.0 >= hours
    {
        upset.refuse("at", "comes after the end", "an `at` before `hours`");
        wrong = true;
    }
    if let (Some(at), Some(until), Some(hours)) = (&at, &until, hours)
        && !(at.0 < until.0 && until.0 < hours)
    {
        upset.refuse("until", "is not between `at` and the end", "a time after `at` and before `hours`");
        wrong = true;
    }
    let at = at?.0;
    (!wrong).then_some((at, until.map(|until| until.0)))
}
