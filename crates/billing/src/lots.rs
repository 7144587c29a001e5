use catalog::{Package, Sale};
use ledger::{Agreed, Class, Lot, Sort};
use moment::Period;
use money::{Amount, Money};

/// The draw-down priority and the life that a program gives to each class.
pub type Priorities<'a> = &'a [catalog::ClassRule];

fn lot(
    classes: Priorities<'_>,
    class: Class,
    credits: Amount,
    life: Option<Period>,
    paid: Option<Money>,
) -> Lot {
    let rule = classes.get(class.index());
    Lot {
        class,
        credits,
        life: life.or_else(|| rule.and_then(|rule| rule.life)),
        priority: rule.map_or(0, |rule| rule.priority),
        paid,
    }
}

/// What a package brings: what is paid for, and the bonus, which is free.
pub fn for_package(classes: Priorities<'_>, package: &Package, sale: &Sale) -> Vec<Lot> {
    let bought = lot(classes, Class::Purchase, sale.credits, package.life, Some(sale.price));
    let bonus = lot(classes, Class::Bonus, sale.bonus, package.bonus_life, None);
    [bought, bonus].into_iter().filter(|lot| lot.credits.is_positive()).collect()
}

/// What a period of a plan brings, as long as the period lasts. `price` is what is paid for it; none for a free one.
pub fn for_period(classes: Priorities<'_>, credits: Amount, price: Option<Money>) -> Vec<Lot> {
    let bought = Lot { life: None, ..lot(classes, Class::Plan, credits, None, price) };
    [bought].into_iter().filter(|lot| lot.credits.is_positive()).collect()
}

/// What the next period of a subscription brings: of a plan its allotment, of an auto-renewal the package's credits.
pub fn for_renewal(
    classes: Priorities<'_>,
    agreed: &Agreed,
    life: (Option<Period>, Option<Period>),
) -> Vec<Lot> {
    if agreed.sort == Sort::Plan {
        return for_period(classes, agreed.allotment, agreed.price);
    }
    let bought = lot(classes, Class::Purchase, agreed.allotment, life.0, agreed.price);
    let bonus = lot(classes, Class::Bonus, agreed.bonus, life.1, None);
    [bought, bonus].into_iter().filter(|lot| lot.credits.is_positive()).collect()
}

/// What an accepted quote brings.
pub fn for_quote(classes: Priorities<'_>, package: &Package, credits: Amount, price: Money) -> Vec<Lot> {
    vec![lot(classes, Class::Purchase, credits, package.life, Some(price))]
}
