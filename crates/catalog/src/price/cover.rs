//! Finds rows of a table that no work can reach, because the rows before them take everything.

use crate::attribute::Kind;
use crate::price::{Condition, Row};

/// How many comparisons a table may cost. What is left then counts as reachable.
const WORK: usize = 2_000_000;

/// The positions of the rows that no work can reach. The kinds are the columns'; the plan's is a text.
pub(crate) fn unreachable(rows: &[Row], kinds: &[&Kind]) -> Vec<usize> {
    let mut work = WORK;
    let mut found = Vec::new();
    for (position, row) in rows.iter().enumerate() {
        let before: Vec<&[Condition]> = rows.iter().take(position).map(|row| row.when.as_slice()).collect();
        if covered(&row.when, kinds, &before, &mut work) {
            found.push(position);
        }
    }
    found
}

/// Whether the rows before take every value that the row would, column by column.
fn covered(row: &[Condition], kinds: &[&Kind], before: &[&[Condition]], work: &mut usize) -> bool {
    if before.is_empty() {
        return false;
    }
    let (Some((condition, rest)), Some((kind, kinds))) = (row.split_first(), kinds.split_first()) else {
        return true;
    };
    let split: Vec<(&Condition, &[Condition])> =
        before.iter().filter_map(|other| other.split_first()).collect();
    for atom in atoms(condition, kind, &split) {
        *work = work.saturating_sub(split.len() + 1);
        if *work == 0 {
            return false;
        }
        let fitting: Vec<&[Condition]> =
            split.iter().filter(|(first, _)| atom.within(first)).map(|(_, others)| *others).collect();
        if !covered(rest, kinds, &fitting, work) {
            return false;
        }
    }
    true
}

/// A set of values that every condition of the column takes whole or not at all.
#[derive(Clone)]
enum Atom<'a> {
    Text(&'a str),
    Boolean(bool),
    Whole(i64),
    /// Any value that no condition names.
    Other,
}

impl Atom<'_> {
    fn within(&self, condition: &Condition) -> bool {
        match (self, condition) {
            (_, Condition::Any) => true,
            (Atom::Text(text), Condition::Texts(texts)) => texts.iter().any(|one| one == text),
            (Atom::Boolean(value), Condition::Boolean(other)) => value == other,
            (Atom::Whole(number), Condition::Whole(ranges)) => within(*number, ranges),
            _ => false,
        }
    }
}

fn within(number: i64, ranges: &[(i64, i64)]) -> bool {
    ranges.iter().any(|(min, max)| (*min..=*max).contains(&number))
}

fn atoms<'a>(
    condition: &'a Condition,
    kind: &'a Kind,
    before: &[(&Condition, &[Condition])],
) -> Vec<Atom<'a>> {
    match (condition, kind) {
        (Condition::Texts(texts), _) | (Condition::Any, Kind::OneOf(texts)) => {
            texts.iter().map(|text| Atom::Text(text)).collect()
        }
        (Condition::Boolean(value), _) => vec![Atom::Boolean(*value)],
        (Condition::Any, Kind::Boolean) => vec![Atom::Boolean(true), Atom::Boolean(false)],
        (Condition::Whole(ranges), _) => pieces(ranges, before),
        (Condition::Any, Kind::Whole { min, max }) => pieces(&[(*min, *max)], before),
        (Condition::Any, Kind::OneOfWhole(numbers)) => numbers.iter().copied().map(Atom::Whole).collect(),
        // Endless kinds: what the rows before don't name is the hardest to take.
        (Condition::Any, Kind::Text | Kind::Decimal { .. }) => vec![Atom::Other],
    }
}

/// The first number of each piece that the bounds of the rows before cut out of the ranges.
fn pieces<'a>(ranges: &[(i64, i64)], before: &[(&Condition, &[Condition])]) -> Vec<Atom<'a>> {
    let cuts = before.iter().flat_map(|(first, _)| match first {
        Condition::Whole(ranges) => ranges.as_slice(),
        _ => &[],
    });
    let mut starts: Vec<i64> = cuts
        .flat_map(|(min, max)| [Some(*min), max.checked_add(1)])
        .flatten()
        .filter(|start| within(*start, ranges))
        .chain(ranges.iter().map(|(min, _)| *min))
        .collect();
    starts.sort_unstable();
    starts.dedup();
    starts.into_iter().map(Atom::Whole).collect()
}

#[cfg(test)]
mod tests {
    use money::Amount;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn conditions() -> impl Strategy<Value = Vec<Condition>> {
        let range = (0..6_i64, 0..3_i64).prop_map(|(min, more)| (min, (min + more).min(5)));
        let whole = prop_oneof![Just(Condition::Any), vec(range, 1..3).prop_map(Condition::Whole)];
        let texts = vec(prop::sample::select(vec!["a", "b", "c"]), 1..3)
            .prop_map(|texts| Condition::Texts(texts.into_iter().map(str::to_owned).collect()));
        let texts = prop_oneof![Just(Condition::Any), texts];
        let open = prop_oneof![Just(Condition::Any), Just(Condition::Texts(vec!["x".to_owned()]))];
        let boolean = prop_oneof![Just(Condition::Any), any::<bool>().prop_map(Condition::Boolean)];
        (whole, texts, open, boolean).prop_map(|(a, b, c, d)| vec![a, b, c, d])
    }

    /// The first row that fits, for every work there can be.
    fn reached(rows: &[Row]) -> Vec<usize> {
        let mut reached = Vec::new();
        for whole in 0..6 {
            for text in ["a", "b", "c"] {
                for open in [Atom::Text("x"), Atom::Other] {
                    for truth in [true, false] {
                        let work = [Atom::Whole(whole), Atom::Text(text), open.clone(), Atom::Boolean(truth)];
                        let fits =
                            |row: &Row| row.when.iter().zip(&work).all(|(when, atom)| atom.within(when));
                        reached.extend(rows.iter().position(fits));
                    }
                }
            }
        }
        reached
    }

    proptest! {
        #[test]
        fn a_row_is_unreachable_where_no_work_gets_to_it(rows in vec(conditions(), 1..12)) {
            let rows: Vec<Row> = rows.into_iter().map(|when| Row { when, credits: Amount(1) }).collect();
            let texts = Kind::OneOf(["a", "b", "c"].map(str::to_owned).to_vec());
            let kinds = [&Kind::Whole { min: 0, max: 5 }, &texts, &Kind::Text, &Kind::Boolean];
            let reached = reached(&rows);
            let never: Vec<usize> = (0..rows.len()).filter(|row| !reached.contains(row)).collect();
            prop_assert_eq!(unreachable(&rows, &kinds), never);
        }
    }
}
