//! Plots as SVG: with classes, no styles of their own, and the same figures as a table beside them.

use maud::{Markup, html};
use money::{Amount, Unit};
use reports::{Day, Sums};

use super::Visit;
use super::figures::{day_name, share};
use crate::say::Say;

/// The size that plots are drawn in; they are stretched to their place.
const WIDTH: i128 = 1_000;
const HEIGHT: i128 = 200;

/// From the lowest to the highest value, with zero between them.
struct Span {
    low: i128,
    high: i128,
}

impl Span {
    fn of(values: impl Iterator<Item = Amount> + Clone) -> Span {
        let values = values.map(|amount| i128::from(amount.0));
        let (low, high) = (values.clone().min().unwrap_or(0).min(0), values.max().unwrap_or(0).max(0));
        Span { low, high: if low == high { low + 1 } else { high } }
    }

    /// How far from the top a value is.
    fn y(&self, amount: Amount) -> i128 {
        (self.high - i128::from(amount.0)) * HEIGHT / (self.high - self.low)
    }
}

/// How the balance went: a line over what is below it.
pub(super) fn balance(visit: &Visit, unit: &Unit, index: u8, ends: &[(Day, Amount)]) -> Markup {
    let say = &visit.say;
    let ([first, .., last], Some(top)) = (ends, ends.iter().map(|(_, end)| *end).max()) else {
        return html! {};
    };
    let span = Span::of(ends.iter().map(|(_, end)| *end));
    let steps = (ends.len() - 1).max(1) as i128;
    let point = |(place, (_, end)): (usize, &(Day, Amount))| {
        format!("{},{}", place as i128 * WIDTH / steps, span.y(*end))
    };
    let line = ends.iter().enumerate().map(point).collect::<Vec<_>>().join(" ");
    let zero = span.y(Amount::ZERO);
    let area = format!("0,{zero} {line} {WIDTH},{zero}");
    let lowest = ends.iter().map(|(_, end)| *end).min().unwrap_or_default();
    let desc = say.with(
        "plot-balance-desc",
        [
            ("from", day_name(say, first.0).into()),
            ("to", day_name(say, last.0).into()),
            ("first", say.number(unit, first.1).into()),
            ("last", say.number(unit, last.1).into()),
            ("low", say.number(unit, lowest).into()),
            ("high", say.number(unit, top).into()),
        ],
    );
    let plot = html! {
        svg.plot.tall viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img"
            aria-labelledby=(format!("balance-title-{index}")) aria-describedby=(format!("balance-desc-{index}")) {
            title id=(format!("balance-title-{index}")) { (say.t("plot-balance")) }
            desc id=(format!("balance-desc-{index}")) { (desc) }
            polygon.area points=(area) {}
            line.axis x1="0" x2=(WIDTH) y1=(zero) y2=(zero) {}
            polyline.line points=(line) {}
        }
    };
    let rows = ends.iter().rev().map(|(day, end)| (day_name(say, *day), say.number(unit, *end)));
    html! {
        figure.chart {
            p.top-value { (say.number(unit, top)) }
            (plot)
            p.ends { span { (day_name(say, first.0)) } span { (day_name(say, last.0)) } }
            (as_table(say, &format!("balance-table-{index}"), &say.t("plot-balance-column"), rows))
        }
    }
}

/// What was spent day by day: a bar each.
pub(super) fn days(visit: &Visit, unit: &Unit, index: u8, spent: &[(Day, Amount)]) -> Markup {
    let say = &visit.say;
    let [first, .., last] = spent else { return html! {} };
    let span = Span::of(spent.iter().map(|(_, spent)| *spent));
    let zero = span.y(Amount::ZERO);
    let slot = WIDTH / spent.len() as i128;
    let top = spent.iter().max_by_key(|(_, spent)| *spent).copied().unwrap_or_default();
    let sum = spent.iter().fold(Amount::ZERO, |sum, (_, spent)| sum.plus(*spent));
    let desc = say.with(
        "plot-days-desc",
        [
            ("sum", say.credits(unit, sum).into()),
            ("day", day_name(say, top.0).into()),
            ("most", say.credits(unit, top.1).into()),
        ],
    );
    let bar = |(place, (_, amount)): (usize, &(Day, Amount))| {
        let y = span.y(*amount);
        html! {
            rect.bar x=(place as i128 * slot + slot / 8) width=(slot * 3 / 4) y=(y.min(zero)) height=((zero - y).abs()) {}
        }
    };
    let rows = spent.iter().map(|(day, amount)| (day_name(say, *day), say.number(unit, *amount)));
    html! {
        figure.chart {
            p.top-value { (say.number(unit, top.1)) }
            svg.plot.tall viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img"
                aria-labelledby=(format!("days-title-{index}")) aria-describedby=(format!("days-desc-{index}")) {
                title id=(format!("days-title-{index}")) { (say.t("plot-days")) }
                desc id=(format!("days-desc-{index}")) { (desc) }
                @for bar in spent.iter().enumerate().map(bar) { (bar) }
                line.axis x1="0" x2=(WIDTH) y1=(zero) y2=(zero) {}
            }
            p.ends { span { (day_name(say, first.0)) } span { (day_name(say, last.0)) } }
            (as_table(say, &format!("days-table-{index}"), &say.t("report-credits"), rows))
        }
    }
}

/// The figures of a plot, to be read.
fn as_table(say: &Say, id: &str, column: &str, rows: impl Iterator<Item = (String, String)>) -> Markup {
    html! {
        details id=(id) {
            summary { (say.t("as-table")) }
            table.figures {
                thead { tr { th scope="col" { (say.t("day")) } th.number scope="col" { (column) } } }
                tbody {
                    @for (day, number) in rows { tr { th scope="row" { (day) } td.number { (number) } } }
                }
            }
        }
    }
}

/// What something was spent on: a table in which each row has a bar.
pub(super) fn bars(say: &Say, unit: &Unit, what: &str, caption: &str, rows: &[(String, Sums)]) -> Markup {
    let most = rows.iter().map(|(_, sums)| sums.net()).max().unwrap_or_default();
    let whole = rows.iter().map(|(_, sums)| sums.net()).filter(|net| net.is_positive());
    let whole = whole.fold(Amount::ZERO, Amount::plus);
    let length = |sums: &Sums| match most.0 {
        1.. => i128::from(sums.net().0.max(0)) * WIDTH / i128::from(most.0),
        _ => 0,
    };
    html! {
        table.figures.with-bars {
            caption { (caption) }
            thead {
                tr {
                    th scope="col" { (what) }
                    th.number scope="col" { (say.t("report-count")) }
                    th.number scope="col" { (say.t("report-credits")) }
                    th.number scope="col" { (say.t("report-share")) }
                }
            }
            tbody {
                @for (name, sums) in rows {
                    tr {
                        th scope="row" {
                            span.label { (name) }
                            svg.plot.thin viewBox=(format!("0 0 {WIDTH} 10")) preserveAspectRatio="none" aria-hidden="true" {
                                rect.bar width=(length(sums)) height="10" {}
                            }
                        }
                        td.number { (say.count(sums.count as i64)) }
                        td.number { (say.number(unit, sums.net())) }
                        td.number { (share(say, sums.net(), whole)) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_zero_in_it_and_fits_whatever_it_is_of() {
        for values in [vec![], vec![0], vec![5, 9], vec![-5, -9], vec![i64::MIN, i64::MAX]] {
            let span = Span::of(values.iter().map(|value| Amount(*value)));
            for value in values.into_iter().chain([0]) {
                assert!((0..=HEIGHT).contains(&span.y(Amount(value))), "{value}");
            }
        }
    }
}
